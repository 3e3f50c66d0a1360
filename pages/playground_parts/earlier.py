"""Earlier runs, to open again."""

import streamlit as st

from anchoring.store import StoreError
from pages.plain import plain
from pages.playground_parts.restoring import open_run
from pages.playground_parts.running import Shown
from pages.playground_parts.shared import library, store

SHOWN = 30
SHARED = (
    "Every run that is finished is kept on the machine that serves this page. Everyone who opens the page can read, "
    "name and delete it: write nothing here that is not for all of them."
)


def earlier_runs(shown: Shown) -> None:
    st.divider()
    st.subheader("Earlier runs")
    try:
        kept = store().list(SHOWN)
    except StoreError as error:
        st.error(plain(str(error)))
        return
    st.caption(SHARED if kept else f"None yet. {SHARED}")
    scopes = library().scopes
    current = st.query_params.get("run")
    for run in kept:
        scope = scopes[run.scope].title if run.scope in scopes else run.scope or "no scope"
        mark = " · stopped" if run.status == "partial" else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            opened = st.button(
                plain(run.name),
                key=f"open-{run.id}",
                type="tertiary",
                disabled=run.id == current,
                help="Open this run",
            )
            st.caption(f"{plain(scope)} · {run.created:%d %b %Y, %H:%M} UTC{mark}")
        if opened:
            open_run(run.id)
