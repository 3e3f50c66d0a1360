"""Removal, leave-one-out: what happens to the answer without this piece of the prompt?

The prompt is rendered anew without the piece, the answer stays as it is, and the fall of its log-probability is the
piece's score: log p(target | prompt) - log p(target | prompt without it), in nats. Negative where the piece stood in
the way. Two pieces that say the same thing hide each other: removing either alone changes little.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event

import numpy as np

from anchoring.attribution.targets import target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation
from anchoring.prompting.segments import Kind

_UNIT = "fall of the target's log-probability when the piece is removed, in nats"
HALVED = math.log(2)
SHARE_OF_LARGEST = 0.25
_GIVEN = (Kind.CUE, Kind.WORDS, Kind.FRAMING, Kind.REASONING)


def removable(generation: Generation) -> tuple[int, ...]:
    """Indices of the sources that can be taken away: all but the template's, without which there is no prompt."""
    sources = generation.rendered.sources
    return tuple(n for n, source in enumerate(sources) if source.kind in _GIVEN)


def passes(generation: Generation) -> int:
    """Forward passes that `with_removal` takes."""
    return len(removable(generation)) + 1


def expected_seconds(model, generations: Sequence[Generation]) -> float:
    """What `with_removal` will take for all of them, from one timed pass of the longest on this machine."""
    from anchoring.attribution.forcing import log_probabilities

    longest = max(generations, key=_length)
    if not longest.token_ids:
        return 0.0
    began = time.perf_counter()
    log_probabilities(model, [longest.rendered.token_ids], longest.token_ids)
    per_token = (time.perf_counter() - began) / _length(longest)
    return per_token * sum(passes(g) * _length(g) for g in generations)


def _length(generation: Generation) -> int:
    return len(generation.rendered.token_ids) + len(generation.token_ids)


def with_removal(
    model,
    generation: Generation,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> Generation:
    """The generation with `removal` measured: one forward pass a removable source, and one more.

    `model` is the LanguageModel that answered. `on_progress` is told the passes done and those in all. Raises
    Cancelled once `stop` is set, ModelError where the model fails.
    """
    from anchoring.attribution.forcing import log_probabilities
    from anchoring.models.render import render

    rendered = generation.rendered
    falls = np.full((len(generation.token_ids), len(rendered.sources)), np.nan, np.float32)
    which = removable(generation)
    if which and generation.token_ids:
        without = [generation.prompt.without({rendered.sources[n].id}) for n in which]
        prompts = [rendered.token_ids, *(render(p, model.tokenizer).token_ids for p in without)]
        told = None if on_progress is None else lambda done: on_progress(done, len(prompts))
        whole, *rows = log_probabilities(model, prompts, generation.token_ids, on_progress=told, stop=stop)
        for n, row in zip(which, rows, strict=True):
            falls[:, n] = whole - row
    return replace(generation, removal=falls)


def removal(generation: Generation, *, unit: str = "sentence", language: str = "en") -> Attribution:
    """Each target's fall for each source of the prompt: the sum over its tokens; nan where a source can't be removed.

    Raises ValueError where removal was not measured.
    """
    if generation.removal is None:
        raise ValueError("Removal was not measured for this answer: attribute(model, generation, 'removal') does.")
    rows, sources = targets(generation, unit, language=language), generation.rendered.sources
    scores = np.empty((len(rows), len(sources)), np.float32)
    for score, target in zip(scores, rows, strict=True):
        score[:] = generation.removal[list(target_tokens(generation, target))].sum(0)
    return Attribution("removal", scores, rows, sources, _UNIT, signed=True)


def matters(scores: np.ndarray) -> np.ndarray:
    """bool, of the shape of `scores` [..., sources]: which sources a target rests on.

    Without such a source the target is at most half as likely, and its fall is at least a quarter of the largest one.
    """
    largest = np.nanmax(scores, axis=-1, keepdims=True, initial=0)
    return np.nan_to_num(scores, nan=-1.0) >= np.maximum(HALVED, SHARE_OF_LARGEST * largest)
