"""Adds layers to a model that at first change nothing, so that a next stage has more room to learn in.

    python -m training.deepen --checkpoint models/bundled --layers 8 --out runs/deeper

Each new layer, in the middle, is a copy of the one before it whose two outputs are 0 (LLaMA Pro, Wu et al. 2024).
"""

import argparse
from copy import deepcopy
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

from training import checkpoint, stages
from training.corpus.source import note_trained_on, trained_on


def deepened(model: LlamaForCausalLM, layers: int) -> LlamaForCausalLM:
    """The model itself with `layers` layers, computing what it did. ValueError: fewer than it has, or too many.

    The new ones stand between the middle ones: the last two, whose heads learn to point, stay what they were.
    """
    had = model.config.num_hidden_layers
    more = layers - had
    first = (had - more) // 2
    if more < 0 or first + more > had - 2:
        raise ValueError(f"{had} layers cannot become {layers}: too few, or the last two would not stay the last")
    kept = list(model.model.layers)
    made = [new for n, old in enumerate(kept) for new in ([old, _idle(old)] if first <= n < first + more else [old])]
    for number, layer in enumerate(made):
        layer.self_attn.layer_idx = number
    model.model.layers = torch.nn.ModuleList(made)
    model.config.num_hidden_layers = layers
    return model


def _idle(layer: torch.nn.Module) -> torch.nn.Module:
    """A copy that adds 0 to what passes through."""
    copy = deepcopy(layer)
    with torch.no_grad():
        copy.self_attn.o_proj.weight.zero_()
        copy.mlp.down_proj.weight.zero_()
    return copy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    deepened(LlamaForCausalLM.from_pretrained(options.checkpoint), options.layers).save_pretrained(options.out)
    AutoTokenizer.from_pretrained(options.checkpoint).save_pretrained(options.out)
    note_trained_on(options.out, trained_on(options.checkpoint))
    stages.note(options.out, stages.stages_of(options.checkpoint))
    checkpoint.keep_aids(options.checkpoint, options.out)


if __name__ == "__main__":
    main()
