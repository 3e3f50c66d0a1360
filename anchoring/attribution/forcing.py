"""Teacher forcing: how likely each token of a fixed answer is after other prompts."""

import inspect
from collections.abc import Callable, Sequence
from threading import Event

import numpy as np
import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from anchoring.attribution.batches import batches, limits
from anchoring.models.faults import Cancelled, ModelError, answering
from anchoring.models.load import LanguageModel


def log_probabilities(
    model: LanguageModel,
    prompts: Sequence[Sequence[int]],
    response: Sequence[int],
    *,
    on_progress: Callable[[int], None] | None = None,
    stop: Event | None = None,
) -> np.ndarray:
    """float32 [prompts, response tokens]: log p of each response token after each prompt's tokens, in nats.

    The response stays as it is, whatever the prompt. `on_progress` is told the number of prompts done. Cancelled once
    `stop` is set; ModelError where the model fails.
    """
    if not response:
        raise ValueError("There is no response to score.")
    if not model.causal:
        raise ModelError(
            f"{model.id} reads ahead of the word that it foretells, so no answer can be scored after other prompts: "
            "nothing can be tested by removal."
        )
    rows, done = np.empty((len(prompts), len(response)), np.float32), 0
    for batch in batches(prompts, len(response), limits(model.hf.device.type), _begins_once(model)):
        if stop is not None and stop.is_set():
            raise Cancelled
        with model.running(), answering(model.id):
            rows[list(batch.rows)] = _forced(model, [prompts[n] for n in batch.rows], response, batch.shared)
        done += len(batch.rows)
        if on_progress is not None:
            on_progress(done)
    return rows


def _forced(model: LanguageModel, prompts, response: Sequence[int], shared: int) -> np.ndarray:
    """One batch. Padding stands on the right, where no token looks, so that it changes nothing in any architecture.

    The first `shared` tokens are the same in all prompts, and run once.
    """
    lengths = [len(p) - shared + len(response) - 1 for p in prompts]  # the last token foretells nothing that was kept
    ids = torch.full((len(prompts), max(lengths)), model.pad_id)
    for row, prompt, length in zip(ids, prompts, lengths, strict=True):
        row[:length] = torch.tensor([*prompt[shared:], *response[:-1]])
    first = min(map(len, prompts)) - 1 - shared
    wanted = torch.arange(first, ids.shape[1])
    device = model.hf.device
    keep = {"logits_to_keep": wanted.to(device)} if _keeps_logits(model.hf) else {}
    with torch.inference_mode():
        begun = _begun(model.hf, prompts[0][:shared], len(prompts)) if shared else {"use_cache": False}
        logits = model.hf(input_ids=ids.to(device), **begun, **keep).logits
        logits = logits if keep else logits[:, first:]
        taken = torch.tensor(response, device=device)[:, None]
        rows = []
        for row, prompt in zip(logits, prompts, strict=True):
            start = len(prompt) - 1 - shared - first
            steps = row[start : start + len(response)].float().log_softmax(-1)
            rows.append(steps.gather(-1, taken)[:, 0].cpu())
    return torch.stack(rows).numpy()


def _begun(hf_model, tokens: Sequence[int], rows: int) -> dict:
    """What lets a batch of `rows` go on after the same tokens."""
    cache = DynamicCache(config=hf_model.config)
    hf_model.base_model(input_ids=torch.tensor([list(tokens)], device=hf_model.device), past_key_values=cache)
    cache.batch_repeat_interleave(rows)
    return {"past_key_values": cache, "use_cache": True}


def _begins_once(model: LanguageModel) -> bool:
    """Whether all that the model remembers of its tokens are their keys and values, to go on from in many ways."""
    try:
        layers = DynamicCache(config=model.hf.config).layers
    except AttributeError:  # a model of several parts, whose configuration names no layers
        return False
    return model.tapped and all(type(layer) is DynamicLayer for layer in layers)


def _keeps_logits(hf_model) -> bool:
    """Whether the model makes logits for chosen positions alone."""
    return "logits_to_keep" in inspect.signature(hf_model.forward).parameters
