"""Slips: sentences of an answer on a cue that nobody showed, which a model must write on from.

A model of this size leans on its own text: what it said of one cue foretells what it says of the next. Then a removal
test, which takes a cue away and keeps the answer, finds that a later sentence falls too; and one wrong sentence brings
on others. So some answers in training hold a slip. No loss is counted on it, and what follows answers to the words.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from anchoring.prompting import Framing
from training.corpus.examples import Example, Sentence
from training.corpus.grammar import sentence, slots_of
from training.corpus.people import by_role, fits
from training.corpus.source import Source

SHARE = 0.15  # of the framed answers
SLIP = "slip"
_FOLLOWS = {Framing.CARD: "moves", Framing.INTERPRETIVE: "flips"}


def with_slips(drawn: tuple[Example, ...], sources: Callable[[str], Source], rng: random.Random) -> tuple[Example, ...]:
    """The same examples, some of them with a slip. `sources` gives a scope's source by its id."""
    return tuple(slipped(e, sources(e.prompt.scope), rng) if rng.random() < SHARE else e for e in drawn)


def slipped(example: Example, source: Source, rng: random.Random) -> Example:
    """The example with one cue more in its answer than its words show, where the answer takes up cues.

    A grounded thought names the cues; an answer that went on about another one would contradict it, so it stays.
    """
    absent = sorted(set(source.cues) - {s.cue for s in example.shown})
    begun = [n for n, s in enumerate(example.answer) if s.role == "signal"]
    if not begun or not absent or any(s.role == "thought" for s in example.thought):
        return example
    ended = 1 + max(n for n, s in enumerate(example.answer) if s.cue)
    at, cue = rng.choice([*begun, ended]), source.cues[rng.choice(absent)]
    lists = [cue.signals]
    # As it is said of the other cues; or not, since what follows a signal must not rest on the signal alone.
    if ended - begun[0] > len(begun) and rng.random() < 0.5:
        lists.append(cue.moves if example.prompt.framing is Framing.CARD else cue.flips)
    said = tuple(_said(example, texts, rng) for texts in lists)
    return replace(example, answer=(*example.answer[:at], *said, *example.answer[at:]))


def _said(example: Example, texts: tuple[str, ...], rng: random.Random) -> Sentence:
    """One of the texts that name no detail which the words didn't give."""
    told = dict(example.slots)
    fitting = [t for t in texts if slots_of(t) <= set(told) and (not by_role(told.get("name", "")) or fits(t))]
    return Sentence(sentence(rng.choice(fitting), rng, told), SLIP)
