"""The card as a form: one section at a time, each field writing into the draft the moment it is left."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from pages.scope_parts.drafts import Draft
from pages.scope_parts.words import CONFIDENCE, SOURCE_TYPE, STATUS, VOICE, md

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """`kind`: line, area, lines (one text a line), phrases (`en: text` a line), date, year, inside or a choice."""

    name: str
    label: str
    kind: str = "line"
    help: str = ""
    choices: dict | None = None
    example: str = ""
    half: bool = False


@dataclass(frozen=True)
class Rows:
    """A list of the card: `noun` names one of it, `head` is the field that tells one from another."""

    name: str
    noun: str
    head: str
    fields: tuple[Field, ...]
    note: str = ""


_BASICS = (
    Field("title", "Title", example="Relatives writing in an extended-family chat group"),
    Field("community", "Community: who takes part", example="people who share a practice; never a nation"),
    Field("practice", "Practice: what they do together", example="keeping in touch, praising and disagreeing"),
    Field("setting", "Setting: where, and among whom", example="a private group of thirty or so relatives"),
    Field("domain", "Domain", example="family communication", half=True),
    Field("medium", "Medium", example="mobile messages", half=True),
    Field("broader", "Steps from wide to narrow, one a line", "lines", "The last is one step wider than this card."),
    Field("language", "Language, as a tag", example="en, pt-BR, ja", half=True),
    Field("id", "Id: names the file and stands in links", example="family-chat", half=True),
    Field("version", "Version", half=True),
    Field("status", "Status", "choice", "A reviewed card has nothing to mend and names a reviewer.", STATUS, half=True),
    Field("review_by", "To be read again by", "date", half=True),
)
_PHRASES = "en: we will consider it\nja: 検討します"
_CUES = Rows(
    "cues",
    "cue",
    "id",
    (
        Field("phrases", "Phrases, one a line, each with its language", "phrases", example=_PHRASES),
        Field("surface", "What is said or done", "area"),
        Field("subtext", "What it may mean here", "area"),
        Field("flips_when", "Reads otherwise when", "area"),
        Field("id", "Short name", help="Small letters, digits and hyphens.", example="soft-no", half=True),
        Field("confidence", "Confidence", "choice", "", CONFIDENCE, half=True),
        Field("source", "Source"),
    ),
    "At least three. What it means must say more than what is done.",
)
_READINGS = Rows(
    "wink_twitch",
    "paired reading",
    "act",
    (
        Field("act", "The act"),
        Field("reading_a", "One reading", "area"),
        Field("reading_b", "Another reading", "area"),
        Field("deciding_context", "What decides between them", "area"),
    ),
)
_DISPUTES = Rows(
    "contested",
    "disagreement",
    "claim",
    (
        Field("claim", "The claim"),
        Field("who_says", "Who says so", "area"),
        Field("who_disputes", "Who disputes it", "area"),
    ),
    "At least one: a card that nobody could disagree with says too little.",
)
_ROLES = Rows(
    "roles",
    "role",
    "role",
    (Field("role", "Role"), Field("stands_toward", "Stands toward"), Field("stakes", "What is at stake", "area")),
)
_INSIDE = {None: "Not known", True: "Yes", False: "No"}
_SOURCES = Rows(
    "sources",
    "source",
    "cite",
    (
        Field("cite", "Reference", "area"),
        Field("type", "Kind", "choice", "", SOURCE_TYPE, half=True),
        Field("year", "Year", "year", half=True),
        Field("insider_authored", "Written from inside the community?", "choice", "", _INSIDE),
    ),
)
_AUTHORS = Rows(
    "authors",
    "author",
    "name",
    (
        Field("name", "Name (or a pen name)"),
        Field("positionality", "Where you stand", "area", "In the practice, near it or outside, and on what grounds."),
        Field("relation", "Relation to the community"),
    ),
)
_REVIEWERS = Rows(
    "reviewers",
    "reviewer",
    "name",
    (Field("name", "Name"), Field("relation", "Relation to the community"), Field("date", "Signed on", "date")),
    "People from the community who have read the card and agreed to be named.",
)
_STARTERS = Rows(
    "starters", "starter", "prompt", (Field("prompt", "Prompt", "area"), Field("note", "Note")), "Situations to try."
)
_CHANGES = Rows(
    "changelog",
    "change",
    "note",
    (Field("version", "Version"), Field("date", "Date", "date"), Field("note", "What changed", "area")),
)
_LIMITS = (
    Field("stops_applying", "Where it stops applying, one a line", "lines"),
    Field("not_for", "What it is not for, one a line", "lines"),
)
_VOICE = (
    Field("permissions", "Who may do what with this card", "area"),
    Field("voice", "What a model may do with it", "choice", "", VOICE),
)
SECTIONS: dict[str, tuple[tuple[Path, tuple[Field, ...]] | Rows, ...]] = {
    "Basics": (((), _BASICS),),
    "People": (_ROLES,),
    "Cues": (_CUES,),
    "Readings": (_READINGS, _DISPUTES),
    "Limits": ((("limits",), _LIMITS),),
    "Starters": (_STARTERS,),
    "Sources": (_SOURCES, _AUTHORS, _REVIEWERS, ((), _VOICE), _CHANGES),
}
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
        head = md(str(item.get(rows.head) or ""))[:90] or "empty"
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
    """The widget of one field, filled from the draft whenever it comes on screen."""
    key = _key(draft, path)
    st.session_state.setdefault(key, _to_widget(field, _holder(draft, path).get(field.name)))
    common = {"key": key, "help": field.help or None, "on_change": _store, "args": (draft, field, path)}
    if field.kind == "choice":
        st.selectbox(field.label, list(field.choices), format_func=field.choices.get, **common)
    elif field.kind == "date":
        st.date_input(field.label, min_value=date(1990, 1, 1), max_value=date(2100, 12, 31), **common)
    elif field.kind in ("area", "lines", "phrases"):
        st.text_area(field.label, height="content", placeholder=field.example, **common)
    else:
        st.text_input(field.label, placeholder=field.example, **common)


def _store(draft: Draft, field: Field, path: Path) -> None:
    """Runs before the page is drawn again, so that a click elsewhere cannot lose what was typed before it."""
    value = st.session_state[_key(draft, path)]
    _holder(draft, path)[field.name] = _from_widget(field, value, str(draft.raw.get("language") or "en"))
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


def _from_widget(field: Field, value: Any, language: str) -> Any:
    if field.kind == "choice":
        return getattr(value, "value", value)
    if field.kind == "date":
        return value.isoformat() if value else None
    if field.kind == "lines":
        return [line.strip() for line in value.splitlines() if line.strip()]
    if field.kind == "phrases":
        return phrases_of(value, language)
    if field.kind == "year":
        return value.strip() or None
    return value


def phrase_lines(phrases: dict[str, list[str]]) -> str:
    return "\n".join(f"{tag}: {phrase}" for tag, said in phrases.items() for phrase in said)


def phrases_of(text: str, language: str) -> dict[str, list[str]]:
    """`en: we will consider it` a line; a line without a language is in the card's own."""
    found: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        tag, colon, phrase = (part.strip() for part in line.partition(":"))
        if not (
            colon
            and phrase
            and 2 <= len(tag) <= 20
            and " " not in tag
            and tag.replace("-", "").isalnum()
            and tag.isascii()
        ):
            tag, phrase = language, line
        found.setdefault(tag, []).append(phrase)
    return found
