"""Work in the background: its progress, its stop, and what reaches a person where it fails."""

import threading

from anchoring.models.faults import Cancelled
from anchoring.studies.work import begin


def test_a_result_and_its_progress_can_be_read():
    told, go = threading.Event(), threading.Event()

    def task(work):
        work.part(8)(4, 4)
        work.part(8)(3, 4)
        told.set()
        go.wait(10)
        return "done"

    work = begin(task)
    assert told.wait(10)
    assert (work.passes, work.of, work.share) == (7, 8, 7 / 8)
    assert not work.done.is_set()
    go.set()
    assert work.done.wait(10)
    assert (work.result, work.problem, work.stopped) == ("done", None, False)


def test_a_fault_is_a_problem_in_words():
    def task(work):
        raise ValueError("The model has changed.")

    work = begin(task)
    assert work.done.wait(10)
    assert (work.problem, work.result, work.stopped) == ("The model has changed.", None, False)


def test_a_stop_is_no_fault():
    def task(work):
        assert work.stop.wait(10)
        raise Cancelled

    work = begin(task)
    work.stop.set()
    assert work.done.wait(10)
    assert (work.problem, work.stopped) == (None, True)
