"""Where this user's own things are kept."""

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of this user's scopes and runs: ANCHORING_HOME, or the platform's place for application data.

    A `~` is read here too, for not every program that sets a variable has a shell to do it.
    """
    named = os.environ.get("ANCHORING_HOME", "").strip()
    return Path(named).expanduser() if named else platformdirs.user_data_path("prompt-anchoring", appauthor=False)
