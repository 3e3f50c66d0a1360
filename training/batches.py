"""Streams of training batches."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from anchoring.models.render import render
from training.corpus.examples import Example
from training.corpus.mixture import examples
from training.general import general_texts

ROW = 512  # tokens in a row of general text


@dataclass(frozen=True)
class Batch:
    """`ids` [rows, tokens], padded on the right; `counts` the same shape, True where a token's loss counts."""

    ids: torch.Tensor
    counts: torch.Tensor

    def to(self, device: str) -> "Batch":
        return Batch(self.ids.to(device, non_blocking=True), self.counts.to(device, non_blocking=True))


def general(tokenizer, folder: Path, tokens_per_step: int, seed: int) -> Iterator[Batch]:
    """General English, packed: texts one after another in rows of 512 tokens, shuffled anew each time round."""
    rows = list(_general_rows(tokenizer, folder))
    shuffle = random.Random(seed)
    while True:
        shuffle.shuffle(rows)
        size = tokens_per_step // ROW
        for start in range(0, len(rows) - size + 1, size):
            ids = torch.stack(rows[start : start + size]).long()
            yield Batch(ids, torch.ones_like(ids, dtype=torch.bool))


def _general_rows(tokenizer, folder: Path) -> Iterator[torch.Tensor]:
    kept: list[int] = []
    texts = list(general_texts(folder))
    for start in range(0, len(texts), 1000):
        for ids in tokenizer(texts[start : start + 1000]).input_ids:
            kept += [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
            while len(kept) >= ROW:
                yield torch.tensor(kept[:ROW], dtype=torch.int16)
                kept = kept[ROW:]


def scopes(tokenizer, general_folder: Path | None, tokens_per_step: int, seed: int) -> Iterator[Batch]:
    """Examples of the scopes, loss on the answer alone; every sixteenth batch is general English, lest it be forgotten.

    Examples are drawn in large groups and sorted by length, so that little of a batch is padding.
    """
    fallback = general(tokenizer, general_folder, tokens_per_step, seed) if general_folder else None
    rng = random.Random(seed)
    for number, batch in enumerate(_scope_batches(tokenizer, tokens_per_step, seed, rng)):
        if fallback and number % 16 == 15:
            yield next(fallback)
        yield batch


def _scope_batches(tokenizer, tokens_per_step: int, seed: int, rng: random.Random) -> Iterator[Batch]:
    stream = examples(seed)
    while True:
        group = sorted((_encoded(tokenizer, next(stream)) for _ in range(400)), key=lambda pair: len(pair[0]))
        made, rows = [], []
        for row in group:
            if rows and (len(rows) + 1) * len(row[0]) > tokens_per_step:
                made.append(_padded(rows, tokenizer.pad_token_id))
                rows = []
            rows.append(row)
        made.append(_padded(rows, tokenizer.pad_token_id))
        rng.shuffle(made)
        yield from made


def _encoded(tokenizer, example: Example) -> tuple[list[int], int]:
    """Token ids of prompt and answer, and how many of them are the prompt's."""
    prompt = list(render(example.prompt, tokenizer).token_ids)
    answer = tokenizer(example.target, add_special_tokens=False).input_ids
    return [*prompt, *answer, tokenizer.eos_token_id], len(prompt)


def _padded(rows: list[tuple[list[int], int]], pad: int) -> Batch:
    width = -(-max(len(ids) for ids, _ in rows) // 32) * 32  # few different widths, few compilations
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    counts = torch.zeros((len(rows), width), dtype=torch.bool)
    for number, (row, prompt) in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        counts[number, prompt : len(row)] = True
    return Batch(ids, counts)
