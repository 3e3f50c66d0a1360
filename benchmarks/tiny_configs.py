"""Configurations of a few thousand weights for the causal language models that transformers knows."""

from dataclasses import fields

from transformers import PreTrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

VOCABULARY = 97
FIRST_WORD = 4  # ids below are padding, beginning and end, which some models treat apart
LAYERS = 3

_NAMES = {
    0: "pad_token_id first_k_dense_replace num_mtp_layers num_nextn_predict_layers num_kv_shared_layers",
    1: "bos_token_id n_group topk_group n_groups mamba_n_groups decoder_start_token_id",
    2: "eos_token_id num_key_value_heads num_kv_heads swa_num_key_value_heads num_experts_per_tok moe_topk moe_k "
    "index_n_heads index_topk_blocks hc_mult num_centroids centroid_intermediate_top_k n_shared_experts",
    LAYERS: "num_hidden_layers n_layer n_layers num_layers encoder_layers decoder_layers num_encoder_layers "
    "num_decoder_layers",
    4: "num_attention_heads n_head n_heads num_heads encoder_attention_heads decoder_attention_heads attention_heads "
    "num_encoder_attention_heads num_decoder_attention_heads swa_num_attention_heads "
    "num_experts n_routed_experts num_local_experts moe_num_experts linear_num_key_heads linear_num_value_heads "
    "linear_num_heads index_block_size attn_layer_period rotary_dim",
    8: "qk_rope_head_dim hc_lowrank hidden_size_per_layer_input mamba_d_state state_size ssm_state_size chunk_size "
    "mamba_chunk_size gated_norm_rank adapter_rank mamba_dt_rank time_step_rank "
    "sliding_window window_size sliding_window_size attention_chunk_size local_attention attention_window_size "
    "index_topk keep_window_size block_size",
    16: "head_dim kv_channels dim_head d_head v_head_dim qk_nope_head_dim attention_head_size swa_head_dim "
    "global_head_dim index_head_dim linear_key_head_dim linear_value_head_dim linear_head_dim query_pre_attn_scalar",
    32: "kv_lora_rank q_lora_rank o_lora_rank moe_intermediate_size intermediate_size ffn_dim encoder_ffn_dim "
    "decoder_ffn_dim shared_expert_intermediate_size shared_intermediate_size dff dim_ff d_inner ffn_hidden_size "
    "expert_ffn_hidden_size dense_intermediate_size feed_forward_size intermediate_size_mlp router_hidden_size "
    "shared_experts_intermediate_size moe_shared_expert_intermediate_size lru_width",
    64: "hidden_size d_model n_embd emb_dim embedding_size word_embed_proj_dim input_embedding_size "
    "output_embedding_size backbone_hidden_size",
    VOCABULARY: "vocab_size vocab_size_per_layer_input",
    512: "max_position_embeddings n_positions n_ctx max_seq_len context_length model_max_length max_target_positions",
}
SIZES = {name: size for size, names in _NAMES.items() for name in names.split()}

_HYBRID = ["linear_attention", "hybrid", "linear_attention", "hybrid"]
_SHARED_KEYS = {"layer_types": ["sliding_attention", "full_attention"] * 2, "num_kv_shared_layers": 2}
_SHARED_KEYS |= {"num_hidden_layers": 4, "head_dim": 8, "global_head_dim": 8}  # unscaled scores, which head_dim sets
_DOTS3 = {f"swa_{name}": 4 for name in ("num_attention_heads", "num_key_value_heads")}
_DOTS3 |= {"swa_q_lora_rank": 32, "swa_kv_lora_rank": 32, "swa_head_dim": 24, "swa_qk_nope_head_dim": 16}
_DOTS3["swa_v_head_dim"] = 16

