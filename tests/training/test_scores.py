"""The arithmetic of the evaluation's table, on answers written by hand from the corpus' own sentences."""

import random
from dataclasses import replace

import pytest

from anchoring.prompting import Framing
from tests.attribution.runs import run
from training.corpus.examples import draw_example
from training.corpus.grammar import expand, slots_of
from training.corpus.people import spoken_of
from training.corpus.source import load_source
from training.evaluation import scores
from training.evaluation.judging import judge
from training.evaluation.prompts import Asked

SOURCE = load_source("tehran-shop-payment")
CUES = {SOURCE.scope.id: len(SOURCE.cues)}


def _asked(kind: str, framing=Framing.CARD, keep=lambda example: True, slots=(), source=SOURCE, twin=None) -> Asked:
    """A prompt with cues and the details `slots` and no others, so that plain sentences may answer it."""
    rng = random.Random(3)
    while True:
        example = draw_example(source, rng, framing, clean=True)
        if example.shown and tuple(sorted(dict(example.slots))) == slots and keep(example):
            return Asked(SOURCE.scope.id, kind, example, twin)


UNPAIRED = replace(SOURCE, pairs=())


def _judged(asked: Asked, answer: str, thought: str | None = None):
    pieces = [thought, answer] if thought else [answer]
    return judge(asked, run(pieces, thought=thought, answer=answer), SOURCE)


def _plain(texts, *slots: str) -> str:
    return next(t for t in texts if slots_of(t) == set(slots) and "[" not in t)


def _signal(cue: str) -> str:
    return _plain(SOURCE.cues[cue].signals)


def _cues(asked: Asked) -> list[str]:
    return sorted({s.cue for s in asked.example.shown})


def _other(asked: Asked) -> str:
    return next(cue for cue in sorted(SOURCE.cues) if cue not in _cues(asked))


def test_recall_is_the_share_of_present_cues_and_false_moves_that_of_absent_ones():
    asked = _asked("wordings", source=UNPAIRED, keep=lambda e: len({s.cue for s in e.shown}) == 2)
    one, two = _cues(asked)
    half = _judged(asked, f"{_signal(one)} {_signal(_other(asked))}")
    whole = _judged(asked, f"{_signal(one)} {_signal(two)}")
    assert scores.recall([half], "wordings") == 0.5
    assert scores.recall([half, whole], "wordings") == 0.75
    assert scores.false_moves([half, whole], "wordings", CUES) == 1 / (2 * (len(SOURCE.cues) - 2))
    assert scores.false_answers([half, whole], "wordings") == 0.5
    assert scores.recall([half], "combinations") is None


def test_a_cue_that_the_card_names_counts_for_no_unaided_recall():
    aided = _asked("wordings", source=UNPAIRED, keep=lambda e: bool(e.prompt.cues))
    alone = _asked("wordings", source=UNPAIRED, keep=lambda e: not e.prompt.cues)
    judged = [_judged(a, " ".join(map(_signal, _cues(a)))) for a in (aided, alone)]
    unaided = [set(_cues(a)) - {c.cue for c in a.example.prompt.cues} for a in (aided, alone)]
    assert scores.recall_unaided(judged, "wordings") == 1
    silent = [_judged(a, "Nothing of this.") for a in (aided, alone)]
    known = len(unaided[0]) / sum(map(len, unaided))
    assert scores.recall_unaided([judged[0], silent[1]], "wordings") == pytest.approx(known)


def test_general_courtesy_alone_is_thin():
    asked = _asked("none", Framing.NONE, source=UNPAIRED)
    courtesy, limit = _plain(SOURCE.lists["thin"]), _plain(SOURCE.lists["limits"])
    assert scores.thin([_judged(asked, courtesy)]) == 1
    for more in (limit, _signal(_cues(asked)[0])):
        assert scores.thin([_judged(asked, f"{courtesy} {more}")]) == 0
    assert scores.thin([_judged(asked, "")]) == 0


