"""Gradients: which embeddings would move the answer's log-probability?

Gradient x input is the first-order change of the target's log-probability as the piece's embeddings grow from
nothing. Integrated gradients (Sundararajan et al. 2017) add up such changes on the way from all given pieces at zero
to the prompt as it is, so that the scores of a target sum to the whole change. Both by captum.
"""

import threading
from collections.abc import Callable

import numpy as np
import torch

from anchoring.attribution.cost import STEPS
from anchoring.attribution.forcing import Cancelled
from anchoring.attribution.masks import removable
from anchoring.attribution.targets import target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.faults import answering
from anchoring.models.load import LanguageModel
from anchoring.models.types import OWN, Generation

_GRADIENT = "first-order change of the target's log-probability with the piece's embeddings, in nats"
_INTEGRATED = f"change of the target's log-probability from zero embeddings on, {STEPS} steps, in nats"

OnProgress = Callable[[int, int], None]


def gradient(
    model: LanguageModel,
    generation: Generation,
    *,
    unit: str = "sentence",
    language: str = "en",
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Attribution:
    """Signed scores [targets, sources + 1], all tokens counted; the last column is the generated tokens before.

    One forward and one backward pass a target. Raises Cancelled once `stop` is set, ModelError where the model fails.
    """
    from captum.attr import InputXGradient

    def scored(chance, inputs):
        return InputXGradient(chance).attribute(inputs)[0]

    rows = targets(generation, unit, language=language)
    scores = _scores(model, generation, rows, scored, on_progress, stop)
    return Attribution("gradient", scores, rows, (*generation.rendered.sources, OWN), _GRADIENT, signed=True)


def integrated(
    model: LanguageModel,
    generation: Generation,
    *,
    unit: str = "sentence",
    language: str = "en",
    steps: int = STEPS,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Attribution:
    """Signed scores [targets, sources]; nan for the template, which stays as it is on the whole way.

    `steps` forward and backward passes a target. Raises as `gradient` does.
    """
    from captum.attr import IntegratedGradients

    given = list(removable(generation))
    tokens = np.isin(generation.rendered.token_source, given)

    def scored(chance, inputs):
        start = inputs.detach().clone()
        start[0, : len(tokens)][torch.as_tensor(tokens, device=start.device)] = 0
        found = IntegratedGradients(chance).attribute(inputs, baselines=start, n_steps=steps, internal_batch_size=4)
        return found[0]

    rows = targets(generation, unit, language=language)
    scores = _scores(model, generation, rows, scored, on_progress, stop)[:, :-1]
    scores[:, [n for n in range(scores.shape[1]) if n not in given]] = np.nan
    return Attribution("integrated", scores, rows, generation.rendered.sources, _INTEGRATED, signed=True)


def _scores(model, generation, rows, scored, on_progress, stop) -> np.ndarray:
    """float32 [targets, sources + 1]: each target's scores by token and dimension, summed over sources."""
    rendered = generation.rendered
    ids = torch.tensor([[*rendered.token_ids, *generation.token_ids]], device=model.hf.device)
    column = torch.full(ids.shape[1:], len(rendered.sources))
    column[: len(rendered.token_source)] = torch.tensor(rendered.token_source)
    scores = torch.zeros(len(rows), len(rendered.sources) + 1)
    inputs = model.hf.get_input_embeddings()(ids).detach()
    for n, target in enumerate(rows):
        if stop is not None and stop.is_set():
            raise Cancelled
        at = torch.tensor(target_tokens(generation, target)) + len(rendered.token_ids)
        with model.running(), answering(model.id):
            found = scored(_chance(model, ids, at), inputs.clone().requires_grad_())
        scores[n].index_add_(0, column, found.detach().float().sum(-1).cpu())
        if on_progress is not None:
            on_progress(n + 1, len(rows))
    return scores.numpy()


def _chance(model: LanguageModel, ids: torch.Tensor, at: torch.Tensor):
    """A function of embeddings [batch, tokens, dimensions]: log p of the tokens at the places `at`, [batch]."""

    def chance(embeddings: torch.Tensor) -> torch.Tensor:
        logits = model.hf(inputs_embeds=embeddings, use_cache=False).logits
        steps = logits[:, at - 1].float().log_softmax(-1)
        return steps.gather(-1, ids[:, at, None].expand(len(steps), -1, 1)).sum((1, 2))

    return chance
