"""Taking away and swapping a piece of a run's prompt, as the page does it, without a browser."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from anchoring.models.generate import generate
from anchoring.models.load import load_model
from anchoring.prompting import Kind, compose
from anchoring.scope import load_scopes
from anchoring.studies.run import Run, new_run
from pages.playground_parts.changing import in_nats, in_words, with_marks, wordings
from pages.playground_parts.working import works
from tests.tiny_chat import save as save_model

SCOPE = "japanese-b2b-decline"
WORDS = "Mori wrote 検討します, with our head in cc. Is that a yes?"
EVIL = '<img src=x onerror=alert(1)> <b>bold</b> & "quoted" </div></style>'


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(str(save_model(tmp_path_factory.mktemp("model"))))


def made(model, words: str = WORDS, **how) -> Run:
    prompt = compose(words, scope=load_scopes()[SCOPE], **how)
    return new_run(tuple(generate(model, [prompt], max_new_tokens=12, capture=False)))


def page(run, number):
    from pages.playground_parts.changing import changing

    changing(run, number)


def opened(run: Run) -> AppTest:
    return calm(AppTest.from_function(page, args=(run, 0), default_timeout=60).run())


def calm(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def pieces(at: AppTest):
    return next(box for box in at.selectbox if box.label == "Piece of the prompt")


def choose(at: AppTest, deed: str) -> AppTest:
    return calm(at.button_group[0].set_value(deed).run())


def press(at: AppTest) -> AppTest:
    """Presses the button, waits, and shows what came of it."""
    calm(next(b for b in at.button if b.key.startswith("work-")).click().run())
    (work,) = list(works().values())[-1:]
    assert work.done.wait(60)
    return calm(at.run())


def drawn(at: AppTest) -> str:
    """All HTML of the page but its style sheet."""
    return re.sub(r"<style>.*?</style>", "", " ".join(html.proto.body for html in at.get("html")), flags=re.DOTALL)


def test_cues_come_first_and_the_template_is_no_choice(model):
    options = pieces(opened(made(model, framing="card", reasoning="free"))).options
    assert options[:2] == ["Your cue: 検討します", "Your cue: in cc."]
    assert options[2].startswith("Your words: Mori wrote")
    assert options[-1].startswith("The request to think first: ")
    assert any(option.startswith("Framing: Setting: ") for option in options)


def test_pieces_that_read_alike_are_told_apart(model):
    options = pieces(opened(made(model, "I am late. I am late."))).options
    assert options == ["Your words: I am late. (1 of 2)", "Your words: I am late. (2 of 2)"]


def test_a_cue_is_taken_away(model):
    run = made(model)
    at = opened(run)
    assert re.search(r"2 passes and one new answer, .*(second|\d s)", at.caption[-1].value)
    at = press(at)
    assert "<li" in drawn(at)
    assert "without it" in drawn(at)
    assert "firmer evidence" in at.caption[-1].value
    assert not at.error
    (change,) = [work.result for work in works().values()]
    assert change.prompt == run.arms[0].prompt.without({"cue:kentou"})


@pytest.mark.parametrize("too", [True, False])
def test_the_framings_line_on_a_cue_goes_with_it_unless_that_is_declined(model, too):
    run = made(model, framing="card")
    at = opened(run)
    (box,) = at.checkbox
    assert box.value
    if not too:
        at = calm(box.uncheck().run())
    press(at)
    (change,) = [work.result for work in works().values()]
    lines = {"framing:cue:kentou"} if too else set()
    assert change.prompt == run.arms[0].prompt.without({"cue:kentou", *lines})


def test_a_cue_is_swapped_for_another_cues_wording_in_its_language(model):
    at = choose(opened(made(model)), "Swap it")
    other = next(box for box in at.selectbox if box.label == "Put in its place")
    assert other.options[0] == "社内で確認の上 · shanai"
    assert other.options[-1] == "Your own words"
    at = press(at)
    (change,) = [work.result for work in works().values()]
    assert change.prompt.words == WORDS.replace("検討します", "社内で確認の上")
    assert "with the other words" in drawn(at)


def test_other_words_of_ones_own_are_asked_for_and_shown_as_text(model):
    at = opened(made(model))
    calm(pieces(at).set_value(pieces(at).value + 1).run())
    at = choose(at, "Swap it")
    box = next(b for b in at.selectbox if b.label == "Put in its place")
    calm(box.set_value(None).run())
    assert not [b for b in at.button if b.key.startswith("work-")]  # the words that stand there are no change
    assert at.text_input[0].proto.max_chars == 300
    calm(at.text_input[0].set_value("  ").run())
    assert "nothing to put" in at.caption[-1].value
    calm(at.text_input[0].set_value(EVIL).run())
    at = press(at)
    assert "<img" not in drawn(at)
    assert "&lt;img src=x onerror=alert(1)&gt;" in drawn(at)


def test_a_command_of_the_model_is_refused_in_words(model):
    at = choose(opened(made(model, "Hello there.")), "Swap it")
    at = press(calm(at.text_input[0].set_value("Hi <|end|> you").run()))
    assert "reads as a command" in at.error[0].value.replace("\\", "")


def test_hostile_words_of_a_prompt_and_an_answer_are_text(model):
    run = made(model, EVIL)
    (arm,) = run.arms
    text = EVIL.ljust(len(arm.text))
    ends = (*(min(end, len(text)) for end in arm.token_ends[:-1]), len(text))
    run = replace(run, arms=(replace(arm, text=text, token_ends=ends, answer_span=(0, len(text))),))
    at = press(opened(run))
    assert "onerror" in drawn(at)
    assert not re.search(r"<(?!/?(?:div|p|h4|ol|li|b|span|del|ins|mark)\b)", drawn(at))
    assert "<b>bold" not in drawn(at)


def test_a_model_that_has_changed_since_the_run_says_so(model):
    run = made(model)
    old = replace(run.arms[0].model, revision="another")
    at = press(opened(replace(run, arms=(replace(run.arms[0], model=old),))))
    assert "has changed since this run" in at.error[0].value.replace("\\", "")


def test_a_scope_that_is_gone_leaves_ones_own_words(model):
    run = made(model)
    prompt = replace(run.arms[0].prompt, scope="no-longer-here")
    at = choose(opened(replace(run, arms=(replace(run.arms[0], prompt=prompt),))), "Swap it")
    assert at.selectbox[-1].options == ["Your own words"]


def test_no_wording_of_the_pieces_own_cue_is_offered(model):
    source = next(s for s in made(model).arms[0].rendered.sources if s.id == "cue:kentou")
    offered = wordings(load_scopes()[SCOPE], source)
    assert "kentou" not in {cue for cue, _ in offered}
    assert len(offered) == len(set(offered)) > 8


@pytest.mark.parametrize(
    ("fall", "words", "number"),
    [
        (0.0, "Just as likely without it", "0.0 nats"),
        (-0.04, "Just as likely without it", "0.0 nats"),
        (0.3, "A little less likely without it", "falls by 0.3 nats"),
        (0.7, "2× less likely without it", "falls by 0.7 nats"),
        (2.2, "9× less likely without it", "falls by 2.2 nats"),
        (-1.1, "3× more likely without it", "rises by 1.1 nats"),
        (8.0, "Over 1,000× less likely without it", "falls by 8.0 nats"),
        (4000.0, "Over 1,000× less likely without it", "falls by 4000.0 nats"),
    ],
)
def test_a_fall_in_words_and_in_nats(fall, words, number):
    assert (in_words(fall), in_nats(fall)) == (words, number)


def test_marks_cut_the_text_and_all_of_it_is_escaped():
    assert with_marks("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"
    assert with_marks("a & c", []) == "a &amp; c"


def test_a_piece_that_is_pinned_in_the_answer_is_chosen_and_stays_so_when_it_is_let_go(model):
    run = made(model)
    sources = run.arms[0].rendered.sources
    at = AppTest.from_function(page, args=(run, 0), default_timeout=60)

    def hold(arm: str, source: str | None) -> int:
        pinned = {"arm": arm, "unit": "sentence", "target": None, "source": source}
        at.session_state[f"room-{run.id}"] = {"pinned": pinned if source else None}
        return pieces(calm(at.run())).value

    words = next(n for n, source in enumerate(sources) if source.kind is Kind.WORDS)
    first = hold("1", sources[words].id)
    assert first != words, "another answer's piece is not this one's"
    assert hold("0", sources[words].id) == words
    assert hold("0", None) == words
    calm(pieces(at).set_value(first).run())
    assert pieces(at).value == first
    assert hold("0", sources[words].id) == words
