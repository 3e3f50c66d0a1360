"""Templates: `{slot}` is filled from a draw, `[a|b|]` is one of its alternatives."""

import random
import re
from collections.abc import Mapping
from itertools import product

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_MOST = 64  # variants of one template; none of the sources comes near it
_FIRST = re.compile(r"(^|[.!?] )\{([a-z_]+)\}")  # a slot that begins a sentence


def expand(template: str, rng: random.Random, slots: Mapping[str, str]) -> str:
    """The template with its alternatives chosen and its slots filled. KeyError names a slot that has no value."""
    text = _CHOICE.sub(lambda m: rng.choice(m.group(1).split("|")), template).strip()
    text = _FIRST.sub(lambda m: m.group(1) + _capital(slots[m.group(2)]), text)
    text = _SLOT.sub(lambda m: slots[m.group(1)], text)
    text = re.sub(r" {2,}", " ", text).strip()
    return re.sub(r" +([,.;:?!])", r"\1", text)


def variants(template: str, slots: Mapping[str, str]) -> tuple[str, ...]:
    """Every way to choose a template's alternatives, with its slots filled; a capital first, as in an answer."""
    choices = [m.group(1).split("|") for m in _CHOICE.finditer(template)]
    texts = []
    for chosen in list(product(*choices))[:_MOST]:
        picked = iter(chosen)
        texts.append(_capital(expand(_CHOICE.sub(lambda _: next(picked), template), None, slots)))  # noqa: B023
    return tuple(dict.fromkeys(texts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def places(value: str, text: str) -> list[tuple[int, int]]:
    """Where the text holds the value as words of its own, in any case: "Ida" does not stand in "Friday"."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)]


def stands_in(value: str, text: str) -> bool:
    """Whether the text holds the value as words of its own."""
    return bool(places(value, text))


def slots_of(template: str) -> set[str]:
    return set(_SLOT.findall(template))


def sentence(template: str, rng: random.Random, slots: Mapping[str, str]) -> str:
    """An expanded template as one sentence of an answer: a capital first, a full stop last."""
    return ended(_capital(expand(template, rng, slots)))


def ended(text: str) -> str:
    """The text with a full stop, where nothing ends it yet."""
    return text if text.endswith((".", "!", "?", "”", '"')) else text + "."
