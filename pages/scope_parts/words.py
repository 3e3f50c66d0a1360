"""What the page calls things: no field name of the schema is shown bare."""

import re
from datetime import date
from functools import lru_cache
from html import escape

from babel import Locale, UnknownLocaleError

from anchoring.scope import Confidence, Scope, SourceType, Status, Voice

STATUS = {Status.DRAFT: "Draft", Status.REVIEWED: "Reviewed", Status.RETIRED: "Retired"}
CONFIDENCE = {Confidence.LOW: "low", Confidence.MEDIUM: "medium", Confidence.HIGH: "high"}
VOICE = {
    Voice.EXPLAIN_ONLY: "Explain only: a model may explain this practice, never draft words to be used in it.",
    Voice.MAY_DRAFT: "May draft: a model may explain and suggest wording, never claim to belong.",
}
SOURCE_TYPE = {kind: kind.value for kind in SourceType}
_PARTS = {
    "cues": "cue",
    "roles": "role",
    "wink_twitch": "paired reading",
    "contested": "disagreement",
    "sources": "source",
    "authors": "author",
    "reviewers": "reviewer",
    "starters": "starter",
    "changelog": "change",
}
_FIELDS = {
    "id": "id",
    "surface": "what is said or done",
    "subtext": "what it may mean here",
    "flips_when": "reads otherwise when",
    "phrases": "phrases",
    "stands_toward": "stands toward",
    "reading_a": "first reading",
    "reading_b": "second reading",
    "deciding_context": "what decides",
    "who_says": "who says so",
    "who_disputes": "who disputes it",
    "stops_applying": "where it stops applying",
    "not_for": "what it is not for",
    "review_by": "review date",
    "broader": "the steps from wide to narrow",
    "wink_twitch": "paired readings",
    "insider_authored": "written from inside",
    "contested": "where people disagree",
    "positionality": "where the author stands",
    "permissions": "permission",
}


def standing(scope: Scope, own: bool) -> str:
    """What the status of a card means, in a sentence."""
    if scope.status is Status.RETIRED:
        return "Kept to be read. It should no longer be used."
    who = "; ".join(f"{person.name} ({person.relation}), {day(person.date)}" for person in scope.reviewers)
    if scope.status is Status.REVIEWED:
        return f"Read and signed by {who or 'nobody named'}."
    if who:
        return f"Not signed as it stands: a draft. Named as its reviewers, perhaps of an earlier version: {who}."
    if own:
        return "A card of your own. No one from the community has signed it as its reviewer."
    return "Written from published sources by outsiders; no one from the community has reviewed it."


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def overdue(scope: Scope, today: date | None = None) -> bool:
    return scope.review_by is not None and scope.review_by < (today or date.today())


@lru_cache(maxsize=256)
def language_name(tag: str) -> str:
    """The English name of a BCP 47 language, its region in brackets; the tag itself where it has no name."""
    parts = tag.split("-")
    try:
        english = Locale("en")
        name = english.languages.get(parts[0].lower()) or Locale.parse(parts[0]).english_name
    except (UnknownLocaleError, ValueError):
        return tag
    region = next(
        (english.territories.get(p.upper()) for p in parts[1:] if re.fullmatch("[A-Za-z]{2}|[0-9]{3}", p)), ""
    )
    return f"{name} ({region})" if region else name or tag


def place(path: str) -> str:
    """A field path as people say it: `cues[2].subtext` is "cue 3, what it may mean here"."""
    said = []
    for step in path.split("."):
        name, _, rest = step.partition("[")
        number = re.match(r"\d+", rest)
        if name in _PARTS and number:
            said.append(f"{_PARTS[name]} {int(number.group()) + 1}")
        elif name != "limits" or path == "limits":
            said.append(_FIELDS.get(name, name.replace("_", " ")))
    return ", ".join(said)


def cue_name(cue_id: str) -> str:
    return cue_id.replace("-", " ").replace("_", " ")


def shown(text: str) -> str:
    """User text inside drawn HTML."""
    return escape(text, quote=True)
