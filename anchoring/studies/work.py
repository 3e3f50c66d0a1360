"""Work in the background, with progress and a stop: measuring goes on whatever becomes of the page that asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anchoring.studies.turns import turn


@dataclass(eq=False)
class Work:
    """Read by pages in other threads. `result` is there once `done` is set, unless there is a `problem`.

    `problem` is a message for people; it is None where the work was stopped. `waiting`: others come first.
    """

    passes: int = 0
    of: int = 0
    result: Any = None
    problem: str | None = None
    waiting: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def progress(self, passes: int, of: int) -> None:
        """For `on_progress` of what runs."""
        self.passes, self.of = passes, of

    def part(self, whole: int) -> Callable[[int, int], None]:
        """For `on_progress` of the next of several tasks, one after the other, that take `whole` passes together."""
        before = self.passes
        return lambda passes, _: self.progress(before + passes, whole)

    @property
    def share(self) -> float:
        """Of the passes, those that are done, 0 to 1."""
        return min(1.0, self.passes / self.of) if self.of else 0.0

    @property
    def stopped(self) -> bool:
        return self.done.is_set() and self.result is None and self.problem is None


def begin(task: Callable[[Work], Any]) -> Work:
    """Starts `task` in a thread of its own; it is given the Work, to tell its progress and to heed its stop."""
    work = Work()
    threading.Thread(target=_run, args=(work, task), daemon=True, name="measuring").start()
    return work


def _run(work: Work, task: Callable[[Work], Any]) -> None:
    try:
        with turn(work.stop, lambda waits: setattr(work, "waiting", waits)):
            work.result = task(work)
    except Exception as error:  # a thread's fault must reach a person, whatever it is
        if not work.stop.is_set():
            work.problem = str(error) or type(error).__name__
    finally:
        work.done.set()
