"""What the schema's faults are called in plain words."""

import difflib
from typing import Any, get_args

from pydantic import BaseModel

from anchoring.scope.card import Scope

_KINDS = {
    "string_type": "text (put quotes around a word such as null)",
    "tuple_type": "a list (lines that start with '- ')",
    "dict_type": "fields of its own (lines such as 'name: text')",
    "model_type": "fields of its own (lines such as 'name: text')",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_parsing_size": "a whole number",
    "bool_parsing": "true, false or nothing",
    "bool_type": "true, false or nothing",
    "date_type": "a date such as 2027-05-31",
    "date_parsing": "a date such as 2027-05-31",
    "date_from_datetime_parsing": "a date such as 2027-05-31",
    "date_from_datetime_inexact": "a date such as 2027-05-31, without a time",
    "string_unicode": "text of whole characters, not half of a surrogate pair",
}
_PATTERNS = {
    "id": "small letters a to z, digits and hyphens, such as work-chat",
    "version": "a version such as 0.1 or 1.2.3",
    "language": "a BCP 47 language tag such as en, pt-BR or zh-Hant",
    "phrases": "a BCP 47 language tag such as en, pt-BR or zh-Hant",
}


def field_path(loc: tuple[str | int, ...]) -> str:
    """`("cues", 2, "subtext")` as `cues[2].subtext`; pydantic's own `[key]` marks are dropped."""
    path = ""
    for step in loc:
        if step == "[key]":
            continue
        shown = step if isinstance(step, int) else _short(step)
        path += f"[{shown}]" if isinstance(step, int) else f".{shown}" if path else str(shown)
    return path


def describe(error: dict[str, Any]) -> str:
    """What was expected, for one of pydantic's errors, and where it helps what was found."""
    kind, context, loc = error["type"], error.get("ctx", {}), error["loc"]
    if kind == "extra_forbidden":
        return _unknown_field(loc)
    if kind == "missing":
        return "expected, but missing or empty"
    if kind == "enum":
        return f"expected {context['expected']}, found {_found(error)}"
    if kind == "string_pattern_mismatch":
        names = [step for step in loc if step in _PATTERNS]
        wanted = _PATTERNS[names[-1]] if names else f"text like {context['pattern']}"
        return f"expected {wanted}, found {_found(error)}"
    if kind == "string_too_short":
        return "expected some text, found none"
    if kind == "string_too_long":
        return f"expected at most {context['max_length']} characters, found {len(error['input'])}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"expected a year from 1500 to 2100, found {_found(error)}"
    if kind == "value_error":
        return f"expected {context['error']}"
    wanted = _KINDS.get(kind)
    return f"expected {wanted}, found {_found(error)}" if wanted else f"expected otherwise: {error['msg']}"


def _unknown_field(loc: tuple[str | int, ...]) -> str:
    known = _fields_at(loc[:-1])
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    return f"expected one of the fields {', '.join(known)}{guess}"


def _fields_at(loc: tuple[str | int, ...]) -> list[str]:
    model: Any = Scope
    for step in loc:
        if isinstance(step, str):
            annotation = model.model_fields[step].annotation
            inner = [part for part in get_args(annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
            model = inner[0] if inner else annotation
    return list(model.model_fields)


def _found(error: dict[str, Any]) -> str:
    value = error["input"]
    if isinstance(value, dict):
        return "fields"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(_short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
