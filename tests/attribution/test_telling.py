"""What removal measured, in words: the size of the change, never its opposite."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.attribution.telling import NO_CHANGE, told
from tests.attribution.times import TIMES


@pytest.mark.parametrize(("times", "said"), TIMES)
def test_a_fall_is_told_as_times(times, said):
    assert told(math.log(times)) == f"{said} likely"
    assert told(-math.log(times)) == f"{said.replace('less', 'more')} likely"


@given(st.floats(-1e4, 1e4))
def test_every_change_is_told_and_the_right_way_round(fall):
    way = "just as" if abs(fall) < NO_CHANGE else "less" if fall > 0 else "more"
    assert told(fall).endswith(f"{way} likely")
