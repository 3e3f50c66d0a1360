"""The tabs below the answers: which answer they are about, and the checks."""

from streamlit.testing.v1 import AppTest

from anchoring import compose, generate, load_model
from anchoring.attribution import with_removal
from anchoring.scope.library import load_scopes
from anchoring.studies.run import new_run
from pages.playground_parts.working import works

SCOPE = "tehran-shop-payment"


def page(run):
    from pages.playground_parts.running import Shown
    from pages.playground_parts.tabs import _checks

    _checks(Shown(run))


def test_either_answer_of_a_run_can_be_checked(monkeypatch):
    monkeypatch.setattr("pages.inspect_parts.checks.QUICK_SECONDS", 0)
    model, scope = load_model("bundled"), load_scopes()[SCOPE]
    prompts = [compose(scope.starters[0].prompt, scope=scope, framing=framing) for framing in ("none", "card")]
    arms = [with_removal(model, arm) for arm in generate(model, prompts, max_new_tokens=24)]
    at = AppTest.from_function(page, args=(new_run(tuple(arms)),), default_timeout=60).run()
    sentences = []
    for number in (0, 1):
        at = at.button_group[0].set_value(number).run()
        assert not at.exception
        sentences.append(at.selectbox[0].options[0])
        assert any(button.label == "Check these methods" for button in at.button)
    assert sentences[0] != sentences[1]
    assert arms[0].answer[:20] in sentences[0]
    assert arms[1].answer[:20] in sentences[1]


def test_checks_that_take_a_moment_begin_by_themselves(monkeypatch):
    monkeypatch.setattr("pages.inspect_parts.checks.QUICK_SECONDS", 1e9)
    model, scope = load_model("bundled"), load_scopes()[SCOPE]
    (arm,) = generate(model, [compose(scope.starters[0].prompt, scope=scope, framing="card")], max_new_tokens=12)
    at = AppTest.from_function(page, args=(new_run((with_removal(model, arm),)),), default_timeout=60).run()
    assert not at.exception
    (work,) = (work for key, work in works().items() if "checks" in key)
    assert work.done.wait(60)
    at = at.run()
    assert not any(button.label == "Check these methods" for button in at.button)
    assert "LDS" in at.dataframe[0].value
