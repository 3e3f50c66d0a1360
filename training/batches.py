"""Streams of training batches."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import torch

from training.corpus.examples import Example
from training.corpus.mixture import Sources, tellings
from training.general import general_texts
from training.rows import Row, encoded
from training.tagging import IGNORED

ROW = 512  # tokens in a row of general text
ANSWERS = 2  # to a prompt, in one row, each drawn for itself
AHEAD = 16  # batches: as many as one drawing of rows makes, more or less


@dataclass(frozen=True)
class Batch:
    """`ids` [rows, tokens], padded on the right; `positions` the same shape.

    A token sees those before it in the prompt (`branches` 0) and in its own answer (the same number); padding (-1) is
    seen by padding alone. `wanted` [n] are the tokens to foretell, `at` [n] where: an index into rows x tokens.
    For scopes, `tags` [rows, tokens] says which cue a token of the user's words shows and `named` which kind of detail,
    `cues` [n] which cue the sentence of a wanted token answers to, `begins` [n] whether that token is its first, and
    `given` [n] which kinds of detail the user gave, a bit for each; None for general text. `copying` [m] are the wanted
    tokens (indices into n) that are copied from the prompt, and `copied` [m] the token of their row that holds the
    same; a wanted token stands here once for each such token. `counts` [n] is how much a wanted token counts in the
    mean loss; None where all count the same. `others` [k] are tokens that would do as well and `instead` [k] in whose
    place, an index into n.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    branches: torch.Tensor
    at: torch.Tensor
    wanted: torch.Tensor
    tags: torch.Tensor | None = None
    named: torch.Tensor | None = None
    cues: torch.Tensor | None = None
    begins: torch.Tensor | None = None
    given: torch.Tensor | None = None
    counts: torch.Tensor | None = None
    copying: torch.Tensor | None = None
    copied: torch.Tensor | None = None
    instead: torch.Tensor | None = None
    others: torch.Tensor | None = None

    def to(self, device: str) -> "Batch":
        tensors = (getattr(self, field.name) for field in fields(self))
        return Batch(*(None if t is None else t.to(device, non_blocking=True) for t in tensors))

    def mask(self) -> torch.Tensor:
        """What is added to attention scores, float [rows, 1, tokens, tokens]: 0 where one token may see another."""
        sees, seen = self.branches[:, :, None], self.branches[:, None, :]
        may = ((seen == 0) | (seen == sees)).tril()
        return torch.zeros(may.shape, device=may.device).masked_fill(~may, torch.finfo(torch.float32).min)[:, None]


class _Stream(torch.utils.data.IterableDataset):
    def __init__(self, made: Iterator[Batch]):
        self.made = made

    def __iter__(self) -> Iterator[Batch]:
        return self.made


def ahead(stream: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, drawn ahead by a process of its own, so that training waits for none. It needs a fork."""
    loader = torch.utils.data.DataLoader(
        _Stream(stream), batch_size=None, num_workers=1, prefetch_factor=AHEAD, multiprocessing_context="fork"
    )
    return iter(loader)


def plain(ids: torch.Tensor) -> Batch:
    """Rows of running text, every token of which but the first is to be foretold."""
    rows, width = ids.shape
    positions = torch.arange(width).expand(rows, width)
    at = torch.arange(rows * width).reshape(rows, width)[:, :-1].flatten()
    return Batch(ids, positions, torch.zeros_like(ids), at, ids[:, 1:].flatten())


def general(tokenizer, folder: Path, tokens_per_step: int, seed: int) -> Iterator[Batch]:
    """General English, packed: texts one after another in rows of 512 tokens, shuffled anew each time round."""
    rows = list(_general_rows(tokenizer, folder))
    shuffle = random.Random(seed)
    while True:
        shuffle.shuffle(rows)
        size = tokens_per_step // ROW
        for start in range(0, len(rows) - size + 1, size):
            ids = torch.stack(rows[start : start + size]).long()
            yield plain(ids)


def _general_rows(tokenizer, folder: Path) -> Iterator[torch.Tensor]:
    kept: list[int] = []
    texts = list(general_texts(folder))
    for start in range(0, len(texts), 1000):
        for ids in tokenizer(texts[start : start + 1000]).input_ids:
            kept += [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
            while len(kept) >= ROW:
                yield torch.tensor(kept[:ROW], dtype=torch.int16)
                kept = kept[ROW:]


def scopes(
    tokenizer,
    trained: Sequence[str],
    general_folder: Path | None,
    tokens_per_step: int,
    seed: int,
    sources: Sources,
    mistakes: Sequence[Example] = (),
) -> Iterator[Batch]:
    """Examples of the scopes `trained` and `mistakes`, loss on the answers alone, and a batch in sixteen of English.

    That keeps the English from being forgotten. Examples are drawn in large groups and sorted by length, so that
    little of a batch is padding.
    """
    fallback = general(tokenizer, general_folder, tokens_per_step, seed) if general_folder else None
    rng = random.Random(seed)
    stream = tellings(seed, trained, ANSWERS, sources, mistakes)
    for number, batch in enumerate(_scope_batches(tokenizer, stream, tokens_per_step, rng)):
        if fallback and number % 16 == 15:
            yield next(fallback)
        yield batch


def _scope_batches(
    tokenizer, stream: Iterator[tuple[Example, ...]], tokens_per_step: int, rng: random.Random
) -> Iterator[Batch]:
    while True:
        group = sorted((encoded(tokenizer, next(stream)) for _ in range(400)), key=lambda row: len(row.ids))
        made, rows = [], []
        for row in group:
            if rows and (len(rows) + 1) * _width(row) > tokens_per_step:
                made.append(padded(rows, tokenizer.pad_token_id))
                rows = []
            rows.append(row)
        made.append(padded(rows, tokenizer.pad_token_id))
        rng.shuffle(made)
        yield from made


def _width(row: Row) -> int:
    """A row's length with its padding: few different widths, few compilations."""
    return -(-len(row.ids) // 32) * 32


def padded(rows: Sequence[Row], pad: int) -> Batch:
    width = max(map(_width, rows))
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    positions, branches = torch.zeros_like(ids), torch.full_like(ids, -1)
    tagged, named = torch.full_like(ids, IGNORED), torch.full_like(ids, IGNORED)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        positions[number, : len(row.ids)] = torch.tensor(row.positions)
        branches[number, : len(row.ids)] = torch.tensor(row.branches)
        tagged[number, : len(row.tags)] = torch.tensor(row.tags)
        named[number, : len(row.named)] = torch.tensor(row.named)
    at = [number * width + at for number, row in enumerate(rows) for at in row.at]
    wanted, cues, begins, given, counts = (
        torch.tensor([value for row in rows for value in getattr(row, name)], dtype=dtype)
        for name, dtype in (
            ("wanted", torch.long),
            ("cues", torch.long),
            ("begins", torch.bool),
            ("given", torch.long),
            ("counts", torch.float),
        )
    )
    pairs = (*_pairs(tokens for row in rows for tokens in row.copied), *_pairs(t for row in rows for t in row.others))
    at = torch.tensor(at, dtype=torch.long)
    return Batch(ids, positions, branches, at, wanted, tagged, named, cues, begins, given, counts, *pairs)


def _pairs(lists: Iterable[Sequence[int]]) -> torch.Tensor:
    """Each list's number beside each of its tokens, [2, tokens of all lists]."""
    found = [(number, token) for number, tokens in enumerate(lists) for token in tokens]
    return torch.tensor(found, dtype=torch.long).reshape(-1, 2).T
