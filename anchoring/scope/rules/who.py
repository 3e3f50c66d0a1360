"""Rules 1 to 5 and 10: who a card is about.

A label alone is no community; joined to a practice and a setting it may be part of one.
"""

import re
from collections.abc import Iterator
from datetime import date

from anchoring.scope.card import Scope
from anchoring.scope.rules.finding import Found, rule
from anchoring.scope.rules.labels import NOBODY, Kind, find_labels, only_labels
from anchoring.scope.rules.names import FORMS, is_personal_name
from anchoring.scope.rules.text import any_of, definitions, explanations, fold, margins, normal, words

_WHAT = {"community": "community", "title": "community", "domain": "field of life"}
_NARROW = "a group that shares a practice and a setting, such as 'Japanese-language B2B account staff'"
_INSTEAD = {
    "community": _NARROW,
    "field of life": "what goes on there, such as 'business correspondence'",
    "role": "where the person stands in the practice, such as 'the client's contact who asked'",
}


def _stand_ins(scope: Scope, kind: Kind, wider: bool = False) -> Iterator[tuple[str, str]]:
    """(place, text) of the community and the title, where it is nothing but labels of that kind (or of several).

    `wider`: of the domain and the roles too, where an age or a faith may well say who stands where.
    """
    for place in ("community", "title", "domain") if wider else ("community", "title"):
        text = getattr(scope, place)
        if kind in only_labels(text, scope.language):
            yield place, text
    for i, role in enumerate(scope.roles if wider else ()):
        if kind in only_labels(role.role, scope.language, NOBODY):
            yield f"roles[{i}].role", role.role


@rule(1, "nation-as-community", "error")
def nation(scope: Scope, today: date) -> Iterator[Found]:
    """A country or its people stand in for a community."""
    for place, text in _stand_ins(scope, Kind.NATION, wider=True):
        what = _WHAT.get(place, "role")
        yield place, f"{text!r} names a nation, not a {what}", _INSTEAD[what] + "; where the country matters, say how"


@rule(2, "macro-region", "error")
def region(scope: Scope, today: date) -> Iterator[Found]:
    """A part of the world ("Western", "Asian") stands in for a community."""
    for place, text in _stand_ins(scope, Kind.REGION, wider=True):
        what = _WHAT.get(place, "role")
        yield place, f"{text!r} names a part of the world, not a {what}", _INSTEAD[what]


@rule(3, "religion-only", "error")
def religion(scope: Scope, today: date) -> Iterator[Found]:
    """A religion stands in for a community."""
    for place, text in _stand_ins(scope, Kind.RELIGION):
        instead = "the congregation or circle, what its people do together, and where"
        yield place, f"{text!r} names a religion, not a community", instead


@rule(4, "generation-only", "error")
def generation(scope: Scope, today: date) -> Iterator[Found]:
    """A generation or an age stands in for a community."""
    for place, text in _stand_ins(scope, Kind.GENERATION):
        instead = "what these people share besides their age: a team, a class, a club, and what they do in it"
        yield place, f"{text!r} names an age, not a community", instead


@rule(5, "identity-only", "error")
def identity(scope: Scope, today: date) -> Iterator[Found]:
    """Race, gender, language or another single trait of identity stands in for a community."""
    for place, text in _stand_ins(scope, Kind.IDENTITY):
        instead = f"who meets whom to do what: {_NARROW}"
        yield place, f"{text!r} names a race, gender, language or the like, not a community", instead


_PERSON = any_of(
    "someone, somebody, anyone, anybody, everyone, people, person, user, users, writer, writers, woman, women, man, "
    "men, staff, client, clients, speaker, speakers, customer, customers, colleague, colleagues"
)
_NAME = r"(?P<name>[^\W\d_]\w+)"
_KIN = r"(?i:(?:sur|first |last |given |family )?names?)"
_NAMED = re.compile(rf"\b(?i:{_PERSON}\s+(?:(?:is\s+|are\s+)?(?:named|surnamed)|(?:is|are)\s+called))\s+{_NAME}")
# Or they were the ones who called: "a client called Monday", "called HR about it", "called Tanaka to ask".
_CALLED = re.compile(rf"\b(?P<who>(?i:{_PERSON}))\s+called\s+{_NAME}\b(?!\s+(?:to|about|again|back)\b)")
_ANYBODY = frozenset("someone somebody anyone anybody person".split())  # who is not likely to have called
_THINGS = r"(?i:place|file|brand|product|company|firm|street|variable|branch|domain|host|code)"
_NAMES_LIKE = re.compile(rf"\b(?:(?P<of>{_THINGS})\s+)?{_KIN}\s+(?i:such as|like)\s+[\"'“‘«]?{_NAME}")
_SOUNDING = re.compile(rf"\b{_NAME}[- ](?i:sounding|looking)\s+{_KIN}\b")


@rule(10, "name-as-proxy", "error")
def names(scope: Scope, today: date) -> Iterator[Found]:
    """A personal name stands in for an identity: as a role, as a cue, or in "people named ...".

    Names in starters, sources, authors and reviewers are people or examples and are left alone. Cues that only hold a
    form of address ("-san", "uncle") pass; the name beside it is what gives a person away as a type.
    """
    instead = "the relation, role or wording that matters here; a name tells nobody's background"
    for i, role in enumerate(scope.roles):
        if is_personal_name(role.role):
            yield f"roles[{i}].role", f"{role.role!r} is a personal name, not a role", instead
    for place in ("title", "community"):
        if is_personal_name(getattr(scope, place)):
            yield place, f"{getattr(scope, place)!r} is a personal name, not a community", instead
    for i, cue in enumerate(scope.cues):
        for language, phrases in cue.phrases.items():
            for j, phrase in enumerate(phrases):
                if is_personal_name(phrase):
                    place = f"cues[{i}].phrases.{language}[{j}]"
                    yield place, f"{phrase!r} is a personal name, taken as a cue to identity", instead
    for place, text in (*definitions(scope), *explanations(scope), *margins(scope)):
        found = _proxy(text)
        if found and not place.startswith("limits."):
            yield place, f"{found!r} takes a personal name as a sign of identity", instead


def _proxy(text: str) -> str | None:
    """The words that make a sign of identity of a name: "people named Ann", "Asian-sounding name"."""
    plain = normal(text)
    for match in (*_NAMED.finditer(plain), *(m for m in _NAMES_LIKE.finditer(plain) if not m["of"])):
        if match["name"][0].isupper():
            return match.group()
    for match in _CALLED.finditer(plain):
        unknown = fold(match["who"]) in _ANYBODY and match["name"].istitle() and fold(match["name"]) not in FORMS
        if unknown or is_personal_name(match["name"]):
            return match.group()
    for match in _SOUNDING.finditer(plain):
        if find_labels(words(match["name"])) or fold(match["name"]) in ("foreign", "ethnic", "exotic"):
            return match.group()
    return None
