"""Which sequences to run together: alike in length, or with a beginning in common that need be run only once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

PASS = 48  # tokens that take about as long as a pass of its own does for nothing; measured on a small model
LEAST_SHARED = 16
TOKENS_PER_BATCH = {"cpu": 1024}  # measured: larger batches leave the cache, and pad short prompts to long ones
MOST_TOKENS_PER_BATCH = 8192  # elsewhere; keeps activations and logits small beside the weights


def room(device: str) -> int:
    """Tokens that a batch may have on a device of that kind: "cpu", "cuda", "mps"."""
    return TOKENS_PER_BATCH.get(device, MOST_TOKENS_PER_BATCH)


@dataclass(frozen=True)
class Batch:
    """`rows` index the prompts; the first `shared` tokens are the same in all of them. `width` counts the others."""

    rows: tuple[int, ...]
    shared: int
    width: int

    @property
    def cost(self) -> int:
        """Tokens run, padding with them, and what a pass costs beside its tokens."""
        return PASS * (1 + bool(self.shared)) + self.shared + len(self.rows) * self.width


def batches(prompts: Sequence[Sequence[int]], response: int, most: int, sharing: bool) -> list[Batch]:
    """Batches of all prompts, each followed by `response` tokens; at most `most` tokens each, or a single row.

    With `sharing` a batch may leave out what all of its prompts begin with, where that is less work in all.
    """
    by_length = _joined(sorted(range(len(prompts)), key=lambda n: len(prompts[n])), prompts, response, most, False)
    if not sharing:
        return by_length
    alphabetic = _joined(sorted(range(len(prompts)), key=lambda n: tuple(prompts[n])), prompts, response, most, True)
    return min(by_length, alphabetic, key=lambda made: sum(b.cost for b in made))


def _joined(order: Sequence[int], prompts, response: int, most: int, sharing: bool) -> list[Batch]:
    """Batches of neighbours in `order`, each joined to the last one where that saves work."""
    made: list[Batch] = []
    for n in order:
        alone = Batch((n,), 0, len(prompts[n]) + response)
        if made:
            both = _with(made[-1], n, prompts, response, sharing)
            if len(both.rows) * both.width <= most and both.cost <= made[-1].cost + alone.cost:
                made[-1] = both
                continue
        made.append(alone)
    return made


def _with(batch: Batch, n: int, prompts, response: int, sharing: bool) -> Batch:
    rows, shared = (*batch.rows, n), 0
    if sharing:
        # What the first and the newest share, all between them in the alphabet share too.
        first, newest = prompts[rows[0]], prompts[n]
        shared = min(_common(first, newest), *(len(prompts[r]) - 1 for r in rows))
        shared = shared if shared >= LEAST_SHARED else 0
    return Batch(rows, shared, max(len(prompts[r]) for r in rows) + response - shared)


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many tokens both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
