"""What a row of scores says in words: its largest sources, the rest, and where a target stands in its part."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from anchoring.attribution.types import Attribution
from anchoring.models.types import THOUGHT, Generation, Source, Target
from anchoring.prompting.segments import Kind

SAYS = (Kind.CUE, Kind.WORDS, Kind.FRAMING, Kind.REASONING)
"""Kinds that a person or a card wrote; the template and the answer's own words are told apart, never ranked."""

KIND_NAMES = {
    Kind.CUE: "cue",
    Kind.WORDS: "the user's words",
    Kind.FRAMING: "framing",
    Kind.REASONING: "chain-of-thought instruction",
    Kind.TEMPLATE: "template and first token",
    Kind.OWN: "the answer's own words so far",
}


@dataclass(frozen=True)
class Ranked:
    """A source, its place in a row of scores, and its score."""

    source: Source
    column: int
    score: float


def is_share(attribution: Attribution) -> bool:
    """Whether scores are shares of a whole, so that a percentage says what they are."""
    return attribution.unit.startswith("share of")


def number(attribution: Attribution, score: float) -> str:
    """A score as people read it: `23%` for a share, else with its sign where it has one."""
    if is_share(attribution):
        return f"{100 * score:.0f}%" if score >= 0.01 or score <= 0 else "under 1%"
    return f"{score:+.3g}" if attribution.signed else f"{score:.3g}"


def largest(attribution: Attribution, row: Sequence[float], count: int = 3) -> list[Ranked]:
    """The `count` sources with the largest scores, by size where they are signed, the earlier first on a tie."""
    ranked = [
        Ranked(source, column, float(score))
        for column, (source, score) in enumerate(zip(attribution.sources, row, strict=True))
        if source.kind in SAYS and score != 0 and not isnan(score)
    ]
    return sorted(ranked, key=lambda r: (-abs(r.score), r.column))[:count]


def beside(attribution: Attribution, row: Sequence[float]) -> dict[str, float]:
    """What fell on the template with the first token, and on the model's own words, by name: shown, never hidden."""
    sums: dict[str, float] = {}
    for source, score in zip(attribution.sources, row, strict=True):
        if source.kind not in SAYS and not isnan(score):
            name = source_name(source)
            sums[name] = sums.get(name, 0.0) + float(score)
    return sums


def source_name(source: Source) -> str:
    """The kind in words, with the card's cue where the source carries one."""
    if source is THOUGHT:
        return "the text before the answer"
    name = KIND_NAMES[source.kind]
    return f"{name}: {source.cue.replace('-', ' ')}" if source.cue else name


def place(generation: Generation, target: Target) -> tuple[int, int]:
    """Offsets of a target in its own part, `generation.thought` or `generation.answer`, in code points."""
    start, end = generation.thought_span if target.part == "thought" else generation.answer_span
    raw = generation.text[start:end]
    zero = start + len(raw) - len(raw.lstrip())
    return target.start - zero, target.end - zero
