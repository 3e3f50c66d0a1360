"""All checks of several methods on one answer, measured in one go: what stands behind a highlight."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from anchoring.attribution.badge import FEWEST
from anchoring.attribution.faithfulness import CONTROLS, PAIRS_AMONG, Redundant, TopDrop, agreement, lds, redundant
from anchoring.attribution.faithfulness import top_drop as top_drops
from anchoring.attribution.masks import Masked, measure, random_masks, removable
from anchoring.attribution.surrogate import MASKS
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

HELD_OUT = 32
TOP = 3
_SEED = 1  # another than that of the masks which the surrogate is fitted to


@dataclass(frozen=True, eq=False)
class Check:
    """One method on one answer, an entry a target: LDS, fall without the top sources, agreement with removal."""

    method: str
    lds: np.ndarray
    drops: tuple[TopDrop, ...]
    same_top: np.ndarray
    ranks: np.ndarray


def check(
    model,
    generation: Generation,
    removal: Attribution,
    attributions: Sequence[Attribution],
    *,
    on_progress: Callable[[int, int], None] | None = None,
    stop: Event | None = None,
) -> tuple[tuple[Check, ...], list[list[Redundant]]]:
    """(one Check a method, the redundant pairs of each target). All attributions have the targets of `removal`.

    LDS is nan for the surrogate where a short prompt has no masks that it was not fitted to.
    Raises Cancelled once `stop` is set, ModelError where the model fails.
    """
    of = most_passes(generation, len(removal.targets), len(attributions))
    told = _Telling(on_progress, of)
    masks = kept_masks(generation) or measure(
        model, generation, held_out(generation), on_progress=told.part(), stop=stop
    )
    found, k = [], top_count(generation)
    for attribution in attributions:
        drops = top_drops(model, attribution, generation, k, on_progress=told.part(), stop=stop)
        same, ranks = agreement(attribution, removal, generation)
        score = lds(attribution, generation, masks) if _unseen_by(attribution, generation) else _unknown(attribution)
        found.append(Check(attribution.method, score, tuple(drops), same, ranks))
    pairs = redundant(model, [removal, *attributions], generation, on_progress=told.part(), stop=stop)
    told.part()(0, 0)
    return tuple(found), pairs


def top_count(generation: Generation) -> int:
    """How many of a method's highest sources are taken away together: three, and always fewer than there are."""
    return min(TOP, max(len(removable(generation)) - 1, 1))


def with_held_out(model, generation: Generation, *, on_progress=None, stop: Event | None = None) -> Generation:
    """The generation with `masks` and `masked`: what LDS compares a method's scores with, one pass a mask.

    Raises Cancelled once `stop` is set, ModelError where the model fails.
    """
    if not generation.token_ids or len(removable(generation)) < FEWEST:
        return generation
    made = measure(model, generation, held_out(generation), on_progress=on_progress, stop=stop)
    return replace(generation, masks=made.masks, masked=made.log_probs)


def kept_masks(generation: Generation) -> Masked | None:
    """What `with_held_out` measured; None where it was not."""
    return None if generation.masks is None else Masked(generation.masks, generation.masked)


def foretelling(attribution: Attribution, generation: Generation) -> np.ndarray | None:
    """`lds` of each target, from what was measured with the answer.

    None where it was not, and for the surrogate where a short prompt has no masks that it was not fitted to.
    """
    masks = kept_masks(generation)
    if masks is None or not _unseen_by(attribution, generation):
        return None
    return lds(attribution, generation, masks)


def _unseen_by(attribution: Attribution, generation: Generation) -> bool:
    """Whether the masks of `held_out` are none that the method was fitted to."""
    return attribution.method != "surrogate" or bool(_fresh(generation))


def _unknown(attribution: Attribution) -> np.ndarray:
    return np.full(len(attribution.targets), np.nan)


def held_out(generation: Generation) -> np.ndarray:
    """bool [at most HELD_OUT, sources]: random masks that the surrogate was not fitted to.

    A prompt of few pieces has no others: then they are drawn from all.
    """
    return np.array(_fresh(generation) or random_masks(generation, HELD_OUT, _SEED))


def _fresh(generation: Generation) -> list[np.ndarray]:
    fitted = {row.tobytes() for row in random_masks(generation, MASKS)}
    drawn = random_masks(generation, HELD_OUT + MASKS, _SEED)
    return [row for row in drawn if row.tobytes() not in fitted][:HELD_OUT]


def most_passes(generation: Generation, targets: int, methods: int) -> int:
    """The most forward passes that `check` takes; many targets share theirs, so that it is often less."""
    sources = len(removable(generation))
    held = 0 if generation.masks is not None else HELD_OUT
    top = methods * (1 + CONTROLS + targets)
    pairs = min(targets * PAIRS_AMONG * (PAIRS_AMONG - 1) // 2, sources * (sources - 1) // 2)
    return held + top + 1 + sources + pairs


class _Telling:
    """Adds up the passes of parts that follow one another."""

    def __init__(self, on_progress, of: int):
        self._tell, self._of = on_progress, of
        self._before = self._newest = 0

    def part(self) -> Callable[[int, int], None]:
        self._before, self._newest = self._before + self._newest, 0

        def told(done: int, _: int) -> None:
            self._newest = done
            if self._tell is not None:
                self._tell(min(self._before + done, self._of), self._of)

        return told
