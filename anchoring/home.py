"""Where this user's own things are kept."""

import os
from pathlib import Path

import platformdirs


class HomeError(ValueError):
    """ANCHORING_HOME names no folder; the message says what to do."""


def home() -> Path:
    """The folder of this user's scopes and runs: ANCHORING_HOME, or the platform's place for application data.

    A `~` is read here too, for not every program that sets a variable has a shell to do it. HomeError where it stands
    for nobody's folder.
    """
    named = os.environ.get("ANCHORING_HOME", "").strip()
    if not named:
        return platformdirs.user_data_path("prompt-anchoring", appauthor=False)
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise HomeError(
            f"ANCHORING_HOME is {named}, and {Path(named).parts[0]} is nobody's folder on this machine: "
            "set it to the whole path of a folder."
        ) from error
