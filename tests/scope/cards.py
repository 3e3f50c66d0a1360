"""A small card without findings, from which each test breaks one thing."""

from datetime import date

from anchoring.scope import Scope

TODAY = date(2026, 6, 1)

GOOD = {
    "id": "work-chat",
    "title": "Account staff declining a client's request by e-mail",
    "domain": "business correspondence",
    "community": "Japanese-language B2B account staff",
    "practice": "declining a request by e-mail",
    "setting": "a thread between two companies that go on working together",
    "language": "ja",
    "roles": [{"role": "account staff", "stands_toward": "the client", "stakes": "keeps the account"}],
    "cues": [
        {
            "id": "consider",
            "phrases": {"en": ["we will consider it"], "ja": ["検討します"]},
            "surface": "The writer will consider the request.",
            "subtext": "Without a date it is often a soft refusal.",
        },
        {
            "id": "copy",
            "phrases": {"en": ["in cc"]},
            "surface": "A department head is in copy.",
            "subtext": "The answer is now on the record.",
        },
        {
            "id": "haste",
            "phrases": {"en": ["in haste"]},
            "surface": "The mail closes in haste.",
            "subtext": "A fuller reply is owed.",
        },
    ],
    "wink_twitch": [{"act": "Noted.", "reading_a": "receipt", "reading_b": "anger", "deciding_context": "the hour"}],
    "contested": [{"claim": "Vague is kind.", "who_says": "some staff", "who_disputes": "other staff"}],
    "limits": {"stops_applying": ["chat tools"], "not_for": ["judging a person"]},
    "sources": [{"cite": "A study", "type": "article", "year": 2020, "insider_authored": True}],
    "authors": [{"name": "A writer", "positionality": "outside the practice"}],
    "review_by": "2027-01-01",
    "starters": [{"prompt": "Write to Tanaka-san: the parts are late."}],
}


def card(**changes: object) -> Scope:
    return Scope.model_validate(GOOD | changes)


def with_cue(index: int, **changes: object) -> Scope:
    cues = [dict(cue) for cue in GOOD["cues"]]
    cues[index] |= changes
    return card(cues=cues)
