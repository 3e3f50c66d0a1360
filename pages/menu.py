"""Links to all pages, above each."""

import streamlit as st

_READ = "run_read"  # the run that was last looked at
_PAGE, _BEFORE = "page", "page_before"  # by the last part of their addresses


def from_another_page() -> bool:
    """Whether this is the first run of the page since another one was shown."""
    return st.session_state.get(_PAGE) != st.session_state.get(_BEFORE)


def menu(pages: list, current) -> None:
    """Always to be seen: on a phone Streamlit's own menu folds away, and lies over the page that it has opened.

    The run that is being read goes along to the pages that show one.
    """
    state = st.session_state
    state[_BEFORE], state[_PAGE] = state.get(_PAGE, current.url_path), current.url_path
    showing = [page for page in pages if page.url_path in ("", "inspect")]
    if current in showing:
        state[_READ] = st.query_params.get("run")
    run = state.get(_READ)
    with st.container(key="menu", horizontal=True, gap="small"):
        for page in pages:
            st.page_link(
                page,
                label=page.title,
                icon=page.icon,
                query_params={"run": run} if run and page in showing else None,
            )
