"""Reports of a run that travel: one JSON document, one HTML page. The names load what they need when first used."""

from importlib import import_module

_HOMES = {"run_html": "anchoring.report.page", "run_json": "anchoring.report.document"}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'anchoring.report' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
