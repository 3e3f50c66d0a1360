"""The reading room: one, two or four answers side by side, and what each of their sentences looked at."""

import streamlit as st

from pages.components.assets import build
from pages.components.reading_room.arms import arm_of
from pages.components.reading_room.contract import Arm, Pinned, SourceView, TargetView, View

__all__ = ["Arm", "Pinned", "SourceView", "TargetView", "View", "arm_of", "reading_room"]

_mount = build("reading_room", "weights.js", "card.js")


def reading_room(view: View, key: str) -> dict:
    """Draws `view` and returns {"pinned": Pinned | None}.

    The contract of `view` stands in contract.py. Call it again with the same `key` and a longer answer while an arm
    streams: the text grows in place. Within one script run a key may be used once, so stream through a fragment that
    reruns. A pin survives a remount, since Python remembers it and hands it back.
    """
    pinned = st.session_state.get(key, {}).get("pinned")
    state = _mount(data=dict(view) | {"pinned": pinned}, key=key, on_pinned_change=lambda: None)
    return {"pinned": state.get("pinned")}
