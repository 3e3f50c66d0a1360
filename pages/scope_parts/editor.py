"""Writing a card: as a form or as YAML, with what the checker says beside it."""

import streamlit as st

from anchoring.scope import Library, Scope, ScopeError, delete_scope, dump_scope, load_library, save_scope
from anchoring.scope.reading import MAX_BYTES
from pages.plain import plain
from pages.scope_parts.checker import show_findings
from pages.scope_parts.drafts import Draft, Verdict, discard, rival_of, to_form, to_save, to_yaml, why_not, written
from pages.scope_parts.draw import card_html
from pages.scope_parts.form import show_form
from pages.scope_parts.words import shown

_MODES = {"form": "Form", "yaml": "YAML"}
_RIVAL = (
    "This card was saved elsewhere since you began, perhaps in another window. Give yours another id to keep both, "
    "or press “Save mine over it”: then what was saved there is gone for good."
)
_UNSIGNED = (
    "No reviewer has signed this card as it is now, so it will be saved as a draft. For it to be reviewed, let one of "
    "them read it as it is and give their signature the new day, or add a reviewer."
)


def edit(draft: Draft, library: Library) -> None:
    st.title("Edit a card" if draft.origin else "A new card")
    verdict = to_save(draft)
    _buttons(draft, verdict, library)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _switch(draft)
        if draft.mode == "form":
            show_form(draft)
        else:
            _yaml(draft)
    with right:
        _verdict(verdict)
    if verdict.scope:
        with st.expander("Read the card as it will be", icon=":material/menu_book:"):
            titles = {i: card.title for i, card in library.scopes.items()}
            st.html(card_html(verdict.scope, titles, own=True))


def _switch(draft: Draft) -> None:
    key = f"mode-{draft.token}"
    st.session_state[key] = draft.mode
    st.segmented_control(
        "Write it as",
        list(_MODES),
        format_func=_MODES.get,
        required=True,
        key=key,
        on_change=_change_mode,
        args=(draft, key),
    )


def _change_mode(draft: Draft, key: str) -> None:
    if st.session_state[key] == "yaml":
        to_yaml(draft)
    elif draft.mode == "yaml" and not to_form(draft):
        draft.refuse("The form can open once the YAML is a card. What is missing is listed under “Not a card yet”.")


def _yaml(draft: Draft) -> None:
    key = f"{draft.token}/{draft.turn}/yaml"
    st.text_area(
        "The card as YAML",
        draft.text,
        key=key,
        height=560,
        max_chars=MAX_BYTES,
        on_change=_store_yaml,
        args=(draft, key),
        help="Indent with spaces. Press Ctrl and Enter to check what you have written.",
    )


def _store_yaml(draft: Draft, key: str) -> None:
    draft.text = st.session_state[key]
    draft.touch()


def _buttons(draft: Draft, verdict: Verdict, library: Library) -> None:
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key=f"save-{draft.token}", icon=":material/save:"):
            _save(draft, verdict, library)
        text = dump_scope(verdict.scope) if verdict.scope else written(draft)
        st.download_button(
            "Download",
            text,
            file_name=f"{verdict.scope.id if verdict.scope else 'card'}.yaml",
            mime="application/yaml",
            key=f"take-{draft.token}",
            on_click="ignore",
        )
        _leave(draft)
    if draft.failure:
        _failure(draft, verdict, library)
    elif draft.changed:
        st.caption("Not saved yet. What you typed stays here, also when you look at another page.")
    else:
        st.caption("Saved." if draft.origin else "Nothing written yet.")


def _failure(draft: Draft, verdict: Verdict, library: Library) -> None:
    st.error(plain(draft.failure), icon=":material/error:")
    if draft.rival and st.button("Save mine over it", key=f"over-{draft.token}", icon=":material/save:"):
        draft.before = draft.rival
        _save(draft, verdict, library)
        st.rerun()


def _leave(draft: Draft) -> None:
    """Back; a second word is asked for where something would be lost."""
    if not draft.changed:
        left = st.button("Back", key=f"leave-{draft.token}", type="tertiary")
    else:
        with st.popover("Discard changes", type="tertiary"):
            st.write("What you changed here goes for good.")
            left = st.button("Discard for good", key=f"leave-{draft.token}", type="primary")
    if left:
        discard(draft.token)
        _go(scope=draft.origin)


def _save(draft: Draft, verdict: Verdict, library: Library) -> None:
    """Saves, or says why not; the text stays in either case."""
    scope = verdict.scope
    if scope is None:
        draft.refuse("Not saved: this is no card yet. What is missing is listed under “Not a card yet”.")
        return
    rival = rival_of(scope, draft, library)
    hindrance = _RIVAL if rival else why_not(scope, draft, library)
    if hindrance:
        draft.refuse(f"Not saved. {hindrance}", rival)
        return
    try:
        save_scope(scope)
    except ScopeError as fault:
        draft.refuse(f"Not saved. {fault}")
        return
    left_behind = _move(draft, scope, library)
    draft.before, draft.changed = scope, False
    draft.refuse(left_behind)
    if left_behind:
        return
    discard(draft.token)
    st.session_state["scopes-note"] = "Saved as a draft, until it is signed anew." if verdict.unsigned else "Saved."
    _go(scope=scope.id)


def _move(draft: Draft, scope: Scope, library: Library) -> str:
    """Deletes the card that is now saved under another id; why it could not, "" where there is nothing to say."""
    old = draft.origin
    if old in (None, scope.id) or old not in library.own:
        return ""
    if library.scopes[old] != draft.before:
        return f"Saved as {scope.id}. The card {old} stays too: it was changed while you were writing."
    try:
        delete_scope(old)
    except ScopeError as fault:
        return f"Saved as {scope.id}; the old card could not be deleted: {fault}" if old in load_library().own else ""
    return ""


def _verdict(verdict: Verdict) -> None:
    if verdict.unsigned:
        st.info(_UNSIGNED, icon=":material/signature:")
    if verdict.scope:
        show_findings(verdict.findings)
        return
    lines = "".join(f'<li dir="auto">{shown(fault)}</li>' for fault in verdict.faults[:20])
    st.html(
        '<section class="pap-text pap-margin" role="status"><h2>Not a card yet</h2>'
        f'<ul role="list">{lines}</ul></section>'
    )


def _go(**where: str | None) -> None:
    st.query_params.from_dict({name: value for name, value in where.items() if value})
    st.rerun()
