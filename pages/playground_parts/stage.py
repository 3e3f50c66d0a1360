"""The answers: streaming, finished, or an example."""

import streamlit as st

from anchoring.models.catalogue import BUNDLED, CATALOGUE, downloaded_mb, is_here
from anchoring.studies.run import Run
from pages.components.reading_room import reading_room
from pages.plain import plain
from pages.playground_parts.choosing import choices
from pages.playground_parts.inputs import Inputs
from pages.playground_parts.measuring import asked_for, chosen_method, measured_run, removal_test
from pages.playground_parts.methods import DEFAULT
from pages.playground_parts.restoring import coming
from pages.playground_parts.running import Shown, keeper, renew
from pages.playground_parts.shared import library
from pages.playground_parts.views import finished_view, highlights, streaming_view

POLL_SECONDS = 0.3


def other_words(shown: Shown, inputs: Inputs) -> None:
    """Says so where the controls hold other words, or another scope, than the answers below were given to."""
    prompts = [arm.prompt for arm in shown.run.arms] if shown.run else []
    if not prompts or not inputs.words.strip():
        return
    same_words, asked = prompts[0].words == inputs.words, prompts[0].scope or inputs.scope.id
    if same_words and asked == inputs.scope.id:
        return
    scope = library().scopes.get(prompts[0].scope or "")
    gone = f"{asked}, a card that is not on this machine" if prompts[0].scope else "no scope"
    title = scope.title if scope else gone
    if same_words:
        st.info(
            f"The answers below were given for another scope: {plain(title)}. Press **Run** for answers for this one.",
            icon=":material/history:",
        )
        return
    short = " ".join(prompts[0].words.split())
    short = short if len(short) <= 90 else short[:89].rsplit(" ", 1)[0] + " …"
    st.info(
        f"The answers below are to other words: “{plain(short)}” ({plain(title)}). Press **Run** for answers to yours.",
        icon=":material/history:",
    )


def stage(shown: Shown) -> None:
    if shown.problem:
        st.error(plain(shown.problem), icon=":material/error:")
        if shown.run is not None and not (shown.job and shown.job.saved):
            st.warning("The answers below were not saved. Download them before you leave.", icon=":material/save:")
    if shown.running:
        st.fragment(_streaming, run_every=POLL_SECONDS)(shown.job)
    elif shown.run is not None:
        _finished(shown)
    elif shown.problem and shown.job is not None and shown.job.partials:
        reading_room(streaming_view(shown.job, broken=True), key=f"room-{shown.job.id}")
    elif not shown.problem:
        st.caption("No answers yet. Press Run.")


def _streaming(job) -> None:
    if job.done.is_set():
        st.rerun()
    if not job.partials:
        _loading(job.model)
    reading_room(streaming_view(job) | _come(job.id), key=f"room-{job.id}")


def _finished(shown: Shown) -> None:
    run = measured_run(shown.run)
    if run.status == "partial":
        st.caption("This run was stopped: the answers end where they were.")
    unit = st.session_state.get("unit") or "sentence"
    chosen = choices()
    keep = None if shown.example else keeper(renew)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _note(shown, run)
        asked = chosen_method(run)
        found = highlights(run, asked, unit, chosen) or asked_for(run, asked, unit, keep)
    method = DEFAULT if found is None else asked
    if found is None:
        found = highlights(run, DEFAULT, unit, chosen)
        if asked is not DEFAULT and any(found):
            st.caption(f"Until “{asked.name}” is computed, the highlights show attention.")
    measured_so = unit == "sentence" and (method is not DEFAULT or chosen in NO_CHOICES)
    reading_room(finished_view(run, found, unit, method, measured_so, chosen[2]) | _come(run.id), key=f"room-{run.id}")
    if asked.id != "removal":  # asked for, its button stands beside the switch
        removal_test(run, keep)


def _come(run_id: str) -> dict[str, str | None]:
    """Answers that were just asked for come into sight: on a phone they begin below the screen."""
    return {"come": coming(run_id)}


NO_CHOICES = ((None, None, "mean"), ([], [], "mean"))  # of layers and heads: the mean over all
POINT = "Point at a sentence, or tap it, to see what it looked at"
EXAMPLE = (
    ":material/local_library: This is an example: a real run of the bundled model, which is very small. "
    f"{POINT}; press **Run** to make your own. Larger models: “Model and more”."
)
GUESSES = (
    f"{POINT}. None of the card's phrases is in these words, so the bundled model, which is very small, has to guess: "
    "it may speak of what nobody said. Larger models are under “Model and more”."
)
SMALL = (
    f"{POINT}. The bundled model is very small: read its answers as a demonstration, not as advice. Larger models are "
    "under “Model and more”."
)


def _note(shown: Shown, run: Run) -> None:
    """Beside the switch and not above it: on a laptop's screen each line more hides a line of the answers."""
    prompt = run.arms[0].prompt
    small = run.arms[0].model.id == BUNDLED
    guesses = small and prompt.scope is not None and not prompt.cues
    st.caption(EXAMPLE if shown.example else GUESSES if guesses else SMALL if small else f"{POINT}.", width=740)


def _loading(model: str) -> None:
    """What the reader waits for. A model that is being downloaded shows how far it is."""
    entry = next((e for e in CATALOGUE if e.id == model), None)
    if entry is None or not entry.download_mb or is_here(model):
        st.caption("Loading the model and reading the prompt…")
        return
    here = downloaded_mb(model)
    text = f"Downloading {entry.title}: {here:,.0f} of about {entry.download_mb:,} MB"
    st.progress(min(1.0, here / entry.download_mb), text)
