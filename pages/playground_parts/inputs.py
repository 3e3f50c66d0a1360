"""What the controls say, as one value."""

from dataclasses import dataclass

from anchoring.models.types import Settings
from anchoring.prompting import Framing, Prompt, Reasoning, compose
from anchoring.scope import Scope
from anchoring.studies.arms import Arm, Toggle, arms

MOST_WORDS = 4000  # characters; the address carries them, and servers refuse long ones


def too_long(words: str) -> str:
    return f"This message has {len(words):,} characters, and {MOST_WORDS:,} is the most: shorten it, then run."


@dataclass(frozen=True)
class Inputs:
    """One value of all controls."""

    scope: Scope
    words: str
    marks: tuple[tuple[int, int], ...]
    framing: Toggle
    thought: Toggle
    rung: Framing
    kind: Reasoning
    other: Scope | None
    model: str
    settings: Settings

    @property
    def arms(self) -> tuple[Arm, ...]:
        return arms(self.framing, self.thought, self.rung, self.kind)

    def prompts(self) -> tuple[Prompt, ...]:
        """The prompt of each arm. ValueError, fit to be shown, where there is nothing to ask, or too much."""
        if len(self.words) > MOST_WORDS:
            raise ValueError(too_long(self.words))
        return tuple(
            compose(
                self.words,
                scope=self.scope,
                framing=arm.framing,
                reasoning=arm.reasoning,
                marks=self.marks,
                other=self.other,
            )
            for arm in self.arms
        )
