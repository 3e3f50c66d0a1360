"""From a generation and its attribution to an arm of the reading room."""

from collections.abc import Mapping, Sequence
from math import isnan

from anchoring.attribution import badges
from anchoring.attribution.checks import foretelling
from anchoring.attribution.removal import matters
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation, Source, Target
from anchoring.report.endings import ending, pace
from pages.components.reading_room.contract import Arm, SourceView, TargetView


def arm_of(
    label: str,
    generation: Generation,
    attribution: Attribution | None = None,
    removal: Attribution | None = None,
    *,
    cue_labels: Mapping[str, str] | None = None,
    lang: str = "",
    unit: str = "share",
) -> Arm:
    """The arm of a finished answer. `cue_labels` maps a card's cue id to its short name; `unit` is that of the reading
    room.

    `removal`, of the same targets as `attribution`, draws a frame around the sources that a target rests on, gives
    each target its badge, and stands beside the scores.
    """
    tokens = len(generation.token_ids)
    arm = Arm(
        label=label,
        meta=" · ".join(filter(None, (pace((generation,)), f"{tokens} tokens", ending(generation)))),
        status=generation.finish,
        lang=lang,
        thought=generation.thought,
        answer=generation.answer,
    )
    if attribution is None:
        return arm | {"targets": [], "sources": [], "scores": None}
    kept = [(view, i) for i, target in enumerate(attribution.targets) if (view := target_view(generation, target))]
    rows = [i for _, i in kept]
    arm |= {
        "targets": [view for view, _ in kept],
        "sources": _sources(attribution, removal, rows, cue_labels or {}),
        "scores": _table(attribution, rows, attribution.sources),
        "unit": unit,
    }
    if removal is None:
        return arm
    said = badges(attribution, removal, generation)
    foretold = foretelling(attribution, generation)
    named = [
        view | {"badge": said[i].value} | ({} if foretold is None else {"lds": _number(foretold[i])})
        for view, i in kept
    ]
    falls = _table(removal, rows, attribution.sources)
    return arm | {"targets": named, "falls": falls, "by_removal": attribution.method == removal.method}


def _table(scores: Attribution, rows: list[int], sources: Sequence[Source]) -> list[list[float | None]]:
    """Those rows over those sources; None where the method has no score."""
    place = {source.id: n for n, source in enumerate(scores.sources)}
    columns = [place.get(source.id) for source in sources]
    return [[None if c is None else _number(scores.scores[row, c]) for c in columns] for row in rows]


def _number(score: float) -> float | None:
    return None if isnan(score) else round(float(score), 5)


def _sources(
    attribution: Attribution, removal: Attribution | None, kept: list[int], cue_labels: Mapping[str, str]
) -> list[SourceView]:
    views = [source_view(source, cue_labels) for source in attribution.sources]
    if removal is None:
        return views
    rests = matters(removal)[kept]
    frames = {source.id: column.nonzero()[0].tolist() for source, column in zip(removal.sources, rests.T, strict=True)}
    return [view | {"outline": frames[view["id"]]} if view["id"] in frames else view for view in views]


def target_view(generation: Generation, target: Target) -> TargetView | None:
    """The target with offsets moved from the generation's text to its part, which has lost its outer white space.

    None for a target that lies wholly in that white space, or in the model's markup.
    """
    span = generation.thought_span if target.part == "thought" else generation.answer_span
    if span is None:
        return None
    raw = generation.text[slice(*span)]
    zero = span[0] + len(raw) - len(raw.lstrip())
    length = len(raw.strip())
    start, end = max(target.start - zero, 0), min(target.end - zero, length)
    if start >= end:
        return None
    return TargetView(text=generation.text[zero + start : zero + end], start=start, end=end, part=target.part)


def source_view(source: Source, cue_labels: Mapping[str, str]) -> SourceView:
    label = cue_labels.get(source.cue, source.cue) if source.cue else ""
    return SourceView(id=source.id, kind=source.kind.value, text=source.text, label=label)
