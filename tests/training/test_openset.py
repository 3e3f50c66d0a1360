"""Details drawn from an open set: of the old shape, and never one that is held out."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.prompting import Framing
from training.corpus.examples import TRAINING, draw_example
from training.corpus.message import NAMED, Held, draw_slots
from training.corpus.openset import HELD_OUT_ONE_IN, loosened
from training.corpus.source import is_held_out, load_source, written_scopes

SCOPES = written_scopes()


@pytest.mark.parametrize("scope", SCOPES)
def test_training_meets_details_that_no_file_lists_and_none_that_is_held_out(scope):
    source, rng = load_source(scope), random.Random(scope)
    drawn = [draw_slots(source, rng, TRAINING, NAMED) for _ in range(200)]
    unlisted = [d["item"] for d in drawn if d["item"] not in source.slots["item"]]
    assert 110 < len(unlisted) < 170
    assert len(set(unlisted)) > 0.9 * len(unlisted)
    assert not any(
        is_held_out(value, HELD_OUT_ONE_IN) for d in drawn for slot, value in d.items() if slot in source.slots
    )


@pytest.mark.parametrize("scope", SCOPES)
def test_evaluation_keeps_to_the_details_of_the_files(scope):
    source, rng = load_source(scope), random.Random(scope)
    for _ in range(50):
        slots = draw_slots(source, rng, Held(slots=True), NAMED)
        assert all(slots[name] in values for name, values in source.slots.items())


@given(st.integers(), st.sampled_from(["40,000 tomans", "box of pastries", "tin of black tea", "$60", "9.30am"]))
def test_a_loosened_detail_keeps_its_shape(seed, value):
    made = loosened(value, random.Random(seed))
    assert re.sub(r"[0-9]", "0", made).count("0") == sum(c.isdigit() for c in value)
    assert len(made.split()) == len(value.split())
    assert made.split()[-1].endswith("s") == value.split()[-1].endswith("s") or not value.split()[-1].isalpha()


def test_a_loosened_detail_comes_back_in_the_answer():
    source, rng, taken = load_source("tehran-shop-payment"), random.Random(2), 0
    for _ in range(120):
        example = draw_example(source, rng, Framing.CARD, clean=True)
        item = dict(example.slots).get("item")
        taken += (
            item is not None
            and item not in source.slots["item"]
            and item in example.prompt.words
            and item in example.target
        )
    assert taken > 5
