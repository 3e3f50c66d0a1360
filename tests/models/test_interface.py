"""Which models let a tap read them, and what becomes of those that don't."""

import numpy as np
import pytest
import torch

from anchoring.models.interface import EAGER_NAME, NAME, install
from anchoring.models.tap import Tap, TapError
from tests.models.tapping import SOURCES, generate, prompts
from tests.models.tiny import tiny


@pytest.mark.parametrize("kind", ["gpt_oss", "inkling2", "deepseek_v32", "mamba", "bloom"])
def test_install_refuses_and_leaves_the_model_as_it_was(kind):
    model = tiny(kind)
    before = model.config._attn_implementation
    assert install(model) is False
    assert model.config._attn_implementation == before


def test_sinks_are_never_dropped_in_silence():
    ids, mask, _ = prompts()
    model = tiny("gpt_oss")
    model.set_attn_implementation(NAME)  # past install, which refuses
    with pytest.raises(TapError, match="sinks"):
        generate(model, ids, mask, steps=1)


def test_install_twice_is_install_once_and_soft_capping_keeps_eager():
    llama, gemma = tiny("llama"), tiny("gemma2")
    assert install(llama)
    assert install(llama)
    assert llama.config._attn_implementation == NAME
    assert install(gemma)
    assert gemma.config._attn_implementation == EAGER_NAME


def test_of_a_multimodal_model_the_text_part_is_read():
    ids, mask, groups = prompts(2, pads=(3, 0))
    model, plain = tiny("gemma3_vision"), tiny("gemma3_vision")
    assert install(model)
    assert model.config.text_config._attn_implementation == NAME
    assert model.config.vision_config._attn_implementation == plain.config.vision_config._attn_implementation
    with Tap(groups, SOURCES) as tap:
        written = generate(model, ids, mask)
    assert torch.equal(written, generate(plain, ids, mask))
    assert tap.layers == [0, 1, 2]
    np.testing.assert_allclose(tap.rows().sum(-1), 1, atol=1e-5)
