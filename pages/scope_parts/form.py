"""The card as a form: one section at a time, each field writing into the draft the moment it is left."""

from datetime import date
from typing import Any

import streamlit as st

from pages.plain import plain
from pages.scope_parts.drafts import Draft
from pages.scope_parts.fields import SECTIONS, Field, Path, Rows
from pages.scope_parts.phrases import languages_of, phrase_lines, phrases_of, read_as

# Beyond these, the calendar reaches to what a field holds: a card may have any date.
_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)
_NEW_ROW = {"cues": {"confidence": "low", "phrases": {}}, "sources": {"type": "book", "insider_authored": None}}


def show_form(draft: Draft) -> None:
    key = f"section-{draft.token}"
    section = st.pills("Part of the card", list(SECTIONS), default="Basics", required=True, wrap=True, key=key)
    for part in SECTIONS[section or "Basics"]:
        if isinstance(part, Rows):
            _rows(draft, part)
        else:
            _fields(draft, part[1], part[0])


def _fields(draft: Draft, fields: tuple[Field, ...], above: Path) -> None:
    """One under the other; half ones two to a line, read across."""
    waiting = None
    for field in fields:
        path = (*above, field.name)
        if not field.half:
            waiting = None
            _field(draft, field, path)
        elif waiting is None:
            left, waiting = st.columns(2)
            with left:
                _field(draft, field, path)
        else:
            with waiting:
                _field(draft, field, path)
            waiting = None


def _rows(draft: Draft, rows: Rows) -> None:
    plural = rows.noun + "s"
    st.subheader(f"{plural[:1].upper()}{plural[1:]}", anchor=False)
    if rows.note:
        st.caption(rows.note)
    items = draft.raw.setdefault(rows.name, [])
    newest = st.session_state.get(f"newest-{draft.token}")
    for n, item in enumerate(items):
        head = plain(str(item.get(rows.head) or ""))[:90] or "empty"
        with st.expander(
            f"{n + 1} · {head}", key=_key(draft, (rows.name, n, "open")), expanded=n == 0 or newest == (rows.name, n)
        ):
            _fields(draft, rows.fields, (rows.name, n))
            st.button(
                f"Remove this {rows.noun}",
                key=_key(draft, (rows.name, n, "remove")),
                type="tertiary",
                icon=":material/delete:",
                on_click=_remove,
                args=(draft, rows.name, n),
            )
    st.button(
        f"Add a {rows.noun}",
        key=_key(draft, (rows.name, "add")),
        icon=":material/add:",
        on_click=_add,
        args=(draft, rows.name),
    )


def _add(draft: Draft, name: str) -> None:
    row = dict(_NEW_ROW.get(name, {}))
    if name == "cues":
        ids = {cue.get("id") for cue in draft.raw["cues"]}
        row["id"] = next(f"cue-{n}" for n in range(len(ids) + 1, 2 * len(ids) + 3) if f"cue-{n}" not in ids)
    if name in ("changelog", "reviewers"):
        row["date"] = date.today().isoformat()
    draft.raw[name].append(row)
    st.session_state[f"newest-{draft.token}"] = (name, len(draft.raw[name]) - 1)
    draft.touch()


def _remove(draft: Draft, name: str, n: int) -> None:
    del draft.raw[name][n]
    draft.turn += 1
    draft.touch()


def _key(draft: Draft, path: Path) -> str:
    return f"{draft.token}/{draft.turn}/" + ".".join(map(str, path))


def _holder(draft: Draft, path: Path) -> Any:
    value = draft.raw
    for step in path[:-1]:
        value = value.setdefault(step, {}) if isinstance(value, dict) else value[step]
    return value


def _field(draft: Draft, field: Field, path: Path) -> None:
    """The widget of one field, filled from the draft whenever it comes on screen.

    It is filled through its own value, not through the session's state: that reaches the browser in one message only,
    which a second run at once may overtake; the browser would then send back an empty field as if it had been typed.
    """
    key = _key(draft, path)
    value = _to_widget(field, _holder(draft, path).get(field.name))
    common = {"key": key, "help": field.help or None, "on_change": _store, "args": (draft, field, path)}
    if field.kind == "choice":
        choices = list(field.choices)
        st.selectbox(field.label, choices, choices.index(value), format_func=field.choices.get, **common)
    elif field.kind == "date":
        first, last = min(value or _FIRST, _FIRST), max(value or _LAST, _LAST)
        st.date_input(field.label, value, min_value=first, max_value=last, **common)
    elif field.kind in ("area", "lines", "phrases"):
        st.text_area(field.label, value, height="content", placeholder=field.example, **common)
        if field.kind == "phrases":
            _read_as(draft, path)
    else:
        st.text_input(field.label, value, placeholder=field.example, **common)


def _read_as(draft: Draft, path: Path) -> None:
    """Under the phrases, the language that each was read in: a misread code is seen before it is saved."""
    phrases = _holder(draft, path).get(path[-1]) or {}
    if phrases:
        st.caption("  \n".join(plain(line) for line in read_as(phrases)))


def _store(draft: Draft, field: Field, path: Path) -> None:
    """Runs before the page is drawn again, so that a click elsewhere cannot lose what was typed before it."""
    value = st.session_state[_key(draft, path)]
    _holder(draft, path)[field.name] = _from_widget(field, value, draft)
    draft.touch()


def _to_widget(field: Field, value: Any) -> Any:
    if field.kind == "choice":
        return value if value in field.choices else next(iter(field.choices))
    if field.kind == "date":
        try:
            return date.fromisoformat(str(value)) if value else None
        except ValueError:
            return None
    if field.kind == "lines":
        return "\n".join(value or [])
    if field.kind == "phrases":
        return phrase_lines(value or {})
    return "" if value is None else str(value)


def _from_widget(field: Field, value: Any, draft: Draft) -> Any:
    if field.kind == "choice":
        return getattr(value, "value", value)
    if field.kind == "date":
        return value.isoformat() if value else None
    if field.kind == "lines":
        return [line.strip() for line in value.splitlines() if line.strip()]
    if field.kind == "phrases":
        return phrases_of(value, str(draft.raw.get("language") or "en"), languages_of(draft.raw))
    if field.kind == "year":
        return value.strip() or None
    return value
