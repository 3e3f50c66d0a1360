"""Finding a card's cues in the user's words."""

import unicodedata
from collections.abc import Iterable

import regex

from anchoring.prompting.segments import FoundCue
from anchoring.scope.card import OWN_CUE, Scope

# Scripts written without spaces between words: there a word boundary says nothing.
_UNSPACED = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]"
)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")
# Typists write either; a card need not list both. Variation selectors only choose how a character is drawn.
_SAME = str.maketrans(
    {"\ufe0e": None, "\ufe0f": None} | {"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-"}
)


def fold(text: str) -> tuple[str, list[int]]:
    """NFKC and case folding, with the original code point that each folded one came from.

    Folding goes by grapheme cluster, so that a letter and its combining marks compose. Runs of white space become
    one space. Returns the folded text and, for each of its code points, an offset into `text`.
    """
    folded: list[str] = []
    origin: list[int] = []
    for cluster in regex.finditer(r"\X", text):
        piece = unicodedata.normalize("NFKC", cluster.group()).translate(_SAME).casefold()
        piece = unicodedata.normalize("NFKC", piece)
        if piece.isspace():  # false for a piece that folding has emptied
            if folded and folded[-1] == " ":
                continue
            piece = " "
        folded.extend(piece)
        origin.extend([cluster.start()] * len(piece))
    return "".join(folded), origin


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether neither edge of the span cuts a word, in scripts that put spaces between words."""

    def cuts(left: str, right: str) -> bool:
        if not (_WORD.match(left) and _WORD.match(right)):
            return False
        return not (_UNSPACED.match(left) or _UNSPACED.match(right))

    before = start > 0 and cuts(text[start - 1], text[start])
    after = end < len(text) and cuts(text[end - 1], text[end])
    return not before and not after


def _occurrences(folded: str, origin: list[int], phrase: str) -> Iterable[tuple[int, int]]:
    start = folded.find(phrase)
    while start != -1:
        end = start + len(phrase)
        if _bounded(folded, start, end) and not (_inside(origin, start) or _inside(origin, end)):
            yield start, end
        start = folded.find(phrase, start + 1)


def _inside(origin: list[int], edge: int) -> bool:
    """Whether an edge cuts what a reader sees as one character: a family of emoji, a vowel sign, the 2 of a half."""
    return 0 < edge < len(origin) and origin[edge - 1] == origin[edge]


def find_cues(words: str, scope: Scope | None, marks: Iterable[tuple[int, int]] = ()) -> tuple[FoundCue, ...]:
    """The card's cues in `words`, and the spans that the user marked, in order, none overlapping.

    A user's mark wins over a phrase of the card, a longer phrase over a shorter one, an earlier one on a tie.
    ValueError where a mark lies outside the text.
    """
    candidates = []
    for start, end in marks:
        if not 0 <= start < end <= len(words):
            raise ValueError(f"The mark {start}–{end} lies outside the text of {len(words)} characters.")
        candidates.append((0, -(end - start), start, FoundCue(OWN_CUE, words[start:end], start, end)))
    folded, origin = fold(words)
    ends = [*origin, len(words)]  # edges lie between clusters, so the next one's origin ends a span
    for cue in scope.cues if scope else ():
        for phrase in {p for phrases in cue.phrases.values() for p in phrases}:
            needle = fold(phrase)[0].strip()
            for a, b in _occurrences(folded, origin, needle) if needle else ():
                start, end = ends[a], ends[b]
                candidates.append((1, -(end - start), start, FoundCue(cue.id, words[start:end], start, end)))
    taken: list[FoundCue] = []
    for *_, found in sorted(candidates, key=lambda c: (*c[:3], c[3].cue)):
        if all(found.end <= t.start or found.start >= t.end for t in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda f: f.start))
