"""Inspect: one run read closely. How likely each token was, what every method says, where in the model it looked."""

import streamlit as st

from pages.entry import through_app
from pages.inspect_parts.checks import checks
from pages.inspect_parts.choosing import chosen
from pages.inspect_parts.heads import heads
from pages.inspect_parts.matrix import matrix
from pages.inspect_parts.style import use_style
from pages.inspect_parts.tokens import tokens

TABS = {"Tokens": tokens, "All methods": matrix, "Checks": checks, "Layers and heads": heads}

through_app()
use_style()

st.title("Inspect")
st.markdown(
    "One run, read closely: how likely each token was, what every method says a sentence rests on, and which layers "
    "and heads looked where."
)

choice = chosen()
if choice is not None:
    for tab, draw in zip(st.tabs(list(TABS), key="inspect-tab", on_change="rerun"), TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(choice)
