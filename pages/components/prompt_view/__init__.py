"""The prompt as the model saw it, its sources coloured and named; or the difference between two prompts."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, TypedDict

from pages.components.assets import build

__all__ = ["DiffLine", "PieceView", "prompt_diff", "prompt_view"]

_mount = build("prompt_view")


class PieceView(TypedDict):
    """A source of the rendered prompt; `start` and `end` are code points of its text."""

    id: str
    kind: str
    label: str
    start: int
    end: int


class DiffLine(TypedDict):
    """A line of two prompts: in both (" "), only in the second ("+"), only in the first ("-")."""

    op: Literal[" ", "+", "-"]
    text: str


def prompt_diff(before: str, after: str) -> list[DiffLine]:
    """The lines of `before` and `after`, each once, in reading order; removed lines stand before added ones."""
    # Split at line feeds only: a prompt may hold other separators, and they are part of its lines.
    old, new = before.split("\n"), after.split("\n")
    lines: list[DiffLine] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [DiffLine(op=" ", text=text) for text in old[a:b]]
            continue
        lines += [DiffLine(op="-", text=text) for text in old[a:b]]
        lines += [DiffLine(op="+", text=text) for text in new[c:d]]
    return lines


def prompt_view(text: str, sources: Sequence[PieceView], key: str, diff: Sequence[DiffLine] | None = None) -> None:
    """Draws `text` with `sources`, or, where `diff` is given (see `prompt_diff`), the difference in its place."""
    _mount(data={"text": text, "sources": list(sources), "diff": None if diff is None else list(diff)}, key=key)
