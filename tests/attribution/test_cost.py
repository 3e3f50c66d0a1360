"""What a method will cost: passes, time and memory, in words."""

from dataclasses import replace

import pytest

from anchoring import compose, generate, load_model
from anchoring.attribution import removable
from anchoring.attribution.cost import Cost, cost
from anchoring.models.types import Timing


@pytest.fixture(scope="module")
def answer():
    model = load_model("bundled")
    words = "The client wrote that they will consider it. My boss is in cc."
    (made,) = generate(model, [compose(words)], max_new_tokens=20)
    return replace(made, timing=Timing(2.0, 0.5))


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Cost(0, 0.0), "nothing to compute"),
        (Cost(1, 0.2), "1 pass, under a second"),
        (Cost(9, 12.4, 41_000_000), "9 passes, about 12 s, about 50 MB of memory"),
        (Cost(64, 300.0, 2_340_000_000), "64 passes, about 5 minutes, about 2.3 GB of memory"),
    ],
)
def test_a_cost_is_told_in_words(price, words):
    assert str(price) == words


def test_costs_one_after_another_add_their_time_and_not_their_memory():
    assert Cost(2, 1.0, 70) + Cost(3, 0.5, 40) == Cost(5, 1.5, 70)


def test_what_was_measured_costs_nothing(answer):
    assert cost(answer, "attention") == Cost(0, 0.0, 0)
    assert cost(answer, "removal").passes == len(removable(answer)) + 1


def test_seconds_follow_the_speed_at_which_the_prompt_was_read(answer):
    tokens = len(answer.rendered.token_ids) + len(answer.token_ids)
    one = 0.5 * tokens / len(answer.rendered.token_ids)
    assert cost(answer, "rollout").seconds == pytest.approx(one)
    assert cost(answer, "surrogate").seconds == pytest.approx(3 * one)  # two pieces: no more ways to take some away


def test_a_surrogate_s_passes_are_the_masks_that_there_are(answer):
    piece = answer.rendered.sources[removable(answer)[0]]
    pieces = tuple(replace(piece, id=f"words:{n}") for n in range(9))
    many = replace(answer, rendered=replace(answer.rendered, sources=pieces))
    assert cost(answer, "surrogate").passes == 2 ** len(removable(answer)) - 1 == 3
    assert cost(many, "surrogate").passes == 64


def test_memory_grows_with_the_model_and_the_length_and_is_unknown_without_its_sizes(answer):
    wider = replace(answer, model=replace(answer.model, width=2 * answer.model.width))
    longer = replace(answer, token_ids=answer.token_ids * 300)
    for method in ("removal", "gradient", "rollout", "contrast"):
        assert cost(answer, method).memory > 0
        assert cost(wider, method).memory > cost(answer, method).memory
        assert cost(longer, method).memory > cost(answer, method).memory
    assert cost(replace(answer, model=replace(answer.model, width=0)), "gradient").memory == 0
    assert (
        cost(longer, "rollout").memory > 7 * cost(replace(answer, token_ids=answer.token_ids * 100), "rollout").memory
    )
