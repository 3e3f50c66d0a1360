"""A piece taken away or swapped: the changed prompt, the old answer under it, and the new one."""

import copy
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring import compose, generate, load_model
from anchoring.attribution import removable, with_removal
from anchoring.attribution.forcing import log_probabilities
from anchoring.attribution.swap import lines_on, passes, swapped, with_change
from anchoring.models.faults import Cancelled, ModelError
from anchoring.models.load import LanguageModel
from anchoring.models.render import RenderError, render
from anchoring.scope.library import load_scopes
from tests.models.pairs import pair

SCOPE = "japanese-b2b-decline"
WORDS = "Mori wrote 検討いたします, with our head in cc. Is that a yes? They said it in cc, twice."


@pytest.fixture(scope="module")
def prompt():
    return compose(WORDS, scope=load_scopes()[SCOPE], framing="card")


@pytest.fixture(scope="module")
def model():
    return load_model("bundled")


@pytest.fixture(scope="module")
def answer(model, prompt):
    return generate(model, [prompt], max_new_tokens=40, capture=False)[0]


def piece(prompt, source_id: str):
    return next(s for s in prompt.sources if s.id == source_id)


def test_a_cue_is_swapped_and_the_marks_around_it_stay(prompt):
    new = swapped(prompt, "cue:cc-head", " 社内で確認の上 ")
    assert piece(prompt, "cue:cc-head").text == "in cc. "
    assert piece(new, "cue:cc-head").text == "社内で確認の上. "
    assert new.words == WORDS.replace("in cc.", "社内で確認の上.")
    assert [s.id for s in new.sources] == [s.id for s in prompt.sources]
    assert (new.framing, new.scope, new.reasoning) == (prompt.framing, prompt.scope, prompt.reasoning)


def test_the_line_on_a_cue_is_found_unless_another_piece_shows_the_cue_too(prompt):
    assert lines_on(prompt, "cue:kentou") == {"framing:cue:kentou"}
    assert piece(prompt, "framing:cue:cc-head")
    twice = [s.id for s in prompt.sources if s.cue == "cc-head" and s.id.startswith("cue:")]
    assert len(twice) == 2
    assert not any(lines_on(prompt, source_id) for source_id in twice)
    assert lines_on(prompt.without({twice[0]}), twice[1]) == {"framing:cue:cc-head"}
    assert not any(lines_on(prompt, s.id) for s in prompt.sources if not s.id.startswith("cue:"))
    assert not lines_on(compose(WORDS), "cue:kentou")


@pytest.mark.parametrize("stop", "؟۔।")
def test_stops_of_other_scripts_end_a_sentence_too(prompt, stop):
    assert piece(swapped(prompt, "cue:cc-head", f"نه{stop}"), "cue:cc-head").text == f"نه{stop} "


@pytest.mark.parametrize(("text", "written"), [("really?", "really? "), ("really", "really. "), ("so…", "so… ")])
def test_no_sentence_ends_twice(prompt, text, written):
    assert piece(swapped(prompt, "cue:cc-head", text), "cue:cc-head").text == written


def test_the_other_cues_lie_where_their_phrases_are(prompt):
    new = swapped(prompt, "cue:kentou", "yes")
    assert [c.cue for c in new.cues] == ["cc-head", "cc-head"]
    assert all(new.words[c.start : c.end] == c.phrase for c in new.cues)


def test_a_framing_line_is_swapped_and_the_users_words_stay(prompt):
    new = swapped(prompt, "framing:setting", "Setting: a bicycle shop.")
    assert (new.words, new.cues) == (prompt.words, prompt.cues)
    assert piece(new, "framing:setting").text == "Setting: a bicycle shop.\n"


@given(st.data())
def test_a_swap_changes_one_piece_and_the_words_stay_those_of_the_message(prompt, data):
    before = data.draw(st.sampled_from(prompt.sources))
    text = data.draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip))
    new = swapped(prompt, before.id, text)
    assert text.strip() in piece(new, before.id).text
    assert [s for s in new.sources if s.id != before.id] == [s for s in prompt.sources if s.id != before.id]
    assert new.messages[-1].text == new.words
    assert all(new.words[c.start : c.end] == c.phrase for c in new.cues)


def test_a_piece_for_itself_is_no_change(prompt):
    assert all(swapped(prompt, s.id, s.text) == prompt for s in prompt.sources)


def test_a_prompt_that_lost_pieces_keeps_the_words_it_was_for(prompt):
    less = prompt.without({"cue:kentou"})
    new = swapped(less, "words:1", "He said ")
    assert (new.words, new.cues) == (less.words, less.cues)
    assert new.messages[-1].text.startswith("He said , with our head in cc. ")


