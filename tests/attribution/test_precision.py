"""Half and eighth precision: the same answer is read much as in full, by every method."""

from dataclasses import replace

import numpy as np
import pytest
from torchao.quantization import Int8WeightOnlyConfig
from transformers import AutoModelForCausalLM, TorchAoConfig

from anchoring import compose, generate, load_model
from anchoring.attribution import attribute, removable
from anchoring.attribution.faithfulness import rank_correlation
from anchoring.scope.library import load_scopes

SCOPE = "tehran-shop-payment"


@pytest.fixture(scope="module")
def whole():
    return load_model("bundled")


@pytest.fixture(scope="module", params=["8 bits", "bfloat16", "float16"])
def coarse(request, whole, tmp_path_factory):
    """The bundled model, coarser: as a folder quantised by torchao, or loaded in half precision."""
    if request.param != "8 bits":
        return load_model("bundled", dtype=request.param, device="cpu")
    folder = tmp_path_factory.mktemp("quantised")
    config = TorchAoConfig(Int8WeightOnlyConfig())
    AutoModelForCausalLM.from_pretrained(whole.hf.config._name_or_path, quantization_config=config).save_pretrained(
        folder
    )
    whole.tokenizer.save_pretrained(folder)
    return load_model(str(folder))


@pytest.fixture(scope="module")
def answer(whole):
    scope = load_scopes()[SCOPE]
    prompt = compose(scope.starters[0].prompt, scope=scope, framing="card")
    return generate(whole, [prompt], max_new_tokens=40)[0]


def test_it_answers_with_attention_that_sums_to_one(coarse, answer):
    (made,) = generate(coarse, [answer.prompt], max_new_tokens=12)
    assert coarse.tapped
    assert len(made.token_ids) > 0
    np.testing.assert_allclose(made.attention.astype(np.float32).sum(-1), 1, atol=0.01)


METHODS = ("attention", "rollout", "value", "removal", "surrogate", "gradient", "integrated")


@pytest.mark.parametrize("method", METHODS)
def test_a_method_reads_the_same_answer_much_as_in_full(coarse, whole, answer, method):
    bare, options = replace(answer, attention=None, removal=None), {"steps": 4} if method == "integrated" else {}
    full, rough = (attribute(model, bare, method, unit="answer", **options).scores[0] for model in (whole, coarse))
    which = list(removable(answer))
    assert np.isfinite(rough[which]).all()
    assert rank_correlation(full[which], rough[which]) > 0.8


def test_contrast_reads_the_same_answer_much_as_in_full(coarse, whole, answer):
    full, rough = (attribute(model, answer, "contrast", unit="token").scores[:, 0] for model in (whole, coarse))
    assert rank_correlation(full, rough) > 0.8
