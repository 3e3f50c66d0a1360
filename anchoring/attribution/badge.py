"""One word on every highlight: does removal back it? The rule stands here, in the docstring of `badges`."""

from enum import StrEnum

import numpy as np

from anchoring.attribution.masks import removable
from anchoring.attribution.removal import matters
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

FEWEST = 3
TOP = 3


class Badge(StrEnum):
    BACKED = "backed by removal"
    PARTLY = "partly backed"
    NOT = "not backed"
    FEW = "too few sources to tell"


def badges(attribution: Attribution, removal: Attribution, generation: Generation) -> list[Badge]:
    """One Badge a target, for what `attribution` shows on it; both have the same targets.

    - too few sources to tell: fewer than three pieces of the prompt can be removed.
    - backed by removal: the piece that the method puts first is one that the target rests on (`matters`).
    - partly backed: not the first, but one of its first three is; of fewer than six pieces, of the first half.
    - not backed: none of them is, or the target rests on no single piece.

    A piece that the method gives no score above 0 is not highlighted, so it backs nothing.
    """
    which = list(removable(generation))
    if len(which) < FEWEST:
        return [Badge.FEW] * len(attribution.targets)
    scores = np.nan_to_num(attribution.scores[:, which])
    rests = matters(removal)[:, which] & (scores > 0)
    order = np.argsort(-scores, axis=1, kind="stable")
    top = min(TOP, len(which) // 2)
    return [_badge(row[places[:top]]) for row, places in zip(rests, order, strict=True)]


def _badge(first: np.ndarray) -> Badge:
    """From whether the target rests on each of the method's first sources, in its order."""
    if first[0]:
        return Badge.BACKED
    return Badge.PARTLY if first.any() else Badge.NOT
