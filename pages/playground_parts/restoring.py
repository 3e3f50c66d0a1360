"""Setting the controls to what an address asks for: a scope, or the words of a run that is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from anchoring.models.types import Settings
from anchoring.prompting import Framing, Prompt, Reasoning
from anchoring.prompting.framing import card
from anchoring.scope import Scope
from anchoring.scope.card import OWN_CUE
from anchoring.store import StoreError
from anchoring.studies.arms import Toggle
from anchoring.studies.run import RunError, from_document
from pages.address import set_at_once, went_back
from pages.menu import from_another_page
from pages.plain import plain
from pages.playground_parts.settings import LENGTH, MOST_SEED, SET_BY_LINK, TEMPERATURE
from pages.playground_parts.shared import jobs, store

OPENED = "opened_run"
COME_TO = "come_to"  # the run whose answers are to be brought into sight, and how often any was
MARKS = "marks"
LEFT, AGAIN = "playground_left", "playground_again"
TOGGLES = ("framing", "thought")
FIRST_AGAIN = "first_visit_again"
TOGGLE_NAMES = {Toggle.OFF: "Off", Toggle.ON: "On", Toggle.COMPARE: "Compare"}


def restore(scopes: Mapping[str, Scope]) -> None:
    """To be called before the controls are drawn; does its work once for each thing that is asked."""
    state = st.session_state
    state[SET_BY_LINK] = ()
    if went_back() and from_another_page() and LEFT in state:
        state[AGAIN] = state[LEFT]
        st.rerun()  # in a run of its own: in this one the browser has emptied what is bound to the address
    if left := state.pop(AGAIN, None):
        _as_it_was_left(left)
    if went_back() and not {"run", "words"} & set(st.query_params):
        state.update({"starter_scope": None, FIRST_AGAIN: True})
    if _new("scope"):
        _scope(scopes, st.query_params["scope"])
    if opened := state.pop(OPENED, None):
        seen("run", opened)
        set_at_once(run=opened, **_run(scopes, _asked(opened)))
    elif _new("run"):
        _run(scopes, _asked(st.query_params["run"]), frozenset(st.query_params.to_dict()))


def keep_as_left() -> None:
    """To be called once the controls are drawn: Back from another page brings that page's address, nothing of ours."""
    state = st.session_state
    controls = {name: state[name] for name in ("words", "scope", *TOGGLES) if name in state}
    state[LEFT] = controls, st.query_params.to_dict()


def _as_it_was_left(left: tuple[dict, dict[str, str]]) -> None:
    controls, address = left
    st.session_state.update(controls)
    st.session_state[SET_BY_LINK] = tuple(controls)
    for name in ("run", "scope"):
        st.session_state[f"seen_{name}"] = address.get(name)
    set_at_once(**{name: [value] if name in TOGGLES else value for name, value in address.items()})


def open_run(run_id: str) -> None:
    """Shows a run with its own words, whatever stood in the controls: Back brings that again."""
    st.session_state[OPENED] = run_id
    bring(run_id)
    st.rerun()


def bring(run_id: str) -> None:
    """Has the answers of a run brought into sight once they are drawn; each asking does it anew."""
    _, times = st.session_state.get(COME_TO, ("", 0))
    st.session_state[COME_TO] = run_id, times + 1


def coming(run_id: str) -> str | None:
    """A name for the last asking, where it was for this run."""
    of, times = st.session_state.get(COME_TO, ("", 0))
    return f"{run_id} {times}" if of == run_id else None


class Marks(NamedTuple):
    """What was last marked in these words, here or by whoever made the run that was opened. Each run that is opened
    with its words begins a new edition, in which what was touched before no longer counts."""

    words: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    edition: int = 0


def kept_marks() -> Marks:
    return st.session_state.get(MARKS, Marks())


def keep_marks(words: str, spans: tuple[tuple[int, int], ...]) -> None:
    """For when the page is left and come back to: what a component holds is gone then."""
    st.session_state[MARKS] = kept_marks()._replace(words=words, spans=spans)


def displaced() -> str:
    """The words that stood here, where a link from another page has brought others in their place."""
    before = st.session_state.get(LEFT, ({}, {}))[0].get("words", "")
    linked = from_another_page() and not went_back() and st.query_params.get("words")
    return before if linked and before != linked else ""


