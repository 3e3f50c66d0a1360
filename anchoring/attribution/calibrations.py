"""Where calibrations are kept: beside the bundled model, and in the user's folder for others."""

import hashlib
import os
import tempfile
from pathlib import Path

from anchoring.attribution.calibrated import Calibration, from_json
from anchoring.home import home
from anchoring.models.catalogue import BUNDLED, BUNDLED_FOLDER
from anchoring.models.types import ModelInfo

SHIPPED = BUNDLED_FOLDER / "calibration.json"


def kept(info: ModelInfo) -> Calibration | None:
    """The calibration of exactly these weights; None where there is none, or it can't be read."""
    shipped = (lambda: SHIPPED,) if info.id == BUNDLED else ()
    for place in (lambda: _path(info.id, info.revision), *shipped):
        try:
            found = from_json(place().read_text("utf-8"))
        except (OSError, ValueError):  # a home that is none among them
            continue
        if found.revision == info.revision:
            return found
    return None


def make_ready(path: Path | None = None) -> None:
    """Makes the folder in which `keep` will write. ValueError where it could not: to be asked before long work."""
    folder = _folder() if path is None else path.parent
    try:
        if path is not None and path.exists() and not path.is_file():
            raise ValueError(f"{path} is no file: name the file to write.")
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as fault:
        raise ValueError(f"Nothing can be written in {folder}: {fault.strerror or fault}.") from fault


def keep(calibration: Calibration, path: Path | None = None) -> Path:
    """Writes it to the user's folder, or to `path`; returns where. A fault leaves what was there before whole."""
    path = path or _path(calibration.model, calibration.revision)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(f"{calibration.to_json()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def _folder() -> Path:
    return home() / "calibrations"


def _path(model: str, revision: str) -> Path:
    """A model's name may be a path: only its hash becomes part of ours."""
    name = hashlib.sha256(f"{model}\n{revision}".encode()).hexdigest()[:24]
    return _folder() / f"{name}.json"
