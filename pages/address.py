"""The address of a page, and steps in the browser's history."""

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.state import get_session_state


def set_at_once(**values: str | list[str]) -> None:
    """Changes parts of the address, those that widgets are bound to among them, as one step of the history.

    `st.query_params` refuses bound parts, and each widget that is set through the session's state would write its own
    part: as many steps, so that Back led to pages half set. The widgets are to be set to the same values as well; a
    toggle's part is a list.
    """
    with get_session_state().query_params() as query:
        for name, value in values.items():
            query.set_with_no_forward_msg(name, value)
    st.query_params.update({})  # tells the browser


def went_back() -> bool:
    """Whether the browser's Back or Forward led here."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
