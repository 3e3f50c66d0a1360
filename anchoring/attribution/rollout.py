"""Attention rollout (Abnar and Zuidema, ACL 2020): where attention leads through all layers.

Each layer passes on half of what a token was and half of what it attends to, averaged over heads; the layers' matrices
multiplied tell how much of the answer's rows comes from each token of the prompt.
"""

import torch

from anchoring.attribution.attention import attend, averaged
from anchoring.attribution.types import Attribution
from anchoring.models.faults import answering
from anchoring.models.load import LanguageModel
from anchoring.models.tap import Tap, TapError, TapSilent
from anchoring.models.types import Generation

_UNIT = "share of attention rolled out through all layers, mean over heads and tokens"


def rollout(model: LanguageModel, generation: Generation, *, unit: str = "sentence", language: str = "en"):
    """Shares [targets, sources + 1], rows summing to 1, by one forward pass; the last column is the generated tokens'.

    Of a model with attention in some layers only, those layers count. Raises TapError where it cannot be read.
    """
    rendered = generation.rendered
    n = len(rendered.sources)
    with model.running(), answering(model.id):
        rows = attend(model.hf, rendered.token_ids, generation.token_ids, rendered.token_source, n, _Rolling)
    return Attribution("rollout", *averaged(rows, generation, unit, language), _UNIT, signed=False)


class _Rolling(Tap):
    """Multiplies the layers' matrices as they come, pooled to sources from the start: no map is ever held whole."""

    maps = True

    def __init__(self, groups: torch.Tensor, n_sources: int):
        super().__init__(groups, n_sources)
        self._carried: torch.Tensor | None = None  # float32 [batch, tokens, S + 1], after the layers before this one
        self._layer = None

    def _place(self, module, queries, keys):
        layer, _, first_key = super()._place(module, queries, keys)
        if self._fault:
            raise TapError(self._fault)
        return layer, 0, first_key

    def _pool(self, layer, probabilities, first_key):
        keys = probabilities.shape[3]
        if layer is not self._layer:
            self._carried = self._after() if self._layer else self._columns(0, keys, probabilities.device)
            self._layer = layer
        done = sum(rows.shape[1] for rows in layer.pooled)
        carried = self._carried.to(probabilities.device)
        attended = probabilities.mean(1) @ carried
        layer.pooled.append((attended + carried[:, done : done + attended.shape[1]]) / 2)

    def _after(self) -> torch.Tensor:
        return torch.cat(self._layer.pooled, dim=1)

    def rows(self):
        """float32 [batch, steps, 1, 1, S + 1]; rows sum to 1."""
        if self._layer is None:
            raise TapSilent("No attention layer of this model can be read: its attention does not pass through us.")
        return self._after()[:, None, None, self._prompt - 1 :].permute(0, 3, 1, 2, 4).cpu().numpy()
