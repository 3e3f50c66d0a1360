"""The model picker."""

import json

import streamlit as st

from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER, CATALOGUE, Entry, is_here

OTHER = "other"


@st.cache_data(show_spinner=False)
def bundled_scopes() -> tuple[str, ...]:
    """The ids of the scopes that the bundled model was trained on, from the file beside its weights."""
    file = BUNDLED_FOLDER / "trained_on.json"
    return tuple(json.loads(file.read_text(encoding="utf-8"))["scopes"]) if file.exists() else ()


def model_picker() -> str:
    """The name of the chosen model. Nothing is loaded here: that happens when a run starts."""
    entries = {entry.id: entry for entry in CATALOGUE}
    chosen = st.selectbox(
        "Model",
        [*entries, OTHER],
        format_func=lambda i: _describe(entries[i]) if i in entries else "Another: a hub id or a folder…",
        key="model",
        persist_state="session",
    )
    if chosen == OTHER:
        return _other()
    if note := entries[chosen].note:
        st.caption(note)
    return chosen


def _describe(entry: Entry) -> str:
    if entry.id == BUNDLED:
        return "Bundled: small, offline, ready"
    here = "on this machine" if is_here(entry.id) else f"{entry.download_mb:,} MB to download"
    return f"{entry.title} · {entry.parameters} · {entry.licence} · {here}"


def _other() -> str:
    name = st.text_input(
        "Hub id or folder",
        key="other_model",
        persist_state="session",
        placeholder="org/model, or /a/folder",
        help="A causal language model with safetensors weights. No code from a repository is ever run.",
    )
    return name.strip()
