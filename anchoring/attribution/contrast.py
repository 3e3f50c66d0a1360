"""Contrast: which words of the answer does the framing make likelier?

Each target's lift is log p(target | prompt) - log p(target | the same prompt without its framing), in nats.
"""

from dataclasses import replace

import numpy as np

from anchoring.attribution.masks import measure, without
from anchoring.attribution.targets import target_tokens, targets
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation, Source
from anchoring.prompting.segments import Kind

FRAMING = Source("framing", Kind.FRAMING, "", 0, 0)
"""All of the framing as one source."""

_UNIT = "rise of the target's log-probability through the framing, in nats"


def contrast(model, generation: Generation, *, unit: str = "token", language: str = "en", **watching) -> Attribution:
    """Signed scores [targets, 1] of all framing together, in two forward passes; nan for a prompt without framing.

    `watching` are `on_progress` and `stop` of `measure`.
    """
    rows = targets(generation, unit, language=language)
    framing = [n for n, source in enumerate(generation.rendered.sources) if source.kind is Kind.FRAMING]
    scores = np.full((len(rows), 1), np.nan, np.float32)
    if framing and rows:
        masks = np.stack([without(generation), without(generation, *framing)])
        framed, unframed = measure(model, generation, masks, **watching).log_probs
        for score, target in zip(scores, rows, strict=True):
            score[0] = (framed - unframed)[list(target_tokens(generation, target))].sum()
    text = "".join(generation.rendered.sources[n].text for n in framing)
    return Attribution("contrast", scores, rows, (replace(FRAMING, text=text),), _UNIT, signed=True)
