"""What removal measured, in words: the size of the change, never its opposite."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.attribution.telling import told


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1.04, "just as likely"),
        (1.3, "a little less likely"),
        (2, "2× less likely"),
        (2.34, "2.3× less likely"),
        (9.96, "10× less likely"),
        (164.2, "164× less likely"),
        (3210, "3 thousand× less likely"),
        (4.9e6, "5 million× less likely"),
        (2e9, "billions× less likely"),
    ],
)
def test_a_fall_is_told_as_times(times, said):
    assert told(math.log(times)) == said
    assert told(-math.log(times)) == said.replace("less", "more")


@given(st.floats(-1e4, 1e4))
def test_every_fall_can_be_told(fall):
    assert told(fall).endswith(("just as likely", "less likely" if fall > 0 else "more likely"))
