"""What a prompt is: messages made of sourced segments. Everything downstream traces the answer back to these."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """Where a piece of the prompt came from."""

    CUE = "cue"  # a phrase in the user's words that the card, or the user, names as a cue
    WORDS = "words"  # the user's other words
    FRAMING = "framing"  # a line that the framing added
    REASONING = "reasoning"  # the instruction to think first
    TEMPLATE = "template"  # what the model's chat template and tokenizer add
    OWN = "own"  # the tokens generated so far; never part of a prompt


@dataclass(frozen=True)
class Segment:
    """One unit of the prompt that can get a score.

    `text` is what goes into the prompt, separators included. `cue` is the card's cue that it carries (in the user's
    words or in a framing line), None where it carries none.
    """

    id: str
    kind: Kind
    text: str
    cue: str | None = None


@dataclass(frozen=True)
class Message:
    role: str  # "system" or "user"
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True)
class FoundCue:
    """A cue phrase in the user's words; `start` and `end` are code points of the original text."""

    cue: str
    phrase: str
    start: int
    end: int


@dataclass(frozen=True)
class Prompt:
    """A composed prompt. The user's message is the user's words, to the letter; what we add is a system message.

    `other` is the scope whose card the control "swapped" showed; None under other framings, and in runs kept before it
    was noted.
    """

    messages: tuple[Message, ...]
    words: str
    scope: str | None
    scope_version: str | None
    framing: str
    reasoning: str
    cues: tuple[FoundCue, ...] = ()
    other: str | None = None
    other_version: str | None = None

    @property
    def sources(self) -> tuple[Segment, ...]:
        return tuple(segment for message in self.messages for segment in message.segments)

    def without(self, source_ids: frozenset[str] | set[str]) -> "Prompt":
        """The same prompt without those sources. An emptied system message goes; the user's stays, for templates.

        Where the end of a message goes, the white space that parted it from what was before goes with it: a message
        ends as one that was never longer.
        """
        kept = []
        for message in self.messages:
            segments = tuple(s for s in message.segments if s.id not in source_ids)
            if segments and segments[-1] is not message.segments[-1]:
                segments = (*segments[:-1], replace(segments[-1], text=segments[-1].text.rstrip()))
            if segments or message.role == "user":
                kept.append(Message(message.role, segments))
        return replace(self, messages=tuple(kept))
