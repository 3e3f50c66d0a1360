"""Measuring on request: a button with its cost, then progress with a way to stop, then the result."""

import threading
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.plain import plain
from pages.playground_parts.shared import models

POLL_SECONDS = 0.3
KEPT = 128
_STARTING = threading.Lock()


@st.cache_resource(show_spinner=False)
def works() -> dict:
    """Works by what they measure, shared by all sessions; the oldest make room."""
    return {}


def measured(key: tuple, label: str, cost: str, task: Callable[[Any], Any], at_once: bool = False) -> Any:
    """The result of `task` for `key`, or None while it is not there; draws the button, the progress or the fault.

    `task` gets the Work. `at_once` starts it without being asked, for what takes a moment.
    """
    work = works().get(key)
    if work is not None and work.result is not None:
        return work.result
    if work is not None and not work.done.is_set():
        st.fragment(_progress, run_every=POLL_SECONDS)(work, label, "-".join(map(str, key)))
        return None
    if work is not None and work.problem:
        st.error(plain(work.problem), icon=":material/error:")
    if (at_once and work is None) or _asked(key, label, cost):
        _start(key, task)
        st.rerun()
    return None


def _asked(key: tuple, label: str, cost: str) -> bool:
    asked = st.button(label, icon=":material/science:", key="work-" + "-".join(map(str, key)), help=cost)
    st.caption(f"It takes {cost}.")
    return asked


def _start(key: tuple, task: Callable[[Any], Any]) -> None:
    from anchoring.studies.work import begin

    models()  # imports torch here, where a spinner can say so
    known = works()
    with _STARTING:  # two sessions may ask for the same in the same moment
        before = known.pop(key, None)
        known[key] = before if before is not None and not before.done.is_set() else begin(task)
        ended = [old for old, work in known.items() if work.done.is_set()]
        for old in ended[: max(0, len(known) - KEPT)]:
            known.pop(old, None)


def _progress(work, label: str, key: str) -> None:
    if work.done.is_set():
        st.rerun()
    begun = "waiting for others on this machine" if work.waiting else "beginning"
    count = f"{work.passes} of {work.of} passes" if work.of else begun
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Stop",
            icon=":material/stop:",
            key=f"stop-work-{key}",
            on_click=work.stop.set,
            disabled=work.stop.is_set(),
        )
        st.progress(work.share, f"{label}: {count}")
