"""Calibrated attention (AT2, Cohen-Wang et al. 2025): attention by the heads that matter.

Once for a model, one weight a layer and head is fitted so that the weighted attention goes with what removal measures,
sentence by sentence. After that it costs nothing: the attention that was captured is weighted and summed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anchoring.attribution.attention import with_own
from anchoring.attribution.masks import removable
from anchoring.attribution.targets import target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

_UNIT = "attention weighted by heads fitted to removal, without unit"
_STEPS, _RATE, _DECAY = 600, 0.05, 1e-3


@dataclass(frozen=True, eq=False)
class Calibration:
    """`weights` float32 [layers, heads] of the model with that id and revision, fitted to `sentences` sentences."""

    model: str
    revision: str
    weights: np.ndarray
    sentences: int

    def to_json(self) -> str:
        rows = [[round(float(w), 6) for w in row] for row in self.weights]
        return json.dumps(
            {"model": self.model, "revision": self.revision, "sentences": self.sentences, "weights": rows}
        )


def from_json(text: str) -> Calibration:
    """Raises ValueError for what is no calibration."""
    try:
        raw = json.loads(text)
        weights = np.array(raw["weights"], np.float32)
        if weights.ndim != 2 or not np.isfinite(weights).all():
            raise ValueError("its weights are no table of numbers")
        return Calibration(str(raw["model"]), str(raw["revision"]), weights, int(raw["sentences"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"This is no calibration: {error}") from error


def calibrated(
    generation: Generation, calibration: Calibration, *, unit: str = "sentence", language: str = "en"
) -> Attribution:
    """Signed scores [targets, sources + own] without unit: only their order and proportions mean anything.

    The thought is a source of its own, last but one, where its part of the attention was read. ValueError where no
    attention was captured or the calibration is another model's.
    """
    if generation.attention is None:
        raise ValueError("The attention of this answer was not captured, so it can't be weighted.")
    if generation.attention.shape[1:3] != calibration.weights.shape:
        raise ValueError("The calibration belongs to another model: its layers and heads don't fit.")
    weights, own = with_own(generation)
    rows, sources = targets(generation, unit, language=language), (*generation.rendered.sources, *own)
    scores = np.empty((len(rows), len(sources)), np.float32)
    for score, target in zip(scores, rows, strict=True):
        tokens = list(target_tokens(generation, target))
        row = weights[tokens].astype(np.float32).mean(0)
        score[:] = np.tensordot(calibration.weights, row, 2)
    return Attribution("calibrated", scores, rows, sources, _UNIT, signed=True)


def fit(generations: Sequence[Generation]) -> Calibration:
    """Weights that make the mean correlation over sentences, between weighted attention and removal, largest.

    Every generation has `attention` and `removal`. ValueError where they hold no sentence to learn from.
    """
    import torch

    pairs = [pair for generation in generations for pair in _pairs(generation)]
    if not pairs:
        raise ValueError("There is nothing to fit to: no sentence has three sources that can be removed.")
    most = max(len(falls) for _, falls in pairs)
    shape = pairs[0][0].shape[:2]
    looked = torch.zeros(len(pairs), most, shape[0] * shape[1])
    fell, there = torch.zeros(len(pairs), most), torch.zeros(len(pairs), most)
    for n, (attention, falls) in enumerate(pairs):
        looked[n, : len(falls)] = torch.from_numpy(attention.reshape(-1, len(falls)).T)
        fell[n, : len(falls)], there[n, : len(falls)] = torch.from_numpy(falls), 1
    scale = looked.sum((0, 1)) / there.sum()  # heads that attend little to the prompt start level with the others
    weights = torch.zeros(looked.shape[-1], requires_grad=True)
    with torch.no_grad():
        weights += 1 / looked.shape[-1]
    optimiser = torch.optim.Adam([weights], lr=_RATE)
    for _ in range(_STEPS):
        optimiser.zero_grad()
        score = looked / scale.clamp(min=1e-6) @ weights
        loss = -_correlation(score, fell, there).mean() + _DECAY * weights.abs().sum()
        loss.backward()
        optimiser.step()
    found = (weights / scale.clamp(min=1e-6)).detach()
    model = generations[0].model
    table = (found / found.abs().max()).view(*shape).numpy()
    return Calibration(model.id, model.revision, table.astype(np.float32), len(pairs))


def _correlation(a, b, there):
    """Pearson's, for each row over the entries that are there."""
    count = there.sum(1, keepdim=True)
    a = (a - (a * there).sum(1, keepdim=True) / count) * there
    b = (b - (b * there).sum(1, keepdim=True) / count) * there
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1)).clamp(min=1e-9)


def _pairs(generation: Generation):
    """For each sentence (attention [layers, heads, n], falls [n]) over the n sources that can be removed."""
    which = list(removable(generation))
    if len(which) < 3 or generation.attention is None or generation.removal is None:
        return
    for target in targets(generation):
        tokens = list(target_tokens(generation, target))
        falls = generation.removal[tokens][:, which].sum(0)
        if np.ptp(falls) > 0:
            yield generation.attention[tokens][..., which].astype(np.float32).mean(0), falls
