"""What an attribution is: a matrix of targets by sources, by one method, with its units."""

from dataclasses import dataclass

import numpy as np

from anchoring.models.types import Source, Target


@dataclass(frozen=True, eq=False)
class Attribution:
    """`scores` is float32 [targets, sources].

    The first sources are those of the prompt. For the attention method rows sum to 1 and the last source is the
    generated tokens' own share (`OWN`), before it the thought's (`THOUGHT`) where it was told apart. By removal a
    source that can't be taken away (the template's) has nan.
    `unit` says in words what a score is; `signed` whether it may fall below 0.
    """

    method: str
    scores: np.ndarray
    targets: tuple[Target, ...]
    sources: tuple[Source, ...]
    unit: str
    signed: bool
