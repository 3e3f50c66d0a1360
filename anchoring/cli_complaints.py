"""How the commands refuse: one line, and the exit status that goes with it."""

import sys

PROGRAM = "python -m anchoring"
REFUSED = 2
"""Exit status for a bad argument, scope or model, and for a file that can't be read."""


def complain(message: object) -> int:
    """One line on standard error, whatever breaks the message holds; the exit status that goes with it."""
    print(f"error: {' '.join(str(message).split())}", file=sys.stderr)
    return REFUSED
