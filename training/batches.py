"""Streams of training batches."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from anchoring.models.align import token_spans
from anchoring.models.render import render
from training.corpus.examples import Example
from training.corpus.mixture import examples
from training.general import general_texts
from training.tagging import IGNORED, plans, tags

ROW = 512  # tokens in a row of general text


@dataclass(frozen=True)
class Batch:
    """`ids` [rows, tokens], padded on the right; `counts` the same shape, True where a token's loss counts.

    `tags`, of the same shape, says which cue a token of the user's words shows, `plans` which one the sentence after a
    token answers to; None for general text.
    """

    ids: torch.Tensor
    counts: torch.Tensor
    tags: torch.Tensor | None = None
    plans: torch.Tensor | None = None

    def to(self, device: str) -> "Batch":
        tensors = (self.ids, self.counts, self.tags, self.plans)
        return Batch(*(None if t is None else t.to(device, non_blocking=True) for t in tensors))


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


def scopes(
    tokenizer, trained: Sequence[str], general_folder: Path | None, tokens_per_step: int, seed: int
) -> Iterator[Batch]:
    """Examples of the scopes `trained`, loss on the answer alone, and a batch in sixteen of general English.

    That keeps the English from being forgotten. Examples are drawn in large groups and sorted by length, so that
    little of a batch is padding.
    """
    fallback = general(tokenizer, general_folder, tokens_per_step, seed) if general_folder else None
    rng = random.Random(seed)
    for number, batch in enumerate(_scope_batches(tokenizer, examples(seed, trained), tokens_per_step, rng)):
        if fallback and number % 16 == 15:
            yield next(fallback)
        yield batch


def _scope_batches(tokenizer, stream: Iterator[Example], tokens_per_step: int, rng: random.Random) -> Iterator[Batch]:
    while True:
        group = sorted((_encoded(tokenizer, next(stream)) for _ in range(400)), key=lambda row: len(row.ids))
        made, rows = [], []
        for row in group:
            if rows and (len(rows) + 1) * len(row.ids) > tokens_per_step:
                made.append(_padded(rows, tokenizer.pad_token_id))
                rows = []
            rows.append(row)
        made.append(_padded(rows, tokenizer.pad_token_id))
        rng.shuffle(made)
        yield from made


@dataclass(frozen=True)
class _Row:
    """One example: its tokens, a tag for each of the prompt's and a plan for each of the answer's."""

    ids: list[int]
    tags: list[int]
    plans: list[int]


def _encoded(tokenizer, example: Example) -> _Row:
    prompt = render(example.prompt, tokenizer)
    _, spans = token_spans(tokenizer, prompt.text)
    answer, places = token_spans(tokenizer, example.target)
    ids = [*prompt.token_ids, *answer, tokenizer.eos_token_id]
    return _Row(ids, tags(example, prompt, spans), plans(example, places))


def _padded(rows: list[_Row], pad: int) -> Batch:
    width = -(-max(len(row.ids) for row in rows) // 32) * 32  # few different widths, few compilations
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    counts = torch.zeros((len(rows), width), dtype=torch.bool)
    tagged, planned = torch.full_like(ids, IGNORED), torch.full_like(ids, IGNORED)
    for number, row in enumerate(rows):
        prompt = len(row.tags)
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        counts[number, prompt : len(row.ids)] = True
        tagged[number, :prompt] = torch.tensor(row.tags)
        planned[number, prompt - 1 : prompt - 1 + len(row.plans)] = torch.tensor(row.plans)
    return Batch(ids, counts, tagged, planned)
