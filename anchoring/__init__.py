"""Prompt anchoring: from scoped, sourced prompts to answers whose every part is traced back to its sources.

The names here are the public face; they load what they need when they are first used, so that importing the package
costs nothing (torch takes seconds).
"""

from importlib import import_module

_HOMES = {
    "Scope": "anchoring.scope",
    "load_scopes": "anchoring.scope",
    "lint": "anchoring.scope",
    "compose": "anchoring.prompting",
    "Prompt": "anchoring.prompting",
    "LanguageModel": "anchoring.models.load",
    "load_model": "anchoring.models.load",
    "ModelError": "anchoring.models.faults",
    "generate": "anchoring.models.generate",
    "Generation": "anchoring.models.types",
    "attribute": "anchoring.attribution",
    "Attribution": "anchoring.attribution",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'anchoring' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
