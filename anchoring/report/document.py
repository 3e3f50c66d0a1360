"""A run as one JSON document: all that is needed to repeat it, and what each sentence looked at."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from math import isnan
from typing import Any

from anchoring.attribution import Attribution, attribute
from anchoring.models.types import Generation
from anchoring.report.scores import place
from anchoring.studies.run import Run, to_document

APP_VERSION = "0.1.0"
_LIBRARIES = ("torch", "transformers", "tokenizers", "numpy")


def run_json(run: Run) -> str:
    """The run's document, with `attention` and `removal` on every arm and the versions that wrote it.

    `from_document` reads it too.
    """
    whole = to_document(run)
    for arm, generation in zip(whole["arms"], run.arms, strict=True):
        arm["attention"] = _scores(generation, traced(generation))
        tested = None if generation.removal is None else attribute(None, generation, "removal")
        arm["removal"] = _scores(generation, tested)
    whole["exported_with"] = versions()
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)


def traced(generation: Generation, unit: str = "sentence") -> Attribution | None:
    """What each target looked at; None where no attention was kept."""
    if generation.attention is None or not generation.attention.size:
        return None
    return attribute(None, generation, "attention", unit=unit)


def versions() -> dict[str, str | None]:
    """Of this app, Python and the libraries that decide which tokens come out; None for one that is not installed."""
    return {"app": APP_VERSION, "python": platform.python_version()} | {name: _version(name) for name in _LIBRARIES}


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _scores(generation: Generation, found: Attribution | None) -> dict[str, Any] | None:
    """Scores [sentences, sources], None where there is none; targets by offsets in the stripped thought or answer."""
    if found is None:
        return None
    targets = []
    for target in found.targets:
        start, end = place(generation, target)
        targets.append({"text": target.text, "start": start, "end": end, "part": target.part})
    return {
        "unit": found.unit,
        "sources": [source.id for source in found.sources],
        "targets": targets,
        "scores": [[None if isnan(score) else round(float(score), 6) for score in row] for row in found.scores],
    }
