"""Gradients: which embeddings would move the answer's log-probability?

Gradient x input is the first-order change of the target's log-probability as the piece's embeddings grow from
nothing. Integrated gradients (Sundararajan et al. 2017) add up such changes on the way from all given pieces at zero
to the prompt as it is, so that the scores of a target sum to the whole change. Both by captum.
"""

import threading
from collections.abc import Callable

import numpy as np
import torch

from anchoring.attribution.cost import BACKWARD, STEPS, STEPS_AT_ONCE
from anchoring.attribution.masks import removable
from anchoring.attribution.targets import target_tokens, targets, thought_tokens
from anchoring.attribution.types import Attribution
from anchoring.models.faults import Cancelled, ModelError, answering
from anchoring.models.load import LanguageModel
from anchoring.models.types import OWN, THOUGHT, Generation

_GRADIENT = "first-order change of the target's log-probability with the piece's embeddings, in nats"
_INTEGRATED = f"change of the target's log-probability from zero embeddings on, {STEPS} steps, in nats"

MOST_APART = 0.01  # nats, between a token's log-probability read by its id and by its embedding

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
    """Signed scores [targets, sources + own], all tokens counted; the last column is the generated tokens before. The
    thought, where there is one, is a source of the answer's own, last but one.

    One forward and one backward pass a target. `on_progress` is told passes as `cost` counts them. Raises Cancelled
    once `stop` is set, ModelError where the model fails or reads more of a token than its embedding.
    """
    from captum.attr import InputXGradient

    def scored(chance, inputs):
        return InputXGradient(chance).attribute(inputs)[0]

    rows = targets(generation, unit, language=language)
    scores = _scores(model, generation, rows, scored, 1, on_progress, stop)
    own = (THOUGHT, OWN)
    if not thought_tokens(generation):
        scores, own = np.delete(scores, -2, 1), (OWN,)
    return Attribution("gradient", scores, rows, (*generation.rendered.sources, *own), _GRADIENT, signed=True)


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
        found = IntegratedGradients(chance)
        return found.attribute(inputs, baselines=start, n_steps=steps, internal_batch_size=STEPS_AT_ONCE)[0]

    rows = targets(generation, unit, language=language)
    scores = _scores(model, generation, rows, scored, steps, on_progress, stop)[:, :-2]
    scores[:, [n for n in range(scores.shape[1]) if n not in given]] = np.nan
    return Attribution("integrated", scores, rows, generation.rendered.sources, _INTEGRATED, signed=True)


def _scores(model, generation, rows, scored, steps, on_progress, stop) -> np.ndarray:
    """float32 [targets, sources + 2]: each target's scores by token and dimension, summed over sources, the thought
    (for the answer's targets) and the other generated tokens."""
    of = len(rows) * steps * (1 + BACKWARD)
    done = 0

    def watch(passes: int) -> None:
        nonlocal done
        if stop is not None and stop.is_set():
            raise Cancelled
        done = min(done + passes * (1 + BACKWARD), of)
        if on_progress is not None:
            on_progress(done, of)

    rendered = generation.rendered
    ids = torch.tensor([[*rendered.token_ids, *generation.token_ids]], device=model.hf.device)
    own = torch.full(ids.shape[1:], len(rendered.sources) + 1)
    own[: len(rendered.token_source)] = torch.tensor(rendered.token_source)
    told = own.clone()
    told[[len(rendered.token_ids) + n for n in thought_tokens(generation)]] = len(rendered.sources)
    scores = torch.zeros(len(rows), len(rendered.sources) + 2)
    inputs = model.hf.get_input_embeddings()(ids).detach()
    with model.running(), answering(model.id):
        _refuse_more_than_embeddings(model, ids, inputs, len(rendered.token_ids))
        for n, target in enumerate(rows):
            at = torch.tensor(target_tokens(generation, target)) + len(rendered.token_ids)
            found = scored(_chance(model, ids, at, watch), inputs.clone().requires_grad_())
            scores[n].index_add_(0, told if target.part == "answer" else own, found.detach().float().sum(-1).cpu())
    return scores.numpy()


@torch.no_grad()
def _refuse_more_than_embeddings(model: LanguageModel, ids: torch.Tensor, inputs: torch.Tensor, begin: int) -> None:
    """Some models look a token up a second time, beside its embedding (Gemma 3n): given embeddings alone they say
    something else, and the gradients would explain that."""
    keep = ids.shape[1] - begin + 1
    read, given = (
        model.hf(**tokens, use_cache=False).logits[:, -keep:-1].float().log_softmax(-1).gather(-1, ids[:, begin:, None])
        for tokens in ({"input_ids": ids}, {"inputs_embeds": inputs})
    )
    if not torch.allclose(read, given, atol=MOST_APART):
        raise ModelError(
            f"{model.id} reads more of a token than its embedding, so gradients would explain another answer: choose "
            "a method by removal."
        )


def _chance(model: LanguageModel, ids: torch.Tensor, at: torch.Tensor, watch: Callable[[int], None]):
    """A function of embeddings [batch, tokens, dimensions]: log p of the tokens at the places `at`, [batch]."""

    def chance(embeddings: torch.Tensor) -> torch.Tensor:
        logits = model.hf(inputs_embeds=embeddings, use_cache=False).logits
        steps = logits[:, at - 1].float().log_softmax(-1)
        watch(len(embeddings))
        return steps.gather(-1, ids[:, at, None].expand(len(steps), -1, 1)).sum((1, 2))

    return chance
