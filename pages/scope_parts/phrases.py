"""A cue's phrases as lines of text: one phrase a line, its language in square brackets before it.

Brackets, since nobody opens a phrase with them. A colon would cut “re: your mail”, and even a code that is known, such
as so, see or new, is a word of English as well.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from anchoring.scope.card import BCP47
from pages.scope_parts.words import language_name

_MARKED = re.compile(rf"\[({BCP47.strip('^$')})\]\s*(\S.*)")


def phrase_lines(phrases: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"[{tag}] {phrase}" for tag, said in phrases.items() for phrase in said)


def phrases_of(text: str, language: str, used: Collection[str] = ()) -> dict[str, list[str]]:
    """The phrases by language; a line without one is in the card's own, `language`.

    A code counts where the card has `used` it, or where it is written small and names a language: “[FYI]” does not.
    """
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        marked = _MARKED.fullmatch(line)
        tag, phrase = marked.group(1, 3) if marked else (language, line)
        if tag != language and tag not in used and not _names_a_language(tag):
            tag, phrase = language, line
        found.setdefault(tag, []).append(phrase)
    return found


def languages_of(raw: Mapping[str, Any]) -> set[str]:
    """The languages of all phrases of the card that is being written."""
    return {tag for cue in raw.get("cues") or () for tag in cue.get("phrases") or ()}


def read_as(phrases: Mapping[str, Sequence[str]]) -> list[str]:
    """A line for each language: “In Japanese: 検討します”."""
    return [f"In {language_name(tag)}: {' · '.join(said)}" for tag, said in phrases.items()]


def _names_a_language(tag: str) -> bool:
    return tag.split("-")[0].islower() and language_name(tag) != tag
