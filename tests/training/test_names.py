"""Names: a large open set, of which a fifth is held out."""

import random

from hypothesis import given
from hypothesis import strategies as st

from training.corpus.names import draw_name, is_held_out

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
