"""The prompts of the evaluation: drawn like training's, from what was held out of it."""

import itertools
import random
from dataclasses import dataclass, replace

from anchoring.prompting import Framing, Reasoning
from training.corpus.examples import Example, draw_example
from training.corpus.message import Held
from training.corpus.source import Pair, Source, is_held_out

COMBINATIONS = Held(combinations=True, slots=True)
WORDINGS = Held(wordings=True, slots=True)
PLAIN = Held(slots=True)


@dataclass(frozen=True)
class Asked:
    """One prompt of the evaluation: the set it belongs to and the example it is the prompt of.

    `twin` is the same for the two sides of a wink/twitch pair, None elsewhere.
    """

    scope: str
    kind: str
    example: Example
    twin: int | None = None


def ask(source: Source, count: int, seed: int = 7) -> list[Asked]:
    """All prompts for one scope, `count` of every kind and `count` pairs of prompts, the same for the same seed.

    The card's starters are trained on as they stand, so no detail of theirs is asked about.
    """
    rng = random.Random(f"{source.scope.id} {seed}")
    unpaired = replace(source, pairs=())
    asked = []
    for kind, framing, reasoning, held in (
        ("combinations", Framing.CARD, Reasoning.OFF, COMBINATIONS),
        ("wordings", Framing.CARD, Reasoning.OFF, WORDINGS),
        ("none", Framing.NONE, Reasoning.OFF, COMBINATIONS),
        ("grounded", Framing.CARD, Reasoning.GROUNDED, COMBINATIONS),
    ):
        drawn = (draw_example(unpaired, rng, framing, reasoning, held) for _ in itertools.count())
        fresh = itertools.islice((example for example in drawn if not _known(source, example)), count)
        asked += [Asked(source.scope.id, kind, example) for example in fresh]
    asked += _twins(source, "pairs", source.pairs, PLAIN, count, rng)
    return asked + _twins(source, "pairs, unseen", unseen(source.pairs), WORDINGS, count, rng)


def _known(source: Source, example: Example) -> bool:
    """Whether a starter of the card gives one of the example's details, days apart."""
    known = {value for details in source.starters for value in details.values()}
    return any(value in known for slot, value in example.slots if slot != "day")


def unseen(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """The pairs of which both sides have wordings that are held out of training."""
    return tuple(p for p in pairs if all(any(is_held_out(w, 4) for w in side.wordings) for side in p.readings))


def _twins(source: Source, kind: str, pairs: tuple[Pair, ...], held: Held, count: int, rng) -> list[Asked]:
    """`count` times two prompts, one for each side of a pair."""
    asked, drawn = [], rng.sample(pairs, len(pairs))
    for number in range(count if pairs else 0):
        pair = drawn[number % len(pairs)]
        one = replace(source, pairs=(pair,))
        for letter in (r.letter for r in pair.readings):
            example = None
            while example is None or example.pair != letter or _known(source, example):
                example = draw_example(one, rng, Framing.CARD, Reasoning.OFF, held)
            asked.append(Asked(source.scope.id, kind, example, number))
    return asked
