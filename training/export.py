"""Turns a finished checkpoint into the folder that ships: half precision, tokenizer, what it was trained on.

    python -m training.export --checkpoint runs/scopes --out models/bundled

Of several checkpoints, each trained on from the one before, the mean of their weights ships (Wortsman et al. 2022).
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer, GenerationConfig, LlamaForCausalLM

from anchoring.prompting.reasoning import THINK_CLOSE, THINK_OPEN
from training.corpus.source import note_trained_on, trained_on

SHARD = "39MB"


def export(checkpoints: Sequence[Path], out: Path) -> None:
    """Writes the mean of the checkpoints, with the tokenizer and the scopes of the last."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoints[-1])
    model = mean(checkpoints).to(torch.float16)
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


def mean(checkpoints: Sequence[Path]) -> LlamaForCausalLM:
    """A float32 model, each weight the mean of the checkpoints' own."""
    model, *others = (LlamaForCausalLM.from_pretrained(c, dtype=torch.float32) for c in checkpoints)
    with torch.no_grad():
        for number, other in enumerate(others, 2):
            for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
                ours += (theirs - ours) / number
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
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    export(options.checkpoint, options.out)
    size = sum(f.stat().st_size for f in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
