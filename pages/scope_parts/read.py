"""One card, to be read: what may be done with it above, the card, and beside it starters and the checker."""

import streamlit as st

from anchoring.scope import Library, Scope, ScopeError, delete_scope, dump_scope, duplicate, lint
from pages.plain import plain
from pages.scope_parts.browse import start
from pages.scope_parts.checker import show_findings
from pages.scope_parts.drafts import free_id, raw_of
from pages.scope_parts.draw import card_html, text


def read(scope: Scope, library: Library) -> None:
    own = scope.id in library.own
    _actions(scope, own, library)
    left, right = st.columns([5, 2], gap="large")
    with left:
        st.html(card_html(scope, {i: card.title for i, card in library.scopes.items()}, own=own))
    with right:
        _starters(scope)
        show_findings(lint(scope))


def _actions(scope: Scope, own: bool, library: Library) -> None:
    with st.container(horizontal=True):
        if st.button("All scopes", icon=":material/arrow_back:", type="tertiary", key="back"):
            st.query_params.clear()
            st.rerun()
        if st.button("Open in the playground", icon=":material/play_arrow:", key="open", type="primary"):
            st.switch_page("pages/playground.py", query_params={"scope": scope.id})
        if own and st.button("Edit", icon=":material/edit:", key="edit"):
            start(raw_of(scope), before=scope)
        if st.button(
            "Duplicate" if own else "Duplicate to edit",
            icon=":material/content_copy:",
            key="duplicate",
            help=None if own else "Cards that ship with the program are read only. A copy is yours to change.",
        ):
            _duplicate(scope, library)
        st.download_button(
            "Download",
            dump_scope(scope),
            file_name=f"{scope.id}.yaml",
            mime="application/yaml",
            icon=":material/download:",
            on_click="ignore",
        )
        if own:
            _delete(scope)


def _duplicate(scope: Scope, library: Library) -> None:
    try:
        copy = duplicate(scope, free_id(f"{scope.id}-copy", library.scopes))
    except ScopeError as fault:
        st.error(plain(f"Not duplicated. {fault}"))
        return
    start(raw_of(copy), changed=True)


def _delete(scope: Scope) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"Delete {plain(scope.title)} from your folder? It cannot be brought back.")
        if st.button("Delete for good", type="primary", key="delete"):
            try:
                delete_scope(scope.id)
            except ScopeError as fault:
                st.error(plain(str(fault)))
                return
            st.session_state["scopes-note"] = "Deleted."
            st.query_params.clear()
            st.rerun()


def _starters(scope: Scope) -> None:
    st.html('<section class="pap-text pap-margin"><h2>Try it</h2></section>')
    if not scope.starters:
        st.html('<p class="pap-text pap-margin pap-none">This card has no starters yet.</p>')
    for n, starter in enumerate(scope.starters):
        with st.container(border=True):
            note = text(starter.note, css="pap-small")
            st.html(f'<div class="pap-text pap-margin">{text(starter.prompt)}{note}</div>')
            if st.button("Try in the playground", key=f"try-{n}", icon=":material/play_arrow:"):
                st.switch_page("pages/playground.py", query_params={"scope": scope.id, "words": starter.prompt})
