"""The reasoning toggle. What a model writes before answering is text, not its reasons (Turpin et al. 2023)."""

from enum import StrEnum

from anchoring.prompting.segments import Kind, Segment

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"


class Reasoning(StrEnum):
    OFF = "off"
    FREE = "free"
    GROUNDED = "grounded"


_TEXT = {
    Reasoning.FREE: f"Think step by step first, between {THINK_OPEN} and {THINK_CLOSE}; then answer.",
    Reasoning.GROUNDED: (
        f"First, between {THINK_OPEN} and {THINK_CLOSE}, list each cue you noticed in the user's words, "
        "what it signals here and what would change it; then answer."
    ),
}


def reasoning_segments(reasoning: Reasoning) -> tuple[Segment, ...]:
    if reasoning is Reasoning.OFF:
        return ()
    return (Segment("reasoning", Kind.REASONING, _TEXT[reasoning]),)
