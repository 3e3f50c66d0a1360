"""Prompts that begin alike: what they share is run once only where that changes nothing."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
from transformers import AutoConfig

from anchoring.attribution import forcing
from anchoring.attribution.forcing import log_probabilities
from anchoring.models.faults import ModelError
from anchoring.models.load import LanguageModel
from tests.attribution.runs import plain_pass
from tests.models.made import made
from tests.models.tiny import CONFIGS, tiny

BEGIN = tuple(range(10, 60))
PROMPTS = [(*BEGIN, *range(20 + n, 25 + 2 * n)) for n in range(4)]
RESPONSE = tuple(range(30, 50, 2))
SHARING = {"llama", "qwen3", "gpt2", "phi3"}
APART = {"gemma2", "gemma3", "gemma4", "mistral", "mamba", "bloom"}  # windows, states, keys that layers share


@pytest.fixture(scope="module")
def tokenizer():
    """One without a token for padding, since the models of CONFIGS know few tokens."""
    tokenizer = copy.deepcopy(made("byte-level", "plain turns"))
    tokenizer.pad_token = tokenizer.eos_token = None
    return tokenizer


@pytest.mark.parametrize("name", CONFIGS)
def test_every_kind_of_model_scores_as_in_a_plain_pass(name, tokenizer):
    model = LanguageModel(tiny(name), tokenizer)
    assert forcing._begins_once(model) or name not in SHARING
    assert not forcing._begins_once(model) or name not in APART
    if name == "xlnet":  # it reads ahead, so one pass over an answer scores another
        with pytest.raises(ModelError, match="reads ahead"):
            log_probabilities(model, PROMPTS, RESPONSE)
        return
    found = log_probabilities(model, PROMPTS, RESPONSE)
    for row, prompt in zip(found, PROMPTS, strict=True):
        np.testing.assert_allclose(row, plain_pass(model, prompt, RESPONSE), atol=1e-4)


def test_a_configuration_of_several_parts_shares_nothing():
    blt = SimpleNamespace(hf=SimpleNamespace(config=AutoConfig.for_model("blt")), tapped=True)
    assert not forcing._begins_once(blt)
