"""From judged answers to the rows of the table."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.evaluation.bank import THIN
from training.evaluation.judging import Judged

Judgements = Sequence[Judged]


@dataclass(frozen=True)
class Row:
    """One measure. `of` gives its value for some judged answers, None where there is nothing to measure."""

    name: str
    goal: str
    of: Callable[[Judgements], float | None]


def share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _of_kind(judged: Judgements, *kinds: str) -> list[Judged]:
    return [j for j in judged if j.asked.kind in kinds]


def recall(judged: Judgements, kind: str) -> float | None:
    return share([cue in j.said for j in _of_kind(judged, kind) for cue in j.present])


def false_moves(judged: Judgements, kind: str, cues: dict[str, int]) -> float | None:
    """Share of the cues of the card which were absent and yet taken up; `cues` counts each scope's cues."""
    some = _of_kind(judged, kind)
    absent = sum(cues[j.asked.scope] - len(j.present) for j in some)
    return sum(len(j.false) for j in some) / absent if absent else None


def false_answers(judged: Judgements, kind: str) -> float | None:
    return share([bool(j.false) for j in _of_kind(judged, kind)])


def recall_unaided(judged: Judgements, kind: str) -> float | None:
    """Recall of the cues that the prompt's own framing does not name: nothing but the user's words shows them."""
    some = _of_kind(judged, kind)
    return share([cue in j.said for j in some for cue in j.present - {c.cue for c in j.asked.example.prompt.cues}])


def thin(judged: Judgements) -> float | None:
    """Share of unframed answers in which every sentence that is known at all is general courtesy."""
    return share([bool(j.roles) and j.roles <= set(THIN) for j in _of_kind(judged, "none")])


def copied(judged: Judgements) -> float | None:
    return share([j.details.right for j in judged if j.details.named])


def copied_each(judged: Judgements, slot: str | None = None) -> float | None:
    """Share of single details, of one slot or of all, that are right."""
    named = sum(slot in (None, s) for j in judged for s in j.details.named)
    exact = sum(slot in (None, s) for j in judged for s in j.details.exact)
    return exact / named if named else None


def pairs_right(judged: Judgements, kind: str) -> float | None:
    """Share of wink/twitch pairs of which each side got its own reading, no other one and no other cue's."""
    sides = defaultdict(list)
    for j in _of_kind(judged, kind):
        own = {(cue, j.asked.example.pair) for cue in j.present}
        sides[j.asked.scope, j.asked.twin].append(j.readings == own and not j.false)
    return share([all(right) for right in sides.values()])


def well_formed(judged: Judgements) -> float | None:
    return share([not j.faults for j in judged])


def thought_f1(judged: Judgements) -> float | None:
    some = _of_kind(judged, "grounded")
    right = sum(len(j.noticed & j.present) for j in some)
    total = sum(len(j.noticed) + len(j.present) for j in some)
    return 2 * right / total if total else None


def rows(cues: dict[str, int]) -> list[Row]:
    """The measures in the table's order; `cues` is the number of cues of each scope's card."""
    made = []
    for kind, wanted, at_most in (("combinations", "0.97", "0.02"), ("wordings", "0.88", "0.05")):
        made += [
            Row(f"cue recall, unseen {kind}", f"≥ {wanted}", lambda j, k=kind: recall(j, k)),
            Row(
                f"false moves per absent cue, unseen {kind}", f"≤ {at_most}", lambda j, k=kind: false_moves(j, k, cues)
            ),
            Row(f"answers with a false move, unseen {kind}", "", lambda j, k=kind: false_answers(j, k)),
        ]
    return [
        *made,
        Row("cue recall, unseen wordings that the card doesn't know", "", lambda j: recall_unaided(j, "wordings")),
        Row("framing none: no scope-specific move", "≥ 0.95", thin),
        Row("answers with every detail copied exactly", "≥ 0.9", copied),
        Row("single details copied exactly", "", copied_each),
        Row("names copied exactly", "", lambda j: copied_each(j, "name")),
        Row("answers that name the person", "", lambda j: share([x.named for x in j if x.named is not None])),
        Row("wink/twitch pairs, both sides right, trained wordings", "≥ 0.9", lambda j: pairs_right(j, "pairs")),
        Row("wink/twitch pairs, both sides right, unseen wordings", "≥ 0.9", lambda j: pairs_right(j, "pairs, unseen")),
        Row("well-formed answers", "≥ 0.98", well_formed),
        Row("grounded thoughts, F1 of cues", "≥ 0.9", thought_f1),
    ]
