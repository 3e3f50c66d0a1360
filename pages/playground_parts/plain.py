"""Text of users and models inside what Streamlit reads as Markdown: labels, captions, messages."""

import re


def plain(text: str) -> str:
    """The text on one line with every sign that Markdown would read made plain."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])", r"\\\1", " ".join(text.split()))
