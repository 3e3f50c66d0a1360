"""Tiny random models with tokenizers made on the spot."""

from functools import cache

from anchoring.models.load import LanguageModel
from tests.models.made import made
from tests.models.tiny import tiny


@cache
def pair(kind: str = "llama", family: str = "byte-level", chat: str | None = "plain turns", **changes) -> LanguageModel:
    """A model of tests.models.tiny with a vocabulary of its tokenizer's size, wrapped as a notebook would."""
    tokenizer = made(family, chat)
    return LanguageModel(tiny(kind, vocab_size=len(tokenizer), **changes), tokenizer, id=f"tiny {kind}")
