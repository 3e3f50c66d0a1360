"""Turns a finished checkpoint into the folder that ships: half precision, tokenizer, what it was trained on.

    python -m training.export --checkpoint runs/scopes --out models/bundled
    python -m training.export --checkpoint models/bundled runs/more --shares 0.6 0.4 --out runs/mean

Of several checkpoints, each trained on from the one before, a mean of their weights ships (Wortsman et al. 2022).
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer, GenerationConfig, LlamaForCausalLM

from anchoring.prompting.reasoning import THINK_CLOSE, THINK_OPEN
from training import stages
from training.corpus.source import note_trained_on, trained_on

SHARD = "39MB"


def export(checkpoints: Sequence[Path], out: Path, shares: Sequence[float] = ()) -> None:
    """Writes the mean of the checkpoints, with the tokenizer and the scopes of the last.

    `shares` are the weights of the mean, 1 in all; without them all count the same. ValueError: they are wrong.
    """
    shares = shares or [1 / len(checkpoints)] * len(checkpoints)
    if len(shares) != len(checkpoints) or abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"{len(checkpoints)} shares, 1 in all, are wanted, not {shares}")
    tokenizer = AutoTokenizer.from_pretrained(checkpoints[-1])
    history = stages.mixed([stages.stages_of(c) for c in checkpoints], shares)
    model = mean(checkpoints, shares).to(torch.float16)
    model.config.dtype = torch.float16
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model.save_pretrained(out, max_shard_size=SHARD)
    tokenizer.save_pretrained(out)
    _show_thoughts(out / "tokenizer.json")
    note_trained_on(out, trained_on(checkpoints[-1]))
    stages.note(out, history)


def mean(checkpoints: Sequence[Path], shares: Sequence[float]) -> LlamaForCausalLM:
    """A float32 model, each weight the mean of the checkpoints' own."""
    model, *others = (LlamaForCausalLM.from_pretrained(c, dtype=torch.float32) for c in checkpoints)
    with torch.no_grad():
        for ours, *theirs in zip(*(m.parameters() for m in (model, *others)), strict=True):
            ours.copy_(sum(share * weight for share, weight in zip(shares, (ours, *theirs), strict=True)))
    return model


def _show_thoughts(file: Path) -> None:
    """The marks of a thought are text that other tools should show, not markup that they should hide."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    for token in raw["added_tokens"]:
        if token["content"] in (THINK_OPEN, THINK_CLOSE):
            token["special"] = False
    file.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=float, nargs="*", default=[], help="of the checkpoints in the mean, 1 in all")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    export(options.checkpoint, options.out, options.shares)
    size = sum(f.stat().st_size for f in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
