"""How the commands end early: one line, and the exit status that goes with it."""

from anchoring.cli_output import tell

PROGRAM = "python -m anchoring"
REFUSED = 2
"""Exit status for a bad argument, scope or model, and for a file that can't be read or written."""
INTERRUPTED = 130


def complain(message: object) -> int:
    """One line on standard error, whatever breaks the message holds; the exit status that goes with it."""
    tell(f"error: {message}")
    return REFUSED


def interrupted() -> int:
    """Ctrl-C, told in one line; the exit status that goes with it."""
    tell("stopped by hand")
    return INTERRUPTED
