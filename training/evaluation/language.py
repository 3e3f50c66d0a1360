"""How well the model predicts ordinary English that it never saw."""

import math
from itertools import islice
from pathlib import Path

import torch

from anchoring.models.load import LanguageModel
from training.general import general_texts

WINDOW = 512
MOST_TEXTS = 200
MOST_CHARACTERS = 2_000  # of one text


def perplexity(model: LanguageModel, folder: Path, most: int = MOST_TEXTS) -> tuple[float, float]:
    """(perplexity a token, bits a byte) on the held-out texts of general English, each cut to its beginning."""
    return perplexity_of(model, [t[:MOST_CHARACTERS] for t in islice(general_texts(folder, held_out=True), most)])


def perplexity_of(model: LanguageModel, texts: list[str]) -> tuple[float, float]:
    """The same for any texts. The beginning token is given, so that every token of a text is predicted."""
    lost, tokens, size = 0.0, 0, 0
    device = next(model.hf.parameters()).device
    for text in texts:
        ids = model.tokenizer(text, add_special_tokens=False).input_ids[: WINDOW - 1]
        whole = torch.tensor([[model.tokenizer.bos_token_id, *ids]], device=device)
        with torch.inference_mode():
            logits = model.hf(input_ids=whole[:, :-1], use_cache=False).logits[0].float()
        lost += torch.nn.functional.cross_entropy(logits, whole[0, 1:], reduction="sum").item()
        tokens += len(ids)
        size += len(model.tokenizer.decode(ids).encode())
    return math.exp(lost / tokens), lost / math.log(2) / size
