"""What the commands say. All of it goes through here: text of cards, models and users is data, and steers no terminal.

Line breaks in it make no lines of their own where one thing is told on one line.
"""

import contextlib
import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but the tab and the line feed


class OutputError(Exception):
    """Standard output can't be written; the message says why."""


def say(text: str) -> None:
    """Text that may have several lines, on standard output."""
    _write(_CONTROL.sub("\ufffd", text))


def say_line(text: str) -> None:
    """One line on standard output, whatever breaks the text holds."""
    say(" ".join(text.splitlines()))


def say_json(value: Any) -> None:
    """One JSON value on one line. What could steer a terminal stands in it as an escape, and so reads back the same."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    _write(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def tell(text: str) -> None:
    """One line on standard error, beside what a command gives back."""
    _aside(_CONTROL.sub("\ufffd", " ".join(text.split())) + "\n")


@contextlib.contextmanager
def counting(of: int, things: str) -> Iterator[Callable[[int], None]]:
    """Gives what tells, on one line of standard error that is written anew, how many are done."""

    def told(done: int) -> None:
        _aside(f"\r{done} of {of} {things}")

    told(0)
    try:
        yield told
    finally:
        _aside("\n")


def finish() -> None:
    """Writes what is still held back, while a fault can be told."""
    if sys.stdout is not None:
        with _writing():
            sys.stdout.flush()


def abandon() -> None:
    """Lets go of what can't be written, which would be tried once more at the very end, with a traceback."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(text: str) -> None:
    with _writing():
        if sys.stdout is None:  # closed by whoever started this
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        print(text)


def _aside(text: str) -> None:
    with contextlib.suppress(OSError):  # nobody is left who could be told
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise OutputError(f"The output can't be written: {fault.strerror or fault}.") from fault
