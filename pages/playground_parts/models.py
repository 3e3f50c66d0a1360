"""The model picker."""

import json

import streamlit as st

from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER, CATALOGUE, Entry, is_here


@st.cache_data(show_spinner=False)
def bundled_scopes() -> tuple[str, ...]:
    """The ids of the scopes that the bundled model was trained on, from the file beside its weights."""
    file = BUNDLED_FOLDER / "trained_on.json"
    return tuple(json.loads(file.read_text(encoding="utf-8"))["scopes"]) if file.exists() else ()


def model_picker() -> str:
    """The name of the chosen or typed model. Nothing is loaded here: that happens when a run starts."""
    entries = {entry.id: entry for entry in CATALOGUE}
    typed = st.session_state.get("model")
    chosen = st.selectbox(
        "Model: choose one, or type a hub id or a folder",
        list(dict.fromkeys([*entries, *filter(None, [typed])])),  # what was typed stays in the list
        format_func=lambda i: _describe(entries[i]) if i in entries else i,
        accept_new_options=True,
        key="model",
        persist_state="session",
        help="A causal language model with safetensors weights, such as org/model or /a/folder. "
        "No code from a repository is ever run.",
    )
    if chosen in entries and (note := entries[chosen].note):
        st.caption(note)
    return (chosen or "").strip()


def _describe(entry: Entry) -> str:
    if entry.id == BUNDLED:
        return "Bundled: small, offline, ready"
    here = "on this machine" if is_here(entry.id) else f"{entry.download_mb:,} MB to download"
    return f"{entry.title} · {entry.parameters} · {entry.licence} · {here}"
