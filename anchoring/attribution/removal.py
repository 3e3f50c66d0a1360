"""Removal, leave-one-out: what happens to the answer without this piece of the prompt?

The prompt is rendered anew without the piece, the answer stays as it is, and the fall of its log-probability is the
piece's score: log p(target | prompt) - log p(target | prompt without it), in nats. Negative where the piece stood in
the way. Two pieces that say the same thing hide each other: removing either alone changes little.

The thought is taken away too, its marks left standing, to see what the answer rests on that the model told itself.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event

import numpy as np

from anchoring.attribution.masks import GIVEN, measure, removable, without
from anchoring.attribution.targets import target_tokens, targets, thought_tokens
from anchoring.attribution.types import Attribution
from anchoring.models.types import THOUGHT, Generation

_UNIT = "fall of the target's log-probability when the piece is removed, in nats"
HALVED = math.log(2)
SHARE_OF_LARGEST = 0.25


def passes(generation: Generation) -> int:
    """Forward passes that `with_removal` takes."""
    return len(removable(generation)) + 1 + bool(thought_tokens(generation))


def expected_seconds(model, generations: Sequence[Generation], count: Callable[[Generation], int] = passes) -> float:
    """What `count` passes over each take (by default those of `with_removal`), from one timed on this machine."""
    from anchoring.attribution.forcing import log_probabilities

    longest = max((g for g in generations if g.token_ids), key=_length, default=None)
    if longest is None:
        return 0.0
    began = time.perf_counter()
    log_probabilities(model, [longest.rendered.token_ids], longest.token_ids)
    per_token = (time.perf_counter() - began) / _length(longest)
    return per_token * sum(count(g) * _length(g) for g in generations)


def _length(generation: Generation) -> int:
    return len(generation.rendered.token_ids) + len(generation.token_ids)


def with_removal(
    model,
    generation: Generation,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> Generation:
    """The generation with `removal` measured: one forward pass a removable source, one for the thought, and one more.

    `model` is the LanguageModel that answered. `on_progress` is told the passes done and those in all. Raises
    Cancelled once `stop` is set, ModelError where the model fails.
    """
    falls = np.full((len(generation.token_ids), len(generation.rendered.sources) + 1), np.nan, np.float32)
    which, of = removable(generation), passes(generation)
    if generation.token_ids:
        masks = np.stack([without(generation), *(without(generation, n) for n in which)])
        told = None if on_progress is None else lambda done, _: on_progress(done, of)
        whole, *rows = measure(model, generation, masks, on_progress=told, stop=stop).log_probs
        for n, row in zip(which, rows, strict=True):
            falls[:, n] = whole - row
        falls[:, -1] = whole - _unthought(model, generation)
        if on_progress is not None:
            on_progress(of, of)
    return replace(generation, removal=falls)


def _unthought(model, generation: Generation) -> np.ndarray:
    """float32 [tokens]: log p of each of the answer's tokens after the thought's are taken out; nan for the others."""
    from anchoring.attribution.forcing import log_probabilities
    from anchoring.models.render import render

    scores, thought = np.full(len(generation.token_ids), np.nan, np.float32), set(thought_tokens(generation))
    if thought:
        kept = [n for n in range(len(scores)) if n not in thought]
        response = [generation.token_ids[n] for n in kept]
        prompt = render(generation.prompt, model.tokenizer).token_ids  # anew, as `measure` does
        row = log_probabilities(model, [prompt], response)[0]
        after = np.array(kept) > max(thought)
        scores[np.array(kept)[after]] = row[after]
    return scores


def removal(generation: Generation, *, unit: str = "sentence", language: str = "en") -> Attribution:
    """Each target's fall for each source of the prompt: the sum over its tokens; nan where a source can't be removed.

    The thought, where there is one, is a source of the answer's targets too: the last column (`THOUGHT`).

    Raises ValueError where removal was not measured.
    """
    if generation.removal is None:
        raise ValueError("Removal was not measured for this answer: attribute(model, generation, 'removal') does.")
    rows, sources = targets(generation, unit, language=language), (*generation.rendered.sources, THOUGHT)
    sources = sources if generation.thought_span else sources[:-1]
    scores = np.empty((len(rows), len(sources)), np.float32)
    for score, target in zip(scores, rows, strict=True):
        score[:] = generation.removal[list(target_tokens(generation, target)), : len(sources)].sum(0)
    return Attribution("removal", scores, rows, sources, _UNIT, signed=True)


def matters(falls: Attribution) -> np.ndarray:
    """bool [targets, sources]: which sources a target rests on, by removal.

    Without such a source the target is at most half as likely, and its fall is at least a quarter of the largest that
    a piece of the prompt makes. (The thought's fall is no measure for the pieces: it can be far larger.)
    """
    given = falls.scores[:, [source.kind in GIVEN for source in falls.sources]]
    largest = np.nanmax(given, axis=1, keepdims=True, initial=0)
    return np.nan_to_num(falls.scores, nan=-1.0) >= np.maximum(HALVED, SHARE_OF_LARGEST * largest)
