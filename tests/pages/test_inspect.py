"""The Inspect page through app.py, without a browser."""

import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from anchoring.attribution import targets
from anchoring.prompting import compose
from anchoring.scope import load_scopes
from anchoring.store import Store
from anchoring.studies.run import attention_bytes, new_run, to_document
from pages.inspect_parts.figures import Column, matrix, number
from pages.inspect_parts.strip import ANSWER, THOUGHT, Token, percent, step, strip_html, tokens_of
from pages.playground_parts.example import example_run
from pages.playground_parts.working import works
from tests.models.pairs import pair
from tests.tiny_chat import save as save_model

APP = Path(__file__).parents[2] / "app.py"
TEHRAN = "tehran-shop-payment"
EVIL = "<img src=x onerror=alert(1)> *a* </span><script>alert(2)</script>"


def opened(tab: str | None = None, run: str | None = None) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.switch_page("pages/inspect.py")
    if run:
        at.query_params["run"] = run
    at.session_state["inspect-tab"] = tab or "Tokens"
    return calm(at.run())


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def settled(at: AppTest, seconds: float = 60) -> AppTest:
    """The page once no work of it is on its way and none more begins by itself."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        known = dict(works())
        assert all(work.done.wait(seconds) for work in known.values())
        calm(at.run())
        if set(works()) == set(known):
            return at
    raise AssertionError("The works did not come to an end.")


def html(at: AppTest) -> str:
    return " ".join(element.value for element in at.get("html") if "<style>" not in element.value)


def said(at: AppTest) -> str:
    spoken = [*at.error, *at.info, *at.caption]
    return " ".join(element.value for element in spoken).replace("\\", "")


def sentences(at: AppTest):
    return next(box for box in at.selectbox if box.label == "Sentence")


def keep(home: Path, text: str = "The parts are late, Tanaka-san.", model=None, **how) -> str:
    """A run in the database that no session has in memory."""
    from anchoring.models.generate import generate

    prompt = compose(text, scope=load_scopes()[TEHRAN], **how)
    made = new_run(tuple(generate(model or pair(context=4096), [prompt], max_new_tokens=6)))
    Store(f"sqlite:///{home / 'playground.db'}").save(to_document(made), attention_bytes(made))
    return made.id


def test_the_page_opens_on_the_example_and_comes_to_show_its_tokens():
    at = settled(opened())
    assert at.title[0].value == "Inspect"
    assert not at.error
    tokens = example_run().arms[-1].token_ids
    assert html(at).count(" data-p=") == len(tokens)
    assert len(at.dataframe[0].value) == len(tokens)
    assert "The least likely" in said(at)


def test_another_sentence_is_marked_and_told_in_full():
    at = settled(opened())
    found = targets(example_run().arms[-1])
    assert sentences(at).value == 0
    before = html(at)
    calm(sentences(at).set_value(2).run())
    assert html(at) != before
    assert html(at).count("pap-chosen") == 1
    other = opened("All methods")
    calm(sentences(other).set_value(1).run())
    assert found[1].text.replace("'", "&#x27;") in html(other)


def test_the_other_answer_has_sentences_of_its_own():
    at = opened()
    arms = example_run().arms
    calm(at.button_group[0].set_value(0).run())
    assert len(sentences(at).options) == len(targets(arms[0]))
    assert html(settled(at)).count(" data-p=") == len(arms[0].token_ids)


def test_quick_methods_come_by_themselves_and_dear_ones_after_a_click():
    at = settled(opened("All methods"))
    assert "What it rests on, by method" in at.get("plotly_chart")[0].proto.spec
    table = html(at)
    for name in ("Attention", "Attention rollout", "Value-weighted attention", "Gradient × input", "Removal"):
        assert f'<th scope="row">{name}</th>' in table
    assert table.count("not computed yet") == len(at.button)
    (dear,) = [b for b in at.button if b.label == "Compute: Integrated gradients"]
    assert "passes" in dear.help


def test_the_other_methods_can_be_asked_for(home):
    at = opened("All methods", keep(home, model=loaded(home)))
    for _ in range(8):
        waiting = [b for b in at.button if not b.disabled]
        if not waiting:
            break
        calm(waiting[0].click().run())
        settled(at)
    assert not at.error
    assert "not computed yet" not in html(at)


def loaded(home: Path):
    from anchoring.models.load import load_model

    return load_model(str(save_model(home / "model")))


def test_a_run_whose_model_is_missing_says_so_and_can_be_tried_again(home):
    at = opened(run=keep(home))
    (button,) = [b for b in at.button if b.label.startswith("Compute")]
    assert "is loaded" in button.help
    calm(button.click().run())
    settled(at)
    assert "tiny" in " ".join(e.value for e in at.error)
    assert [b for b in at.button if b.label.startswith("Compute")]


def test_a_model_that_has_changed_since_is_not_asked(home):
    run = keep(home, model=loaded(home))
    store = Store(f"sqlite:///{home / 'playground.db'}")
    document, attention = store.load(run)
    document["arms"][0]["model"]["revision"] = "of another day"
    store.save(document, attention)
    at = opened(run=run)
    calm(next(b for b in at.button if b.label.startswith("Compute")).click().run())
    assert "has changed since this run" in said(settled(at))
    assert not html(at)


def test_layers_and_heads_show_a_piece_and_its_share_by_rollout():
    at = settled(opened("Layers and heads"))
    assert not at.error
    assert at.metric[0].label == "Mean over all layers and heads"
    assert at.metric[-1].label == "By rollout, through all layers"
    assert at.metric[-1].value.endswith("%")


def test_an_answer_without_attention_says_so(home, monkeypatch):
    run = keep(home)
    store = Store(f"sqlite:///{home / 'playground.db'}")
    document, _ = store.load(run)
    store.save(document, None)
    at = opened("Layers and heads", run)
    assert "The attention of this answer was not kept" in said(at)
    at = opened("All methods", run)
    assert "Test the highlights by removal" in {b.label for b in at.button}


def test_another_run_can_be_chosen_and_the_address_follows(home):
    run = keep(home)
    at = opened()
    calm(at.selectbox(key="inspect-run").set_value(run).run())
    assert run in at.query_params["run"]
    assert len(sentences(at).options) >= 1
    calm(at.selectbox(key="inspect-run").set_value("").run())
    assert "run" not in at.query_params


def test_runs_of_the_same_name_are_told_apart(home):
    """A selectbox knows options by their labels: with the same one twice, any click would open the other run."""
    runs = [keep(home, "The same words."), keep(home, "The same words.")]
    at = opened()
    assert len(set(at.selectbox(key="inspect-run").options)) == 3
    for run in runs:
        at = opened(run=run)
        calm(at.button_group[0].run() if at.button_group else at.run())
        calm(sentences(at).set_value(0).run())
        assert at.selectbox(key="inspect-run").value == run
        assert run in at.query_params["run"]


def test_an_unknown_run_says_so_and_leaves_the_others_to_choose():
    at = opened(run=EVIL)
    assert "There is no run at this address" in said(at)
    assert at.selectbox(key="inspect-run").value is None
    assert not at.tabs


def test_hostile_words_are_text_everywhere(home):
    for tab in ("All methods", "Layers and heads"):
        at = opened(tab, keep(home, EVIL))
        assert "<script" not in html(at)
        assert "<img" not in html(at)
        for chart in at.get("plotly_chart"):
            assert "<script" not in chart.proto.spec
            assert "<img" not in chart.proto.spec


def test_hostile_tokens_are_text_in_the_strip():
    found = strip_html([Token(EVIL, 0.3, 1, ANSWER), Token('" onfocus="x', 0.01, None, ANSWER)], 1)
    assert "<script" not in found
    assert "<img" not in found
    assert 'onfocus="x' not in found
    assert "&lt;img src=x onerror=alert(1)&gt;" in found


def test_a_thousand_tokens_make_a_page_of_bearable_size():
    tokens = [Token(f" word{n}", 0.7, 1 + n // 20, ANSWER) for n in range(1000)]
    assert len(strip_html(tokens, 1)) < 200_000


def test_tokens_of_a_thought_stand_apart_and_markup_belongs_to_no_sentence():
    (arm,) = example_run().arms[:1]
    tokens = tokens_of(arm, targets(arm), np.linspace(0.01, 1, len(arm.token_ids)))
    assert "".join(token.text for token in tokens) == arm.text
    assert [tokens[0].sentence, tokens[-1].sentence] == [1, len(targets(arm))]
    assert {token.part for token in tokens} == {ANSWER}
    mixed = [Token("Hm.", 0.5, 1, THOUGHT), Token("Yes.", 0.5, 2, ANSWER)]
    assert THOUGHT in strip_html(mixed, 2)


@pytest.mark.parametrize(
    ("probability", "firm", "text"),
    [
        (1.0, 0, "100%"),
        (0.995, 0, ">99%"),
        (0.9, 0, "90%"),
        (0.3, 2, "30%"),
        (0.05, 3, "5.0%"),
        (0.0, 4, "<0.1%"),
    ],
)
def test_the_line_is_firmer_the_less_likely_the_token(probability, firm, text):
    assert (step(probability), percent(probability)) == (firm, text)


def test_the_matrix_has_a_sign_in_every_signed_cell_and_leaves_gaps_for_what_has_no_score():
    columns = [
        Column("Attention", "A", "share", np.array([0.5, 0.001])),
        Column("Removal", "R", "nats", np.array([-2.5, np.nan])),
        Column("Later", "L", "nats", None),
    ]
    heat = matrix(columns, ["a <b>", "c"], ["cue", "words"], "title").data[0]
    assert [list(row) for row in heat.text[1::2]] == [["50%", "−2.5", "·"], ["&lt;1%", "", "·"]]
    assert heat.z[1][1] == -1
    assert heat.z[3][1] is None
    assert "&lt;b&gt;" in heat.customdata[1][0]
    assert len(heat.y) == len(heat.z) + 1


@pytest.mark.parametrize(
    ("score", "unit", "text"),
    [
        (0.12, "share", "12%"),
        (1.26, "nats", "+1.3"),
        (-0.256, "", "−0.26"),
        (0.0003, "nats", "0"),
        (-0.004, "", "−0.004"),
        (0.996, "", "+1.0"),
    ],
)
def test_numbers_have_their_sign(score, unit, text):
    assert number(score, unit) == text
