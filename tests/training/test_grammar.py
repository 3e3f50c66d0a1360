"""Templates: alternatives and slots."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.drawn import sources
from training.corpus.grammar import expand, sentence, slots_of
from training.evaluation.bank import templates
from training.evaluation.masking import masked_variants


def test_alternatives_are_all_drawn_and_slots_filled():
    drawn = {expand("[a|the|] {item} by {day}", random.Random(n), {"item": "fax", "day": "May 5"}) for n in range(50)}
    assert drawn == {"a fax by May 5", "the fax by May 5", "Fax by May 5"}


def test_a_slot_that_begins_a_sentence_begins_with_a_capital():
    text = expand("{name} waits. {name} asks {name}", random.Random(0), {"name": "your boss"})
    assert text == "Your boss waits. Your boss asks your boss"


def test_one_slot_has_one_value_in_a_text():
    assert expand("{name}, {name}", random.Random(0), {"name": "Ito"}) == "Ito, Ito"


def test_an_empty_alternative_leaves_no_double_space_and_no_space_before_a_stop():
    assert expand("so [|] soon [|].", random.Random(0), {}) == "so soon."


def test_a_slot_without_a_value_is_named():
    with pytest.raises(KeyError, match="item"):
        expand("the {item}", random.Random(0), {})


@pytest.mark.parametrize(
    ("template", "said"),
    [("wait", "Wait."), ("“wait”", "“wait”"), ("is it?", "Is it?"), ("{name} waits", "A. Ito waits.")],
)
def test_a_sentence_begins_with_a_capital_and_ends(template, said):
    assert sentence(template, random.Random(0), {"name": "A. Ito"}) == said


def test_slots_of_finds_every_slot():
    assert slots_of("{name} and [the {item}|{day}]") == {"name", "item", "day"}


@given(st.integers(0, 10**6))
def test_whatever_is_drawn_is_among_the_variants(seed):
    rng = random.Random(seed)
    entry = rng.choice(list(templates(rng.choice(sources()))))
    masked = {slot: "@" + slot for slot in slots_of(entry.text)}
    text = expand(entry.text, rng, masked)
    assert text[:1].upper() + text[1:] in masked_variants(entry.text)
