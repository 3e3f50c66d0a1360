"""Attention of models that the tap cannot read: one more pass over a finished run, from the maps that they give back.

Eager attention holds the map of every layer at once, so this is for runs of a few thousand tokens. Where a learned sink
or prefix takes a part of the attention, rows are rescaled to sum to 1 over the tokens.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from transformers import PreTrainedModel

from anchoring.models.tap import TapError, TapSilent

MOST_BYTES = 1 << 32
"""Most memory that the maps of one pass may take."""


def attend_eager(
    hf_model: PreTrainedModel,
    prompt_ids: Sequence[int],
    response_ids: Sequence[int],
    token_source: Sequence[int],
    n_sources: int,
) -> np.ndarray:
    """float32 [response tokens, layers, heads, n_sources + 1], as `attend` gives them; only layers with attention.

    No other thread may run the model meanwhile. TapSilent where the model gives no maps over tokens, TapError where
    its maps are no rows of a run or take too much memory.
    """
    if not response_ids:
        raise ValueError("There is no response to read the attention of.")
    # The last token predicts nothing that was kept, so it need not run.
    ids = torch.tensor([[*prompt_ids, *response_ids[:-1]]], device=hf_model.device)
    _check_room(hf_model, ids.shape[1])
    with torch.inference_mode(), _eager(hf_model):
        maps = _maps(hf_model, ids)
    column = torch.full((ids.shape[1],), n_sources, device=ids.device)
    column[: len(token_source)] = torch.tensor(token_source)
    columns = torch.nn.functional.one_hot(column, n_sources + 1).float()
    rows = [(layer[0, :, len(prompt_ids) - 1 :].float() @ columns).cpu() for layer in maps]
    if any(layer.shape != rows[0].shape for layer in rows):
        raise TapError("The layers of this model differ in number of heads: their rows do not line up.")
    pooled = torch.stack(rows).permute(2, 0, 1, 3)
    shares = pooled.sum(-1, keepdim=True)
    if not (shares > 1e-3).all():
        raise TapError("Some of this model's rows fall on no token at all.")
    return (pooled / shares).numpy()


def _maps(hf_model: PreTrainedModel, ids: torch.Tensor) -> list[torch.Tensor]:
    """Each layer's map [1, heads, tokens, tokens]. Maps of another shape are those of layers without attention."""
    out = hf_model.base_model(
        input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False, output_attentions=True
    )
    tokens = ids.shape[1]
    given = [layer for layer in getattr(out, "attentions", None) or () if layer is not None and layer.dim() == 4]
    maps = [layer for layer in given if layer.shape[2:] == (tokens, tokens)]
    if any(layer.shape[2] == tokens != layer.shape[3] for layer in given):
        raise TapError("This model attends to more or less than tokens: what its maps show is not sources alone.")
    if not maps:
        raise TapSilent("This model gives no map of attention over its tokens.")
    if any(layer.triu(1).any() for layer in maps):
        raise TapError("This model's tokens attend to later ones, so that one pass over a run is not the run.")
    return maps


def _check_room(hf_model: PreTrainedModel, tokens: int) -> None:
    config = hf_model.config.get_text_config(decoder=True)
    maps = getattr(config, "num_hidden_layers", 1) * getattr(config, "num_attention_heads", 1)
    if maps * tokens**2 * hf_model.dtype.itemsize > MOST_BYTES:
        raise TapError(f"The attention of {tokens} tokens does not fit in memory: shorten the prompt or the answer.")


@contextmanager
def _eager(hf_model: PreTrainedModel) -> Iterator[None]:
    """Eager attention in the text part for a while.

    By the config itself: a model with attention code of its own (Falcon) does not let its implementation be set, but
    asks its config each time, and its maps would lack the causal mask under sdpa. No other thread may run the model
    meanwhile: its mask could be made for one implementation and used by the other.
    """
    config = hf_model.config.get_text_config(decoder=True)
    before = config._attn_implementation
    config._attn_implementation = "eager"
    try:
        yield
    finally:
        config._attn_implementation = before
