"""The look of a text to be read, in the colours of the app. It follows the theme by itself, with no script run."""

from pathlib import Path

import streamlit as st

from pages.components.palette import DARK, LIGHT, MONO, SANS, SERIF

_CSS = Path(__file__).with_name("card.css")


def sheet() -> str:
    """The style sheet, its variables in front: `light-dark()` reads the colour scheme that Streamlit sets."""
    pairs = {name: (getattr(LIGHT, name), getattr(DARK, name)) for name in "ink soft rule accent card well".split()}
    pairs |= {kind: (LIGHT.line[kind], DARK.line[kind]) for kind in ("cue", "framing")}
    colours = " ".join(f"--pap-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items())
    fonts = f"--pap-serif: {SERIF}; --pap-sans: {SANS}; --pap-mono: {MONO};"
    return f".pap-text {{ {fonts} {colours} }}\n{_CSS.read_text('utf-8')}"


def use_style() -> None:
    """Puts the style sheet on the page; once a run, before anything that is drawn with it."""
    st.html(f"<style>{sheet()}</style>")
