"""The user's words with the cues found in them; a click on words marks a cue of one's own."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import streamlit as st

from pages.components.assets import build

__all__ = ["CueView", "cue_marker", "marks_of"]

_mount = build("cue_marker", "spans.js")

FOUND = "Underlined: cues found in your words. "
NONE_FOUND = "The card finds no cue here, since it goes by phrases{such}; the model may read one all the same. "
MARK = "Click or tap a word, or drag over several, to mark a cue of your own."


class CueView(TypedDict):
    """A cue in the words; `start` and `end` are code points. `own` is True for one that the user marked.

    `note` says what the card reads in it.
    """

    start: int
    end: int
    label: str
    own: bool
    note: NotRequired[str]


def marks_of(words: str, key: str, start: Sequence[tuple[int, int]] = (), edition: int = 0) -> list[tuple[int, int]]:
    """The marks that the reader has made on these very words, or `start` where none was touched in this edition.

    To be called before the cues are found, so that the marks take part in finding them.
    """
    marked = st.session_state.get(key, {}).get("marked") or {}
    if (marked.get("words"), marked.get("edition", 0)) != (words, edition):
        return list(start)
    spans = [(int(start), int(end)) for start, end in marked.get("marks", [])]
    return [(start, end) for start, end in spans if 0 <= start < end <= len(words)]


def cue_marker(
    words: str, cues: Sequence[CueView], key: str, *, lang: str = "", phrases: Sequence[str] = (), edition: int = 0
) -> dict:
    """Draws `words` and returns {"marks": [(start, end), ...]} in code points, sorted, none overlapping.

    Marks belong to the words they were made on. `cues` with `own` set are where marks start from (a run opened anew);
    from the first click on the reader's marks count, until another `edition` starts anew from those in `cues`. Where
    no cue was found, `phrases` are named as examples.
    """
    marks = marks_of(words, key, [(cue["start"], cue["end"]) for cue in cues if cue["own"]], edition)
    such = f", such as {', '.join(f'“{phrase}”' for phrase in phrases)}" if phrases else ""
    data = {
        "words": words,
        "cues": list(cues),
        "marks": marks,
        "edition": edition,
        "lang": lang,
        "hint": (FOUND if cues else NONE_FOUND.format(such=such)) + MARK,
    }
    _mount(data=data, key=key, on_marked_change=lambda: None)
    return {"marks": marks}
