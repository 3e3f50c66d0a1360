"""Value-weighted attention (Kobayashi et al., EMNLP 2020): where the model looked, weighed by what it carried away.

A head that attends much to a token with a small value vector takes little from it. Each probability is multiplied by
the norm of the value vector as the head's output projection passes it on, and the row is rescaled to sum to 1.
"""

import torch

from anchoring.attribution.attention import attend, averaged
from anchoring.attribution.types import Attribution
from anchoring.models.faults import answering
from anchoring.models.load import LanguageModel
from anchoring.models.tap import Tap, TapError
from anchoring.models.types import Generation

_UNIT = "share of attention weighted by the values' norms, mean over tokens, layers and heads"
_OUT = ("o_proj", "out_proj", "dense", "c_proj", "wo")  # what families call the output projection of attention


def value_weighted(model: LanguageModel, generation: Generation, *, unit: str = "sentence", language: str = "en"):
    """Shares [targets, sources + 1], rows summing to 1, by one forward pass; the last column is the generated tokens'.

    Raises TapError where the model's attention or its output projection cannot be read.
    """
    rendered = generation.rendered
    n = len(rendered.sources)
    with model.running(), answering(model.id):
        rows = attend(model.hf, rendered.token_ids, generation.token_ids, rendered.token_source, n, _Weighing)
    return Attribution("value", *averaged(rows, generation, unit, language), _UNIT, signed=False)


class _Weighing(Tap):
    maps = True

    def read(self, module, query, key, mask, *, value, **kwargs):
        self._norms = norms(module, value, query.shape[1])
        super().read(module, query, key, mask, **kwargs)

    def read_weights(self, module, weights, value):
        self._norms = norms(module, value, weights.shape[1])
        super().read_weights(module, weights)

    def _pool(self, layer, probabilities, first_key):
        weighed = probabilities * self._norms[:, :, None]
        super()._pool(layer, weighed / weighed.sum(-1, keepdim=True), first_key)


def norms(module: torch.nn.Module, value: torch.Tensor, heads: int) -> torch.Tensor:
    """float32 [batch, heads, keys]: how long each token's value is once a head's part of the projection is applied.

    `value` is [batch, kv heads, keys, d]. TapError where `module` has no output projection that fits.
    """
    size = value.shape[-1]
    weight = _projection(module, heads * size).view(-1, heads, size)
    squares = torch.einsum("ohd,ohe->hde", weight, weight)  # |W v|² = v (WᵀW) v: no vector of full width is made
    value = value.detach().float().repeat_interleave(heads // value.shape[1], dim=1)
    return torch.einsum("bhkd,hde,bhke->bhk", value, squares, value).clamp(min=0).sqrt()


def _projection(module: torch.nn.Module, width: int) -> torch.Tensor:
    """float32 [out, width]: the weight of the layer that mixes the heads, in full where it is stored in 8 bits."""
    for name in _OUT:
        weight = getattr(getattr(module, name, None), "weight", None)
        if weight is not None and weight.dim() == 2 and weight.is_floating_point():
            if type(weight) not in (torch.Tensor, torch.nn.Parameter):  # stored in 8 bits
                weight = weight.dequantize()
            weight = weight.detach().float()
            turned = weight.T if type(getattr(module, name)).__name__ == "Conv1D" else weight
            if turned.shape[1] == width:
                return turned
    raise TapError("This model's attention has no output projection that can be read, so values can't be weighed.")
