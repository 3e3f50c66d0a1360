"""Turns: no more than a few run models at once, whoever waits is told so and can stop, and nothing is lost."""

import threading

import pytest

from anchoring.models.types import Settings
from anchoring.prompting import compose
from anchoring.studies.job import start
from anchoring.studies.turns import AT_ONCE, turn
from anchoring.studies.work import begin
from tests.models.pairs import pair


@pytest.fixture
def full():
    """All turns are taken; set the event to give them back."""
    go, taken = threading.Event(), []

    def hold(work):
        taken.append(work)
        go.wait(30)
        return "held"

    works = [begin(hold) for _ in range(AT_ONCE)]
    while len(taken) < AT_ONCE:
        threading.Event().wait(0.01)
    yield go
    go.set()
    assert all(work.done.wait(10) for work in works)


def waited_for(thing) -> None:
    for _ in range(200):
        if thing.waiting:
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never waited")


def test_a_work_waits_for_its_turn_and_then_runs(full):
    work = begin(lambda work: work.waiting)
    waited_for(work)
    assert not work.done.is_set()
    full.set()
    assert work.done.wait(10)
    assert (work.result, work.waiting) == (False, False)


def test_a_run_waits_for_its_turn_says_so_and_is_then_written(full):
    job = start(pair, [compose("hello")], Settings(3), lambda run: None)
    waited_for(job)
    assert job.partials == ()
    full.set()
    assert job.done.wait(60)
    assert (job.problem, job.saved, job.waiting) == (None, True, False)


def test_who_waits_can_stop(full):
    job, work = start(pair, [compose("hello")], Settings(3), pytest.fail), begin(pytest.fail)
    waited_for(job)
    waited_for(work)
    job.stop.set()
    work.stop.set()
    assert job.done.wait(10)
    assert work.done.wait(10)
    assert job.problem == "Stopped before the answers were begun: press Run to start again."
    assert work.stopped


def test_a_fault_gives_the_turn_back():
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ValueError, match="no"), turn(threading.Event(), lambda waits: None):
            raise ValueError("no")
