"""A card as YAML that people can read and edit, and that reads back equal."""

from enum import Enum
from typing import Any

import yaml
from pydantic import BaseModel

from anchoring.scope.card import Scope

_OTHER_BREAKS = frozenset("\x85\u2028\u2029")  # YAML folds these like line ends where they are not quoted and escaped


class _Flow(list):
    """A list written on one line: `[a, b]`."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented under their key, as in the cards that ship."""
        return super().increase_indent(flow, False)


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if set(text) & _OTHER_BREAKS else "|" if _fits_a_block(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fits_a_block(text: str) -> bool:
    """Whether a literal block keeps the text to the letter: several plain lines, no blanks at their ends."""
    lines = text.split("\n")
    return len(lines) > 1 and all(line.isprintable() and line == line.strip() for line in lines)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(
    _Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)
)


def dump_scope(scope: Scope) -> str:
    """YAML in the schema's order, Unicode kept; `read_scope(dump_scope(scope), name) == scope`."""
    return yaml.dump(_data(scope), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _data(value: Any, name: str = "") -> Any:
    if isinstance(value, BaseModel):
        return {field: _data(getattr(value, field), field) for field in type(value).model_fields}
    if isinstance(value, dict):
        listed = _Flow if name == "phrases" else list
        return {str(key): listed(_data(item) for item in items) for key, items in value.items()}
    if isinstance(value, tuple | list):
        return [_data(item) for item in value]
    return str(value.value) if isinstance(value, Enum) else value
