"""Details from an open set: a scope's own items, amounts and places are few, and a model soon knows them by heart.

So in most training examples the details are loosened: other numbers, made-up names, a thing's words exchanged for
any others. What is to be learned is to take the detail from the prompt, whatever it says.
"""

import random
import re
from collections.abc import Callable
from functools import cache

from training.corpus.names import made_up
from training.corpus.source import DATA, is_held_out

SHARE = 0.7  # of the examples
HELD_OUT_ONE_IN = 6
_PART = re.compile(r"[0-9]+|[A-ZÀ-Þ][\w'’]*|[a-z]{3,}")
_KEPT = frozenset("box bag jar tray plate bowl packet pair and for the with from our mine who someone somebody".split())


@cache
def _things() -> dict[bool, list[str]]:
    """Words by whether they end like a plural, so that what is said of a thing still agrees with it."""
    lines = (DATA / "things.txt").read_text(encoding="utf-8").splitlines()[1:]
    words = " ".join(lines).split()
    return {plural: [w for w in words if _plural(w) == plural] for plural in (False, True)}


def _plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith("ss")


def loosened(value: str, rng: random.Random, said: Callable[[str], tuple[str, ...]] | None = None) -> str:
    """Another value of the same shape, never one that is held out of training, by the ways an answer `said` it."""
    return drawn(lambda: reworded(value, rng), said or (lambda made: (made,)))


def drawn(draw: Callable[[], str], said: Callable[[str], tuple[str, ...]]) -> str:
    """The first value drawn that is not held out of training, in none of the ways in which an answer `said` it."""
    while True:
        made = draw()
        if not any(is_held_out(way, HELD_OUT_ONE_IN) for way in said(made)):
            return made


def reworded(value: str, rng: random.Random) -> str:
    """The value with its numbers, names and most of its words exchanged for any others; "my boss" stays somebody's."""
    return _PART.sub(lambda part: _other(part.group(), rng), value)


def _other(part: str, rng: random.Random) -> str:
    if part.isdigit():
        return part if set(part) == {"0"} else _number(len(part), rng)
    if part[0].isupper():
        return made_up(rng)
    if part in _KEPT or rng.random() < 0.2:
        return part
    return made_up(rng).lower() if rng.random() < 0.15 else rng.choice(_things()[_plural(part)])


def _number(digits: int, rng: random.Random) -> str:
    low = 10 ** (digits - 1)
    number = rng.randrange(low, 10 * low)
    return str(number - number % 5) if number >= 20 and rng.random() < 0.5 else str(number)
