"""What can be done with a finished run: name it, link to it, take it away, delete it."""

import streamlit as st

from anchoring.store import StoreError
from anchoring.studies.run import Run
from pages.plain import plain
from pages.playground_parts.running import Shown, save
from pages.playground_parts.shared import jobs, store


def keeping(shown: Shown) -> None:
    run = shown.run
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Download", icon=":material/download:"):
            _downloads(run)
        st.page_link(
            "pages/inspect.py",
            label="Inspect",
            icon=":material/biotech:",
            query_params=None if shown.example else {"run": run.id},
            help="Token by token, all methods side by side, and the checks behind a highlight",
        )
        if shown.example:
            return
        if shown.job is not None and not shown.job.saved:
            if st.button("Try to save again", icon=":material/save:"):
                _save_again(shown)
            return
        with st.popover("Name and link", icon=":material/link:"):
            _name(run)
        with st.popover("Delete", icon=":material/delete:"):
            st.write("The run goes for good, for everyone who has its link.")
            if st.button("Delete this run", type="primary", key=f"delete-{run.id}"):
                _delete(run)


def _downloads(run: Run) -> None:
    st.caption("A page to read anywhere, or everything needed to repeat the run.")
    st.download_button(
        "Page (HTML)",
        lambda: _html(run),
        f"run-{run.id}.html",
        "text/html",
        on_click="ignore",
        icon=":material/description:",
        key=f"html-{run.id}",
    )
    st.download_button(
        "Data (JSON)",
        lambda: _json(run),
        f"run-{run.id}.json",
        "application/json",
        on_click="ignore",
        icon=":material/data_object:",
        key=f"json-{run.id}",
    )


def _html(run: Run) -> str:
    from anchoring.report import run_html

    return run_html(run)


def _json(run: Run) -> str:
    from anchoring.report import run_json

    return run_json(run)


def _name(run: Run) -> None:
    name = st.text_input("Name", run.name, max_chars=200, key=f"name-{run.id}")
    if st.button("Save the name", key=f"rename-{run.id}"):
        try:
            store().rename(run.id, name)
            jobs().pop(run.id, None)  # the kept run has the new name
            st.rerun()
        except StoreError as error:
            st.error(plain(str(error)))
    st.caption("This run's address:")
    st.code(f"{(st.context.url or '').partition('?')[0]}?run={run.id}", language=None)


def _delete(run: Run) -> None:
    try:
        store().delete(run.id)
    except StoreError as error:
        st.error(plain(str(error)))
        return
    jobs().pop(run.id, None)
    st.query_params.pop("run", None)
    st.rerun()


def _save_again(shown: Shown) -> None:
    try:
        save(store(), shown.run)
        shown.job.saved, shown.job.problem = True, None
        st.rerun()
    except StoreError as error:
        st.error(plain(str(error)))
