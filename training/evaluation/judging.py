"""What one answer did: cues it took up, details it copied, faults of form."""

from dataclasses import dataclass

from anchoring.models.types import Generation
from anchoring.prompting import Framing
from training.corpus.grammar import stands_in
from training.corpus.people import spoken_of
from training.corpus.source import Source
from training.evaluation.details import Details, details
from training.evaluation.masking import Values, every_value, masker, sentences
from training.evaluation.prompts import Asked
from training.evaluation.recogniser import Match, recogniser
from training.evaluation.wellformed import Checker, checker


@dataclass(frozen=True)
class Judged:
    """`present` are the cues of the prompt, `said` those that the answer takes up, `noticed` those of the thought.

    `readings` are the wink/twitch sides that the answer gives, each a cue and a letter; `roles` what its known
    sentences are for; `named` says whether it calls the person as the prompt does, None where that calls nobody.
    """

    asked: Asked
    generation: Generation
    present: frozenset[str]
    said: frozenset[str]
    noticed: frozenset[str]
    readings: frozenset[tuple[str, str]]
    roles: frozenset[str]
    details: Details
    named: bool | None
    faults: tuple[str, ...]

    @property
    def false(self) -> frozenset[str]:
        return self.said - self.present


def judge(asked: Asked, generation: Generation, source: Source) -> Judged:
    unframed = asked.example.prompt.framing == Framing.NONE
    known, values = recogniser(asked.scope, unframed), {name: (value,) for name, value in asked.example.slots}
    check = checker(asked.scope, unframed)
    hide = hider(source, values)
    answer = [known.match(s) for s in sentences(hide(generation.answer))]
    thought = [known.match(hide(line.lstrip("- "))) for line in generation.thought.splitlines() if line.strip()]
    return Judged(
        asked,
        generation,
        frozenset(s.cue for s in asked.example.shown),
        _cues(answer),
        _cues(thought),
        frozenset((m.cue, m.reading) for m in answer if m.reading),
        frozenset(m.entry.role for m in answer if m.known),
        details(generation.answer, asked.example.slots, known),
        _named(dict(asked.example.slots).get("name"), generation.answer),
        _faults(check, generation, values, spoken_of(asked.example.prompt.words, source.lists["people"])),
    )


def _faults(check: Checker, generation: Generation, values: Values, people: tuple[str, ...]) -> tuple[str, ...]:
    """Faults of form. With another of the `people` of the user's words in it a sentence is no worse formed: whether it
    is the right one is counted elsewhere, as it is for names."""
    anyone = {**values, "name": (*values.get("name", ()), *people)}
    return min((tuple(check.faults(generation.answer, v, generation.finish)) for v in (values, anyone)), key=len)


def hider(source: Source, values: dict[str, tuple[str, ...]]):
    """Masks the example's own details, then any that the scope knows: a wrong thing is still a thing."""
    own, any_ = masker(values), masker(every_value(source))
    return lambda text: any_(own(text))


def _named(name: str | None, answer: str) -> bool | None:
    return stands_in(name, answer) if name else None


def _cues(matches: list[Match]) -> frozenset[str]:
    return frozenset(m.cue for m in matches if m.cue)
