"""The list of cards: search, filters, and the ways to add one."""

import unicodedata

import streamlit as st

from anchoring.scope import Library, Scope, ScopeError, Status, read_scope
from anchoring.scope.reading import MAX_BYTES, decode
from pages.plain import plain
from pages.scope_parts.drafts import blank, find_draft, new_draft, raw_of
from pages.scope_parts.draw import badge
from pages.scope_parts.words import STATUS, language_name, overdue, shown

_ANY = "Any"
_FILTERS = ("scopes-status", "scopes-domain", "scopes-language")


def browse(library: Library) -> None:
    st.title("Scopes")
    st.html(
        '<p class="pap-text">A scope is one narrow setting: these people, doing this, here. Its card says what is '
        "noticed there and what it may mean, who disagrees, and where it ends.</p>"
    )
    _unsaved()
    _add(library)
    _problems(library)
    kept = _filtered(library)
    _entries(kept, library)


def _unsaved() -> None:
    """The way back to what this visitor has begun and not saved."""
    for token in list(st.session_state.get("scope-drafts", [])):
        draft = find_draft(token)
        if draft is None or not draft.changed:
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"Not saved yet: {plain(draft.title)}", width="stretch")
            if st.button("Go on writing", key=f"resume-{token}"):
                st.query_params.from_dict({"edit": token})
                st.rerun()


def _add(library: Library) -> None:
    with st.container(horizontal=True):
        if st.button("New card", icon=":material/add:", key="scopes-new"):
            start(raw=blank(library.scopes))
        with st.popover("Upload a card", icon=":material/upload:"):
            file = st.file_uploader(
                "A card as a YAML file",
                type=["yaml", "yml"],
                max_upload_size=1,
                key=f"scopes-upload-{st.session_state.get('scopes-uploads', 0)}",
                help=f"At most {MAX_BYTES // 1024} KiB. It opens in the editor; nothing is kept until you save it.",
            )
    if file is not None:
        _uploaded(file.getvalue(), file.name)


def _uploaded(data: bytes, name: str) -> None:
    """Opens the file in the editor, as a form where it is a card, else as YAML with what is wrong.

    What is no UTF-8 text is refused: nothing could be shown of it but guesses, which would then be saved.
    """
    try:
        text = decode(data, name)
    except ScopeError as fault:
        st.error(plain(str(fault)), icon=":material/error:")
        return
    try:
        draft = new_draft(raw_of(read_scope(text, name)), changed=True)
    except ScopeError:
        draft = new_draft({"title": name}, changed=True)
        draft.mode, draft.text = "yaml", text
    st.session_state["scopes-uploads"] = st.session_state.get("scopes-uploads", 0) + 1
    open_draft(draft)


def start(raw: dict, before: Scope | None = None, changed: bool = False) -> None:
    """Opens the editor on these values, or on what this visitor has begun to change in the saved card `before`.

    A draft that nobody has touched gives way where another card has been saved since.
    """
    begun = [draft for token in st.session_state.get("scope-drafts", []) if (draft := find_draft(token))]
    same = (d for d in begun if before and d.origin == before.id and (d.changed or d.before == before))
    open_draft(next(same, None) or new_draft(raw, before=before, changed=changed))


def open_draft(draft) -> None:
    tokens = st.session_state.setdefault("scope-drafts", [])
    if draft.token not in tokens:
        tokens.append(draft.token)
    st.query_params.from_dict({"edit": draft.token})
    st.rerun()


def _problems(library: Library) -> None:
    for problem in library.problems:
        st.warning(f"A file in your folder is not shown. {plain(problem.message)}", icon=":material/report:")


def _filtered(library: Library) -> list[Scope]:
    scopes = list(library.scopes.values())
    search = st.text_input(
        "Search",
        key="scopes-search",
        persist_state="session",
        placeholder="a word of a title, a cue, a place",
        icon=":material/search:",
    )
    with st.expander("Filter by status, domain or language"):
        one, two, three = st.columns(3)
        status = one.selectbox(
            "Status", [_ANY, *Status, "own"], format_func=_status_name, key="scopes-status", persist_state="session"
        )
        kinds = sorted({s.domain for s in scopes if s.domain}) + sorted({s.medium for s in scopes if s.medium})
        domain = two.selectbox(
            "Domain or medium", [_ANY, *dict.fromkeys(kinds)], key="scopes-domain", persist_state="session"
        )
        tags = sorted({tag for scope in scopes for tag in _languages(scope)}, key=language_name)
        language = three.selectbox(
            "Language", [_ANY, *tags], format_func=language_name, key="scopes-language", persist_state="session"
        )
    return [
        scope
        for scope in scopes
        if (status in (_ANY, scope.status) or (status == "own" and scope.id in library.own))
        and domain in (_ANY, scope.domain, scope.medium)
        and (language == _ANY or language in _languages(scope))
        and matches(scope, search)
    ]


def _status_name(status: str) -> str:
    return "Your own cards" if status == "own" else STATUS.get(status, status)


def _languages(scope: Scope) -> set[str]:
    return {scope.language, *(tag for cue in scope.cues for tag in cue.phrases)}


def matches(scope: Scope, search: str) -> bool:
    """Whether every searched word occurs in the card's titles, cues or phrases, however it is capitalised."""
    phrases = (p for cue in scope.cues for said in cue.phrases.values() for p in said)
    meanings = (t for cue in scope.cues for t in (cue.surface, cue.subtext))
    whole = _fold(
        " ".join((scope.title, scope.gist, scope.domain, scope.medium, scope.id, *scope.broader, *phrases, *meanings))
    )
    return all(word in whole for word in _fold(search).split())


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _entries(scopes: list[Scope], library: Library) -> None:
    if not scopes:
        st.html('<p class="pap-text pap-none">No card matches.</p>')
        st.button("Show all cards", on_click=_clear)
        return
    count = "1 card" if len(scopes) == 1 else f"{len(scopes)} cards"
    st.html(f'<p class="pap-text"><span class="pap-small" role="status">{count}</span></p>')
    for pair in (scopes[i : i + 2] for i in range(0, len(scopes), 2)):
        for column, scope in zip(st.columns(2), pair, strict=False):
            with column.container(border=True, height="stretch"):
                _entry(scope, scope.id in library.own)


def _clear() -> None:
    """By values: a key that is only dropped leaves the browser what it held, and the next click brings it back."""
    st.session_state.update({"scopes-search": "", **dict.fromkeys(_FILTERS, _ANY)})


def _entry(scope: Scope, own: bool) -> None:
    late = ' · <span class="pap-overdue">review overdue</span>' if overdue(scope) else ""
    yours = " · yours" if own else ""
    st.html(
        f'<article class="pap-text pap-entry"><p class="pap-small" dir="auto">{shown(scope.domain)}</p>'
        f'<h2 dir="auto">{shown(scope.title)}</h2><p dir="auto">{shown(scope.gist)}</p>'
        f'<p class="pap-small">{badge(scope.status)}{shown(language_name(scope.language))} · '
        f"{len(scope.cues)} cues{yours}{late}</p></article>"
    )
    if st.button("Read the card", key=f"read-{scope.id}"):
        st.query_params.from_dict({"scope": scope.id})
        st.rerun()
