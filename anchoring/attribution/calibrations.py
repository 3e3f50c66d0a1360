"""Where calibrations are kept: beside the bundled model, and in the user's folder for others."""

import hashlib
from pathlib import Path

from anchoring.attribution.calibrated import Calibration, from_json
from anchoring.home import home
from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER
from anchoring.models.types import ModelInfo

SHIPPED = BUNDLED_FOLDER / "calibration.json"


def kept(info: ModelInfo) -> Calibration | None:
    """The calibration of exactly these weights; None where there is none, or it can't be read."""
    for path in (_path(info.id, info.revision), *((SHIPPED,) if info.id == BUNDLED else ())):
        try:
            found = from_json(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if found.revision == info.revision:
            return found
    return None


def keep(calibration: Calibration, path: Path | None = None) -> Path:
    """Writes it to the user's folder, or to `path`; returns where."""
    path = path or _path(calibration.model, calibration.revision)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(calibration.to_json() + "\n", "utf-8")
    return path


def _path(model: str, revision: str) -> Path:
    """A model's name may be a path: only its hash becomes part of ours."""
    name = hashlib.sha256(f"{model}\n{revision}".encode()).hexdigest()[:24]
    return home() / "calibrations" / f"{name}.json"
