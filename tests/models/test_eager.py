"""Maps that a model gives back become the rows that the tap would have read."""

import numpy as np
import pytest
import torch

from anchoring.attribution.attention import attend
from anchoring.models import eager
from anchoring.models.eager import attend_eager
from anchoring.models.interface import install
from anchoring.models.tap import TapError, TapSilent
from tests.models.tiny import tiny, tokens

PROMPT, RESPONSE = tokens(1, 14)[0].tolist(), tokens(1, 6, seed=2)[0].tolist()
SOURCE = [0, 0, 0, 2, 1, 1, 1, 0, 1, 2, 2, 2, 2, 2]


def rows_of(kind: str) -> np.ndarray:
    """Eager maps of one pass, pooled by plain loops; the rest that a sink took is left out."""
    ids = torch.tensor([PROMPT + RESPONSE[:-1]])
    with torch.inference_mode():
        maps = tiny(kind, "eager")(ids, attention_mask=torch.ones_like(ids), output_attentions=True).attentions
    column = torch.tensor(SOURCE + [3] * (len(RESPONSE) - 1))
    kept = torch.stack(maps)[:, 0, :, len(PROMPT) - 1 :]
    rows = torch.stack([kept[..., column == source].sum(-1) for source in range(4)], dim=-1).permute(2, 0, 1, 3)
    return (rows / rows.sum(-1, keepdim=True)).numpy()


@pytest.mark.parametrize("kind", ["bloom", "falcon", "gpt_oss", "deepseek_v32", "llama", "gemma2"])
def test_rows_are_the_pooled_maps_of_eager_attention(kind):
    model = tiny(kind)
    before = model.config._attn_implementation
    rows = attend_eager(model, PROMPT, RESPONSE, SOURCE, 3)
    assert rows.dtype == np.float32
    assert rows.shape == (6, rows.shape[1], 4, 4)
    np.testing.assert_allclose(rows, rows_of(kind), atol=1e-5)
    np.testing.assert_allclose(rows.sum(-1), 1, atol=1e-5)
    assert rows.std() > 0.05
    assert model.config._attn_implementation == before


def test_rows_are_those_of_the_tap_where_both_can_read():
    model = tiny("llama")
    rows = attend_eager(model, PROMPT, RESPONSE, SOURCE, 3)
    np.testing.assert_allclose(rows, attend(model, PROMPT, RESPONSE, SOURCE, 3), atol=1e-5)
    assert install(model)  # and a tapped model stays tapped
    np.testing.assert_allclose(attend_eager(model, PROMPT, RESPONSE, SOURCE, 3), rows, atol=1e-5)
    assert install(model)


def test_a_model_without_attention_says_so():
    with pytest.raises(TapSilent, match="no map"):
        attend_eager(tiny("mamba"), PROMPT, RESPONSE, SOURCE, 3)


def test_a_model_whose_tokens_see_later_ones_is_refused():
    with pytest.raises(TapError, match="later ones"):
        attend_eager(tiny("xlnet"), PROMPT, RESPONSE, SOURCE, 3)


def test_maps_that_would_not_fit_are_refused_before_the_pass(monkeypatch):
    monkeypatch.setattr(eager, "MOST_BYTES", 1000)
    with pytest.raises(TapError, match="19 tokens does not fit"):
        attend_eager(tiny("bloom"), PROMPT, RESPONSE, SOURCE, 3)


def test_a_run_without_a_response_is_an_error():
    with pytest.raises(ValueError, match="no response"):
        attend_eager(tiny("bloom"), PROMPT, [], SOURCE, 3)
