"""What the page is about: a run, one of its answers, and one sentence of that answer."""

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from anchoring.attribution import targets
from anchoring.models.types import Generation, Target
from anchoring.store import StoreError
from anchoring.studies.run import Run
from pages.plain import plain
from pages.playground_parts.measuring import measured_run
from pages.playground_parts.running import Shown, shown_run
from pages.playground_parts.shared import store
from pages.playground_parts.views import arm_label

EXAMPLE = ""
RUN_KEY = "inspect-run"
LISTED = 100
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Choice:
    """`number` is the place of `arm` in `run`; `sentence` that of the target among `targets`."""

    run: Run
    number: int
    arm: Generation
    targets: tuple[Target, ...]
    sentence: int
    example: bool

    @property
    def target(self) -> Target:
        return self.targets[self.sentence]

    def key(self, method: str) -> tuple:
        """What a work about this answer is kept by."""
        return (self.run.id, self.number, method)


def chosen() -> Choice | None:
    """Draws the pickers; None where there is nothing to look at, which is then said."""
    shown = shown_run()
    _pick_run(shown)
    if shown.run is None:
        _nothing(shown)
        return None
    run = measured_run(shown.run)
    number = _pick_arm(run)
    arm = run.arms[number]
    found = targets(arm, "sentence")
    if not found:
        st.info("This answer has no words to look at. Choose another, or run your words again.", icon=":material/info:")
        return None
    return Choice(run, number, arm, found, pick_sentence(run, number, found), shown.example)


def _pick_run(shown: Shown) -> None:
    """The run that the address names, the example without a name; choosing another changes the address."""
    names = _names(shown)
    asked = st.query_params.get("run") or EXAMPLE
    st.session_state[RUN_KEY] = asked if asked in names else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Run",
            list(names),
            index=0 if asked in names else None,
            format_func=lambda name: names.get(name, name),
            key=RUN_KEY,
            placeholder="Choose a run",
            on_change=_open,
            width=640,
        )
        st.page_link(
            "pages/playground.py",
            label="Back to the Playground",
            icon=":material/compare:",
            query_params={"run": asked} if asked else None,
        )


def _open() -> None:
    if name := st.session_state[RUN_KEY]:
        st.query_params["run"] = name
    else:
        st.query_params.pop("run", None)


def _names(shown: Shown) -> dict[str, str]:
    """The runs to choose from, by id: the example, this one where it was not saved, and those that are kept."""
    names = {EXAMPLE: "The example, by the bundled model"}
    if shown.run is not None and not shown.example:
        names[shown.run.id] = shown.run.name
    try:
        kept = store().list(LISTED)
    except StoreError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return names
    return _told_apart(names | {run.id: f"{run.name} · {run.created:%d %b %Y, %H:%M} UTC" for run in kept})


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    """The names, numbered where several are the same: a selectbox knows its options by what they are called."""
    seen, apart = Counter(), {}
    for run_id, name in names.items():
        seen[name] += 1
        apart[run_id] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return apart


def _nothing(shown: Shown) -> None:
    if shown.running:
        st.fragment(_waiting, run_every=POLL_SECONDS)(shown.job)
    elif shown.problem:
        st.error(plain(shown.problem), icon=":material/error:")
        st.caption("Choose another run above.")
    else:
        st.info("There is no run to look at. Make one in the Playground.", icon=":material/info:")


def _waiting(job) -> None:
    """A run that is on its way comes up here once it is done."""
    if job.done.is_set():
        st.rerun()
    st.info("This run is still being written. It comes up here once it is done.", icon=":material/hourglass_top:")


def _pick_arm(run: Run) -> int:
    numbers = list(range(len(run.arms)))
    if len(numbers) == 1:
        st.markdown(f"**{arm_label(run.arms[0])}**")
        return 0
    picked = st.segmented_control(
        "Answer",
        numbers,
        default=numbers[-1],
        format_func=lambda n: arm_label(run.arms[n]),
        key=f"inspect-arm-{run.id}",
        required=True,
        wrap=True,
    )
    return numbers[-1] if picked is None else picked


def pick_sentence(run: Run, number: int, found: tuple[Target, ...]) -> int:
    """The answer's first sentence, unless another is chosen: the thought, which stands before it, is on offer too."""
    return st.selectbox(
        "Sentence",
        range(len(found)),
        index=next((n for n, target in enumerate(found) if target.part == "answer"), 0),
        format_func=lambda n: sentence_name(n, found[n]),
        key=f"inspect-sentence-{run.id}-{number}",
        width=860,
    )


def sentence_name(n: int, target: Target) -> str:
    """A sentence's number, as the other tables have it, and its first words."""
    text = " ".join(target.text.split())
    text = text if len(text) <= 90 else text[:89].rstrip() + "…"
    return f"{n + 1} · {'thought: ' if target.part == 'thought' else ''}{text}"