TWEAKS: dict[str, dict] = {
    "bamba": {"attn_layer_indices": [1], "mamba_d_head": 8, "mamba_n_heads": 16},
    "big_bird": {"attention_type": "original_full"},
    "bigbird_pegasus": {"attention_type": "original_full"},
    "blt": {
        "encoder_hash_byte_group_vocab": 100,
        "encoder_hash_byte_group_size": [2, 3],
        "encoder_config": {"hidden_size_global": 64},
        "decoder_config": {"hidden_size_global": 64},
    },
    "cohere_compass_text": {
        "layer_types": ["sliding_attention", "full_attention", "full_attention"],
        "rope_parameters": {
            kind: {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}
            for kind in ("sliding_attention", "full_attention")
        },
    },
    "dbrx": {"attn_config": {"kv_n_heads": 2, "clip_qkv": 8, "rope_theta": 10000.0}},
    "dots3_note": {
        "text_config": _DOTS3,
        "vision_config": {"adapter_in_dim": 64, "adapter_out_dim": 64},
        "audio_config": {"adapter_input_size": 64, "adapter_out_dim": 64},
    },
    "dots3_note_text": _DOTS3,
    "gemma3n_text": _SHARED_KEYS,
    "gemma4_text": _SHARED_KEYS,
    "gemma4": {"text_config": _SHARED_KEYS},
    "gemma4_unified_text": _SHARED_KEYS,
    "gemma4_unified": {"text_config": _SHARED_KEYS},
    "musicgen": {"decoder": {"num_codebooks": 1}},
    "musicgen_melody": {"decoder": {"num_codebooks": 1}},
    "xlm": {"causal": True},
    "xmod": {"default_language": "en_XX"},
    "gpt_neo": {"attention_types": [[["global", "local", "global"], 1]]},
    "granitemoehybrid": {"layer_types": ["mamba", "attention", "mamba"], "mamba_n_heads": 8, "mamba_d_head": 16},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1, "expert_layer_offset": 1},
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv"], "num_dense_layers": 1},
    "longcat_flash": {"head_dim": 8, "zero_expert_num": 2, "num_layers": 1},
    "mamba2": {"num_heads": 16, "head_dim": 8},
    "qwen4_exp_text": {
        "indexer_n_heads": 2,
        "indexer_kv_heads": 1,
        "indexer_head_dim": 16,
        "indexer_budget": 8,
        "indexer_compress_ratio": 4,
    },
    "reformer": {"axial_pos_embds": False, "attn_layers": ["local", "lsh"]},
    "zamba": {"layers_block_type": _HYBRID, "num_hidden_layers": 4},
    "zamba2": {"layers_block_type": _HYBRID, "num_hidden_layers": 4, "n_mamba_heads": 8},
    "zaya": {"num_experts_per_tok": 1},
}
NOTES = {
    "blt": "its layers over bytes; those over patches of bytes are left out",
    "gemma3n": "its vision part needs timm",
    "gemma4_assistant": "drafts for another model, whose states it needs",
    "gemma4_unified_assistant": "drafts for another model, whose states it needs",
    "musicgen": "writes sound, by a generate of its own that was not run",
    "musicgen_melody": "writes sound, by a generate of its own that was not run",
}
"""What the table adds about an architecture."""

TWEAKS["qwen4_exp"] = {"text_config": TWEAKS["qwen4_exp_text"]}


def tiny_config(kind: str) -> PreTrainedConfig:
    """The configuration class of a model type, with every size that `SIZES` names made small."""
    return _shrunk(CONFIG_MAPPING[kind], TWEAKS.get(kind, {}))


def _shrunk(kind: type[PreTrainedConfig], tweaks: dict) -> PreTrainedConfig:
    names = {field.name for field in fields(kind)}
    wanted = {name: size for name, size in SIZES.items() if name in names}
    wanted |= _layer_kinds(kind, names)
    if "kv_lora_rank" in names and "num_key_value_heads" in names:
        wanted["num_key_value_heads"] = 4
    for name in kind.sub_configs:
        sub = type(getattr(kind(), name, None))
        if issubclass(sub, PreTrainedConfig):
            wanted[name] = _shrunk(sub, tweaks.get(name, {}))
    if "is_decoder" in names:
        wanted["is_decoder"] = True
    return kind(**(wanted | {k: v for k, v in tweaks.items() if k not in kind.sub_configs}))


def _layer_kinds(kind: type[PreTrainedConfig], names: set[str]) -> dict:
    """One layer of each kind that the architecture has, so that a small model shows them all."""
    default = kind() if {"layer_types", "mlp_layer_types"} & names else None
    found = {}
    for name in ("layer_types", "mlp_layer_types", "layers_block_type"):
        if name in names and getattr(default, name, None):
            found[name] = list(dict.fromkeys(getattr(default, name)))
    if not found:
        return {}
    layers = max(LAYERS, *(len(kinds) for kinds in found.values()))
    return {"num_hidden_layers": layers} | {name: (kinds * layers)[:layers] for name, kinds in found.items()}
