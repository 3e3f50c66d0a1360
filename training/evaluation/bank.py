"""All sentences that may stand in an answer or a thought, and what each answers to."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from anchoring.prompting.sentences import sentence_spans
from training.corpus.source import CUE_LISTS, LISTS, SITUATIONS, Source, load_source, written_scopes
from training.evaluation.masking import masked_variants

_IN_ANSWERS = CUE_LISTS[1:]  # the wordings are the user's
_NOT_SAID = (*SITUATIONS, "asks", "people")
THIN = ("thin_openings", "thin")


@dataclass(frozen=True)
class Entry:
    """A masked sentence. `cue` is what it answers to, None for none; `reading` the letter of a wink/twitch side."""

    text: str
    role: str
    cue: str | None = None
    reading: str | None = None


def bank(source: Source, unframed: bool = False) -> tuple[Entry, ...]:
    """Each template's variants; of those that hold several sentences the single ones too.

    For answers to an `unframed` prompt, which doesn't say of which scope it is, the thin sentences of all scopes too.
    """
    told = chain(templates(source), _thin() if unframed else ())
    entries = (Entry(t, e.role, e.cue, e.reading) for e in told for v in masked_variants(e.text) for t in _cut(v))
    return tuple(dict.fromkeys(entries))


def templates(source: Source) -> Iterator[Entry]:
    """The source's own templates, slots and alternatives as written."""
    for cue, texts in source.cues.items():
        for role in _IN_ANSWERS:
            yield from (Entry(t, role, cue) for t in getattr(texts, role))
    for pair in source.pairs:
        for reading in pair.readings:
            yield from (Entry(t, "pair", pair.cue, reading.letter) for t in reading.signals)
    for role in (*LISTS, "thick", "thin_openings"):
        if role not in _NOT_SAID:
            yield from (Entry(t, role) for t in source.lists[role])


def _thin() -> Iterator[Entry]:
    for scope in written_scopes():
        yield from (Entry(t, role) for role in THIN for t in load_source(scope).lists[role])


def _cut(text: str) -> Iterator[str]:
    yield text
    spans = sentence_spans(text)
    if len(spans) > 1:
        yield from (text[a:b].strip() for a, b in spans if len(text[a:b].split()) > 4)
