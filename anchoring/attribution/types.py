"""What an attribution is: a matrix of targets by sources, by one method, with its units."""

from dataclasses import dataclass

import numpy as np

from anchoring.models.types import Source, Target


@dataclass(frozen=True, eq=False)
class Attribution:
    """`scores` is float32 [targets, sources].

    The first sources are those of the prompt. By attention, calibrated attention and gradients the last source is the
    generated tokens' own part (`OWN`), before it the thought's (`THOUGHT`) where it was told apart; by removal the
    thought's is the last. Rows of shares sum to 1. By removal a source that can't be taken away (the template's) has
    nan.
    `unit` says in words what a score is; `signed` whether it may fall below 0.
    """

    method: str
    scores: np.ndarray
    targets: tuple[Target, ...]
    sources: tuple[Source, ...]
    unit: str
    signed: bool
