"""Whether a card is still what its reviewers signed."""

from typing import Any

from anchoring.scope.card import Scope, Status

_NOT_READ = {"id", "version", "status", "reviewers", "changelog"}  # what says nothing of the setting itself


def as_signed(scope: Scope, before: Scope) -> Scope:
    """The card as it may be saved in the place of `before`: a signature holds only for the words that it stands under.

    A new reviewer, or one with another day, signs it as it stands. Without one it is reviewed only where it was so
    before, in the same words; else it is a draft, in which the reviewers stay named.
    """
    anew = set(scope.reviewers) - set(before.reviewers)
    holds = before.status is Status.REVIEWED and _words(scope) == _words(before)
    if scope.status is not Status.REVIEWED or anew or holds:
        return scope
    return scope.model_copy(update={"status": Status.DRAFT})


def _words(scope: Scope) -> dict[str, Any]:
    return scope.model_dump(exclude=_NOT_READ)
