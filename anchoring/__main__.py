"""`python -m anchoring`: the command line."""

import sys

from anchoring.cli import main

if __name__ == "__main__":
    sys.exit(main())
