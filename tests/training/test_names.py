"""Names: a large open set, of which a fifth is held out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus.names import accented, draw_name, is_held_out, made_up

TITLES = ("Mr. ", "Ms. ", "Dr. ")


@given(st.integers(0, 10**6), st.booleans())
def test_a_name_is_drawn_from_the_side_that_was_asked_for(seed, held_out):
    name = draw_name(random.Random(seed), held_out)
    bare = name[4:] if name.startswith(TITLES) else name
    assert is_held_out(bare) == held_out
    assert bare[:1].isupper()
    assert len(bare) > 2


def test_names_are_an_open_set():
    rng = random.Random(0)
    drawn = [draw_name(rng, held_out=False) for _ in range(2000)]
    assert len(set(drawn)) > 900
    assert any(name.startswith(TITLES) for name in drawn)


def test_honorifics_surround_the_name():
    rng = random.Random(0)
    drawn = {draw_name(rng, False, ("*-san",)) for _ in range(200)}
    assert any(name.endswith("-san") and len(name) > 6 for name in drawn)
    assert not any("*" in name for name in drawn)


@given(st.integers(0, 10**6))
def test_an_accent_is_one_letter_with_a_sign(seed):
    rng = random.Random(seed)
    name = made_up(rng)
    signed = accented(name, rng)
    changed = [b for a, b in zip(name, signed, strict=True) if a != b]
    assert len(changed) == 1
    assert not changed[0].isascii()


@pytest.mark.parametrize("held_out", [False, True])
def test_names_have_letters_of_two_bytes_in_training_and_in_the_evaluation(held_out):
    rng = random.Random(0)
    drawn = [draw_name(rng, held_out) for _ in range(2000)]
    assert sum(not name.isascii() for name in drawn) > 100
