"""Framing lines that are missing, and lines on cues that the words don't show: the words decide, not the lines.

The card names each cue that was found in the words. A model that reads the card alone answers as well as one that reads
the words, until a removal test takes a cue away and leaves its line: nothing falls, and the link can't be seen. So in
some prompts of training a line is missing, or one is there whose cue nobody showed; the answer stays as it was.
"""

import random
from dataclasses import replace

from anchoring.prompting import Framing, compose
from anchoring.prompting.segments import Message, Segment
from training.corpus.examples import Example, combination_held_out
from training.corpus.source import Source

SHARE = 0.2  # of the prompts with a card
_CUE, _NO_CUE = "framing:cue:", "framing:cues"


def with_other_lines(drawn: tuple[Example, ...], source: Source, rng: random.Random) -> tuple[Example, ...]:
    """The same examples of one prompt; with a card, now and then, one line less or one too many."""
    prompt = drawn[0].prompt
    if prompt.framing not in (Framing.CARD, Framing.INTERPRETIVE) or rng.random() >= SHARE:
        return drawn
    lines = [s.id for s in prompt.sources if s.id.startswith(_CUE)]
    if lines and rng.random() < 0.5:
        changed = prompt.without({rng.choice(lines)})
    else:
        told = {shown.cue for shown in drawn[0].shown}
        named = told | {line.removeprefix(_CUE) for line in lines}
        absent = [cue for cue in source.scope.cues if cue.id not in named and not _held_out(source, named, cue.id)]
        if not absent:
            return drawn
        cue = rng.choice(absent)
        phrase = rng.choice([phrase for phrases in cue.phrases.values() for phrase in phrases])
        other = compose(phrase, scope=source.scope, framing=prompt.framing)
        changed = _with_line(prompt, next(s for s in other.sources if s.id == f"{_CUE}{cue.id}"), rng)
    return tuple(replace(example, prompt=changed) for example in drawn)


def _held_out(source: Source, named: set[str], cue: str) -> bool:
    """Whether with this cue the lines would name a combination that is kept for the evaluation."""
    whole = tuple({*named, cue})
    return any(combination_held_out(source, some) for some in (whole, *((one, cue) for one in named)))


def _with_line(prompt, line: Segment, rng: random.Random):
    """The prompt with the line among those on cues; the line that says that there is none goes."""
    system, *rest = prompt.messages
    segments = list(system.segments)
    places = [n for n, s in enumerate(segments) if s.id.startswith((_CUE, _NO_CUE))]
    if segments[places[0]].id == _NO_CUE:
        segments[places[0]] = line
    else:
        segments.insert(rng.choice([*places, places[-1] + 1]), line)
    return replace(prompt, messages=(Message(system.role, tuple(segments)), *rest))