def seen(name: str, value: str) -> None:
    """The controls stand as `?name=value` would set them: no need to set them again."""
    st.session_state[f"seen_{name}"] = value


def _new(name: str) -> bool:
    """Whether the address asks for something else than at the last look."""
    before, asked = st.session_state.get(f"seen_{name}"), st.query_params.get(name)
    seen(name, asked)
    return asked is not None and asked != before


def _scope(scopes: Mapping[str, Scope], scope_id: str) -> None:
    if scope_id in scopes:
        st.session_state.scope = scope_id
    else:
        st.query_params.pop("scope")
        st.warning(f"There is no scope “{plain(scope_id[:80])}” on this machine.", icon=":material/info:")


@dataclass(frozen=True)
class _Asked:
    """What a run was asked with: its prompts, settings and the name of its model."""

    prompts: Sequence[Prompt]
    settings: Settings
    model: str


def _asked(run_id: str) -> _Asked | None:
    if job := jobs().get(run_id):
        return _Asked(job.prompts, job.settings, job.model)
    try:
        kept = store().load(run_id)
        arms = from_document(*kept).arms if kept else ()
    except (StoreError, RunError):
        return None  # the stage says what is wrong
    return _Asked([arm.prompt for arm in arms], arms[0].settings, arms[0].model.id) if arms else None


def _run(
    scopes: Mapping[str, Scope], asked: _Asked | None, kept: frozenset[str] = frozenset()
) -> dict[str, str | list]:
    """The run's model and settings, its words, scope and toggles. Typed words, and with them all that the address
    carries (`kept`), stay. What an address says of it is returned."""
    if asked is None:
        return {}
    prompts = asked.prompts
    framings = {prompt.framing for prompt in prompts}
    thoughts = {prompt.reasoning for prompt in prompts}
    state = {"model": asked.model} | _settings(asked.settings)
    if rung := next((f for f in framings if f != "none"), None):
        state["rung"] = Framing(rung)
    if other := next((o for p in prompts if (o := _other(scopes, p))), None):
        state["other"] = other
    if kind := next((t for t in thoughts if t != "off"), None):
        state["kind"] = Reasoning(kind)
    asks = {"words": prompts[0].words, "framing": _toggle(framings, "none"), "thought": _toggle(thoughts, "off")}
    if prompts[0].scope in scopes:
        asks["scope"] = prompts[0].scope
        seen("scope", prompts[0].scope)
    asks = {name: value for name, value in asks.items() if "words" not in kept or name not in kept}
    state |= asks | ({"starter_scope": asks["scope"]} if "scope" in asks else {})
    st.session_state.update(state)
    st.session_state[SET_BY_LINK] = tuple(state)
    if asks.get("words", st.query_params.get("words")) == prompts[0].words:  # and not others, typed since
        st.session_state[MARKS] = Marks(prompts[0].words, _marks(prompts[0]), kept_marks().edition + 1)
    return {name: [TOGGLE_NAMES[value]] if isinstance(value, Toggle) else value for name, value in asks.items()}


def _other(scopes: Mapping[str, Scope], prompt: Prompt) -> str | None:
    """The scope whose card a control has shown; in a run that was kept without it, known by the card's first line."""
    if prompt.framing != Framing.SWAPPED:
        return None
    if prompt.other is not None:
        return prompt.other if prompt.other in scopes else None
    first = prompt.messages[0].segments[0].text
    return next((i for i, scope in scopes.items() if i != prompt.scope and card(scope, ())[0].text == first), None)


def _marks(prompt: Prompt) -> tuple[tuple[int, int], ...]:
    return tuple((cue.start, cue.end) for cue in prompt.cues if cue.cue == OWN_CUE)


def _settings(settings: Settings) -> dict[str, float]:
    """Where the sliders stand; a run made elsewhere may lie between their steps or beyond their ends."""
    steps = round(settings.max_new_tokens / LENGTH.step)
    temperature = round(min(max(settings.temperature, TEMPERATURE.least), TEMPERATURE.most), 1)
    return {
        "length": min(max(steps * LENGTH.step, LENGTH.least), LENGTH.most),
        "temperature": temperature,
        "seed": min(settings.seed, MOST_SEED),
    }


def _toggle(values: set[str], off: str) -> Toggle:
    if len(values) > 1:
        return Toggle.COMPARE
    return Toggle.OFF if values == {off} else Toggle.ON