def test_a_pair_needs_the_right_side_of_its_own_cue_twice_and_no_other_cue():
    pair = SOURCE.pairs[0]
    alone = replace(SOURCE, pairs=(pair,))
    asked = [_asked("pairs", source=alone, keep=lambda e, r=r: e.pair == r.letter, twin=0) for r in (pair.a, pair.b)]
    a, b = (_plain(r.signals) for r in (pair.a, pair.b))
    other = next(p for p in SOURCE.pairs if p.cue != pair.cue)
    wrong_cue = next(_plain(r.signals) for r in other.readings if r.letter == pair.a.letter)

    def right(first: str, second: str):
        return scores.pairs_right([_judged(asked[0], first), _judged(asked[1], second)], "pairs")

    assert right(a, b) == 1
    assert right(a, a) == right(b, a) == right(f"{a} {b}", b) == right(wrong_cue, b) == 0
    assert right(f"{a} {_signal(other.cue)}", b) == 0


@pytest.mark.parametrize(
    ("said", "exact"), [("{name}", 1), ("Zefiro", 0), ("{lower}", 0)], ids=["given", "invented", "other case"]
)
def test_a_detail_is_right_to_the_letter_alone(said, exact):
    asked = _asked("combinations", source=UNPAIRED, slots=("name",), keep=lambda e: dict(e.slots)["name"].isalpha())
    name = dict(asked.example.slots)["name"]
    sentence = _plain(SOURCE.lists["thick"], "name")
    answer = sentence.replace("{name}", said.format(name=name, lower=name.lower()))
    assert not answer.startswith(said)
    judged = [_judged(asked, answer)]
    assert scores.copied(judged) == scores.copied_each(judged, "name") == exact
    assert scores.copied_each(judged, "item") is None


def test_thoughts_are_scored_by_the_cues_they_list():
    asked = _asked("grounded", source=UNPAIRED, keep=lambda e: len({s.cue for s in e.shown}) == 2)
    one, two = _cues(asked)
    lines = {cue: "- " + _plain(SOURCE.cues[cue].thoughts) for cue in SOURCE.cues}
    answer = _signal(one)
    assert scores.thought_f1([_judged(asked, answer, f"{lines[one]}\n{lines[two]}")]) == 1
    assert scores.thought_f1([_judged(asked, answer, lines[one])]) == pytest.approx(2 / 3)
    assert scores.thought_f1([_judged(asked, answer, f"{lines[one]}\n{lines[_other(asked)]}")]) == 0.5


def test_one_fault_makes_an_answer_ill_formed():
    asked = _asked("combinations", source=UNPAIRED)
    good = _signal(_cues(asked)[0])
    judged = [_judged(asked, good), _judged(asked, good + " " + good), _judged(asked, good[:-1])]
    assert scores.well_formed(judged) == pytest.approx(1 / 3)


def test_the_tables_rows_are_of_the_kinds_that_are_asked():
    asked = _asked("combinations", source=UNPAIRED, keep=lambda e: len({s.cue for s in e.shown}) == 1)
    judged = [_judged(asked, _signal(_cues(asked)[0]))]
    found = {row.name: row.of(judged) for row in scores.rows(CUES)}
    assert found["cue recall, unseen combinations"] == 1
    assert found["cue recall, unseen wordings"] is None
    assert len(found) == len(scores.rows(CUES))


def test_another_person_of_the_words_is_no_fault_of_form_and_a_thing_for_one_is():
    asked = _asked("combinations", keep=lambda e: spoken_of(e.prompt.words))
    opening = next(t for t in SOURCE.lists["thick"] if slots_of(t) == {"name"} and "[" not in t)

    def judged(person: str):
        return _judged(asked, expand(opening, random.Random(1), {"name": person}))

    somebody = spoken_of(asked.example.prompt.words)[0]
    assert scores.well_formed([judged(somebody)]) == 1
    assert scores.well_formed([judged("your splash")]) == 0
    assert scores.well_formed([judged("your neighbour's niece")]) == 0  # nobody of these words
