"""Run and Stop, and which run is on the page: the one that the address names, or the example."""

from dataclasses import dataclass

import streamlit as st

from anchoring.store import StoreError
from anchoring.studies.run import Run, RunError, attention_bytes, from_document, to_document
from pages.playground_parts.example import example_run
from pages.playground_parts.inputs import Inputs
from pages.playground_parts.shared import jobs, models, remember, store


@dataclass(frozen=True)
class Shown:
    """What the page shows: a finished `run`, or a `job` on its way (then `run` is None until it ends)."""

    run: Run | None = None
    job: object | None = None
    example: bool = False
    problem: str | None = None

    @property
    def running(self) -> bool:
        return self.job is not None and not self.job.done.is_set()


def run_buttons(inputs: Inputs) -> None:
    """Run, or, while a run of this page is on its way, Stop."""
    job = jobs().get(st.query_params.get("run", ""))
    if job is not None and not job.done.is_set():
        if st.button("Stop", icon=":material/stop:", type="primary", key="stop"):
            job.stop.set()
    elif st.button("Run", icon=":material/play_arrow:", type="primary", key="run-button", help=_count(inputs)):
        _start(inputs)


def _count(inputs: Inputs) -> str:
    number = len(inputs.arms)
    return "One answer" if number == 1 else f"{number} answers side by side, to the same words"


def _start(inputs: Inputs) -> None:
    try:
        prompts = inputs.prompts()
    except ValueError as error:
        st.error(str(error), icon=":material/edit:")
        return
    from anchoring.studies.job import start  # imports torch: not before the first run

    keep = store()  # made here: a thread of its own has no session
    pool = models()
    job = start(lambda: pool.get(inputs.model), prompts, inputs.settings, lambda run: save(keep, run), inputs.model)
    remember(job)
    st.query_params["run"] = job.id
    st.rerun()


def save(keep, run: Run) -> None:
    keep.save(to_document(run), attention_bytes(run))


def shown_run() -> Shown:
    run_id = st.query_params.get("run")
    if not run_id:
        return Shown(run=example_run(), example=True)
    if job := jobs().get(run_id):
        return Shown(run=job.run, job=job, problem=job.problem if job.done.is_set() else None)
    try:
        kept = store().load(run_id)
        if kept is None:
            return Shown(
                problem="There is no run at this address. It may have been deleted, or kept on another machine."
            )
        return Shown(run=from_document(*kept))
    except (StoreError, RunError) as error:
        return Shown(problem=str(error))
