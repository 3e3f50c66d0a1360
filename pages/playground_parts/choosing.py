"""Which layers and heads of the attention are shown, and how they are put together: one choice for the whole page."""

import streamlit as st


def choices() -> tuple:
    """(layers, heads, reduce) as the tab “Layers and heads” has them."""
    state = st.session_state
    return state.get("layers"), state.get("heads"), state.get("reduce") or "mean"


def largest() -> bool:
    """Whether the largest of the heads is shown, not their mean."""
    return choices()[2] == "max"


def measure() -> str:
    """What the numbers of attention are, for an axis."""
    return "largest share in any layer and head, scaled" if largest() else "share of attention"
