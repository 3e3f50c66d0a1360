"""The linter: fifteen rules that keep a card narrow, arguable and dated. Errors bar "reviewed", never a draft."""

from datetime import date

from anchoring.scope.card import Scope
from anchoring.scope.rules import who, whole, wording
from anchoring.scope.rules.finding import Finding, Rule

RULES: tuple[Rule, ...] = (
    who.nation,
    who.region,
    who.religion,
    who.generation,
    who.identity,
    whole.bounded,
    whole.cues,
    whole.dissent,
    whole.standing,
    who.names,
    wording.universal,
    wording.dimensions,
    wording.sources,
    wording.deficit,
    wording.countries,
)


def lint(scope: Scope, today: date | None = None) -> list[Finding]:
    """What is to be mended on a card, in the order of the rules; [] for a card without findings.

    `today` decides whether the card has expired and how old its sources are; by default the present day.
    """
    day = today or date.today()
    return [finding for rule in RULES for finding in rule(scope, day)]


def errors(scope: Scope, today: date | None = None) -> list[Finding]:
    """The findings that bar a card from being reviewed."""
    return [finding for finding in lint(scope, today) if finding.severity == "error"]
