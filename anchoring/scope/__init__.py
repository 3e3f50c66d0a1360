"""Scope cards: the schema, safe reading and writing, the library of cards and the linter."""

from anchoring.scope.card import (
    Author,
    Change,
    Confidence,
    Contested,
    Cue,
    Limits,
    Reviewer,
    Role,
    Scope,
    Source,
    SourceType,
    Starter,
    Status,
    Voice,
    WinkTwitch,
)
from anchoring.scope.errors import ScopeError
from anchoring.scope.library import Library, Problem, load_library, load_scopes, read_file, user_scopes
from anchoring.scope.linter import lint
from anchoring.scope.reading import read_scope
from anchoring.scope.rules.finding import Finding
from anchoring.scope.saving import delete_scope, duplicate, save_scope
from anchoring.scope.signing import as_signed
from anchoring.scope.writing import dump_scope

__all__ = [
    "Author",
    "Change",
    "Confidence",
    "Contested",
    "Cue",
    "Finding",
    "Library",
    "Limits",
    "Problem",
    "Reviewer",
    "Role",
    "Scope",
    "ScopeError",
    "Source",
    "SourceType",
    "Starter",
    "Status",
    "Voice",
    "WinkTwitch",
    "as_signed",
    "delete_scope",
    "dump_scope",
    "duplicate",
    "lint",
    "load_library",
    "load_scopes",
    "read_file",
    "read_scope",
    "save_scope",
    "user_scopes",
]
