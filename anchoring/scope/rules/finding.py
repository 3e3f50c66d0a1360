"""What a rule finds, and how a rule is declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from anchoring.scope.card import Scope

Severity = Literal["error", "warning"]
Found = tuple[str, str, str]  # place, message, instead
Rule = Callable[[Scope, date], list["Finding"]]


@dataclass(frozen=True)
class Finding:
    """One thing to mend: `place` is a field path such as `cues[2].subtext`, `instead` says what to write."""

    rule: int
    name: str
    severity: Severity
    place: str
    message: str
    instead: str


def rule(number: int, name: str, severity: Severity) -> Callable[[Callable[[Scope, date], Iterator[Found]]], Rule]:
    """Declare a generator of (place, message, instead) as rule `number` of the linter."""

    def declare(find: Callable[[Scope, date], Iterator[Found]]) -> Rule:
        def run(scope: Scope, today: date) -> list[Finding]:
            return [Finding(number, name, severity, *found) for found in find(scope, today)]

        run.__doc__, run.__name__ = find.__doc__, find.__name__
        return run

    return declare
