"""Sentences with their details hidden: "@name", "@item", "@day" stand for whatever fills them."""

import re
from collections.abc import Iterable, Mapping

from anchoring.prompting.sentences import sentence_spans
from training.corpus.grammar import variants
from training.corpus.source import DAYS, Source

Values = Mapping[str, Iterable[str]]


def masked_variants(template: str) -> tuple[str, ...]:
    """Every variant of a template, its slots masked."""
    return variants(template, _Marks())


class _Marks(dict):
    def __missing__(self, slot: str) -> str:
        return "@" + slot


def masker(values: Values, exact: bool = False):
    """A function that puts "@slot" in place of every value of a slot, longest first.

    In any case, or where `exact`, with no other liberty than a capital at its beginning.
    """
    key = str if exact else str.casefold
    given = [(slot, value) for slot, texts in values.items() for value in texts if value]
    named = {key(said): slot for slot, value in given for said in (value[:1].upper() + value[1:], value)}
    if not named:
        return lambda text: text
    ordered = sorted(named, key=len, reverse=True)
    pattern = re.compile(r"(?<![\w@])(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)", re.IGNORECASE)

    def mark(found: re.Match) -> str:
        slot = named.get(key(found.group()))
        return "@" + slot if slot else found.group()

    return lambda text: pattern.sub(mark, text)


def every_value(source: Source) -> dict[str, tuple[str, ...]]:
    """All values that a scope's slots may take, names apart: those are an open set."""
    return {"day": tuple(DAYS), **source.slots}


def marks_of(masked: str) -> tuple[str, ...]:
    """The masks of a sentence in order: ("name", "item")."""
    return tuple(re.findall(r"@([a-z_]+)", masked))


def sentences(masked: str) -> list[str]:
    """The sentences of a masked text. Mask first: "Ms. Ito" would end one."""
    return [masked[a:b].strip() for a, b in sentence_spans(masked)]
