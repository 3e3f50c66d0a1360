"""Run and Stop, and which run is on the page: the one that the address names, or the example."""

import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

import streamlit as st

from anchoring.store import Store, StoreError
from anchoring.studies.run import Run, RunError, attention_bytes, from_document, to_document
from pages.plain import plain
from pages.playground_parts.example import example_run
from pages.playground_parts.inputs import Inputs
from pages.playground_parts.restoring import bring, seen
from pages.playground_parts.shared import jobs, models, remember, store

HURRY_SECONDS = 1.0


@dataclass(frozen=True)
class Shown:
    """What the page shows: a finished `run`, or a `job` on its way (then `run` is None until it ends).

    `running` is as it was when the page began to be drawn, so that all its parts agree.
    """

    run: Run | None = None
    job: object | None = None
    example: bool = False
    problem: str | None = None
    running: bool = False


def run_buttons(inputs: Inputs, shown: Shown) -> None:
    """Run and, while the run of this page is on its way, Stop. Stop never stands where Run stood: two quick clicks on
    Run start one run and leave it alone."""
    job, busy = shown.job, shown.running
    run = st.button(
        "Run", icon=":material/play_arrow:", type="primary", key="run-button", help=_count(inputs), disabled=busy
    )
    if busy and st.button("Stop", icon=":material/stop:", key=f"stop-{job.id}", disabled=job.stop.is_set()):
        job.stop.set()
        st.rerun()
    if run and not busy:
        _start(inputs)


def _count(inputs: Inputs) -> str:
    number = len(inputs.arms)
    return "One answer" if number == 1 else f"{number} answers side by side, to the same words"


def _start(inputs: Inputs) -> None:
    try:
        prompts = inputs.prompts()
    except ValueError as error:
        st.error(plain(str(error)), icon=":material/edit:")
        return
    asked = (inputs.model, prompts, inputs.settings)
    job = _begun(asked)
    if job is None:
        with st.spinner("Getting ready for the first run…") if "torch" not in sys.modules else nullcontext():
            from anchoring.studies.job import start  # imports torch: not before the first run

            pool = models()
        job = start(
            lambda: pool.get(inputs.model), prompts, inputs.settings, keeper(), inputs.model, renew=keeper(renew)
        )
        remember(job)
        st.session_state.begun = (asked, job, time.monotonic())
    st.query_params["run"] = job.id
    bring(job.id)
    seen("run", job.id)
    st.rerun()


def _begun(asked: tuple):
    """The run that this session has just begun with the same settings: a second click in a hurry means that one."""
    before, job, at = st.session_state.get("begun", (None, None, 0.0))
    if before != asked or job.stop.is_set():
        return None
    return job if not job.done.is_set() or time.monotonic() - at < HURRY_SECONDS else None


def keeper(write: Callable[[Store, Run], None] | None = None) -> Callable[[Run], None]:
    """What saves the run, by `write` (else `save`).

    The database is opened here, since a thread of its own has no session; where it can't be, the run goes on all the
    same and says at its end that it was not saved.
    """
    try:
        keep = store()
    except StoreError as error:
        problem = error
    else:
        return lambda run: (write or save)(keep, run)

    def say(_run: Run) -> None:
        raise problem

    return say


def save(keep: Store, run: Run) -> None:
    keep.save(to_document(run), attention_bytes(run))


def renew(keep: Store, run: Run) -> None:
    """Saves what was measured on a run that is kept already."""
    keep.renew(to_document(run), attention_bytes(run))


def shown_run() -> Shown:
    run_id = st.query_params.get("run")
    if not run_id:
        return Shown(run=example_run(), example=True)
    if job := jobs().get(run_id):
        if not job.done.is_set():
            return Shown(job=job, running=True)
        return Shown(run=job.run, job=job, problem=job.problem)
    try:
        kept = store().load(run_id)
        if kept is None:
            return Shown(
                problem="There is no run at this address. It may have been deleted, or kept on another machine."
            )
        return Shown(run=from_document(*kept))
    except (StoreError, RunError) as error:
        return Shown(problem=str(error))
