"""From a composed prompt to the tokens that the model sees, each token with its source.

The prompt is tokenised whole, as the model expects it. Where each segment lies in the rendered text is found by
rendering the chat template once with placeholders: what stands between them is the template's own.
"""

from dataclasses import dataclass

from anchoring.models.align import token_spans
from anchoring.models.commands import first_command
from anchoring.models.types import Rendered, Source
from anchoring.prompting.reasoning import Reasoning
from anchoring.prompting.segments import Kind, Message, Prompt, Segment

PLAIN_TEMPLATE = (
    "{% for m in messages %}{{ {'system': 'Instructions: ', 'user': 'User: '}[m.role] + m.content + '\n\n' }}"
    "{% endfor %}{{ 'Answer:' }}"
)
"""For base models, which have no chat template."""


class RenderError(ValueError):
    """The model's chat template can't carry this prompt; the message says why."""


@dataclass(frozen=True)
class _Piece:
    """A segment, or a stretch of template (segment None), at its place in the rendered text."""

    segment: Segment | None
    start: int
    end: int


def render(prompt: Prompt, tokenizer, folded: bool = False) -> Rendered:
    """The prompt through the tokenizer's chat template, or the plain one, with a source for every token.

    `folded` puts the framing into the user's message, before the words, as is done anyhow where the template takes no
    system message of ours. RenderError where the template refuses the messages or changes the user's words, and where
    the words hold what this model reads as a command.
    """
    _refuse_commands(prompt, tokenizer)
    text, pieces = _lay_out(prompt, tokenizer, folded)
    token_ids, spans = token_spans(tokenizer, text)
    if not token_ids:
        raise RenderError("The tokenizer makes no token of this prompt.")
    sources = _sources(text, pieces, next((end for _, end in spans if end), 0))
    return Rendered(text, sources, tuple(token_ids), tuple(_assign(spans, sources)))


def _refuse_commands(prompt: Prompt, tokenizer) -> None:
    for message in prompt.messages:
        user = message.role == "user"
        # the instruction to think first names <think> itself, and is ours
        text = "".join(s.text for s in message.segments if s.kind is not Kind.REASONING)
        command = first_command(text, tokenizer)
        if command is not None:
            whose = "Your words hold" if user else "The framing holds"
            raise RenderError(f"{whose} {command!r}, which this model reads as a command: write it differently.")


def folds(prompt: Prompt, tokenizer) -> bool:
    """Whether `render` puts this prompt's framing before the user's words, in their own message."""
    if not _has_framing(prompt):
        return False
    try:
        _fill(prompt.messages, prompt.reasoning, tokenizer)
    except RenderError:
        return True
    return False


def _has_framing(prompt: Prompt) -> bool:
    return len(prompt.messages) > 1 and bool(prompt.messages[0].segments)


def _lay_out(prompt: Prompt, tokenizer, folded: bool) -> tuple[str, list[_Piece]]:
    if not _has_framing(prompt):
        return _fill(prompt.messages, prompt.reasoning, tokenizer)
    if not folded:
        try:
            return _fill(prompt.messages, prompt.reasoning, tokenizer)
        except RenderError:
            pass
    return _fill((_folded(prompt.messages),), prompt.reasoning, tokenizer)


def _folded(messages: tuple[Message, ...]) -> Message:
    """The system message put before the user's words, for templates that know no system role."""
    system, user = messages
    *head, last = system.segments
    gap = Segment(last.id, last.kind, last.text + "\n\n", last.cue)
    return Message("user", (*head, gap, *user.segments))


def _fill(messages: tuple[Message, ...], reasoning: str, tokenizer) -> tuple[str, list[_Piece]]:
    """Rendered text and its pieces in order, template stretches included."""
    marks = [f"\ue000{number}\ue001" for number in range(len(messages))]
    skeleton = _apply([(m.role, mark) for m, mark in zip(messages, marks, strict=True)], reasoning, tokenizer)
    text = _apply([(m.role, m.text) for m in messages], reasoning, tokenizer)
    head, *parts = _between(skeleton, marks, messages)
    pieces: list[_Piece] = []
    at = _template(pieces, text, head, 0)
    for number, (message, part) in enumerate(zip(messages, parts, strict=True), 1):
        at = _segments(pieces, text, message, at, part, last=number == len(messages))
        at = _template(pieces, text, part, at)
    return text, pieces


