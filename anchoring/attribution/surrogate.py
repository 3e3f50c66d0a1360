"""Linear surrogate: what each piece is worth where pieces overlap (ContextCite, Cohen-Wang et al., NeurIPS 2024).

The answer is scored after random selections of the prompt's pieces, and a sparse linear model is fitted to its
log-odds: log p - log(1 - p) of the target's tokens together. A piece's weight is its score.
"""

import numpy as np

from anchoring.attribution.masks import Masked, removable
from anchoring.attribution.targets import target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

ALPHA = 0.01
MASKS = 64
_UNIT = "change of the target's log-odds with the piece, linear fit to random removals, in nats"


def surrogate(generation: Generation, masked: Masked, *, unit: str = "sentence", language: str = "en") -> Attribution:
    """Signed scores by Lasso over the masks (`ALPHA` on standardised masks, log-odds per token of the target).

    nan for sources that can't be removed, and for all where there are fewer than two masks: nothing to compare.
    """
    rows, sources = targets(generation, unit, language=language), generation.rendered.sources
    scores = np.full((len(rows), len(sources)), np.nan, np.float32)
    which = list(removable(generation)) if len(masked.masks) > 1 else []
    for score, target in zip(scores, rows, strict=True):
        tokens = target_tokens(generation, target)
        score[which] = fit(masked.masks[:, which], log_odds(masked.of(tokens)), len(tokens))
    return Attribution("surrogate", scores, rows, sources, _UNIT, signed=True)


def log_odds(log_p: np.ndarray) -> np.ndarray:
    """log p - log(1 - p). Above what float32 can tell from certainty all count the same, else rounding would decide."""
    log_p = np.minimum(log_p, -np.finfo(np.float32).eps)
    return log_p - np.log(-np.expm1(log_p))


def fit(masks: np.ndarray, values: np.ndarray, tokens: int) -> np.ndarray:
    """float64 [sources]: weights of a Lasso of `values` [masks] over `masks` [masks, sources]."""
    from sklearn.linear_model import Lasso
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if not masks.shape[1]:
        return np.zeros(0)
    scaler, lasso = StandardScaler(), Lasso(alpha=ALPHA)
    make_pipeline(scaler, lasso).fit(masks.astype(np.float64), values / tokens)
    return lasso.coef_ / scaler.scale_ * tokens
