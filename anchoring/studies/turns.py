"""Turns at the machine: a room full of people presses Run at once, and models would slow and starve each other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anchoring.models.faults import Cancelled

AT_ONCE = 2  # one long answer keeps nobody waiting, and a third would slow both
_LOOK_SECONDS = 0.1
_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(stop: threading.Event, waiting: Callable[[bool], None]) -> Iterator[None]:
    """Around what runs a model; waits until fewer than AT_ONCE others do. `waiting` is told when that begins and ends.

    Raises Cancelled where `stop` is set before the turn has come. What holds a turn must not ask for another.
    """
    if not _turns.acquire(blocking=False):
        waiting(True)
        try:
            while not _turns.acquire(timeout=_LOOK_SECONDS):
                if stop.is_set():
                    raise Cancelled
        finally:
            waiting(False)
    try:
        yield
    finally:
        _turns.release()
