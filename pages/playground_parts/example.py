"""The finished example of a first visit: a real run of the bundled model, computed when the model was made."""

import json

import streamlit as st

from anchoring.models.catalogue import BUNDLED_FOLDER
from anchoring.studies.run import Run, from_document


@st.cache_resource(show_spinner=False)
def example_run() -> Run | None:
    document, attention = BUNDLED_FOLDER / "example.json", BUNDLED_FOLDER / "example.npz"
    if not (document.exists() and attention.exists()):
        return None
    return from_document(json.loads(document.read_text(encoding="utf-8")), attention.read_bytes())
