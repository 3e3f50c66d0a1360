"""A sentence about a cue with some of its words exchanged for others that say the same there.

Some 130 sentences a cue hold few of the words in which people may tell it, and a small model that met little English
knows no synonym of them. So each scope has a list, `training/data/words/ID.txt`, written for its sentences ("read out:
announced; called out"). In training alone: the evaluation asks in the files' own wordings.
"""

import random
import re
from functools import cache

from training.corpus.source import DATA, is_held_out

SHARE = 0.6  # of the sentences, as far as they hold a word that has others
EACH = 0.5  # of the words and phrases of such a sentence that have others
HELD_OUT_ONE_IN = 4  # of a cue's wordings, as in `source.side`
TRIES = 8
_WHOLE = r"""\"[^"]*"|(?<!\w)'[^']*'(?!\w)|\{\w+\}"""  # what is quoted, and a slot
_BEGINS = re.compile(r"(?:^|[.!?] +)[\[(]*$")
_ARTICLE = re.compile(r"(?<!\w)(an?) (?:\[[^\]]*)?$", re.I)  # also before alternatives: "a [note|line]"
_DETERMINERS = frozenset("a an the one some no any each every both all my our your his her their its this that".split())
_SPOKEN = re.compile(r"(?!uni|use|usu|eu|one\b|once)[aeiou]|hon|hour|heir|html|[fhlmnrsx]-", re.I)  # as after "an"


@cache
def other_words(scope_id: str) -> dict[str, tuple[str, ...]]:
    """The words and phrases of the scope's list, in lower case, each with what may stand for it; {} without a list."""
    file = DATA / "words" / f"{scope_id}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    entries = (line.partition(": ") for line in lines)
    return {key: tuple(others.split("; ")) for key, _, others in entries}


@cache
def anywhere(scope_id: str) -> re.Pattern:
    """Any of them as words of their own, the longest first; what is quoted, and a slot, is found as a whole."""
    keys = sorted(other_words(scope_id), key=len, reverse=True)
    return re.compile(rf"{_WHOLE}|(?<![\w-])(?:{'|'.join(map(re.escape, keys))})(?![\w-])", re.I)


def with_other_words(scope_id: str, text: str, rng: random.Random) -> str:
    """The template with some words exchanged, or as it is; never what is quoted, and no text that is held out."""
    if not other_words(scope_id) or rng.random() >= SHARE:
        return text
    for _ in range(TRIES):
        made = anywhere(scope_id).sub(lambda found: _other(scope_id, found, rng), text)
        if not is_held_out(made, HELD_OUT_ONE_IN):
            return made
    return text


def _other(scope_id: str, found: re.Match, rng: random.Random) -> str:
    """What is put for one place; the article before it stays right, and so do capitals."""
    word, before = found.group(), found.string[: found.start()]
    others = other_words(scope_id).get(word.lower(), ())
    if article := _ARTICLE.search(before):
        after_an = article[1].lower() == "an"
        others = [o for o in others if bool(_SPOKEN.match(o)) == after_an and o.split()[0] not in _DETERMINERS]
    begins = bool(_BEGINS.search(before))
    named = any(part[0].isupper() and part != "I" for part in word.split()[begins:])
    if not others or named or rng.random() >= EACH:
        return word
    other = rng.choice(others)
    if re.search(r"\bI\b", word) or word[0].isupper():
        other = re.sub(r"\bi\b", "I", other)
    return other[0].upper() + other[1:] if begins and word[0].isupper() else other
