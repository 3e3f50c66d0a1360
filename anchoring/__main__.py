"""`python -m anchoring`: the command line."""

import sys

from anchoring.cli_complaints import interrupted


def start() -> int:
    """Runs the command line; the exit status. Ctrl-C may come while the libraries load, which takes a moment."""
    try:
        from anchoring.cli import main
    except KeyboardInterrupt:
        return interrupted()
    return main()


if __name__ == "__main__":
    sys.exit(start())