def _between(skeleton: str, marks: list[str], messages: tuple[Message, ...]) -> list[str]:
    """The template's own text before, between and after the marks."""
    parts, read = [], 0
    for message, mark in zip(messages, marks, strict=True):
        place = skeleton.find(mark, read)
        if place < 0:
            raise RenderError(f"The model's chat template leaves out the {message.role} message.")
        parts.append(skeleton[read:place])
        read = place + len(mark)
    return [*parts, skeleton[read:]]


def _template(pieces: list[_Piece], text: str, part: str, at: int) -> int:
    if not text.startswith(part, at):
        raise RenderError("The model's chat template changes the prompt in a way that can't be traced.")
    if part:
        pieces.append(_Piece(None, at, at + len(part)))
    return at + len(part)


def _segments(pieces: list[_Piece], text: str, message: Message, at: int, after: str, last: bool) -> int:
    """Place a message's segments at `at`, less the white space at its ends that many templates strip.

    `after` is the template's text that follows, which tells white space of the message from the template's own.
    """
    whole = message.text
    tail = len(whole.rstrip())
    lead = min(len(whole) - len(whole.lstrip()), tail)
    for low, high in ((0, len(whole)), (0, tail), (lead, len(whole)), (lead, tail)):
        placed = whole[low:high] + after
        if text.startswith(placed, at) and (not last or at + len(placed) == len(text)):
            break
    else:
        raise RenderError(f"The model's chat template rewrites the {message.role} message.")
    position = 0
    for segment in message.segments:
        start, end = max(position, low), min(position + len(segment.text), high)
        position += len(segment.text)
        if end > start:
            pieces.append(_Piece(segment, at + start - low, at + end - low))
    return at + high - low


def _apply(messages: list[tuple[str, str]], reasoning: str, tokenizer) -> str:
    chat = [{"role": role, "content": content} for role, content in messages]
    template = getattr(tokenizer, "chat_template", None)
    try:
        text = tokenizer.apply_chat_template(
            chat,
            chat_template=None if template else PLAIN_TEMPLATE,  # of several the tokenizer takes its default
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=reasoning != Reasoning.OFF.value,
        )
    except Exception as error:  # templates raise what they like: jinja's errors, TypeError, ValueError
        raise RenderError(f"The model's chat template refuses this prompt: {error}") from error
    return text if template else _bos(tokenizer) + text


def _bos(tokenizer) -> str:
    """The beginning token's text where the tokenizer would add one itself."""
    first = tokenizer("a").input_ids[:1]
    return tokenizer.bos_token if tokenizer.bos_token_id is not None and first == [tokenizer.bos_token_id] else ""


def _sources(text: str, pieces: list[_Piece], first_end: int) -> tuple[Source, ...]:
    """Sources in order; the first token, where attention likes to rest, apart from the rest of the template."""
    sources, number = [], 0
    for piece in pieces:
        if piece.segment is not None:
            s = piece.segment
            sources.append(Source(s.id, s.kind, text[piece.start : piece.end], piece.start, piece.end, s.cue))
            continue
        start = piece.start
        if start == 0 and 0 < first_end <= piece.end:
            sources.append(Source("first", Kind.TEMPLATE, text[:first_end], 0, first_end))
            start = first_end
        if piece.end > start:
            number += 1
            sources.append(Source(f"template:{number}", Kind.TEMPLATE, text[start : piece.end], start, piece.end))
    return tuple(sources)


def _assign(spans: list[tuple[int, int]], sources: tuple[Source, ...]) -> list[int]:
    """Per token the index of the source that holds most of its characters, the first on a tie.

    A token of no characters (an added prefix mark) goes with the character that follows it.
    """
    chosen, low = [], 0
    for start, end in spans:
        while low > 0 and sources[low].start > start:
            low -= 1
        while low + 1 < len(sources) and sources[low].end <= start:
            low += 1
        best, held = low, min(end, sources[low].end) - start
        index = low + 1
        while index < len(sources) and sources[index].start < end:
            share = min(end, sources[index].end) - sources[index].start
            if share > held:
                best, held = index, share
            index += 1
        chosen.append(best)
    return chosen
