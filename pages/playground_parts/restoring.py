"""Setting the controls to what an address asks for: a starter of a scope, or the words of a run that is opened."""

from collections.abc import Mapping

import streamlit as st

from anchoring.scope import Scope
from anchoring.store import StoreError
from anchoring.studies.arms import Toggle
from anchoring.studies.run import Run, RunError, from_document
from pages.playground_parts.shared import jobs, store


def restore(scopes: Mapping[str, Scope]) -> None:
    """To be called before the controls are drawn; does its work once for each address."""
    asked = (st.query_params.get("run"), st.query_params.get("starter"))
    if not any(asked) or st.session_state.get("restored") == asked:
        return
    st.session_state.restored = asked
    run_id, starter = asked
    if starter is not None:
        _starter(scopes, starter)
    elif run_id not in jobs() and (run := _kept(run_id)):
        _run(scopes, run)


def _starter(scopes: Mapping[str, Scope], number: str) -> None:
    scope = scopes.get(st.query_params.get("scope", ""))
    st.query_params.pop("starter", None)
    if scope and number.isdecimal() and int(number) < len(scope.starters):
        text = scope.starters[int(number)].prompt
        st.session_state.update(scope=scope.id, words=text, starter=text, starter_scope=scope.id)


def _kept(run_id: str) -> Run | None:
    try:
        kept = store().load(run_id)
        return from_document(*kept) if kept else None
    except (StoreError, RunError):
        return None  # the stage says what is wrong


def _run(scopes: Mapping[str, Scope], run: Run) -> None:
    """The run's own words and toggles. Words typed since, which the address carries, stay."""
    if st.query_params.get("words"):
        return
    framings = {arm.prompt.framing for arm in run.arms}
    thoughts = {arm.prompt.reasoning for arm in run.arms}
    state = {"words": run.words, "framing": _toggle(framings, "none"), "thought": _toggle(thoughts, "off")}
    if run.scope in scopes:
        state["scope"] = run.scope
    if rung := next((f for f in framings if f != "none"), None):
        state["rung"] = rung
    if kind := next((t for t in thoughts if t != "off"), None):
        state["kind"] = kind
    st.session_state.update(state)


def _toggle(values: set[str], off: str) -> Toggle:
    if len(values) > 1:
        return Toggle.COMPARE
    return Toggle.OFF if values == {off} else Toggle.ON
