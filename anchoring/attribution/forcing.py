"""Teacher forcing: how likely each token of a fixed answer is after other prompts."""

import inspect
from collections.abc import Callable, Sequence
from threading import Event

import numpy as np
import torch

from anchoring.models.faults import answering
from anchoring.models.load import LanguageModel

TOKENS_PER_BATCH = {"cpu": 1024}  # measured: larger batches leave the cache, and pad short prompts to long ones
MOST_TOKENS_PER_BATCH = 8192  # elsewhere; keeps activations and logits small beside the weights


class Cancelled(Exception):
    """Whoever asked no longer wants the result."""


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
    rows, done = np.empty((len(prompts), len(response)), np.float32), 0
    room = TOKENS_PER_BATCH.get(model.hf.device.type, MOST_TOKENS_PER_BATCH)
    for batch in _batches([len(p) + len(response) for p in prompts], room):
        if stop is not None and stop.is_set():
            raise Cancelled
        with model.running(), answering(model.id):
            rows[batch] = _forced(model, [prompts[n] for n in batch], response)
        done += len(batch)
        if on_progress is not None:
            on_progress(done)
    return rows


def _batches(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Indices in batches of like lengths, each of at most `room` tokens with padding, or of one row."""
    made: list[list[int]] = []
    for n in sorted(range(len(lengths)), key=lengths.__getitem__):
        if made and (len(made[-1]) + 1) * lengths[n] <= room:
            made[-1].append(n)
        else:
            made.append([n])
    return made


def _forced(model: LanguageModel, prompts: Sequence[Sequence[int]], response: Sequence[int]) -> np.ndarray:
    """One batch. Padding stands on the right, where no token looks, so that it changes nothing in any architecture."""
    lengths = [len(p) + len(response) - 1 for p in prompts]  # the last token foretells nothing that was kept
    ids = torch.full((len(prompts), max(lengths)), model.pad_id)
    for row, prompt, length in zip(ids, prompts, lengths, strict=True):
        row[:length] = torch.tensor([*prompt, *response[:-1]])
    first = min(map(len, prompts)) - 1
    wanted = torch.arange(first, ids.shape[1])
    device = model.hf.device
    keep = {"logits_to_keep": wanted.to(device)} if _keeps_logits(model.hf) else {}
    with torch.inference_mode():
        logits = model.hf(input_ids=ids.to(device), use_cache=False, **keep).logits
        logits = logits if keep else logits[:, first:]
        taken = torch.tensor(response, device=device)[:, None]
        rows = []
        for row, prompt in zip(logits, prompts, strict=True):
            start = len(prompt) - 1 - first
            steps = row[start : start + len(response)].float().log_softmax(-1)
            rows.append(steps.gather(-1, taken)[:, 0].cpu())
    return torch.stack(rows).numpy()


def _keeps_logits(hf_model) -> bool:
    """Whether the model makes logits for chosen positions alone."""
    return "logits_to_keep" in inspect.signature(hf_model.forward).parameters
