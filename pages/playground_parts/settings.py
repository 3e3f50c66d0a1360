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
        max_new_tokens=length.slider("Length, at most (tokens)", *LENGTH, key="length", persist_state="session"),
        temperature=temperature.slider(
            "Temperature",
            *TEMPERATURE,
            key="temperature",
            persist_state="session",
            help="0: the likeliest word each time, the same answer each run. Higher: more varied.",
        ),
        seed=seed.number_input(
            "Seed", 0, 2**31 - 1, 0, key="seed", persist_state="session", help="Repeats a varied answer."
        ),
    )
