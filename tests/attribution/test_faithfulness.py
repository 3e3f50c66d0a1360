"""What removal says of a model whose truth is known, and what is said of highlights that agree with it or don't."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas import Series

from anchoring.attribution import attribute, measure, random_masks, removable
from anchoring.attribution.checks import check, foretelling, held_out, most_passes, with_held_out
from anchoring.attribution.faithfulness import agreement, lds, rank_correlation, rank_correlations, redundant, top_drop
from anchoring.attribution.masks import without
from anchoring.attribution.surrogate import log_odds
from anchoring.models.faults import Cancelled
from anchoring.models.render import render
from anchoring.prompting import compose
from anchoring.scope.library import load_scopes
from tests.attribution.planted import PIECES, WEIGHTS, Planted, linear, of, scored

EPS = np.finfo(np.float32).eps  # the least that a log-probability in float32 falls below 0


def either(text: str) -> float:
    return 4.0 if "red" in text or "boss" in text else -4.0


@pytest.fixture(scope="module")
def planted():
    return Planted(linear)


@pytest.fixture(scope="module")
def answer(planted):
    return planted.answer(*PIECES)


def test_removal_finds_the_exact_fall(planted, answer):
    found = of(attribute(planted, answer, "removal"))
    whole = -np.log1p(np.exp(-1.5))
    for word in PIECES:
        fall = whole + np.log1p(np.exp(-(1.5 - WEIGHTS.get(word, 0))))
        assert found[word] == pytest.approx(fall, abs=1e-5), word


def test_the_surrogate_recovers_a_linear_truth(planted, answer):
    found = of(attribute(planted, answer, "surrogate"))
    for word in PIECES:  # Lasso pulls every weight a little towards 0
        assert found[word] == pytest.approx(WEIGHTS.get(word, 0), abs=0.05), word


def test_lds_is_one_for_the_truth_and_minus_one_for_its_opposite(planted, answer):
    held_out = measure(planted, answer, random_masks(answer, 32, seed=9))
    assert lds(scored(answer, WEIGHTS), answer, held_out) == pytest.approx([1])
    opposite = {word: -weight for word, weight in WEIGHTS.items()}
    assert lds(scored(answer, opposite), answer, held_out) == pytest.approx([-1])
    assert np.isnan(lds(scored(answer, {}), answer, held_out)).all()


def test_top_drop_stands_beside_random_sources(planted, answer):
    (good,) = top_drop(planted, scored(answer, {"red": 1, "boss": 0.5}), answer)
    (idle,) = top_drop(planted, scored(answer, {"kind": 1}), answer)
    assert good.fall == pytest.approx(of(attribute(planted, answer, "removal"))["red"], abs=1e-5)
    assert idle.fall == pytest.approx(0, abs=1e-5)
    assert good.random == idle.random < good.fall


def test_an_or_is_reported_as_redundant_and_nothing_else_is():
    model = Planted(either)
    answer = model.answer(*PIECES)
    falls = attribute(model, answer, "removal")
    assert max(abs(of(falls)[word]) for word in PIECES) < 1e-5  # no removal of one piece sees it
    (found,) = redundant(model, [scored(answer, {"boss": 2, "red": 1, "shop": 0.5})], answer)
    (pair,) = found
    assert {answer.rendered.sources[n].text.strip() for n in pair.pair} == {"red", "boss"}
    assert pair.together == pytest.approx(4, abs=1e-3)  # log of the odds 4 against -4
    assert redundant(Planted(linear), [falls], answer) == [[]]


@pytest.mark.parametrize(
    "chances",
    [
        (-5, -4, -6.2, -6),  # one stands in the way, the other matters by itself
        (4, -1, 4, -4),  # one matters by itself, the other adds nothing
    ],
    ids=["opposed", "one alone"],
)
def test_a_pair_of_which_one_matters_alone_is_not_redundant(chances):
    both, no_red, no_boss, neither = chances
    truth = {(True, True): both, (False, True): no_red, (True, False): no_boss, (False, False): neither}
    model = Planted(lambda text: truth["red" in text, "boss" in text])
    answer = model.answer(*PIECES)
    assert redundant(model, [scored(answer, {"boss": 2, "red": 1})], answer) == [[]]


def test_agreement_names_the_same_top_source_and_its_rank_correlation(answer):
    truth, near = scored(answer, WEIGHTS), scored(answer, {"red": 9, "late": -3, "boss": 1})
    same, ranks = agreement(truth, near, answer)
    assert (same.tolist(), ranks.tolist()) == ([True], [pytest.approx(1)])
    same, _ = agreement(truth, scored(answer, {"shop": 1}), answer)
    assert same.tolist() == [False]


def test_who_names_no_source_agrees_with_nobody(answer):
    nothing, against = scored(answer, {}), scored(answer, {"red": -1})
    for one, other in ((nothing, scored(answer, {"red": 2})), (nothing, nothing), (against, nothing)):
        assert agreement(one, other, answer)[0].tolist() == [False]


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.integers(1, 80), st.integers(0, 5))
def test_masks_differ_and_keep_what_cannot_go(pieces, count, seed):
    answer = Planted(linear).answer(*(f"w{n}" for n in range(pieces)))
    masks = random_masks(answer, count, seed)
    which = list(removable(answer))
    assert len({row.tobytes() for row in masks}) == len(masks) == min(count, 2 ** len(which) - 1)
    assert np.delete(masks, which, axis=1).all()
    assert not (masks == without(answer)).all(1).any()
    assert (masks == random_masks(answer, count, seed)).all()


def test_a_mask_costs_one_pass_and_a_stop_ends_them(planted, answer):
    before = planted.passes
    masks = random_masks(answer, 10)
    told = []
    measure(planted, answer, masks, on_progress=lambda done, of: told.append((done, of)))
    assert planted.passes - before == 10
    assert told[-1] == (10, 10)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        measure(planted, answer, masks, stop=stop)


@given(st.integers(2, 9), st.integers(1, 5), st.integers(0, 10**6))
def test_all_columns_at_once_are_each_column_alone(pairs, columns, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.integers(0, 4, (pairs, columns)).astype(float) for _ in range(2))
    a[rng.random(a.shape) < 0.2] = np.nan
    for found, x, y in zip(rank_correlations(a, b), a.T, b.T, strict=True):
        known = ~np.isnan(x)
        alone = Series(x[known]).rank().corr(Series(y[known]).rank()) if known.sum() > 2 else np.nan
        assert found == pytest.approx(alone, nan_ok=True)


def test_rank_correlation_leaves_out_what_is_unknown():
    assert rank_correlation([1, 2, 3, np.nan], [2, 4, 6, -1]) == pytest.approx(1)
    assert np.isnan(rank_correlation([1, 1, 1], [1, 2, 3]))
    assert np.isnan(rank_correlation([1, 2], [1, 2]))


def test_all_checks_in_one_go_tell_the_truth_from_its_opposite(planted, answer):
    falls = attribute(planted, answer, "removal")
    told = []
    truth, opposite = scored(answer, WEIGHTS), scored(answer, {word: -w for word, w in WEIGHTS.items()})
    found, pairs = check(
        planted, answer, falls, [truth, opposite], on_progress=lambda done, of: told.append((done, of))
    )
    assert found[0].lds == pytest.approx([1])
    assert found[1].lds == pytest.approx([-1])
    assert found[0].drops[0].fall > found[0].drops[0].random > found[1].drops[0].fall
    assert (found[0].same_top.tolist(), found[1].same_top.tolist()) == ([True], [False])
    assert found[0].ranks[0] > 0.9 > found[1].ranks[0]
    assert pairs == [[]]
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1]


def test_what_was_measured_with_the_answer_gives_the_lds_of_any_method_later(planted, answer):
    kept = with_held_out(planted, answer)
    truth, opposite = scored(answer, WEIGHTS), scored(answer, {word: -w for word, w in WEIGHTS.items()})
    assert foretelling(truth, kept) == pytest.approx([1])
    assert foretelling(opposite, kept) == pytest.approx([-1])
    assert foretelling(truth, answer) is None
    measured = measure(planted, answer, held_out(answer))
    assert np.array_equal(kept.masks, measured.masks)
    assert np.array_equal(kept.masked, measured.log_probs)


def test_a_surrogate_fitted_to_every_mask_there_is_has_no_lds(planted):
    short = with_held_out(planted, planted.answer("red", "late", "kind"))
    assert foretelling(scored(short, WEIGHTS), short) == pytest.approx([1])
    fitted = attribute(planted, short, "surrogate")
    assert foretelling(fitted, short) is None
    found, _ = check(planted, short, attribute(planted, short, "removal"), [fitted, scored(short, WEIGHTS)])
    assert np.isnan(found[0].lds).all()
    assert found[1].lds == pytest.approx([1])


def test_checks_count_no_passes_for_masks_that_are_kept(planted, answer):
    kept = with_held_out(planted, answer)
    assert most_passes(answer, 1, 2) - most_passes(kept, 1, 2) == len(held_out(answer)) == 32
    told = []
    removal = attribute(planted, kept, "removal")
    check(planted, kept, removal, [removal], on_progress=lambda done, of: told.append((done, of)))
    assert max(done for done, _ in told) <= told[-1][1] == most_passes(kept, len(removal.targets), 1)


def test_random_removals_are_not_measured_where_there_is_nothing_to_tell(planted):
    few = planted.answer("red", "late")
    assert with_held_out(planted, few) is few


def test_held_out_masks_are_none_that_the_surrogate_saw():
    answer = Planted(linear).answer(*(f"w{n}" for n in range(9)))
    seen = {row.tobytes() for row in random_masks(answer, 64)}
    fresh = held_out(answer)
    assert len(fresh) == 32
    assert not any(row.tobytes() in seen for row in fresh)


def test_near_certainty_rounding_decides_nothing():
    near, nearer, certain = log_odds(np.array([-2 * EPS, -EPS, 0.0]))
    assert near < nearer == certain < 17
    assert log_odds(np.log(np.array([0.25, 0.5]))) == pytest.approx([np.log(1 / 3), 0])


def test_one_piece_gives_the_surrogate_nothing_to_compare():
    model = Planted(linear)
    answer = model.answer("red")
    found = attribute(model, answer, "surrogate")
    assert np.isnan(found.scores).all()


def test_a_template_that_says_something_of_its_own_is_not_let_to():
    """What is removed is our system message: a default one in its place would be another prompt."""
    seen = []
    model = Planted(lambda text: float(seen.append(text) or 0), "ChatML")
    prompt = compose("Do I pay?", scope=load_scopes()["tehran-shop-payment"], framing="label")
    answer = model.answered(prompt)
    attribute(model, answer, "removal")
    assert len(seen) > 2
    assert not any("You are helpful" in text for text in seen)
    assert any("<|im_start|>system\n<|im_end|>" in text for text in seen)


def test_a_template_that_says_nothing_of_its_own_gets_no_empty_message():
    seen = []
    model = Planted(lambda text: float(seen.append(text) or 0), "plain turns")
    prompt = compose("Do I pay?", scope=load_scopes()["tehran-shop-payment"], framing="label")
    bare = render(compose("Do I pay?", scope=None, framing="none"), model.tokenizer)
    attribute(model, model.answered(prompt), "removal")
    assert any(text.startswith(bare.text) for text in seen)
