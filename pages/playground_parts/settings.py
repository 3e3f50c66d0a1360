"""Length, temperature and seed of a run."""

from typing import NamedTuple

import streamlit as st

from anchoring.models.types import Settings


class Range(NamedTuple):
    least: float
    most: float
    first: float
    step: float


LENGTH = Range(16, 512, 224, 16)  # tokens
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
        seed=seed.number_input(
            "Seed", 0, 2**31 - 1, first("seed", 0), key="seed", persist_state="session", help="Repeats a varied answer."
        ),
    )


def _slider(place, label: str, span: Range, key: str, **how):
    return place.slider(
        label, span.least, span.most, first(key, span.first), span.step, key=key, persist_state="session", **how
    )


def first(key: str, value):
    """`value` for a widget that has none yet; None where a run opened by link has set one: two are one too many."""
    return None if key in st.session_state else value
