"""Wordings of a pair's side that are put together from parts."""

import random
import re

import pytest

from tests.training.drawn import SOURCES
from training.corpus.composed import composed, wording
from training.corpus.grammar import slots_of
from training.corpus.message import TRAINING, Held
from training.corpus.source import Reading, is_held_out, written_scopes

UNSEEN = Held(wordings=True, slots=True)
READING = Reading("a", ("One whole.", "Two whole.", "Three whole."), (), ("they nod",), ("late", "at dusk", "unseen"))


def test_the_act_stands_once_with_one_to_three_details_each_once():
    counts = set()
    for seed in range(200):
        text = composed(READING, random.Random(seed)).casefold()
        assert text.count("they nod") == 1
        found = [text.count(detail) for detail in READING.details]
        assert set(found) <= {0, 1}
        counts.add(sum(found))
        rest = re.sub("they nod|late|at dusk|unseen", "", text)
        assert re.fullmatch(r"[ ,.:]*(and)?[ ,.:]*(and)?[ ,.:]*", rest), text
    assert counts == {1, 2, 3}


def test_half_of_trainings_wordings_are_put_together_and_none_of_those_held_out():
    texts = [wording(READING, TRAINING, random.Random(seed)) for seed in range(400)]
    whole = [text for text in texts if text in READING.wordings]
    assert 150 < len(whole) < 250
    assert not any(is_held_out(text, 4) for text in whole)
    held = next(f"whole {n}" for n in range(99) if is_held_out(f"whole {n}", 4))
    for seed in range(50):
        assert wording(Reading("a", (held,), (), READING.acts, READING.details), UNSEEN, random.Random(seed)) == held


def test_the_evaluation_asks_in_whole_wordings_of_training_too():
    texts = {wording(READING, Held(slots=True), random.Random(seed)) for seed in range(100)}
    assert texts == {w for w in READING.wordings if not is_held_out(w, 4)}


def test_a_reading_without_details_is_said_in_whole_wordings():
    plain = Reading("a", READING.wordings, ())
    assert {wording(plain, TRAINING, random.Random(seed)) for seed in range(50)} <= set(READING.wordings)


@pytest.mark.parametrize("scope", written_scopes())
def test_no_detail_that_decides_is_given_away_by_a_held_out_wording(scope):
    """A phrase that trained wordings hold too is common, and gives nothing away; one word alone hardly ever does."""
    source = SOURCES[scope]
    texts = [
        w for part in (*source.cues.values(), *(r for p in source.pairs for r in p.readings)) for w in part.wordings
    ]
    trained = [_plain(text) for text in texts if not is_held_out(text, 4)]
    for reading in (r for p in source.pairs for r in p.readings):
        held = [_plain(w) for w in reading.wordings if is_held_out(w, 4)]
        for detail in map(_plain, reading.details):
            given_away = len(detail.split()) > 1 and any(detail in w for w in held)
            assert not given_away or any(detail in t for t in trained), detail


@pytest.mark.parametrize("scope", written_scopes())
def test_every_side_has_many_details_of_its_own_and_no_act_or_detail_is_near_a_held_out_wording(scope):
    for pair in SOURCES[scope].pairs:
        assert not set(pair.a.details) & set(pair.b.details)
        held = {gram for r in pair.readings for w in r.wordings if is_held_out(w, 4) for gram in _grams(w)}
        for reading in pair.readings:
            assert len(set(reading.details)) >= 19
            assert len(set(reading.acts)) >= 7
            for part in (*reading.acts, *reading.details):
                assert not _grams(part) & held, part
            assert not any(slots_of(detail) for detail in reading.details)


def _plain(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
