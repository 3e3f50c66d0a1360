"""Cards being written. What is typed lives here, not in the widgets, so that no rerun, switch or reload loses it."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st
import yaml
from pydantic import ValidationError

from anchoring.scope import Finding, Library, Scope, ScopeError, as_signed, dump_scope, lint, read_scope
from anchoring.scope.faults import describe, field_path
from pages.scope_parts.words import place

KEPT = 200
NAME = "this card"


@dataclass
class Draft:
    """One card on its way. `raw` is what the form holds, `text` what the YAML field holds; `mode` says which counts.

    `before` is the saved card that it changes, as that was then; None for a new one. `rival` is what was saved in its
    place since, once the writer was told of it. `turn` rises when the form's widgets must forget what they held (an
    item was removed, the YAML was read anew).
    """

    token: str
    raw: dict[str, Any]
    text: str = ""
    mode: Literal["form", "yaml"] = "form"
    before: Scope | None = None
    turn: int = 0
    changed: bool = False
    failure: str = ""
    rival: Scope | None = None

    @property
    def title(self) -> str:
        return str(self.raw.get("title") or "").strip() or "Untitled card"

    @property
    def origin(self) -> str | None:
        """The id of the saved card that it changes."""
        return self.before.id if self.before else None

    def touch(self) -> None:
        self.changed = True
        self.refuse("")

    def refuse(self, failure: str, rival: Scope | None = None) -> None:
        """Keeps why it was not saved, for the page to say."""
        self.failure, self.rival = failure, rival


@dataclass(frozen=True)
class Verdict:
    """`scope` is None where the draft is no card yet; then `faults` say why. `findings` are the checker's.

    `unsigned` says that `scope` is a draft again, because its reviewers signed other words.
    """

    scope: Scope | None
    faults: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    unsigned: bool = False


@st.cache_resource(show_spinner=False)
def _all() -> dict[str, Draft]:
    """By a token nobody can guess; it stands in the address, so that a reload comes back to the same text."""
    return {}


def new_draft(raw: dict[str, Any], *, before: Scope | None = None, changed: bool = False) -> Draft:
    draft = Draft(secrets.token_urlsafe(9), raw, before=before, changed=changed)
    known = _all()
    known[draft.token] = draft
    for token in list(known)[: max(0, len(known) - KEPT)]:
        known.pop(token, None)
    return draft


def find_draft(token: str) -> Draft | None:
    return _all().get(token)


def discard(token: str) -> None:
    _all().pop(token, None)


def raw_of(scope: Scope) -> dict[str, Any]:
    """The card as plain values that a form can change."""
    return scope.model_dump(mode="json")


def blank(taken: Iterable[str]) -> dict[str, Any]:
    """A template: every part is there, a year until it is read again, and nothing is claimed."""
    today = date.today()
    raw = {name: (info.get_default() if not info.is_required() else "") for name, info in Scope.model_fields.items()}
    raw = {name: list(value) if isinstance(value, tuple) else value for name, value in raw.items()}
    return raw | {
        "id": free_id("my-scope", taken),
        "status": "draft",
        "voice": "explain_only",
        "limits": {"stops_applying": [], "not_for": []},
        "roles": [{"role": ""}],
        "cues": [{"id": f"cue-{n}", "phrases": {}, "confidence": "low"} for n in (1, 2, 3)],
        "wink_twitch": [{}],
        "contested": [{}],
        "authors": [{}],
        "starters": [{}],
        "review_by": (today + timedelta(days=365)).isoformat(),
        "changelog": [{"version": "0.1", "date": today.isoformat(), "note": "First draft."}],
    }


def free_id(title: str, taken: Iterable[str]) -> str:
    """An id made of the title's Latin letters, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-")
    stem = stem if len(stem) > 1 else "my-scope"
    known = set(taken)
    return next(i for i in (stem, *(f"{stem}-{n}" for n in range(2, len(known) + 3))) if i not in known)


def cleaned(raw: dict[str, Any]) -> dict[str, Any]:
    """Without the last rows of a list that nobody filled in, and without numbers and dates left empty.

    An empty row before others stays and is a fault, so that "cue 3" means the same here as in the form.
    """
    kept = {}
    for name, value in raw.items():
        if isinstance(value, list):
            value = [_filled(row) for row in value]
            while value and not _holds_text(value[-1]):
                value.pop()
        kept[name] = value
    return kept | {"review_by": raw.get("review_by") or None}


_SET_FOR_YOU = {"id", "confidence", "type", "insider_authored", "version", "date"}


def _holds_text(row: Any) -> bool:
    """Whether somebody wrote in the row; what a new row comes with does not count."""
    if not isinstance(row, dict):
        return bool(str(row).strip())
    return any(value not in (None, "", {}, []) for name, value in row.items() if name not in _SET_FOR_YOU)


def _filled(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if name not in ("year", "date") or value not in (None, "")}


def judge(draft: Draft, today: date | None = None) -> Verdict:
    """Whether the draft is a card, and what the checker says of it."""
    try:
        scope = read_scope(draft.text, NAME) if draft.mode == "yaml" else Scope.model_validate(cleaned(draft.raw))
    except ScopeError as fault:
        return Verdict(None, (str(fault),))
    except ValidationError as fault:
        return Verdict(None, tuple(_fault(error) for error in fault.errors(include_url=False)))
    return Verdict(scope, (), tuple(lint(scope, today)))


def to_save(draft: Draft, today: date | None = None) -> Verdict:
    """As `judge`, with the card as it will be saved."""
    verdict = judge(draft, today)
    if verdict.scope is None or draft.before is None:
        return verdict
    scope = as_signed(verdict.scope, draft.before)
    return replace(verdict, scope=scope, unsigned=scope.status != verdict.scope.status)


def _fault(error: dict[str, Any]) -> str:
    said = place(field_path(error["loc"]))
    return f"{said[:1].upper()}{said[1:]}: {describe(error)}."


def to_yaml(draft: Draft) -> None:
    """From the form to the YAML field; what is no card yet is written out as it is."""
    scope = judge(draft).scope
    draft.text = dump_scope(scope) if scope else written(draft)
    draft.mode = "yaml"
    draft.turn += 1


def written(draft: Draft) -> str:
    """What is no card yet, as YAML, just as it was written."""
    if draft.mode == "yaml":
        return draft.text
    return yaml.safe_dump(cleaned(draft.raw), allow_unicode=True, sort_keys=False)


def to_form(draft: Draft) -> bool:
    """From the YAML field to the form; False, and nothing changed, where the YAML is no card."""
    scope = judge(draft).scope
    if scope is None:
        return False
    draft.raw, draft.mode = raw_of(scope), "form"
    draft.turn += 1
    return True


def rival_of(scope: Scope, draft: Draft, library: Library) -> Scope | None:
    """What was saved in the card's place since the draft was begun, and saving would lose; None where nothing was."""
    present = library.scopes.get(scope.id) if scope.id in library.own else None
    return present if scope.id == draft.origin and present not in (draft.before, scope) else None


def why_not(scope: Scope, draft: Draft, library: Library) -> str:
    """Why saving would overwrite another card or file of the user's; "" where it would not."""
    if scope.id == draft.origin:
        return ""
    if scope.id in library.own:
        return f"Another card of yours has the id {scope.id}. Give this one an id of its own."
    if any(problem.path.stem == scope.id for problem in library.problems):
        return f"A file of yours called {scope.id} is there but cannot be read. Mend it, or give this card another id."
    return ""
