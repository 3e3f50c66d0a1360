"""Every page through app.py, and the Playground's controls, without a browser."""

import re

import pytest

from anchoring.models.faults import ModelError
from anchoring.models.generate import Partial
from anchoring.models.types import Settings
from anchoring.scope import load_scopes, save_scope
from anchoring.store import Store
from pages.plain import plain
from pages.playground_parts.shared import jobs
from tests.pages.driving import (
    EVIL,
    SINGAPORE,
    TEHRAN,
    asked,
    calm,
    choose,
    errors,
    label_of,
    open_app,
    run,
    starter,
    with_model,
    words,
)
from tests.tiny_chat import save as save_model


@pytest.mark.parametrize("page", [None, "pages/scopes.py", "pages/method.py"])
def test_every_page_loads_through_the_app(page):
    at = open_app(page)
    assert at.title or at.html
    assert not at.error


def test_a_first_visit_is_never_empty():
    at = open_app()
    assert words(at).value == starter("japanese-b2b-decline")
    assert any("This is an example" in said.value for said in at.caption)
    assert "None yet" in at.caption[-1].value


@pytest.mark.parametrize(
    ("framing", "thought", "answers"),
    [("off", "off", "One"), ("on", "compare", "2"), ("compare", "off", "2"), ("compare", "compare", "4")],
)
def test_the_toggles_say_how_many_answers_a_run_gives(framing, thought, answers):
    at = choose(choose(open_app(), "framing", framing), "thought", thought)
    assert at.button(key="run-button").help.startswith(answers)


def test_another_scope_replaces_an_untouched_starter_but_never_typed_words():
    at = open_app()
    calm(at.selectbox(key="scope").set_value(TEHRAN).run())
    assert words(at).value == starter(TEHRAN)
    calm(words(at).set_value("My own words.").run())
    calm(at.selectbox(key="scope").set_value(SINGAPORE).run())
    assert words(at).value == "My own words."


def test_an_example_gives_typed_words_back():
    at = open_app(scope=TEHRAN)
    assert not offers(at, "Put my words back")
    calm(words(at).set_value("My own words.").run())
    pills = next(g for g in at.button_group if g.key == "starter_pill")
    calm(pills.set_value(1).run())
    assert words(at).value == starter(TEHRAN, 1)
    calm(offers(at, "Put my words back")[0].click().run())
    assert words(at).value == "My own words."
    assert not offers(at, "Put my words back")
    calm(pills.set_value(1).run())
    assert words(at).value == starter(TEHRAN, 1), "the same example can be taken again"


def test_what_was_made_of_an_example_is_not_lost_for_the_words_before_it():
    at = open_app(scope=TEHRAN)
    calm(words(at).set_value("My own words.").run())
    calm(next(g for g in at.button_group if g.key == "starter_pill").set_value(1).run())
    calm(words(at).set_value("An example, changed.").run())
    calm(offers(at, "Put my words back")[0].click().run())
    assert words(at).value == "My own words."
    calm(offers(at, "Put my words back")[0].click().run())
    assert words(at).value == "An example, changed."


def offers(at, label: str) -> list:
    return [button for button in at.button if button.label == label]


def test_what_was_typed_and_chosen_survives_the_other_pages():
    at = open_app(scope=TEHRAN)
    words(at).set_value("My own words.").run()
    choose(at, "thought", "compare")
    at.slider(key="length").set_value(64).run()
    calm(at.switch_page("pages/method.py").run())
    at.query_params.clear()  # as a browser's address is, by a link to a page
    calm(at.switch_page("pages/playground.py").run())
    assert words(at).value == "My own words."
    assert at.selectbox(key="scope").value == TEHRAN
    assert asked(at, "scope") == TEHRAN, "a reload finds it again"
    assert at.slider(key="length").value == 64
    assert at.button(key="run-button").help.startswith("4")


def test_a_link_brings_a_scope_and_words_and_a_box_that_is_emptied_then_stays_empty():
    at = open_app(scope=TEHRAN, words=starter(TEHRAN, 2))
    assert (at.selectbox(key="scope").value, words(at).value) == (TEHRAN, starter(TEHRAN, 2))
    words(at).set_value("My own words.").run()
    assert words(calm(at.run())).value == "My own words."
    words(at).set_value("").run()
    assert words(calm(at.run())).value == ""


def test_a_starter_that_came_by_a_link_gives_way_to_another_scopes():
    at = open_app(scope=TEHRAN, words=starter(TEHRAN, 2))
    calm(at.selectbox(key="scope").set_value(SINGAPORE).run())
    assert words(at).value == starter(SINGAPORE)


def test_a_link_with_a_scope_alone_chooses_it_and_the_address_names_the_chosen_one():
    at = open_app(scope=TEHRAN)
    assert (at.selectbox(key="scope").value, words(at).value) == (TEHRAN, starter(TEHRAN))
    calm(at.selectbox(key="scope").set_value(SINGAPORE).run())
    assert asked(at, "scope") == SINGAPORE
    assert at.selectbox(key="scope").value == SINGAPORE


def test_a_scope_that_is_not_here_is_named_and_the_page_goes_on():
    at = open_app(scope=EVIL)
    assert at.warning[0].value == f"There is no scope “{plain(EVIL[:80])}” on this machine."
    assert at.selectbox(key="scope").value == "japanese-b2b-decline"


