"""Where this user's own things are kept."""

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of this user's scopes and runs: ANCHORING_HOME, or the platform's place for application data."""
    return Path(os.environ.get("ANCHORING_HOME") or platformdirs.user_data_dir("prompt-anchoring", appauthor=False))
