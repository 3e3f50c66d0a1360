"""Which sequences to run together: alike in length, or with a beginning in common that need be run only once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

LEAST_SHARED = 16


@dataclass(frozen=True)
class Limits:
    """For one kind of device, in tokens: what a batch may run, what it may hold with the shared ones in every row,
    and what takes as long as a pass does for nothing."""

    run: int
    held: int
    overhead: int


# Measured on a small model: larger batches leave a CPU's cache, and pad short prompts to long ones.
CPU = Limits(run=1024, held=8192, overhead=48)
# Not measured: keeps activations and logits small beside the weights, and passes few.
OTHER = Limits(run=8192, held=8192, overhead=4096)


def limits(device: str) -> Limits:
    """`device` is its kind: "cpu", "cuda", "mps"."""
    return CPU if device == "cpu" else OTHER


@dataclass(frozen=True)
class Batch:
    """`rows` index the prompts; the first `shared` tokens are the same in all of them. `width` counts the others."""

    rows: tuple[int, ...]
    shared: int
    width: int

    def fits(self, within: Limits) -> bool:
        count = len(self.rows)
        run, held = count * self.width, count * (self.shared + self.width)
        return count == 1 or (run <= within.run and held <= within.held)

    def cost(self, overhead: int) -> int:
        """Tokens run, padding with them, and what its passes cost beside their tokens."""
        return overhead * (1 + bool(self.shared)) + self.shared + len(self.rows) * self.width


def batches(prompts: Sequence[Sequence[int]], response: int, within: Limits, sharing: bool) -> list[Batch]:
    """Batches of all prompts, each followed by `response` tokens; each within the limits, or a single row.

    With `sharing` a batch may leave out what all of its prompts begin with, where that is less work in all.
    """
    by_length = _joined(sorted(range(len(prompts)), key=lambda n: len(prompts[n])), prompts, response, within, False)
    if not sharing:
        return by_length
    alphabetic = _joined(sorted(range(len(prompts)), key=lambda n: tuple(prompts[n])), prompts, response, within, True)
    return min(by_length, alphabetic, key=lambda made: sum(b.cost(within.overhead) for b in made))


def _joined(order: Sequence[int], prompts, response: int, within: Limits, sharing: bool) -> list[Batch]:
    """Batches of neighbours in `order`, each joined to the last one where that saves work."""
    made: list[Batch] = []
    for n in order:
        alone = Batch((n,), 0, len(prompts[n]) + response)
        if made:
            both = _with(made[-1], n, prompts, response, sharing)
            apart = made[-1].cost(within.overhead) + alone.cost(within.overhead)
            if both.fits(within) and both.cost(within.overhead) <= apart:
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
