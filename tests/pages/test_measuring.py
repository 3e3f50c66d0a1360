"""The switch between methods, the test by removal on request, and the words that the framing lifts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as strategies
from streamlit.testing.v1 import AppTest

from anchoring.attribution import Attribution, targets
from anchoring.store import Store
from anchoring.studies.run import attention_bytes, from_document, to_document
from pages.playground_parts.example import example_run
from pages.playground_parts.lifting import _word, lifted
from pages.playground_parts.methods import LARGEST
from pages.playground_parts.views import READ_AFTER, attributions, finished_view
from pages.playground_parts.working import works
from tests.attribution.runs import run as made

APP = Path(__file__).parents[2] / "app.py"


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def finished_works(at: AppTest) -> AppTest:
    for work in list(works().values()):
        assert work.done.wait(120)
        assert work.problem is None
    return calm(at.run())


def test_another_method_is_computed_and_shown(home):
    at = calm(AppTest.from_file(str(APP), default_timeout=120).run())
    calm(at.selectbox(key="method").set_value("rollout").run())
    for button in [b for b in at.button if str(b.key).startswith("work-example-rollout")]:  # more than a moment
        calm(button.click().run())
    finished_works(at)
    ((run_id, method, unit),) = works()
    assert (run_id, method, unit) == (example_run().id, "rollout", "sentence")
    for attribution in works()[run_id, method, unit].result:
        np.testing.assert_allclose(attribution.scores.sum(1), 1, atol=1e-4)
    assert not any("work-example-rollout" in str(button.key) for button in at.button)


def test_a_run_without_removal_offers_the_test_with_its_cost_and_keeps_the_result(home):
    at, store = bare("bare")
    calm(at.run())
    (button,) = buttons(at)
    assert any("passes" in caption.value for caption in at.caption)
    calm(button.click().run())
    finished_works(at)
    assert not buttons(at)
    kept = from_document(*store.load("bare")).arms[0]
    np.testing.assert_allclose(kept.removal, example_run().arms[0].removal, atol=2e-2)


def bare(home_run: str):
    run = example_run()
    made = replace(run, id=home_run, arms=tuple(replace(arm, removal=None) for arm in run.arms[:1]))
    store = Store()
    store.save(to_document(made), attention_bytes(made))
    at = AppTest.from_file(str(APP), default_timeout=120)
    at.query_params["run"] = home_run
    return at, store


def buttons(at: AppTest) -> list:
    return [b for b in at.button if b.label == "Test the highlights by removal"]


def test_the_test_by_removal_is_offered_once_whatever_else_asks_for_it(home):
    at, _ = bare("asked")
    at.session_state["tab"] = "Checks"
    calm(at.run())
    assert len(buttons(at)) == 1
    calm(at.selectbox(key="method").set_value("removal").run())
    assert len(buttons(at)) == 1


def test_a_run_that_was_renamed_or_deleted_meanwhile_stays_so(home):
    for id_, meanwhile in (
        ("renamed", lambda store: store.rename("renamed", "mine")),
        ("gone", lambda s: s.delete("gone")),
    ):
        at, store = bare(id_)
        calm(at.run())
        (button,) = buttons(at)
        calm(button.click().run())
        meanwhile(store)
        finished_works(at)
    assert store.load("gone") is None
    assert [kept.name for kept in store.list()] == ["mine"]


@given(strategies.lists(strategies.text(min_size=1, max_size=6), min_size=1, max_size=12))
def test_lifted_words_are_the_answer_and_share_out_its_lift(pieces):
    generation = made(pieces)
    rows = targets(generation, "token")
    scores = np.arange(1, len(rows) + 1, dtype=np.float32)[:, None]
    words = lifted(generation, Attribution("contrast", scores, rows, (), "", True))
    assert "".join(text for text, _ in words) == generation.text
    assert sum(lift for _, lift in words) == pytest.approx(scores.sum())


def test_where_no_spaces_part_the_words_each_token_is_lifted_alone():
    generation = made(["検討", "します", "。", "Fine", "ly", " then"])
    rows = targets(generation, "token")
    scores = np.arange(1, len(rows) + 1, dtype=np.float32)[:, None]
    words = lifted(generation, Attribution("contrast", scores, rows, (), "", True))
    assert words == [("検討", 1), ("します", 2), ("。Finely ", 12), ("then", 6)]


def test_a_word_is_no_markup_and_says_its_lift_without_colour():
    assert _word(" <b>x</b>\n", 3.0) == (
        ' <span class="up" title="+3.0 nats" style="--s: 0.75">&lt;b&gt;x&lt;/b&gt;</span>\n'
    )
    assert 'class="down"' in _word("x", -1.0)
    assert 'class=""' in _word("x", 0.3)
    assert _word(" \n", 9.0) == " \n"


def test_where_no_attention_was_kept_removal_comes_first(home):
    run = example_run()
    made_ = replace(run, id="blind", arms=tuple(replace(arm, attention=None) for arm in run.arms[:1]))
    Store().save(to_document(made_), attention_bytes(made_))
    at = AppTest.from_file(str(APP), default_timeout=120)
    at.query_params["run"] = "blind"
    calm(at.run())
    assert at.selectbox(key="method").options[0] == "Removal"
    assert at.selectbox(key="method").value == "removal"
    assert not works(), "nothing is measured unasked by a method that need not be shown"


def test_a_model_that_is_read_after_its_answer_says_so_and_offers_no_rollout(home):
    run = example_run()
    arm = replace(run.arms[0], model=replace(run.arms[0].model, tapped=False))
    made_ = replace(run, id="after", arms=(arm,))
    Store().save(to_document(made_), attention_bytes(made_))
    at = AppTest.from_file(str(APP), default_timeout=120)
    at.query_params["run"] = "after"
    calm(at.run())
    assert not {"Attention rollout", "Value-weighted attention"} & set(at.selectbox(key="method").options)
    kept = from_document(*Store().load("after"))
    assert finished_view(kept, attributions(kept, "sentence", None, None, "mean"), "sentence")["caption"].count(
        READ_AFTER
    )


def test_the_largest_shares_are_not_called_shares_of_attention():
    run = example_run()
    mean, most = (
        finished_view(run, attributions(run, "sentence", None, None, reduce), "sentence", reduce=reduce)
        for reduce in ("mean", "max")
    )
    assert (mean["titles"], LARGEST in mean["caption"]) == ({}, False)
    assert LARGEST in most["titles"]["asked"]
    assert LARGEST in most["caption"]
