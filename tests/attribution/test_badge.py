"""The badge of a highlight follows its written rule, and none is given where nothing is highlighted."""

import pytest

from anchoring.attribution import Badge, attribute, badges
from tests.attribution.planted import PIECES, Planted, linear, scored


def badge(shown: dict[str, float], pieces=PIECES, truth=linear) -> Badge:
    model = Planted(truth)
    answer = model.answer(*pieces)
    (found,) = badges(scored(answer, shown), attribute(model, answer, "removal"), answer)
    return found


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"red": 3, "kind": 2, "shop": 1}, Badge.BACKED),
        ({"kind": 3, "red": 2, "shop": 1}, Badge.PARTLY),
        ({"kind": 4, "shop": 3, "paper": 2, "red": 1}, Badge.NOT),
    ],
)
def test_the_badge_follows_its_rule(shown, expected):
    assert badge(shown) == expected


@pytest.mark.parametrize(
    "shown",
    [{}, {"kind": 1}, {"kind": 2, "red": -1}, dict.fromkeys(PIECES, -1)],
    ids=["nothing", "another", "against", "all against"],
)
def test_a_piece_that_is_not_highlighted_backs_nothing(shown):
    assert badge(shown) == Badge.NOT


def test_of_few_pieces_only_the_first_half_may_back_in_part():
    pieces = ("kind", "red", "shop")

    def truth(text: str) -> float:
        return 6.0 * ("red" in text) - 3

    assert badge({"kind": 3, "red": 2, "shop": 1}, pieces, truth) == Badge.NOT
    assert badge({"red": 3, "kind": 2, "shop": 1}, pieces, truth) == Badge.BACKED
    assert badge({"kind": 3, "red": 2, "shop": 1}, (*pieces, "paper"), truth) == Badge.PARTLY


def test_two_pieces_are_too_few_to_tell():
    assert badge({"red": 1}, ("red", "late")) == Badge.FEW


def test_a_target_that_rests_on_nothing_is_not_backed():
    assert badge({"red": 1}, truth=lambda text: 3.0) == Badge.NOT
