"""Text of users and models inside what Streamlit reads as Markdown: labels, captions, messages."""

import re

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")
# What Streamlit's page replaces after Markdown was read, when a sign that was made plain is a sign again: its icons and
# logo, and arrows and the like that stand alone. A word joiner, which shows nothing, keeps them apart.
_REPLACED = re.compile(r":(?=material[/_]|streamlit:)|(?<!\S)(?:<-|-|<|>|~)(?=[->=]+(?!\S))")
_JOINER = "\u2060"


def plain(text: str) -> str:
    """The text on one line with every sign that Markdown would read made plain."""
    return _SIGNS.sub(r"\\\1", _REPLACED.sub(rf"\g<0>{_JOINER}", " ".join(text.split())))
