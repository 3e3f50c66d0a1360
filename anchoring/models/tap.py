"""The attention tap: attention shares per source, read while a model generates, without changing what it generates.

Attention runs as it would without us. For the thread inside `with Tap(...)`, and only for it, the probabilities of the
rows that predict generated tokens are computed once more from the same queries and keys and summed over each source's
tokens at once, so that a run keeps kilobytes where full maps would be gigabytes.

`install` in interface.py lets a tap see what a model does.
"""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch

CHUNK_FLOATS = 1 << 22
"""Most attention probabilities held at once, 16 MB; a single forward over a long run is read in pieces of this size."""

CAUSAL_ROWS = 256
"""Rows of one forward pass that are read together, without the keys after the last of them: a quarter less work."""

BLOCK_STEPS = 32
"""Steps of generation that are read together: one product for 32 rows costs little more than one for a single row."""

_here = threading.local()


class TapError(RuntimeError):
    """The attention of a run cannot be read; the run itself is unharmed."""


class TapSilent(TapError):
    """No layer of the model called the tap: it computes attention by itself, or it has none."""


@dataclass(eq=False, slots=True)
class _Layer:
    """One layer: tokens seen, rows pooled, and the steps that wait: the newest keys of a growing cache hold all."""

    index: int
    seen: int = 0
    pooled: list[torch.Tensor] = field(default_factory=list)
    queries: list[torch.Tensor] = field(default_factory=list)
    masks: list[torch.Tensor | None] = field(default_factory=list)
    key: torch.Tensor | None = None
    scaling: float | None = None


