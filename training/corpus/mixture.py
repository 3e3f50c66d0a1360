"""What the model meets while it trains: which scope, which rung of the ladder, which reasoning."""

import random
from collections.abc import Callable, Iterator, Sequence

from anchoring.prompting import Framing, Reasoning
from anchoring.scope.library import load_scopes
from training.corpus.examples import Example, draw_examples, draw_recognised, draw_starters
from training.corpus.lines import with_other_lines
from training.corpus.outside import draw_outside, draw_small_talk
from training.corpus.slips import with_slips
from training.corpus.source import Source, load_source, written_scopes

Sources = Callable[[str], Source]  # a scope's source by its id

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
OUTSIDE, SMALL_TALK = 0.05, 0.02
RECOGNISED = 0.3  # the share of messages full of cues, without an answer: the cheapest way to learn wordings
MISTAKES = 0.1  # the share of answers put right, where there are any
STARTERS = 0.08  # the share of the cards' own starters among a scope's examples
_REASONINGS = {Reasoning.OFF: 60, Reasoning.GROUNDED: 28, Reasoning.FREE: 12}


def examples(seed: int, sources: Sources = load_source, trained: Sequence[str] = ()) -> Iterator[Example]:
    """Examples of the scopes `trained`, or of all, without end, the same ones for the same seed."""
    rng = random.Random(seed)
    while True:
        yield _drawn(rng, tuple(trained) or written_scopes(), 1, sources)[0]


def tellings(
    seed: int, trained: Sequence[str], count: int, sources: Sources, mistakes: Sequence[Example] = ()
) -> Iterator[tuple[Example, ...]]:
    """What the model trains on, without end: up to `count` examples with one prompt, or one that is recognised only.

    `sources` is `few`, or `load_source` for every phrasing that there is; `mistakes` are answers put right.
    """
    rng = random.Random(seed)
    while True:
        if mistakes and rng.random() < MISTAKES:
            yield (rng.choice(mistakes),)
        elif rng.random() < RECOGNISED:
            yield (draw_recognised(load_source(rng.choice(trained)), rng),)
        else:
            drawn = _drawn(rng, tuple(trained), count, sources)
            if drawn[0].shown:
                drawn = with_other_lines(drawn, load_source(drawn[0].prompt.scope), rng)
            yield with_slips(drawn, sources, rng)


def _drawn(rng: random.Random, trained: tuple[str, ...], count: int, sources: Sources) -> tuple[Example, ...]:
    scopes = load_scopes()
    framing = rng.choices(list(_FRAMINGS), weights=list(_FRAMINGS.values()))[0]
    reasoning = rng.choices(list(_REASONINGS), weights=list(_REASONINGS.values()))[0]
    chance = rng.random()
    if chance < OUTSIDE:
        return (draw_outside(rng, scopes, trained, framing, reasoning),)
    if chance < OUTSIDE + SMALL_TALK:
        return (draw_small_talk(rng, scopes, trained, framing, reasoning),)
    source = sources(rng.choice(trained))
    other = rng.choice([s for s in scopes.values() if s.id != source.scope.id])
    if source.starters and rng.random() < STARTERS:
        return draw_starters(source, rng, framing, reasoning, other, count)
    return draw_examples(source, rng, framing, reasoning, other=other, count=count)
