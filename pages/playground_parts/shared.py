"""What all sessions share: the database, the models in memory, the runs on their way."""

import streamlit as st

from anchoring.scope import Library, load_library
from anchoring.store import Store

KEPT_JOBS = 64


@st.cache_resource(show_spinner=False)
def store() -> Store:
    return Store()


@st.cache_resource(show_spinner=False)
def jobs() -> dict:
    """Runs by id, from their start on; the oldest that are kept, or came to nothing, make room."""
    return {}


@st.cache_resource(show_spinner="Getting ready to run a model for the first time…")
def models():
    """The models in memory. torch is imported here, at the first run, not before the page shows."""
    from anchoring.models.pool import ModelPool

    return ModelPool()


@st.cache_data(ttl=5, show_spinner=False)
def library() -> Library:
    return load_library()


def remember(job) -> None:
    known = jobs()
    known[job.id] = job
    ended = [j for j in list(known.values()) if j.done.is_set() and (j.saved or j.run is None)]
    for old in ended[: max(0, len(known) - KEPT_JOBS)]:
        known.pop(old.id, None)
