"""Rules 6 to 9: what a card must hold before anybody can argue with it."""

from collections.abc import Iterator
from datetime import date, timedelta

from anchoring.scope.card import Scope, Status
from anchoring.scope.rules.finding import Found, rule
from anchoring.scope.rules.labels import Kind, names_nothing, only_labels
from anchoring.scope.rules.text import content, fold, words

MIN_CUES = 3
MAX_WAIT = timedelta(days=2 * 366)  # two years, whether or not there is a 29 February in them
_NO_DEED = frozenset(
    "being living coming hearing wedding evening morning meaning feeling thing something anything nothing everything "
    "king ring string spring building ceiling".split()
)
# A subtext repeats its surface when fewer than a third of its words are new.
MIN_NEW = 1 / 3


@rule(6, "no-practice-or-setting", "error")
def bounded(scope: Scope, today: date) -> Iterator[Found]:
    """The community, practice or setting is missing, or as wide as a country: nothing says where the card ends."""
    examples = {
        "community": "who takes part, such as 'Japanese-language B2B account staff'",
        "practice": "what people do together, such as 'declining a client's request'",
        "setting": "where and among whom, such as 'an e-mail thread between two companies'",
    }
    for place, example in examples.items():
        text = getattr(scope, place)
        done = place == "practice" and _done(text)
        labels = set(only_labels(text, scope.language))
        if names_nothing(text) and not done:
            yield place, f"the card names no {place}", example
        elif place != "community" and (labels & {Kind.NATION, Kind.REGION} or (labels and not done)):
            yield place, f"{text!r} is as wide as the label itself, so it names no {place}", example


def _done(text: str) -> bool:
    """Whether it names something that people do, to whomever: "greeting elders", "public speaking"."""
    found = [word.folded for word in words(text)]
    return len(found) > 1 and any(word.endswith("ing") and word not in _NO_DEED for word in found)


@rule(7, "thin-cues", "error")
def cues(scope: Scope, today: date) -> Iterator[Found]:
    """There are fewer than three cues, or what a cue means only repeats what is said or done."""
    if len(scope.cues) < MIN_CUES:
        instead = f"at least {MIN_CUES} signs that people in this setting read, each with what it means here"
        yield "cues", f"{len(scope.cues)} of at least {MIN_CUES} cues", instead
    for i, cue in enumerate(scope.cues):
        if _repeats(cue.surface, cue.subtext):
            instead = "what the act means to people here: what it asks, grants, risks or hides"
            yield f"cues[{i}].subtext", f"the subtext of {cue.id!r} says its surface again", instead


def _repeats(surface: str, subtext: str) -> bool:
    said, meant = content(surface), content(subtext)
    if not meant:
        return not said or fold(surface) == fold(subtext)
    return len(meant - said) / len(meant) < MIN_NEW


@rule(8, "no-dissent-or-limits", "error")
def dissent(scope: Scope, today: date) -> Iterator[Found]:
    """Nothing is contested, or no limits are given: a card that nobody could disagree with."""
    if not scope.contested:
        instead = "at least one claim that people here dispute: who says it, and who disputes it"
        yield "contested", "nothing on this card is contested", instead
    if not any(text.strip() for text in (*scope.limits.stops_applying, *scope.limits.not_for)):
        instead = "where the card stops applying, and what it must not be used for"
        yield "limits", "the card gives no limits", instead


@rule(9, "no-positionality-or-expired", "error")
def standing(scope: Scope, today: date) -> Iterator[Found]:
    """No author says where they stand; no date of review, one past or years away; or nobody signed its review."""
    if scope.status is Status.REVIEWED and not scope.reviewers:
        instead = "a reviewer from the community, by name, or the status draft"
        yield "reviewers", "the card calls itself reviewed, and nobody has signed it", instead
    if not any(author.positionality.strip() for author in scope.authors):
        place = "authors[0].positionality" if scope.authors else "authors"
        instead = "from where the card was written: in the practice, near it or outside, and on what grounds"
        yield place, "no author says where they stand", instead
    soon = "a date, at most a year or two away, by which it is read again"
    if scope.review_by is None:
        yield "review_by", "the card never expires", soon
    elif scope.review_by - today > MAX_WAIT:
        yield "review_by", f"the card is not to be read again before {scope.review_by.isoformat()}", soon
    elif scope.review_by < today:
        instead = "a later date, once somebody has read the card again and changed what no longer holds"
        yield "review_by", f"the card was due for review by {scope.review_by.isoformat()}", instead
