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
    - partly backed: not the first, but one of its first three is.
    - not backed: none of them is, or the target rests on no single piece.
    """
    which = list(removable(generation))
    if len(which) < FEWEST:
        return [Badge.FEW] * len(attribution.targets)
    rests = matters(removal)[:, which]
    order = np.argsort(-np.nan_to_num(attribution.scores[:, which]), axis=1, kind="stable")
    return [_badge(row[places]) for row, places in zip(rests, order, strict=True)]


def _badge(by_rank: np.ndarray) -> Badge:
    """From whether each source matters, in the method's order."""
    if by_rank[0]:
        return Badge.BACKED
    return Badge.PARTLY if by_rank[:TOP].any() else Badge.NOT
