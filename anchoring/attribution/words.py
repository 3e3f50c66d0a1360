"""Which words of two texts differ: what a reader is shown beside an old and a new answer."""

from difflib import SequenceMatcher

import regex

# Scripts written without spaces between words: there a "word" is one character with its marks.
_UNSPACED = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}"
    r"\p{Script=Myanmar}"
)
_LETTERS = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+"
# Letters and digits, also across an apostrophe or a dash (don't, Tanaka-san); else one character as a reader sees it.
_WORD = regex.compile(rf"{_LETTERS}(?:['’‐‑-]{_LETTERS})*|(?=\S)\X", regex.VERSION1)

_ALONE = regex.compile(rf"[{_UNSPACED}]", regex.VERSION1)

Spans = list[tuple[int, int]]


def differing(old: str, new: str) -> tuple[Spans, Spans]:
    """Spans (start, end), in code points, of the words of `old` and of `new` that the other has not at that place.

    A run of changed words is one span, the white space inside it included. White space alone makes no difference.
    """
    before, after = _words(old), _words(new)
    texts = [old[slice(*span)] for span in before], [new[slice(*span)] for span in after]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    gone, come = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "delete":
            a, b = _slid(texts[0], a, b)
        if tag == "insert":
            c, d = _slid(texts[1], c, d)
        if tag in ("delete", "replace"):
            gone.append((before[a][0], before[b - 1][1]))
        if tag in ("insert", "replace"):
            come.append((after[c][0], after[d - 1][1]))
    return gone, come


def unspaced(character: str) -> bool:
    """Whether it is of a script that is written without spaces between words."""
    return _ALONE.fullmatch(character) is not None


def _slid(words: list[str], start: int, end: int) -> tuple[int, int]:
    """ ". A whole sentence" before a full stop is "A whole sentence." just as well, and that is how people see it."""
    mark = words[start]
    follows = end < len(words) and words[end] == mark and end - start > 1
    return (start + 1, end + 1) if follows and not mark[0].isalnum() else (start, end)


def _words(text: str) -> Spans:
    """Words and punctuation marks in order, each by its place."""
    return [match.span() for match in _WORD.finditer(text)]
