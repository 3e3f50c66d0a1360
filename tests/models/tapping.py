"""Prompts whose tokens belong to sources, and generating after them."""

import torch
from transformers import GenerationConfig

from tests.models.tiny import tokens

SOURCES = 4


def prompts(rows: int = 1, length: int = 14, pads: tuple[int, ...] = ()):
    """(ids, mask, groups): left-padded random prompts whose tokens belong to SOURCES sources, in runs and scattered."""
    ids, mask = tokens(rows, length), torch.ones(rows, length, dtype=torch.int64)
    groups = torch.randint(0, SOURCES, (rows, length), generator=torch.Generator().manual_seed(3)).sort(dim=1).values
    groups[:, length // 2] = SOURCES - 1
    for row, pad in enumerate(pads):
        ids[row, :pad], mask[row, :pad], groups[row, :pad] = 0, 0, -1
    return ids, mask, groups


def generate(model, ids, mask, steps: int = 10, **options):
    options = {"do_sample": False, "use_cache": True} | options
    config = GenerationConfig(max_new_tokens=steps, pad_token_id=0, **options)
    with torch.no_grad():
        return model.generate(ids, attention_mask=mask, generation_config=config)