class Tap:
    """Reads the attention of one run of one batch: one `generate`, or one forward pass over prompts and answers.

    `groups`: int64 [batch, prompt tokens], the source of each prompt token, -1 for left padding.
    `n_sources`: the number of sources, one for the batch or one a row.

    Rows are kept from the last prompt token on, which predicts the first generated token. Layers without attention
    are absent. Model calls outside `with`, or in another thread, are never seen.
    """

    maps = False
    """Whether `_pool` is given each map of many rows; else rows are summed without one, which is faster."""

    def __init__(self, groups: torch.Tensor, n_sources: int | Sequence[int]):
        self.groups = groups.detach().to("cpu", torch.int64)
        batch, self._prompt = self.groups.shape
        self.n_sources = [n_sources] * batch if isinstance(n_sources, int) else list(n_sources)
        if len(self.n_sources) != batch:
            raise ValueError(f"{len(self.n_sources)} numbers of sources for a batch of {batch}.")
        if any(row.max() >= n for row, n in zip(self.groups, self.n_sources, strict=True)):
            raise ValueError("A prompt token belongs to a source beyond n_sources.")
        self._width = max(self.n_sources) + 1
        self._seen = 0
        self._fault = ""
        self._query: weakref.ref | None = None
        self._sheet: torch.Tensor | None = None
        self._layers: dict[torch.nn.Module, _Layer] = {}
        self._joined: tuple[list[torch.Tensor | None], torch.Tensor] | None = None

    def __enter__(self) -> "Tap":
        self._outer = current()
        _here.tap = self
        return self

    def __exit__(self, error, *_) -> None:
        _here.tap = self._outer
        if error is None:
            self._read_waiting()

    @property
    def layers(self) -> list[int]:
        """Indices of the layers that were read, in the order of `rows`."""
        self._read_waiting()
        return [layer.index for layer in self._layers.values() if layer.pooled]

    def rows(self) -> np.ndarray:
        """float32 [batch, steps, layers, heads, S + 1], S the largest number of sources; rows sum to 1.

        Step t is the query that predicts generated token t. The last column is the share of the tokens after the
        prompt; rows of the batch with fewer sources than S have zeros before it. Raises TapSilent where no layer
        called the tap, TapError where layers differ in number of heads or what they did cannot be told apart.
        """
        self._read_waiting()
        if self._fault:
            raise TapError(self._fault)
        layers = [torch.cat(layer.pooled, dim=2) for layer in self._layers.values() if layer.pooled]
        if not layers:
            raise TapSilent("No attention layer of this model can be read: its attention does not pass through us.")
        if any(layer.shape != layers[0].shape for layer in layers):
            raise TapError("The layers of this model differ in number of heads or of steps: their rows do not line up.")
        return torch.stack([layer.to(layers[0].device) for layer in layers]).permute(1, 3, 0, 2, 4).cpu().numpy()

    def rows_of(self, row: int) -> np.ndarray:
        """float32 [steps, layers, heads, n_sources[row] + 1]: one row of the batch with its own sources alone."""
        both = self.rows()[row]
        return np.concatenate([both[..., : self.n_sources[row]], both[..., -1:]], axis=-1)

    def _place(self, module: torch.nn.Module, queries: int, keys: int) -> tuple[_Layer, int, int]:
        """(layer, first query row to keep, position of the first key). Queries are the newest tokens of the layer."""
        layer = self._layers.get(module)
        if layer is None:
            layer = self._layers[module] = _Layer(getattr(module, "layer_idx", len(self._layers)))
        seen = layer.seen
        if queries > 1 and keys == queries == seen:
            self._fault = "This model runs its layers several times for each token: there is no one row to show."
        # Without a cache every call starts over at the first token. With one, a layer may skip tokens that no later
        # step needs of it (Gemma 4, where layers share keys): its newest query is then where the others' newest is.
        start = 0 if keys == queries > seen else max(seen, self._seen - queries)
        self._seen = layer.seen = start + queries
        # A sliding cache holds the last keys only; a static one is longer than what was seen, and starts at 0.
        return layer, max(self._prompt - 1 - start, seen - start, 0), max(layer.seen - keys, 0)

    def _check_batch(self, batch: int) -> None:
        if batch != len(self.groups):
            raise ValueError(f"The tap was made for a batch of {len(self.groups)}; the model ran {batch}.")

    def _columns(self, first: int, count: int, device: torch.device) -> torch.Tensor:
        """float32 [batch, count, S + 1]: 1 where a key, from position `first` on, belongs to the column."""
        end = first + count
        if self._sheet is None or self._sheet.shape[1] < end or self._sheet.device != device:
            column = torch.full((len(self.groups), max(end + 256, self._prompt)), self._width - 1)
            column[:, : self._prompt] = self.groups
            sheet = torch.nn.functional.one_hot(column.clamp(min=0), self._width).float()
            self._sheet = (sheet * (column >= 0)[..., None]).to(device)
        return self._sheet[:, first:end]

    def _pool(self, layer: _Layer, probabilities: torch.Tensor, first_key: int) -> None:
        """Keep float32 [batch, heads, rows, keys] as [batch, heads, rows, S + 1]."""
        batch, heads, rows, keys = probabilities.shape
        columns = self._columns(first_key, keys, probabilities.device)
        pooled = torch.bmm(probabilities.reshape(batch, heads * rows, keys), columns)
        layer.pooled.append(pooled.view(batch, heads, rows, self._width))

    def listens(self, query: torch.Tensor, mask: torch.Tensor | None) -> bool:
        """Whether the normaliser of such a call would spare the tap work."""
        return query.shape[2] > 1 and mask is None and not self.maps

    def read(
        self, module, query, key, mask, scaling=None, is_causal=None, position_bias=None, normaliser=None, **_
    ) -> None:
        """Take the rows of one call: query [batch, heads, queries, d], key [batch, kv heads, keys, d].

        `normaliser` [batch, heads, queries] is that of `Listening`, where it was heard.
        """
        if self._query is not None and self._query() is query:
            return  # the same rows once more, for another part of the values (DiffLlama)
        self._query = weakref.ref(query)
        batch, heads, queries, _ = query.shape
        self._check_batch(batch)
        keys = key.shape[2]
        layer, first, first_key = self._place(module, queries, keys)
        if queries == 1 and first == 0 and keys == layer.seen and position_bias is None:
            layer.queries.append(query)
            layer.masks.append(mask)
            layer.key, layer.scaling = key, scaling
            waiting = len(layer.queries)
            if waiting >= BLOCK_STEPS or waiting * batch * heads * keys >= CHUNK_FLOATS:
                self._read_steps(layer)
            return
        self._read_steps(layer)
        if is_causal is None:
            is_causal = getattr(module, "is_causal", True)
        causal = mask is None and is_causal and queries > 1
        columns = self._columns(first_key, keys, key.device)
        from_the_first = layer.seen == queries == keys and first < queries
        if normaliser is not None and causal and position_bias is None and from_the_first and self.groups.min() >= 0:
            # Every row kept sees the whole prompt; what is left of it went to the tokens after the prompt.
            shares = partial(_shares_of_prompt, key[:, :, : self._prompt], columns[:, : self._prompt, :-1], scaling)
            step = max(1, CHUNK_FLOATS // (batch * heads * self._prompt))
            for some, sums in zip(*(t[:, :, first:].split(step, 2) for t in (query, normaliser)), strict=True):
                layer.pooled.append(shares(some, sums))
                if layer.pooled[-1].sum(-1).max() > 1.01:  # half precision stays far below
                    self._fault = "The sums that this model's attention was divided by are not those of its scores."
            return
        step = max(1, CHUNK_FLOATS // (batch * heads * keys))
        past_alone = causal and position_bias is None and not self.maps
        if past_alone:
            step = min(step, CAUSAL_ROWS)
        for start in range(first, queries, step):
            rows = slice(start, min(start + step, queries))
            past = min(rows.stop, keys) if past_alone else keys
            added = None if mask is None else mask[:, :, rows]
            if causal:
                index = torch.arange(max(keys, queries), device=key.device)
                added = (index[:past] <= index[rows, None])[None, None]
            if position_bias is not None:
                bias = position_bias[:, :, rows].float()
                added = bias if added is None else _masked(bias, added)
            if self.maps:
                scores = _scores(query[:, :, rows], key, scaling)
                self._pool(layer, (scores if added is None else _masked(scores, added)).softmax(-1), first_key)
            else:
                shares = _shares(query[:, :, rows], key[:, :, :past], columns[:, :past], added, scaling)
                layer.pooled.append(shares)

    def read_weights(self, module, weights: torch.Tensor, value: torch.Tensor | None = None) -> None:
        """Take the rows of one call of eager attention: its own weights [batch, heads, queries, keys]."""
        self._check_batch(len(weights))
        layer, first, first_key = self._place(module, *weights.shape[2:])
        if first < weights.shape[2]:
            rows = weights[:, :, first:].detach().float()
            if (rows.sum(-1) - 1).abs().max() > 0.05:  # half precision stays far below
                self._fault = "A part of this model's attention goes to no token."
            self._pool(layer, rows, first_key)

    def _read_waiting(self) -> None:
        for layer in self._layers.values():
            self._read_steps(layer)

    def _read_steps(self, layer: _Layer) -> None:
        if not layer.queries:
            return
        scores = _scores(torch.cat(layer.queries, dim=2), layer.key, layer.scaling)
        if len(layer.queries) > 1 or layer.masks[0] is not None:
            scores = _masked(scores, self._join(layer.masks, scores.shape[3], scores.device))
        self._pool(layer, scores.softmax(-1), 0)
        layer.queries, layer.masks, layer.key = [], [], None

    def _join(self, masks: list[torch.Tensor | None], keys: int, device: torch.device) -> torch.Tensor:
        """One mask [batch or 1, heads or 1, steps, keys] from those of single steps, each one key longer."""
        if self._joined is not None:  # layers share the masks of a step, so most can share the join too
            others, joined = self._joined
            same = joined.shape[2:] == (len(masks), keys) and joined.device == device
            if same and all(a is b for a, b in zip(others, masks, strict=True)):
                return joined
        index = torch.arange(keys, device=device)
        joined = (index <= index[keys - len(masks) :, None])[None, None]
        given = [mask for mask in masks if mask is not None]
        if given:
            joined = joined.expand(*torch.broadcast_shapes(*(mask.shape[:2] for mask in given)), -1, -1)
            joined = joined.clone() if given[0].dtype == torch.bool else torch.where(joined, 0.0, -torch.inf)
            for row, mask in enumerate(masks):
                if mask is not None:
                    joined[:, :, row, : mask.shape[3]] = mask[:, :, 0]
        self._joined = masks, joined
        return joined


def current() -> Tap | None:
    """The tap that is open in this thread."""
    return getattr(_here, "tap", None)


def _scores(query: torch.Tensor, key: torch.Tensor, scaling: float | None) -> torch.Tensor:
    """float32 [batch, heads, rows, keys]. Heads that share keys ride as extra rows, so that no key is copied."""
    if query.requires_grad or key.requires_grad:
        query, key = query.detach(), key.detach()
    batch, heads, rows, size = query.shape
    kv_heads, keys = key.shape[1:3]
    query = query.float().reshape(batch * kv_heads, -1, size)
    key = key.float().reshape(batch * kv_heads, keys, size).transpose(1, 2)
    scores = torch.bmm(query, key).mul_(size**-0.5 if scaling is None else scaling)
    return scores.view(batch, heads, rows, keys)


def _shares(query, key, columns: torch.Tensor, added: torch.Tensor | None, scaling: float | None) -> torch.Tensor:
    """float32 [batch, heads, rows, columns]: each row's attention, summed over each column of [batch, keys, columns].

    The columns stand in for the values, so that torch's own kernel sums as it goes and no map is ever made: three times
    as fast as a map over a thousand tokens. It wants values as wide as keys, so columns go in blocks of that width.
    """
    size, width = key.shape[-1], columns.shape[-1]
    blocks = torch.nn.functional.pad(columns, (0, -width % size))[:, None].expand(-1, key.shape[1], -1, -1)
    if added is not None and added.dtype != torch.bool:
        added = added.float()
    query, key, grouped = query.detach().float(), key.detach().float(), query.shape[1] != key.shape[1]
    read = partial(torch.nn.functional.scaled_dot_product_attention, attn_mask=added, scale=scaling, enable_gqa=grouped)
    return torch.cat([read(query, key, block) for block in blocks.split(size, dim=-1)], dim=-1)[..., :width]


def _shares_of_prompt(key, columns, scaling: float | None, query, normaliser) -> torch.Tensor:
    """As `_shares`, from the prompt's keys and columns alone: the last column is what is left of each row."""
    weights = (_scores(query, key, scaling) - normaliser.float()[..., None]).exp_()
    batch, heads, rows, keys = weights.shape
    shares = torch.bmm(weights.view(batch, heads * rows, keys), columns).view(batch, heads, rows, -1)
    return torch.cat([shares, (1 - shares.sum(-1, keepdim=True)).clamp(min=0)], dim=-1)


def _masked(scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return torch.where(mask, scores, -torch.inf) if mask.dtype == torch.bool else scores + mask
