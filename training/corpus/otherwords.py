"""A sentence about a cue with some of its words exchanged for others that say the same there.

A hundred sentences a cue hold few of the words in which people may tell it, and a small model that met little English
knows no synonym of them. So each scope has a list, `training/data/words/ID.txt`, written for its sentences ("read out:
announced; called out"). In training alone: the evaluation asks in the files' own wordings.
"""

import random
import re
from functools import cache

from training.corpus.source import DATA, is_held_out

SHARE = 0.6  # of the sentences
EACH = 0.5  # of the words and phrases of such a sentence that have others
HELD_OUT_ONE_IN = 4  # of a cue's wordings, as in `source.side`
_VOWELS = "aeiou"


@cache
def other_words(scope_id: str) -> dict[str, tuple[str, ...]]:
    """The words and phrases of the scope's list, in lower case, each with what may stand for it; {} without a list."""
    file = DATA / "words" / f"{scope_id}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    entries = (line.partition(": ") for line in lines)
    return {key: tuple(others.split("; ")) for key, _, others in entries}


@cache
def _anywhere(scope_id: str) -> re.Pattern | None:
    """Any of them as words of their own; what is quoted, and a slot, is found as a whole and has no key."""
    keys = sorted(other_words(scope_id), key=len, reverse=True)
    return re.compile(rf'"[^"]*"|\{{\w+\}}|(?<!\w)(?:{"|".join(map(re.escape, keys))})(?!\w)', re.I) if keys else None


def with_other_words(scope_id: str, text: str, rng: random.Random) -> str:
    """The template with some words exchanged, or as it is; never what is quoted and no text that is held out."""
    anywhere = _anywhere(scope_id)
    if anywhere is None or rng.random() >= SHARE:
        return text
    made = anywhere.sub(lambda found: _other(scope_id, found, rng), text)
    return text if is_held_out(made, HELD_OUT_ONE_IN) else made


def _other(scope_id: str, found: re.Match, rng: random.Random) -> str:
    word = found.group()
    others = other_words(scope_id).get(word.lower(), ())
    if re.search(r"(?<!\w)an? $", found.string[: found.start()], re.I):  # the article before it stays right
        others = [o for o in others if (o[0] in _VOWELS) == (word[0].lower() in _VOWELS)]
    if not others or rng.random() >= EACH:
        return word
    other = rng.choice(others)
    return other[0].upper() + other[1:] if word[0].isupper() and word != "I" else other
