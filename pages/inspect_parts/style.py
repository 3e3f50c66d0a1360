"""The look of this page's texts: the style of the app's other texts, and a few rules of its own."""

from pathlib import Path

import streamlit as st

from pages.scope_parts import style

_CSS = Path(__file__).with_name("inspect.css")


def use_style() -> None:
    """Puts the style sheet on the page, before anything that is drawn with it."""
    st.html(f"<style>{style.sheet()}\n{_CSS.read_text('utf-8')}</style>")
