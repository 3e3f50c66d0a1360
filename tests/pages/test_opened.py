"""Runs that are opened again, and what the Playground says of them, without a browser."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from anchoring.scope import load_scopes
from pages.playground_parts import stage
from tests.models.pairs import pair
from tests.pages.driving import (
    APP,
    EVIL,
    SINGAPORE,
    TEHRAN,
    calm,
    keep,
    label_of,
    open_app,
    words,
)


def test_answers_for_another_scope_are_not_said_to_be_to_other_words(home):
    at = open_app(run=keep(home))
    assert not at.info
    calm(at.selectbox(key="scope").set_value(SINGAPORE).run())
    (note,) = [label_of(i.value) for i in at.info]
    assert f"another scope: {load_scopes()[TEHRAN].title}" in note


def test_where_the_bundled_model_has_no_cue_to_go_by_it_is_said_to_guess(home):
    for text, guesses in (("The parts are late.", True), ("He said befarmaid.", False)):
        at = open_app(run=keep(home, text, model={"id": "bundled"}))
        assert any("has to guess" in said.value for said in at.caption) is guesses
    assert not any("has to guess" in said.value for said in open_app(run=keep(home)).caption)


def test_a_run_by_link_is_shown_with_its_own_words_scope_and_toggles(home):
    at = open_app(run=keep(home, framing="perspective", reasoning="free"))
    assert words(at).value == "The parts are late, Tanaka-san."
    assert at.selectbox(key="scope").value == TEHRAN
    assert at.selectbox(key="rung").value == "perspective"
    assert at.selectbox(key="kind").value == "free"
    assert at.button(key="run-button").help == "One answer"
    assert {"Cues", "Heatmap"} <= {tab.label for tab in at.tabs}


def test_a_run_by_link_brings_its_model_and_settings(home):
    at = open_app(run=keep(home, settings={"max_new_tokens": 40, "temperature": 0.7, "seed": 9}))
    assert (at.slider(key="length").value, at.slider(key="temperature").value) == (32, 0.7)  # 40 lies between steps
    assert at.number_input(key="seed").value == 9
    assert at.selectbox(key="model").value == pair().id


def test_a_reload_with_the_words_in_the_address_keeps_the_runs_model_and_settings(home):
    at = open_app(run=keep(home, settings={"max_new_tokens": 48, "seed": 2**40}), words="Typed since.")
    assert (words(at).value, at.selectbox(key="model").value) == ("Typed since.", pair().id)
    assert (at.slider(key="length").value, at.number_input(key="seed").value) == (48, 2**31 - 1)


def test_a_layer_chosen_on_a_deeper_models_run_does_no_harm(home):
    at = open_app(run=keep(home))
    at.session_state["layers"], at.session_state["heads"] = [0, 77], [99]
    calm(at.run())
    assert at.tabs


def test_a_run_by_link_leaves_typed_words_alone(home):
    assert words(open_app(run=keep(home), words="My own words.")).value == "My own words."


def test_names_and_words_of_runs_are_text_in_the_list(home):
    keep(home, EVIL)
    at = open_app()
    opened = next(b for b in at.button if b.key and b.key.startswith("open-"))
    assert label_of(opened.label).startswith("<script>alert(1)</script> *a* :red[b]")
    assert not re.search(r"(?<!\\)[<*\[]", opened.label)
    calm(opened.click().run())
    assert words(at).value == EVIL


def test_a_run_with_another_scope_s_card_opens_with_that_card_chosen(home):
    other = load_scopes()[SINGAPORE]
    at = open_app(run=keep(home, framing="swapped", other=other))
    assert at.selectbox(key="rung").value == "swapped"
    assert at.selectbox(key="other").value == SINGAPORE
    calm(at.selectbox(key="scope").set_value(SINGAPORE).run())
    assert at.selectbox(key="other").value != SINGAPORE


@pytest.mark.parametrize("tab", ["Cues", "Heatmap", "Layers and heads"])
def test_a_run_without_attention_says_so_where_it_would_be_shown(home, tab):
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.query_params["run"] = keep(home, settings={"capture": False})
    at.session_state["tab"] = tab
    calm(at.run())
    assert any("No attention was kept" in said.value for said in at.caption)
    assert any(g.key == "unit" for g in at.button_group) == (tab == "Layers and heads")


def test_layers_that_are_not_all_of_the_model_s_are_said_to_be_some(home):
    for model, said in ({}, False), ({"layers": 9}, True):
        at = AppTest.from_file(str(APP), default_timeout=60)
        at.query_params["run"] = keep(home, model=model)
        at.session_state["tab"] = "Layers and heads"
        calm(at.run())
        assert any("layers have attention" in caption.value for caption in at.caption) is said


@pytest.mark.parametrize(
    ("chosen", "said"),
    [({}, True), ({"layers": [1]}, False), ({"reduce": "max"}, False), ({"unit": "token"}, False)],
)
def test_a_measured_rate_stands_only_beside_what_was_measured(monkeypatch, chosen, said):
    drawn = []
    monkeypatch.setattr(stage, "reading_room", lambda view, key: drawn.append(view["caption"]))
    at = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in chosen.items():
        at.session_state[name] = value
    calm(at.run())
    assert ("In a test on this model attention" in drawn[-1]) is said
