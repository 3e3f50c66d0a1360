"""A run in the background: what it makes is kept and shown, and a fault reaches a person."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from anchoring.attribution.attention import with_attention
from anchoring.models.faults import ModelError
from anchoring.models.load import LanguageModel
from anchoring.models.types import Settings
from anchoring.prompting import compose
from anchoring.store import Store, StoreError
from anchoring.studies.job import _read, start
from anchoring.studies.run import attention_bytes, from_document, to_document
from tests.models.pairs import pair
from tests.models.tiny import tiny

PROMPTS = [compose("hello there"), compose("the parts are late")]


def finished(job):
    assert job.done.wait(60)
    return job


def test_a_job_generates_and_saves(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    job = finished(start(pair, PROMPTS, Settings(5), lambda r: store.save(to_document(r), attention_bytes(r))))
    assert job.saved
    assert job.problem is None
    assert job.run.id == job.id
    assert from_document(*store.load(job.id)).arms[1].text == job.run.arms[1].text
    assert [p.text for p in job.partials] == [a.text for a in job.run.arms]


def test_a_model_that_cannot_be_loaded_is_a_problem_in_words():
    def get_model():
        raise ModelError("There is no folder x.")

    job = finished(start(get_model, PROMPTS, Settings(5), pytest.fail))
    assert (job.problem, job.run, job.saved) == ("There is no folder x.", None, False)


def test_a_run_that_cannot_be_saved_is_kept_and_says_so():
    def save(run):
        raise StoreError("The run was not saved: database or disk is full.")

    job = finished(start(pair, PROMPTS, Settings(5), save))
    assert job.problem == "The run was not saved: database or disk is full."
    assert not job.saved
    assert len(job.run.arms) == 2


def test_a_fault_without_words_still_has_a_name():
    def save(run):
        raise KeyError

    assert finished(start(pair, PROMPTS, Settings(5), save)).problem == "KeyError"


def test_a_fault_while_generating_keeps_what_was_shown():
    class Failing:
        def __init__(self):
            self.steps = 0

        def __call__(self, *_):
            self.steps += 1
            if self.steps > 20:
                raise RuntimeError("cable pulled")

    model = pair()
    hook = model.hf.model.layers[0].register_forward_pre_hook(Failing())
    try:
        job = finished(start(lambda: model, PROMPTS[:1], Settings(60, temperature=1.0, seed=3), pytest.fail))
    finally:
        hook.remove()
    assert "cable pulled" in job.problem
    assert job.run is None
    assert job.partials[0].tokens > 5


def test_a_stopped_job_saves_what_it_has_as_partial():
    saved, begun = [], threading.Event()

    def pace(*_):
        begun.set()

    model = pair()
    hook = model.hf.model.layers[0].register_forward_pre_hook(pace)
    job = start(lambda: model, PROMPTS, Settings(300, temperature=1.0, seed=4), saved.append)
    assert begun.wait(30)
    job.stop.set()
    finished(job)
    hook.remove()
    assert job.run is saved[0]
    assert job.run.status == "partial"
    assert all(len(a.token_ids) < 300 for a in job.run.arms)


def test_jobs_at_once_keep_to_their_own():
    jobs = [start(pair, [p], Settings(15, temperature=1.0, seed=n), lambda r: None) for n, p in enumerate(PROMPTS * 2)]
    texts = [finished(job).run.arms[0].text for job in jobs]
    again = [
        finished(start(pair, [p], Settings(15, temperature=1.0, seed=n), lambda r: None)).run.arms[0].text
        for n, p in enumerate(PROMPTS * 2)
    ]
    assert texts == again


MANY = (compose("One thing. Another thing. A third thing. A fourth."),)  # pieces enough to check by


def checked(monkeypatch, expected: float):
    monkeypatch.setattr("anchoring.studies.job.expected_seconds", lambda model, arms, count=None: expected)
    saved = []
    return finished(start(pair, MANY, Settings(5), saved.append)), saved


def test_answers_are_tested_by_removal_where_that_is_quick_and_kept_before_and_after(monkeypatch):
    job, saved = checked(monkeypatch, 0.1)
    assert [run.arms[0].removal is None for run in saved] == [True, False]
    assert job.run is saved[-1]
    assert job.saved
    for arm in job.run.arms:
        assert arm.removal.shape == (len(arm.token_ids), len(arm.rendered.sources) + 1)
        assert arm.masked.shape == (len(arm.masks), len(arm.token_ids))


def test_what_is_measured_later_renews_the_run_and_never_saves_it_anew(monkeypatch):
    monkeypatch.setattr("anchoring.studies.job.expected_seconds", lambda model, arms, count=None: 0.0)
    saved, renewed = [], []
    job = finished(start(pair, MANY, Settings(5), saved.append, renew=renewed.append))
    assert ([run.arms[0].removal is None for run in saved], len(renewed)) == ([True], 1)
    assert renewed[0] is job.run


def test_random_removals_that_would_take_long_are_left_out(monkeypatch):
    monkeypatch.setattr(
        "anchoring.studies.job.expected_seconds", lambda model, arms, count=None: 0.0 if count is None else 60.0
    )
    job = finished(start(pair, MANY, Settings(5), lambda run: None))
    assert all(arm.removal is not None and arm.masks is None for arm in job.run.arms)


def test_answers_whose_test_would_take_long_are_left_untested(monkeypatch):
    job, saved = checked(monkeypatch, 60.0)
    assert len(saved) == 1
    assert all(arm.removal is None for arm in job.run.arms)


def test_a_stop_during_the_test_keeps_the_answers(monkeypatch):
    monkeypatch.setattr("anchoring.studies.job.expected_seconds", lambda model, arms, count=None: 0.0)
    saved, ready = [], threading.Event()

    def save(run):
        ready.wait(10)
        saved.append(run)
        job.stop.set()

    job = start(pair, PROMPTS, Settings(5), save)
    ready.set()
    finished(job)
    assert len(saved) == 1
    assert (job.problem, job.saved, job.run) == (None, True, saved[0])


def test_a_model_that_the_tap_cannot_read_has_its_attention_read_after_the_answer():
    model = LanguageModel(tiny("bloom", vocab_size=427), pair().tokenizer)
    assert not model.tapped
    job = finished(start(lambda: model, PROMPTS, Settings(5), lambda run: None))
    for arm in job.run.arms:
        tokens, layers, heads, columns = arm.attention.shape
        assert (tokens, layers, heads) == (len(arm.token_ids), 2, 4)
        assert columns == len(arm.rendered.sources) + 1
        assert abs(arm.attention.astype(float).sum(-1) - 1).max() < 0.01


def test_an_answer_without_a_token_takes_no_attention_from_the_others():
    model = LanguageModel(tiny("bloom", vocab_size=427), pair().tokenizer)
    run = finished(start(lambda: model, PROMPTS, Settings(5), lambda run: None)).run
    blank = [replace(arm, attention=None) for arm in run.arms]
    blank[0] = replace(blank[0], token_ids=(), token_ends=(), text="")
    empty, other = _read(with_attention, model, replace(run, arms=tuple(blank))).arms
    assert empty.attention is None
    assert np.array_equal(other.attention, run.arms[1].attention)
    assert not other.model.tapped
