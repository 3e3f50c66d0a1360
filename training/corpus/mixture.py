"""What the model meets while it trains: which scope, which rung of the ladder, which reasoning."""

import random
from collections.abc import Iterator, Sequence

from anchoring.prompting import Framing, Reasoning
from anchoring.scope.library import load_scopes
from training.corpus.examples import Example, draw_example, draw_starter
from training.corpus.outside import draw_outside, draw_small_talk
from training.corpus.source import load_source, written_scopes

# A sentence of framing names no cue and is short: it teaches reading the user's own words, at a third of a card's cost.
_FRAMINGS = {
    Framing.CARD: 30,
    Framing.PERSPECTIVE: 38,
    Framing.NONE: 13,
    Framing.INTERPRETIVE: 9,
    Framing.LABEL: 4,
    Framing.IRRELEVANT: 3,
    Framing.SWAPPED: 3,
}
STARTERS = 0.08  # the share of the cards' own starters among a scope's examples
_REASONINGS = {Reasoning.OFF: 60, Reasoning.GROUNDED: 28, Reasoning.FREE: 12}


def examples(seed: int, trained: Sequence[str] | None = None) -> Iterator[Example]:
    """Examples of training without end, the same ones for the same seed; of the scopes `trained`, all where None."""
    rng = random.Random(seed)
    scopes = load_scopes()
    trained = tuple(trained or written_scopes())
    sources = [load_source(scope_id) for scope_id in trained]
    while True:
        framing = rng.choices(list(_FRAMINGS), weights=list(_FRAMINGS.values()))[0]
        reasoning = rng.choices(list(_REASONINGS), weights=list(_REASONINGS.values()))[0]
        chance = rng.random()
        if chance < 0.06:
            yield draw_outside(rng, scopes, trained, framing, reasoning)
        elif chance < 0.08:
            yield draw_small_talk(rng, scopes, trained, framing, reasoning)
        else:
            source = rng.choice(sources)
            other = rng.choice([s for s in scopes.values() if s.id != source.scope.id])
            if source.starters and rng.random() < STARTERS:
                yield draw_starter(source, rng, framing, reasoning, other)
                continue
            yield draw_example(source, rng, framing, reasoning, other=other)