@pytest.mark.parametrize("query", [{"framing": EVIL}, {"thought": "7"}, {"words": "x" * 5000}, {"words": "a\0b"}])
def test_nonsense_in_the_address_does_no_harm(query):
    assert words(open_app(**query)).value


def test_answers_to_other_words_say_so():
    at = open_app()
    assert not [i for i in at.info if "other words" in i.value]
    words(at).set_value("Something else.").run()
    (note,) = [i.value for i in at.info if "other words" in i.value]
    assert starter("japanese-b2b-decline")[:40] in label_of(note)


def test_a_card_that_is_to_be_mended_says_so_where_it_is_used_and_needs_no_examples(home):
    mine = load_scopes()[TEHRAN].model_copy(update={"id": "mine", "title": "Mine", "starters": ()})
    save_scope(mine)
    save_scope(mine.model_copy(update={"id": "theirs", "community": "Germans"}))
    for scope, faulty in (("mine", False), ("theirs", True)):
        at = open_app(scope=scope)
        assert any("1 thing to mend" in label_of(said.value) for said in at.caption) is faulty
        assert not any(g.key == "starter_pill" for g in at.button_group)


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_nothing_to_ask_is_said_and_starts_no_run(blank):
    at = open_app()
    words(at).set_value(blank).run()
    calm(at.button(key="run-button").click().run())
    assert errors(at) == "The prompt is empty: write a few words first."
    assert "run" not in at.query_params


def test_an_unknown_run_says_so():
    at = open_app(run=EVIL)
    assert "There is no run at this address" in errors(at)
    assert not at.tabs


def test_an_emptied_seed_is_nought(home):
    at = with_model(open_app(framing="Off"), str(save_model(home / "model")))
    at.number_input(key="seed").set_value(None)
    run(at)
    assert jobs()[asked(at, "run")].run.arms[0].settings.seed == 0


def test_answers_broken_off_by_a_fault_are_shown_beside_it(home, monkeypatch):
    def failing(model, prompts, on_step, **settings):
        on_step(tuple(Partial("Half an", None, (0, 7), 2, False) for _ in prompts))
        raise ModelError("The machine gave up.")

    drawn = []
    monkeypatch.setattr("anchoring.studies.job.generate", failing)
    monkeypatch.setattr("pages.playground_parts.stage.reading_room", lambda view, key: drawn.append(view))
    at = run(with_model(open_app(framing="Off"), str(save_model(home / "model"))))
    assert errors(at) == "The machine gave up."
    assert [(arm["status"], arm["answer"]) for arm in drawn[-1]["arms"]] == [("stopped", "Half an")]


def test_a_run_is_made_kept_renamed_and_deleted(home):
    at = with_model(open_app(framing="Off"), str(save_model(home / "model")))
    words(at).set_value("The parts are late.").run()
    run(at)
    store = Store(f"sqlite:///{home / 'playground.db'}")
    (kept,) = store.list()
    assert asked(at, "run") == kept.id
    at.text_input(key=f"name-{kept.id}").set_value(EVIL)
    calm(at.button(key=f"rename-{kept.id}").click().run())
    assert store.list()[0].name == EVIL
    calm(at.button(key=f"delete-{kept.id}").click().run())
    assert store.list() == ()
    assert "run" not in at.query_params


def test_a_run_that_was_made_stands_with_its_words_after_a_reload(home):
    at = with_model(open_app(scope=TEHRAN, framing="Off"), str(save_model(home / "model")))
    next(g for g in at.button_group if g.key == "starter_pill").set_value(3).run()
    run(at)
    again = open_app(run=asked(at, "run"))
    assert words(again).value == starter(TEHRAN, 3)
    assert again.button(key="run-button").help == "One answer"


@pytest.mark.parametrize("name", ["/no/such/folder", EVIL, "../../etc"])
def test_a_model_that_cannot_be_had_gives_its_message_and_the_page_goes_on(name):
    at = run(with_model(open_app(), name))
    assert errors(at)
    assert not re.search(r"(?<!\\)[<*\[]", at.error[0].value)
    assert not at.button(key="run-button").disabled


def test_a_run_that_cannot_be_saved_can_be_read_and_saved_later(home, monkeypatch):
    model = save_model(home / "model")
    blocked = home / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("ANCHORING_HOME", str(blocked))
    at = run(with_model(open_app(framing="Off"), str(model)))
    assert "ANCHORING_HOME" in errors(at)
    assert "not saved" in at.warning[0].value
    run_id = asked(at, "run")
    assert not [b for b in at.button if b.key == f"delete-{run_id}"]
    blocked.unlink()
    calm(next(b for b in at.button if b.label == "Try to save again").click().run())
    assert [kept.id for kept in Store(f"sqlite:///{blocked / 'playground.db'}").list()] == [run_id]
    assert not at.warning


def test_settings_reach_the_run(home):
    at = with_model(open_app(framing="Off"), str(save_model(home / "model")))
    at.slider(key="temperature").set_value(0.7)
    at.number_input(key="seed").set_value(5)
    run(at)
    (arm,) = jobs()[asked(at, "run")].run.arms
    assert arm.settings == Settings(16, 0.7, seed=5)
