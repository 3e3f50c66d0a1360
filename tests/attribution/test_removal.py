"""Removal: the measured fall of an answer's log-probability without a piece of its prompt."""

import copy
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from anchoring import compose, generate, load_model
from anchoring.attribution import (
    Attribution,
    attribute,
    forcing,
    matters,
    removable,
    target_tokens,
    targets,
    with_removal,
)
from anchoring.attribution.forcing import log_probabilities
from anchoring.attribution.removal import expected_seconds, passes
from anchoring.models.faults import Cancelled
from anchoring.models.render import render
from anchoring.models.types import THOUGHT, Source
from anchoring.prompting.segments import Kind
from anchoring.scope.library import load_scopes
from tests.attribution.runs import plain_pass

SCOPE = "tehran-shop-payment"


@pytest.fixture(scope="module")
def model():
    return load_model("bundled")


@pytest.fixture(scope="module")
def answer(model):
    scope = load_scopes()[SCOPE]
    prompt = compose(scope.starters[0].prompt, scope=scope, framing="card")
    (made,) = generate(model, [prompt], max_new_tokens=40, capture=False)
    return with_removal(model, made)


def test_a_batch_scores_as_single_passes_do(model, answer):
    ids = answer.rendered.token_ids
    prompts = [ids, ids[:50], ids[: len(ids) // 2], ids[:7]]
    rows = log_probabilities(model, prompts, answer.token_ids)
    for row, prompt in zip(rows, prompts, strict=True):
        np.testing.assert_allclose(row, plain_pass(model, prompt, answer.token_ids), atol=2e-4)


def test_what_prompts_begin_with_is_run_once(model, answer):
    ids = answer.rendered.token_ids
    prompts = [(*ids, *ids[n : n + 3]) for n in range(5)]
    run = []
    hook = model.hf.base_model.register_forward_pre_hook(
        lambda _, args, given: run.append(given["input_ids"].numel()), with_kwargs=True
    )
    try:
        rows = log_probabilities(model, prompts, answer.token_ids)
    finally:
        hook.remove()
    assert sum(run) < len(ids) + 5 * (len(answer.token_ids) + 8)
    for row, prompt in zip(rows, prompts, strict=True):
        np.testing.assert_allclose(row, plain_pass(model, prompt, answer.token_ids), atol=2e-4)


def test_a_source_scores_the_fall_without_it_rendered_anew(model, answer):
    n = removable(answer)[0]
    source = answer.rendered.sources[n]
    without = render(answer.prompt.without({source.id}), model.tokenizer)
    assert source.text not in without.text
    before = plain_pass(model, answer.rendered.token_ids, answer.token_ids)
    after = plain_pass(model, without.token_ids, answer.token_ids)
    np.testing.assert_allclose(answer.removal[:, n], before - after, atol=3e-4)


def test_the_template_is_never_removed_and_everything_given_is(answer):
    kinds = [source.kind.value for source in answer.rendered.sources]
    tested = ~np.isnan(answer.removal).any(0)
    assert tested.tolist() == [*(kind != "template" for kind in kinds), False]  # and there was no thought
    assert set(np.flatnonzero(tested)) == set(removable(answer))


@pytest.fixture
def scored(model, answer, monkeypatch):
    """Texts of all prompts that a removal test scores an answer after, by the chat template then and now."""
    tokenizer, texts = copy.deepcopy(model.tokenizer), []

    def score(_, prompts, token_ids, **_how):
        texts.extend(map(tokenizer.decode, prompts))
        return np.zeros((len(prompts), len(token_ids)), np.float32)

    monkeypatch.setattr(forcing, "log_probabilities", score)

    def run(then: str, now: str) -> list[str]:
        tokenizer.chat_template = then
        scope = load_scopes()[SCOPE]
        prompt = compose(answer.prompt.words, scope=scope, framing="card", reasoning="grounded")
        middle = answer.token_ends[10]
        spans = {"thought_span": (0, middle), "answer_span": (middle, len(answer.text))}
        made = replace(answer, prompt=prompt, rendered=render(prompt, tokenizer), **spans)
        tokenizer.chat_template = now
        with_removal(SimpleNamespace(tokenizer=tokenizer), made)
        assert len(texts) == passes(made)
        return texts

    return run


def test_a_removal_leaves_the_rest_where_it_was(scored):
    rewrites = (
        "{% for m in messages %}[{{ m.role }}]"
        "{{ m.content | replace('think>', '>') if m.role == 'system' else m.content }}{% endfor %}[answer]"
    )
    texts = scored(rewrites, rewrites)
    assert all(text.startswith("[user]") and "[system]" not in text for text in texts)


def test_a_date_that_the_template_writes_is_the_same_with_and_without_a_piece_or_the_thought(scored):
    turns = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[answer]"
    texts = scored(f"Today is Monday.{turns}", f"Today is Tuesday.{turns}")
    assert {text.split(".")[0] for text in texts} == {"Today is Tuesday"}


def test_a_target_s_score_is_the_sum_over_its_tokens(answer):
    whole, sentences = (attribute(None, answer, "removal", unit=unit) for unit in ("answer", "sentence"))
    assert (whole.method, whole.signed, whole.sources) == ("removal", True, answer.rendered.sources)
    which = list(removable(answer))
    np.testing.assert_allclose(sentences.scores[:, which].sum(0), whole.scores[0, which], atol=1e-3)


def test_the_thought_is_a_source_of_the_answer(model):
    scope = load_scopes()[SCOPE]
    prompt = compose(scope.starters[0].prompt, scope=scope, framing="card", reasoning="grounded")
    (made,) = generate(model, [prompt], max_new_tokens=90, capture=False)
    tested = with_removal(model, made)
    thought, answers = (
        [n for t in targets(made) if t.part == part for n in target_tokens(made, t)] for part in ("thought", "answer")
    )
    assert thought
    assert answers
    assert np.isnan(tested.removal[thought, -1]).all()
    left = [token for n, token in enumerate(made.token_ids) if n not in thought]
    before = plain_pass(model, made.rendered.token_ids, made.token_ids)[answers]
    after = plain_pass(model, made.rendered.token_ids, left)[-len(made.token_ids) + answers[0] :][: len(answers)]
    np.testing.assert_allclose(tested.removal[answers, -1], before - after, atol=1e-3)
    assert attribute(None, tested, "removal").sources[-1] is THOUGHT


def test_two_like_cues_that_stand_for_each_other_fall_alike(model):
    """The planted truth: equal pieces, of which either can go."""
    prompt = compose("the same line. the same line. the same line.", scope=None, framing="none")
    (made,) = generate(model, [prompt], max_new_tokens=6, capture=False)
    falls = with_removal(model, made).removal
    which = [n for n in removable(made) if "the same line" in made.rendered.sources[n].text]
    assert len(which) == 3
    np.testing.assert_allclose(falls[:, which[0]], falls[:, which[1]], atol=1e-4)


def test_removing_all_words_leaves_a_whole_template(model):
    prompt = compose("Hello there.", scope=None, framing="none")
    (made,) = generate(model, [prompt], max_new_tokens=4, capture=False)
    tested = with_removal(model, made)
    assert np.isfinite(tested.removal[:, list(removable(tested))]).all()


def test_without_a_model_nothing_is_made_up(answer):
    with pytest.raises(ValueError, match="give the model"):
        attribute(None, replace(answer, removal=None), "removal")


def test_progress_counts_the_passes_and_a_stop_ends_it(model, answer):
    told, stop = [], threading.Event()
    with_removal(model, answer, on_progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (passes(answer), passes(answer))
    stop.set()
    with pytest.raises(Cancelled):
        with_removal(model, answer, stop=stop)


def test_the_cost_is_a_time_and_grows_with_the_answers(model, answer):
    assert expected_seconds(model, [answer]) > 0
    empty = replace(answer, token_ids=(), removal=None)
    assert expected_seconds(model, [empty]) == 0
    longer = replace(empty, rendered=replace(empty.rendered, token_ids=empty.rendered.token_ids * 9))
    assert expected_seconds(model, [longer, answer]) > 0


@pytest.mark.parametrize(
    ("falls", "rests"),
    [
        ({"late": 8.0, "boss": 1.9}, {"late"}),  # six times less likely, yet less than a quarter of the strongest
        ({"late": 8.0, "boss": 2.0}, {"late", "boss"}),
        ({"late": 0.69}, set()),
        ({"late": 0.7}, {"late"}),
        ({"late": -9.0, "boss": 0.7}, {"boss"}),
        ({"boss": 3.0, "thought": 20.0}, {"boss", "thought"}),  # the thought is no measure for the pieces
    ],
)
def test_a_target_rests_on_what_halves_it_and_does_a_quarter_of_the_strongest(falls, rests):
    words = ("late", "boss", "shop")
    pieces = (*(Source(f"w{n}", Kind.WORDS, word, n, n + 1) for n, word in enumerate(words)), THOUGHT)
    names = (*words, "thought")
    scores = np.array([[falls.get(name, np.nan) for name in names]], np.float32)
    (found,) = matters(Attribution("removal", scores, (), pieces, "", True))
    assert {name for name, rests_on in zip(names, found, strict=True) if rests_on} == rests
