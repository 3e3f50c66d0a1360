"""Tiny random models of many architectures, built from their configurations: no download, milliseconds a forward."""

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

VOCABULARY = 97

_SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 48,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    # No token ends a run: every run has the length that the test asks for.
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": 0,
}
_SLIDING = ["sliding_attention", "full_attention", "sliding_attention"]
_GPT2 = {"vocab_size": VOCABULARY, "n_embd": 48, "n_layer": 3, "n_head": 4, "n_positions": 512}
_VISION = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
_ENDLESS = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": 0}

CONFIGS = {
    "llama": ("llama", _SIZES),
    "qwen3": ("qwen3", _SIZES | {"head_dim": 16}),
    "gemma2": ("gemma2", _SIZES | {"head_dim": 16, "sliding_window": 6, "layer_types": _SLIDING}),
    "gemma3": ("gemma3_text", _SIZES | {"head_dim": 16, "sliding_window": 6, "layer_types": _SLIDING}),
    "gemma3_vision": (
        "gemma3",
        {
            "text_config": _SIZES | {"head_dim": 16, "sliding_window": 6, "layer_types": _SLIDING},
            "vision_config": _VISION | {"image_size": 28, "patch_size": 14},
            "mm_tokens_per_image": 4,
            "image_token_index": 96,
        },
    ),
    "gpt2": ("gpt2", _GPT2 | _ENDLESS),
    "phi3": ("phi3", _SIZES | {"sliding_window": None}),
    "mistral": ("mistral", _SIZES | {"head_dim": 12, "sliding_window": 5}),
    "gpt_oss": ("gpt_oss", _SIZES | {"head_dim": 16, "num_local_experts": 2, "num_experts_per_tok": 1}),
    "mamba": ("mamba", {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "state_size": 4}),
    "bloom": ("bloom", {"vocab_size": VOCABULARY, "hidden_size": 32, "n_layer": 2, "n_head": 4} | _ENDLESS),
    # Its later layers reuse the keys of earlier ones, and see the last token of a prompt only.
    "gemma4": (
        "gemma4_text",
        _SIZES
        | {"head_dim": 8, "global_head_dim": 8, "sliding_window": 6, "num_hidden_layers": 4, "num_kv_shared_layers": 2}
        | {"layer_types": ["sliding_attention", "full_attention"] * 2}
        | {"hidden_size_per_layer_input": 8, "vocab_size_per_layer_input": VOCABULARY},
    ),
    "diffllama": ("diffllama", _SIZES),
    "deepseek_v32": (
        "deepseek_v32",
        _SIZES
        | {"num_key_value_heads": 4, "kv_lora_rank": 16, "q_lora_rank": 16, "mlp_layer_types": ["dense"] * 3}
        | {"qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "index_head_dim": 16, "index_topk": 6},
    ),
    "inkling2": (
        "inkling2_text",
        _SIZES
        | {"head_dim": 16, "swa_head_dim": 16, "swa_num_attention_heads": 4, "swa_num_key_value_heads": 2}
        | {"sliding_window_size": 6, "moe_intermediate_size": 16, "n_routed_experts": 4, "num_experts_per_tok": 1},
    ),
    "hrm_text": ("hrm_text", _SIZES),
    "falcon": ("falcon", _GPT2 | {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4} | _ENDLESS),
    "xlnet": ("xlnet", {"vocab_size": VOCABULARY, "d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 32}),
    "lfm2": ("lfm2", _SIZES | {"layer_types": ["conv", "full_attention", "conv"]}),
}


def tiny(kind: str, attention: str | None = None, dtype: torch.dtype = torch.float32, **changes) -> PreTrainedModel:
    """A model of CONFIGS, its weights from a fixed seed; `attention` names a transformers implementation."""
    model_type, settings = CONFIGS[kind]
    config = AutoConfig.for_model(model_type, **(settings | changes))
    torch.manual_seed(5)
    model = AutoModelForCausalLM.from_config(config, attn_implementation=attention, dtype=dtype)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if weights.ndim > 1 and "conv" not in name:
                weights.mul_(6)  # initial weights are so small that all attention would be nearly even
    return model.eval()


def tokens(rows: int, length: int, seed: int = 1) -> torch.Tensor:
    """int64 [rows, length] of random tokens, none of them padding."""
    return torch.randint(1, VOCABULARY, (rows, length), generator=torch.Generator().manual_seed(seed))
