"""A whole model folder, made on the spot: a tiny random Llama with a tokenizer that has a chat template."""

from pathlib import Path

from tests.models.made import TEMPLATES, byte_level
from tests.models.tiny import tiny


def save(folder: Path) -> Path:
    """The folder, ready for load_model; it writes any token but none that ends an answer."""
    tokenizer = byte_level(TEMPLATES["plain turns"])
    tiny("llama", vocab_size=len(tokenizer), max_position_embeddings=2048).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
