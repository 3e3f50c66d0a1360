"""From words to a prompt of sourced segments."""

from anchoring.prompting.compose import compose
from anchoring.prompting.cues import find_cues
from anchoring.prompting.framing import CONTROLS, Framing
from anchoring.prompting.reasoning import Reasoning
from anchoring.prompting.segments import FoundCue, Kind, Message, Prompt, Segment

__all__ = [
    "CONTROLS",
    "FoundCue",
    "Framing",
    "Kind",
    "Message",
    "Prompt",
    "Reasoning",
    "Segment",
    "compose",
    "find_cues",
]
