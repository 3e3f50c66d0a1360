"""Which arms a comparison has: framing off or on, chain-of-thought off or on."""

from dataclasses import dataclass
from enum import StrEnum

from anchoring.prompting import Framing, Reasoning


class Toggle(StrEnum):
    OFF = "off"
    ON = "on"
    COMPARE = "compare"


@dataclass(frozen=True)
class Arm:
    """One way of asking. `label` names it by the two toggles and, for a rung other than the card, by the rung."""

    framing: Framing
    reasoning: Reasoning

    @property
    def label(self) -> str:
        framed = "off" if self.framing is Framing.NONE else "on"
        if self.framing not in (Framing.NONE, Framing.CARD):
            framed = f"on ({self.framing})"
        thought = "off" if self.reasoning is Reasoning.OFF else "on"
        return f"Framing {framed} · Chain-of-thought {thought}"


def arms(framing: Toggle, reasoning: Toggle, rung: Framing = Framing.CARD, kind: Reasoning = Reasoning.GROUNDED):
    """The 1, 2 or 4 arms of two toggles, unframed before framed, without thought before with it."""
    framings = {Toggle.OFF: (Framing.NONE,), Toggle.ON: (rung,), Toggle.COMPARE: (Framing.NONE, rung)}[framing]
    kinds = {Toggle.OFF: (Reasoning.OFF,), Toggle.ON: (kind,), Toggle.COMPARE: (Reasoning.OFF, kind)}[reasoning]
    return tuple(Arm(f, k) for k in kinds for f in framings)
