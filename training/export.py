"""Turns a finished checkpoint into the folder that ships: half precision, tokenizer, what it was trained on.

python -m training.export --checkpoint runs/scopes --out models/bundled
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import AutoTokenizer, GenerationConfig, LlamaForCausalLM

from anchoring.prompting.reasoning import THINK_CLOSE, THINK_OPEN
from training.corpus.source import note_trained_on, trained_on

SHARD = "39MB"


def export(checkpoint: Path, out: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = LlamaForCausalLM.from_pretrained(checkpoint, dtype=torch.float16)
    model.config.dtype = torch.float16
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model.save_pretrained(out, max_shard_size=SHARD)
    tokenizer.save_pretrained(out)
    _show_thoughts(out / "tokenizer.json")
    note_trained_on(out, trained_on(checkpoint))


def _show_thoughts(file: Path) -> None:
    """The marks of a thought are text that other tools should show, not markup that they should hide."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    for token in raw["added_tokens"]:
        if token["content"] in (THINK_OPEN, THINK_CLOSE):
            token["special"] = False
    file.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    export(options.checkpoint, options.out)
    size = sum(f.stat().st_size for f in options.out.iterdir())
    print(f"{options.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
