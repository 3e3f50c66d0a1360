"""One piece of a prompt taken away, or swapped for other words: what becomes of the answer?

Two things are told apart. The old answer stays as it is and is scored after the changed prompt: how much less likely is
it now? And a new answer is written: one draw, which may differ for reasons as slight as the prompt's new length.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event

import numpy as np
import regex

from anchoring.models.types import Generation
from anchoring.prompting.segments import FoundCue, Kind, Message, Prompt, Segment

PASSES = 2  # over prompt and old answer, beside the new answer's own

_HALF = regex.compile(r"\p{Cs}")
_STOPS = ".!?…。！？؟۔।"


@dataclass(frozen=True, eq=False)
class Change:
    """What came of a changed prompt.

    `falls` is float32 [tokens of the old answer]: log p after the old prompt minus log p after `prompt`, in nats.
    `answer` is the new one, with the old one's settings; its attention is not kept.
    """

    prompt: Prompt
    falls: np.ndarray
    answer: Generation


def swapped(prompt: Prompt, source_id: str, text: str) -> Prompt:
    """The same prompt with the text of one segment replaced; its id and kind stay, the card's cue that it held goes.

    White space at the segment's ends stays, and for a cue the marks that follow its phrase (the full stop after it).
    The prompt's words follow, and its other cues move with them. ValueError: no such segment, no text, half a
    character. (What a model would read as a command is refused later, by `render`.)
    """
    message = next((m for m in prompt.messages if any(s.id == source_id for s in m.segments)), None)
    if message is None:
        raise ValueError(f"The prompt has no piece {source_id!r} that can be swapped.")
    if not text.strip():
        raise ValueError("There is nothing to put in its place: write a word or more.")
    if _HALF.search(text):
        raise ValueError("The words hold half a character (a lone surrogate): paste or type them again.")
    at = next(n for n, segment in enumerate(message.segments) if segment.id == source_id)
    old = message.segments[at]
    written = _in_place_of(old, text.strip(), prompt.cues)
    if written == old.text:
        return prompt
    new = replace(old, text=written, cue=None)
    changed = Message(message.role, (*message.segments[:at], new, *message.segments[at + 1 :]))
    messages = tuple(changed if m is message else m for m in prompt.messages)
    if message.role != "user" or message.text != prompt.words:  # a prompt that lost pieces keeps the words it was for
        return replace(prompt, messages=messages)
    start = sum(len(segment.text) for segment in message.segments[:at])
    cues = _moved(prompt.cues, start, start + len(old.text), len(written) - len(old.text))
    return replace(prompt, messages=messages, words=changed.text, cues=cues)


def lines_on(prompt: Prompt, source_id: str) -> frozenset[str]:
    """Ids of the framing's lines that stand in the prompt because of this cue in the user's words.

    None where another of the user's pieces shows the same cue. Left in, such a line can carry the cue alone: the
    removal of either of two that say the same shows little.
    """
    cues = {s.id: s.cue for s in prompt.sources if s.kind is Kind.CUE}
    cue = cues.pop(source_id, None)
    if cue is None or cue in cues.values():
        return frozenset()
    return frozenset(s.id for s in prompt.sources if s.kind is Kind.FRAMING and s.cue == cue)


def _in_place_of(segment: Segment, text: str, cues: tuple[FoundCue, ...]) -> str:
    """`text` between what stands at the segment's ends: white space, and what follows a cue's phrase."""
    bare = segment.text.strip()
    if text == bare:
        return segment.text
    phrases = [c.phrase.strip() for c in cues if segment.kind is Kind.CUE and c.phrase.strip() in bare]
    core = max(phrases, key=len, default=bare)
    lead, _, tail = segment.text.partition(core)
    return lead + text + (tail.lstrip(_STOPS) if text[-1] in _STOPS else tail)


def _moved(cues: tuple[FoundCue, ...], start: int, end: int, by: int) -> tuple[FoundCue, ...]:
    """The cues that lie outside what was replaced from `start` to `end`; those after it moved."""
    before = [cue for cue in cues if cue.end <= start]
    after = [replace(cue, start=cue.start + by, end=cue.end + by) for cue in cues if cue.start >= end]
    return (*before, *after)


def passes(generation: Generation) -> int:
    """The most forward passes that `with_change` takes: each token of the new answer is one."""
    return PASSES + generation.settings.max_new_tokens


def with_change(
    model,
    generation: Generation,
    prompt: Prompt,
    *,
    stop: Event | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Change:
    """The old answer scored after `prompt`, the changed one, and a new answer to it with the same settings and seed.

    `prompt` is `generation.prompt.without(ids)` or `swapped(...)`. `model` is the LanguageModel that answered.
    `on_progress` is told the passes done and the most there may be. Raises Cancelled once `stop` is set, ModelError
    where the model fails or the prompt is too long for it.
    """
    from anchoring.models.faults import Cancelled
    from anchoring.models.generate import generate
    from anchoring.models.render import folds

    of, told = passes(generation), on_progress or (lambda done, of: None)
    falls = _falls(model, generation, prompt, stop, lambda done: told(done, of))
    settings = generation.settings
    (answer,) = generate(
        model,
        [prompt],
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        capture=False,
        on_step=lambda partials: told(min(of, PASSES + partials[0].tokens), of),
        stop=stop,
        folded=folds(generation.prompt, model.tokenizer),  # the framing stays where it was
    )
    if stop is not None and stop.is_set():
        raise Cancelled
    told(of, of)
    return Change(prompt, falls, answer)


def _falls(model, generation: Generation, prompt: Prompt, stop, on_progress) -> np.ndarray:
    from anchoring.attribution.forcing import log_probabilities
    from anchoring.models.faults import ModelError
    from anchoring.models.render import folds, render

    if not generation.token_ids:
        return np.empty(0, np.float32)
    # both rendered now, since some templates write the day's date
    folded = folds(generation.prompt, model.tokenizer)
    old, new = (render(p, model.tokenizer, folded).token_ids for p in (generation.prompt, prompt))
    together = len(new) + len(generation.token_ids) - 1  # the last token foretells nothing
    if together > model.context:
        raise ModelError(
            f"The changed prompt and the answer take {together} tokens, {together - model.context} more than "
            f"{model.id} can take: write less in its place."
        )
    before, after = log_probabilities(model, [old, new], generation.token_ids, on_progress=on_progress, stop=stop)
    return before - after
