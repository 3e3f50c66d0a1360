"""Putting a component together from the files beside it: index.html, style.css, main.js and what they share."""

from pathlib import Path

import streamlit as st

from pages.components import palette

_HERE = Path(__file__).parent


def build(name: str, *scripts: str):
    """The mounting function of the component in the folder `name`.

    Streamlit takes one script a component, so the shared script, then `scripts`, then main.js are joined into one
    module. No text of a user or a model ever passes here: that goes through `data` and is written with textContent.
    """
    folder = _HERE / name
    shared = [_HERE / "common.js", *(folder / script for script in scripts), folder / "main.js"]
    return st.components.v2.component(
        f"anchoring_{name}",
        html=(folder / "index.html").read_text("utf-8"),
        css="\n".join(
            [palette.css(), (_HERE / "base.css").read_text("utf-8"), (folder / "style.css").read_text("utf-8")]
        ),
        js="\n".join(path.read_text("utf-8") for path in shared),
    )