@pytest.mark.parametrize("text", ["", " \n", "half \ud83d"])
def test_a_text_that_cannot_stand_there_is_refused(prompt, text):
    with pytest.raises(ValueError, match=r"nothing to put|half a character"):
        swapped(prompt, "cue:kentou", text)


@pytest.mark.parametrize("source_id", ["template:1", "first", "cue:none", ""])
def test_what_is_no_piece_of_the_prompt_is_refused(prompt, source_id):
    with pytest.raises(ValueError, match="has no piece"):
        swapped(prompt, source_id, "x")


def test_a_command_is_refused_where_it_would_be_read(answer, model, prompt):
    command = model.tokenizer.eos_token
    with pytest.raises(RenderError, match="reads as a command"):
        with_change(model, answer, swapped(prompt, "cue:kentou", f"yes {command} no"))


def test_taken_away_the_falls_are_those_of_removal(model, answer):
    falls = with_removal(model, answer).removal
    for n in removable(answer)[::5]:
        change = with_change(model, answer, answer.prompt.without({answer.rendered.sources[n].id}))
        assert change.falls.dtype == np.float32
        np.testing.assert_allclose(change.falls, falls[:, n], atol=3e-4)


def test_swapped_the_falls_are_of_the_old_answer_after_the_new_prompt(model, answer, prompt):
    change = with_change(model, answer, swapped(prompt, "cue:kentou", "we will pass"))
    new = render(change.prompt, model.tokenizer)
    assert "we will pass" in new.text
    before, after = (
        log_probabilities(model, [ids], answer.token_ids)[0] for ids in (answer.rendered.token_ids, new.token_ids)
    )
    np.testing.assert_allclose(change.falls, before - after, atol=3e-4)
    (alone,) = generate(model, [change.prompt], max_new_tokens=40, capture=False)
    assert (change.answer.text, change.answer.settings) == (alone.text, answer.settings)
    assert change.answer.attention is None


def test_the_same_prompt_gives_the_same_answer_even_when_drawn(model, prompt):
    (drawn,) = generate(model, [prompt], max_new_tokens=20, temperature=1.0, top_p=0.9, seed=7, capture=False)
    change = with_change(model, drawn, prompt)
    assert change.answer.token_ids == drawn.token_ids
    np.testing.assert_allclose(change.falls, 0, atol=3e-4)


def test_an_answer_of_no_token_has_no_fall_and_still_a_new_answer(model, answer, prompt):
    empty = replace(answer, token_ids=(), token_ends=(), text="", answer_span=(0, 0))
    change = with_change(model, empty, prompt)
    assert change.falls.shape == (0,)
    assert change.answer.text == answer.text


def test_a_text_that_leaves_no_room_for_the_old_answer_says_so(prompt):
    model = pair(max_position_embeddings=120)
    words = compose("Hello there, all of you.")
    (made,) = generate(model, [words], max_new_tokens=1, capture=False)
    made = replace(made, token_ids=(5,) * 60)
    with pytest.raises(ModelError, match="more than tiny llama can take"):
        with_change(model, made, swapped(words, "words:1", "late parts " * 24))


def test_progress_counts_the_passes_and_a_stop_ends_it(model, answer, prompt):
    told, stop = [], threading.Event()
    with_change(model, answer, prompt, on_progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1] == (passes(answer), passes(answer))
    with pytest.raises(Cancelled):  # while the new answer is written
        with_change(model, answer, prompt, stop=stop, on_progress=lambda done, of: done > 4 and stop.set())
    with pytest.raises(Cancelled):  # before anything
        with_change(model, answer, prompt, stop=stop)


def test_where_the_framing_stands_with_the_words_it_stays_there_without_a_piece():
    model = LanguageModel(pair(max_position_embeddings=2048).hf, copy.deepcopy(pair().tokenizer))
    model.tokenizer.chat_template = (  # rewrites the reasoning line, so that the framing goes before the words
        "{% for m in messages %}[{{ m.role }}]"
        "{{ m.content | replace('think>', '>') if m.role == 'system' else m.content }}{% endfor %}[answer]"
    )
    prompt = compose("It is late.", scope=load_scopes()[SCOPE], framing="perspective", reasoning="grounded")
    (made,) = generate(model, [prompt], max_new_tokens=4, capture=False)
    assert made.rendered.text.startswith("[user]")
    change = with_change(model, made, prompt.without({"reasoning"}))
    assert change.answer.rendered.text.startswith("[user]Answer with this in view")
    assert "[system]" not in change.answer.rendered.text
