"""Masked prompts: how likely the fixed answer is after the prompt with some of its pieces taken away.

One set of masks serves every target of an answer, and every method and check that asks about removal.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from anchoring.models.types import Generation
from anchoring.prompting.segments import Kind, Message

GIVEN = (Kind.CUE, Kind.WORDS, Kind.FRAMING, Kind.REASONING)
MOST_LISTED = 12  # up to this many pieces all masks can be listed, to draw from them without repeats


@dataclass(frozen=True, eq=False)
class Masked:
    """`masks` is bool [masks, sources], True where a source is kept; sources that can't be removed always are.

    `log_probs` is float32 [masks, response tokens], in nats.
    """

    masks: np.ndarray
    log_probs: np.ndarray

    def __add__(self, other: "Masked") -> "Masked":
        return Masked(np.concatenate([self.masks, other.masks]), np.concatenate([self.log_probs, other.log_probs]))

    def of(self, tokens) -> np.ndarray:
        """float64 [masks]: log p of these tokens together, given all that comes before them."""
        return self.log_probs[:, list(tokens)].sum(1, dtype=np.float64)


def removable(generation: Generation) -> tuple[int, ...]:
    """Indices of the sources that can be taken away: all but the template's, without which there is no prompt."""
    sources = generation.rendered.sources
    return tuple(n for n, source in enumerate(sources) if source.kind in GIVEN)


def measure(
    model,
    generation: Generation,
    masks: np.ndarray,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Masked:
    """The answer scored under each mask, one forward pass a row: the prompt is rendered anew without what it drops.

    Where a chat template would put a system message of its own in place of ours, ours stays, emptied, and where it
    takes no system message of ours for the whole prompt, it gets none for a part: to take a piece away is not to say
    something else. The whole prompt is rendered anew too, since some templates write the day's date. Raises Cancelled
    once `stop` is set, ModelError where the model fails.
    """
    from anchoring.attribution.forcing import log_probabilities
    from anchoring.models.render import folds

    sources, folded = generation.rendered.sources, folds(generation.prompt, model.tokenizer)
    prompts = []
    for mask in masks:
        dropped = {source.id for source, kept in zip(sources, mask, strict=True) if not kept}
        prompts.append(_reduced(generation, dropped, model.tokenizer, folded))
    told = None if on_progress is None else lambda done: on_progress(done, len(prompts))
    rows = log_probabilities(model, prompts, generation.token_ids, on_progress=told, stop=stop)
    return Masked(np.asarray(masks, bool), rows)


def _reduced(generation: Generation, dropped: set[str], tokenizer, folded: bool) -> tuple[int, ...]:
    from anchoring.models.render import RenderError, render

    prompt = generation.prompt.without(dropped)
    rendered = render(prompt, tokenizer, folded)
    if len(prompt.messages) < len(generation.prompt.messages) and not folded:
        emptied = replace(prompt, messages=(Message("system", ()), *prompt.messages))
        with contextlib.suppress(RenderError):  # a template that knows no system message adds none
            rendered = min(rendered, render(emptied, tokenizer), key=lambda made: len(made.text))
    return rendered.token_ids


def random_masks(generation: Generation, count: int = 64, seed: int = 0, keep: float = 0.5) -> np.ndarray:
    """bool [at most `count`, sources]: each removable source kept with probability `keep`; no mask comes twice.

    All of the prompt is no mask: it teaches nothing about a removal. With few sources there may be fewer masks than
    `count`; then each of them is there.
    """
    which = list(removable(generation))
    draws = np.random.default_rng(seed)
    masks = np.ones((count, len(generation.rendered.sources)), bool)
    if len(which) <= MOST_LISTED and 2 ** len(which) <= 2 * count:
        listed = (np.arange(2 ** len(which))[:, None] >> np.arange(len(which))) & 1
        masks = masks[: min(count, len(listed) - 1)]
        masks[:, which] = draws.permutation(listed[:-1])[: len(masks)]
        return masks
    seen = {masks[0].tobytes()}
    for row in masks:
        while row.tobytes() in seen:
            row[which] = draws.random(len(which)) < keep
        seen.add(row.tobytes())
    return masks


def without(generation: Generation, *dropped: int) -> np.ndarray:
    """bool [sources]: the mask that drops those sources alone."""
    mask = np.ones(len(generation.rendered.sources), bool)
    mask[list(dropped)] = False
    return mask
