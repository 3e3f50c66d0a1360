"""One function from a person's words to a prompt whose every piece has a source."""

from collections.abc import Iterable
from itertools import pairwise

import regex

from anchoring.prompting import framing as rungs
from anchoring.prompting.cues import find_cues
from anchoring.prompting.framing import Framing
from anchoring.prompting.reasoning import Reasoning, reasoning_segments
from anchoring.prompting.segments import FoundCue, Kind, Message, Prompt, Segment
from anchoring.prompting.sentences import sentence_spans
from anchoring.scope.card import OWN_CUE, Scope

_SPEAKS = regex.compile(r"[\p{L}\p{N}\p{S}]")

_HALF = regex.compile(r"\p{Cs}")


def compose(
    words: str,
    *,
    scope: Scope | None = None,
    framing: Framing | str = Framing.NONE,
    reasoning: Reasoning | str = Reasoning.OFF,
    marks: Iterable[tuple[int, int]] = (),
    other: Scope | None = None,
) -> Prompt:
    """The prompt for `words` under one rung of the framing ladder and one reasoning setting.

    `marks` are spans of `words`, in code points, that the user marks as cues. `other` is the scope whose card the
    control "swapped" shows. ValueError: no words, an unknown rung or setting, a rung that needs a scope without one.
    """
    if not words.strip():
        raise ValueError("The prompt is empty: write a few words first.")
    if _HALF.search(words):
        raise ValueError("The words hold half a character (a lone surrogate): paste or type them again.")
    framing, reasoning = _one_of(Framing, framing, "framing"), _one_of(Reasoning, reasoning, "reasoning")
    cues = find_cues(words, scope, marks)
    # A mark may lie over a card's phrase; what the card says of the phrase is given all the same.
    system = (*_framing_segments(framing, scope, find_cues(words, scope), other), *reasoning_segments(reasoning))
    messages = [Message("user", user_segments(words, cues))]
    if system:
        messages.insert(0, Message("system", _trim_end(system)))
    shown = other if framing is Framing.SWAPPED else None
    return Prompt(
        tuple(messages),
        words,
        scope.id if scope else None,
        scope.version if scope else None,
        framing.value,
        reasoning.value,
        cues,
        shown.id if shown else None,
        shown.version if shown else None,
    )


def _one_of(kind, value, what: str):
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"Unknown {what} {value!r}: use one of {', '.join(kind)}.") from None


def _framing_segments(framing, scope, cues, other) -> list[Segment]:
    if framing is Framing.NONE:
        return []
    if scope is None:
        raise ValueError(f"The framing {framing.value!r} needs a scope.")
    match framing:
        case Framing.LABEL:
            return rungs.label(scope)
        case Framing.PERSPECTIVE:
            return rungs.perspective(scope)
        case Framing.CARD:
            return rungs.card(scope, cues)
        case Framing.INTERPRETIVE:
            return rungs.interpretive(scope, cues)
        case Framing.IRRELEVANT:
            return rungs.irrelevant(scope, cues)
        case Framing.SWAPPED:
            if other is None or other.id == scope.id:
                raise ValueError("The control 'swapped' needs another scope's card.")
            return rungs.swapped(other, cues)


def _trim_end(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """No line break at the end of a message: many templates strip it, and then the text would differ."""
    *head, last = segments
    return (*head, Segment(last.id, last.kind, last.text.rstrip("\n"), last.cue))


def user_segments(words: str, cues: tuple[FoundCue, ...]) -> tuple[Segment, ...]:
    """The user's words as cue phrases and the rest by sentence; joined, they are `words` to the letter.

    A piece with no letter, number or symbol (the full stop after a cue) joins the piece before it.
    """
    edges = {0, len(words), *(end for _, end in sentence_spans(words))}
    edges = {e for e in edges if not any(c.start < e < c.end for c in cues)}
    edges |= {c.start for c in cues} | {c.end for c in cues}
    starts = {c.start: c for c in cues}
    bounds = sorted(edges)
    pieces: list[tuple[FoundCue | None, str]] = []
    for start, end in pairwise(bounds):
        text, cue = words[start:end], starts.get(start)
        if pieces and cue is None and not _SPEAKS.search(text):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + text)
        else:
            pieces.append((cue, text))
    if len(pieces) > 1 and pieces[0][0] is None and not pieces[0][1].strip():
        pieces = [(pieces[1][0], pieces[0][1] + pieces[1][1]), *pieces[2:]]
    return _named(pieces)


def _named(pieces: list[tuple[FoundCue | None, str]]) -> tuple[Segment, ...]:
    """Segments with ids: cue:ID (a second occurrence cue:ID:2), words:1, words:2, ..."""
    seen: dict[str, int] = {}
    segments = []
    for cue, text in pieces:
        key = f"cue:{cue.cue}" if cue else "words"
        seen[key] = number = seen.get(key, 0) + 1
        if cue is None:
            segments.append(Segment(f"words:{number}", Kind.WORDS, text))
        else:
            name = key if number == 1 else f"{key}:{number}"
            segments.append(Segment(name, Kind.CUE, text, None if cue.cue == OWN_CUE else cue.cue))
    return tuple(segments)
