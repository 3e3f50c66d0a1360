"""Sentences of answers of which we know what they answer to: the ground on which highlighting methods are scored."""

from dataclasses import dataclass

from anchoring.attribution import target_tokens, targets
from anchoring.models.types import Generation, Target
from anchoring.prompting.segments import Kind
from training.corpus.source import load_source
from training.evaluation.judging import hider
from training.evaluation.prompts import Asked
from training.evaluation.recogniser import recogniser

WORDS = frozenset({Kind.WORDS, Kind.CUE})


@dataclass(frozen=True)
class CueSentence:
    """A sentence that takes up a cue of the prompt. `true` are the ids of the sources that carry the cue.

    `role` is the part that the sentence plays in the corpus, `first` whether no sentence recognised before it
    is on the same cue: a later one can rest on that, which is the model's own text.

    `tokens` index `generation.token_ids`; `words` are the ids of the user's words, `all` those and the framing lines,
    `cues` those of the words that carry some cue. Only among `cues` is a true link alone right: every sentence also
    rests on the words that tell who did what, which carry none.
    """

    generation: Generation
    target: Target
    tokens: tuple[int, ...]
    role: str
    first: bool
    true: frozenset[str]
    words: tuple[str, ...]
    all: tuple[str, ...]
    cues: tuple[str, ...]

    def chance(self, among: tuple[str, ...]) -> float:
        """How often a source taken at random among those would be a true one."""
        return len(self.true & set(among)) / len(among) if among else 0.0


def cue_sentences(asked: Asked, generation: Generation) -> list[CueSentence]:
    """Those of the answer's sentences that take up a cue which the prompt holds, where there is a choice to make."""
    example = asked.example
    hide = hider(load_source(asked.scope), {name: (value,) for name, value in example.slots})
    rendered = generation.rendered.sources
    words = tuple(s.id for s in rendered if s.kind in WORDS)
    every = tuple(s.id for s in rendered if s.kind in WORDS or s.kind is Kind.FRAMING)
    carriers = {source for shown in example.shown for source in example.links(shown.cue)}
    cues = tuple(source for source in words if source in carriers)
    found, taken = [], set()
    for target in targets(generation):
        match = recogniser(asked.scope).match(hide(target.text))
        first = match.cue not in taken
        taken.add(match.cue)
        if target.part != "answer" or match.cue not in {s.cue for s in example.shown}:
            continue
        true = example.links(match.cue)
        tokens = target_tokens(generation, target)
        found.append(CueSentence(generation, target, tokens, match.entry.role, first, true, words, every, cues))
    return found
