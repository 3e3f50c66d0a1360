"""Makes the bundled model's tokenizer: byte-level BPE, so that no text in any script is ever unknown.

python -m training.tokenizer --out runs/tokenizer [--general FOLDER] [--preset cpu]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from training.general import general_texts
from training.presets import PRESETS

START, END, PAD = "<|start|>", "<|end|>", "<|pad|>"
SPECIAL = [PAD, START, END, "<|system|>", "<|user|>", "<|assistant|>", "<think>", "</think>"]
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Words with their leading space, digits one by one (so that a number can be copied), runs of other signs.
_SPLIT = Regex(r"'(?:s|t|re|ve|m|ll|d)\b|\s?\p{L}[\p{L}\p{M}]*|\s?\p{N}|\s?[^\s\p{L}\p{N}]+|\s+")
SCOPE_WEIGHT = 40  # the scopes' own text is short beside general English: count it this many times


def train_tokenizer(texts: Iterator[str], vocabulary: int, context: int) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_SPLIT, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=START,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=[t for t in SPECIAL if t not in (START, END, PAD)],
        chat_template=CHAT_TEMPLATE,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )


def _texts(general: Path | None) -> Iterator[str]:
    root = Path(__file__).parent.parent
    for file in [*sorted((root / "scopes").glob("*.yaml")), *sorted((root / "training/data").glob("*.yaml"))]:
        for _ in range(SCOPE_WEIGHT):
            yield file.read_text(encoding="utf-8")
    if general:
        for index, text in enumerate(general_texts(general)):
            if index % 4 == 0:
                yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--general", type=Path, help="a folder with general.jsonl.gz")
    parser.add_argument("--preset", choices=PRESETS, default="cpu")
    options = parser.parse_args()
    preset = PRESETS[options.preset]
    tokenizer = train_tokenizer(_texts(options.general), preset.vocabulary, preset.context)
    tokenizer.save_pretrained(options.out)
    print(f"{len(tokenizer)} entries in {options.out}")


if __name__ == "__main__":
    main()
