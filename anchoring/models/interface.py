"""How the attention of a model comes to pass by a tap: through transformers' own interface.

The functions are registered for attention *and* for masks: with the first alone transformers passes no mask where one
is needed, and attention falls on the future without a word.
"""

import inspect
import re
import sys
from contextlib import nullcontext
from functools import cache

from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import eager_mask, sdpa_mask

from anchoring.models.normaliser import Listening
from anchoring.models.tap import TapError, current

NAME = "anchoring_tap"
EAGER_NAME = "anchoring_tap_eager"
"""For models that sdpa cannot run (soft-capping in Gemma 2): their own eager attention, with the same tap."""

_ASKS_NAME = re.compile(r"_attn_implementation (not )?in \(")
"""Code that drops a part of the mask under a name of attention that it does not know."""


def _tapped_sdpa(module, query, key, value, attention_mask, **kwargs):
    if kwargs.get("s_aux") is not None:  # sdpa would drop the sinks silently and answer something else
        raise TapError("This model adds attention sinks, which sdpa cannot compute.")
    tap = current()
    if tap is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
    with Listening() if tap.listens(query, attention_mask) else nullcontext() as heard:
        output = sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
    normaliser = heard.normaliser if heard else None
    tap.read(module, query, key, attention_mask, value=value, normaliser=normaliser, **kwargs)
    return output


def _tapped_eager(module, query, key, value, attention_mask, **kwargs):
    output, weights = _eager_of(type(module))(module, query, key, value, attention_mask, **kwargs)
    tap = current()
    if tap is not None:
        tap.read_weights(module, weights, value)
    return output, weights


AttentionInterface.register(NAME, _tapped_sdpa)
AttentionMaskInterface.register(NAME, sdpa_mask)
AttentionInterface.register(EAGER_NAME, _tapped_eager)
AttentionMaskInterface.register(EAGER_NAME, eager_mask)


def install(model: PreTrainedModel) -> bool:
    """Let taps read this model's attention. Its output stays that of sdpa (of eager, where it has no sdpa).

    False, with the model left as it was, where that cannot be: encoder-decoder models; models whose attention does
    not go through transformers' interface (Bloom) or that have none (Mamba); models with learned attention sinks
    (gpt-oss), whose rows over the tokens do not sum to 1; models that choose their tokens under the names eager and
    sdpa alone (DeepSeek V3.2), and would answer something else under ours. Of a multimodal model the text part is read.
    """
    config = model.config.get_text_config(decoder=True)
    part = next((m for m in model.modules() if isinstance(m, PreTrainedModel) and m.config is config), None)
    if part is None or model.config.is_encoder_decoder or not _readable(part):
        return False
    name, before = (NAME if part._supports_sdpa else EAGER_NAME), config._attn_implementation
    if before == name:
        return True
    wanted: str | dict = name
    if config is not model.config:
        wanted = {key: name for key in model.config.sub_configs if getattr(model.config, key, None) is config}
    try:
        model.set_attn_implementation(wanted)
    except ValueError:
        model.set_attn_implementation(before if wanted is name else dict.fromkeys(wanted, before))
    return config._attn_implementation == name


def _readable(part: PreTrainedModel) -> bool:
    if any("sink" in name for name, _ in part.named_parameters()):
        return False
    types = {type(module) for module in part.modules() if not type(module).__module__.startswith("torch.")}
    sources = [_source(name) for name in {kind.__module__ for kind in types}]
    if any(_ASKS_NAME.search(source) for source in sources):
        return False
    if not any("ALL_ATTENTION_FUNCTIONS.get_interface(" in source for source in sources):
        return False
    return part._supports_sdpa or any(_eager_of(kind) for kind in types)


def _source(module_name: str) -> str:
    try:
        return inspect.getsource(sys.modules[module_name])
    except (KeyError, OSError, TypeError):  # defined in a notebook, or gone
        return ""


@cache
def _eager_of(kind: type):
    """The eager attention function in the file of an attention layer's class, or of a class it inherits from."""
    places = (sys.modules.get(base.__module__) for base in kind.__mro__)
    return next((f for p in places if (f := getattr(p, "eager_attention_forward", None)) is not None), None)
