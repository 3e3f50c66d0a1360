"""A side of a wink/twitch pair in words put together from parts: the act, and a detail or more that decide.

A side is known by what many different words have in common, and fifty sentences hold too few of them. Parts are of
training alone: the evaluation asks in whole wordings, which nobody put together.
"""

import random

from training.corpus.message import TRAINING, Held
from training.corpus.source import Reading, side

SHARE = 0.5  # of a side's wordings in training
_COUNTS = {1: 5, 2: 4, 3: 1}
_WAYS = (
    "{act}, {details}",
    "{act}, {details}",
    "{act}: {details}",
    "{act}. {Details}",
    "{details}, {act}",
    "{Details}. {Act}",
    "{details}, and {act}",
    "{details}: {act}",
)


def wording(reading: Reading, held: Held, rng: random.Random) -> str:
    """A wording of the reading: one of the file's, or in training as often one that is put together."""
    if held != TRAINING or not reading.details or rng.random() >= SHARE:
        return rng.choice(side(reading.wordings, held.wordings))
    return composed(reading, rng)


def composed(reading: Reading, rng: random.Random) -> str:
    """The act of the pair and, before it or after it, one to three details that decide for the reading."""
    act = rng.choice(reading.acts)
    count = rng.choices(list(_COUNTS), weights=list(_COUNTS.values()))[0]
    *first, last = rng.sample(reading.details, count)
    details = f"{', '.join(first)}{rng.choice((' and ', ', '))}{last}" if first else last
    way = rng.choice(_WAYS)
    for name, text in (("act", act), ("details", details)):
        way = way.replace(f"{{{name}}}", text).replace(f"{{{name.capitalize()}}}", text[:1].upper() + text[1:])
    return way
