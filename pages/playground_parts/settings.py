"""Length, temperature and seed of a run."""

from typing import NamedTuple

import streamlit as st

from anchoring.models.types import Settings

SET_BY_LINK = "set_by_link"  # the keys that this very run of the page has set
MOST_SEED = 2**31 - 1


class Range(NamedTuple):
    least: float
    most: float
    first: float
    step: float


LENGTH = Range(16, 1024, 224, 16)  # tokens
TEMPERATURE = Range(0.0, 1.5, 0.0, 0.1)


def settings_sliders() -> Settings:
    length, temperature, seed = st.columns(3)
    return Settings(
        max_new_tokens=_slider(length, "Length, at most (tokens)", LENGTH, "length"),
        temperature=_slider(
            temperature,
            "Temperature",
            TEMPERATURE,
            "temperature",
            help="0: the likeliest word each time, the same answer each run. Higher: more varied.",
        ),
        seed=_seed(seed),
    )


def _seed(place) -> int:
    chosen = place.number_input(
        "Seed", 0, MOST_SEED, first("seed", 0), key="seed", persist_state="session", help="Repeats a varied answer."
    )
    return chosen or 0  # an emptied field


def _slider(place, label: str, span: Range, key: str, **how):
    return place.slider(
        label, span.least, span.most, first(key, span.first), span.step, key=key, persist_state="session", **how
    )


def first(key: str, value):
    """What a widget is drawn with: what it holds, else `value`. None where a run opened by link has just set it through
    the session's state: two values at once are one too many."""
    return None if key in st.session_state.get(SET_BY_LINK, ()) else st.session_state.get(key, value)
