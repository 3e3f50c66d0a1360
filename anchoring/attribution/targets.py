"""Targets: the units of an answer that get a row of scores, and the tokens that each stands for.

A token goes to the unit that holds more of its characters, to the first on a tie; white space weighs nothing, since
many tokens begin with the space before a word. Tokens of markup, and those that end a text, belong to no target.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from anchoring.models.types import Generation, Target
from anchoring.prompting.sentences import sentence_spans

UNITS = ("sentence", "token", "answer", "thought")


def targets(generation: Generation, unit: str = "sentence", *, language: str = "en") -> tuple[Target, ...]:
    """The targets of an answer, in order: those of the thought, if it has one, then those of the answer.

    `unit`: "sentence", "token", "answer" or "thought" (one target for all of it). `language` guides the sentences.
    Offsets exclude white space at the ends; a part that holds nothing else has no target. Raises ValueError for
    another unit.
    """
    if unit not in UNITS:
        raise ValueError(f"There is no unit {unit!r}: choose one of {', '.join(UNITS)}.")
    found = []
    for part, (start, end) in _parts(generation):
        if unit in (part, "sentence", "token"):
            for first, last in _cuts(generation, unit, start, end, language):
                first, last = _trimmed(generation.text, first, last)
                if first < last:
                    found.append(Target(generation.text[first:last], first, last, part))
    return tuple(found)


def target_tokens(generation: Generation, target: Target) -> tuple[int, ...]:
    """Indices into `generation.token_ids` of the tokens that a target stands for; never empty for one of `targets`.

    White space between two targets counts to the first, at the start of a part to the one that follows. A character
    that spans several tokens brings them all. A target smaller than the token it is in has that token alone.
    """
    part_start, part_end = dict(_parts(generation))[target.part]
    start, end = _with_space(generation.text, target, part_start, part_end)
    ends = generation.token_ends
    first = bisect_right(ends, start)
    first = bisect_left(ends, ends[first - 1] if first else 0)  # with the tokens that began its first character
    near = range(first, min(bisect_left(ends, end) + 1, len(ends)))
    pieces = {i: piece for i in near if (piece := _piece(ends, i)) is not None}
    own = tuple(i for i, piece in pieces.items() if _belongs(generation.text, piece, target, start, end))
    if own:
        return own
    shared = {i: min(b, target.end) - max(a, target.start) for i, (a, b) in pieces.items()}
    most = max(shared.values(), default=0)
    return tuple(i for i, size in shared.items() if size == most > 0)[:1]


def thought_tokens(generation: Generation) -> tuple[int, ...]:
    """Indices of the thought's tokens; none where nothing but a thought was written."""
    thought = targets(generation, "thought")
    return target_tokens(generation, thought[0]) if thought and targets(generation, "answer") else ()


def _parts(generation: Generation) -> Iterator[tuple[str, tuple[int, int]]]:
    if generation.thought_span:
        yield "thought", generation.thought_span
    yield "answer", generation.answer_span


def _cuts(generation: Generation, unit: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Spans of the text from `start` to `end`, one a target."""
    if unit == "sentence":
        return [(start + a, start + b) for a, b in sentence_spans(generation.text[start:end], language)]
    if unit == "token":
        edges = [0, *generation.token_ends]
        return [(max(a, start), min(b, end)) for a, b in pairwise(edges) if a < end and b > start]
    return [(start, end)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _with_space(text: str, target: Target, part_start: int, part_end: int) -> tuple[int, int]:
    """The target's span with the white space that counts to it."""
    after = text[target.end : part_end]
    leads = not text[part_start : target.start].strip()
    return part_start if leads else target.start, target.end + len(after) - len(after.lstrip())


def _piece(ends: tuple[int, ...], token: int) -> tuple[int, int] | None:
    """The span that a token wrote; for a token in the middle of a character, that of the token which ends it."""
    token = bisect_right(ends, ends[token - 1] if token else 0)
    return (ends[token - 1] if token else 0, ends[token]) if token < len(ends) else None


def _belongs(text: str, piece: tuple[int, int], target: Target, start: int, end: int) -> bool:
    first, last = piece
    before = _weight(text, first, min(last, target.start))
    inside = _weight(text, max(first, target.start), min(last, target.end))
    after = _weight(text, max(first, target.end), last)
    if before + inside + after == 0:
        return start <= first < end
    return inside > before and inside >= after


def _weight(text: str, start: int, end: int) -> int:
    """Characters that are not white space."""
    return sum(not character.isspace() for character in text[start : max(start, end)])
