"""From bytes that anyone may have written to a Scope, or to one clear ScopeError.

YAML is parsed with PyYAML's safe loader and nothing is ever built from a tag: every scalar stays text and the card's
schema turns it into numbers and dates. So `no` stays a word (and Norwegian), and `version: 0.10` keeps its nought.
"""

import re

import yaml
from pydantic import ValidationError

from anchoring.scope.card import Scope
from anchoring.scope.errors import ScopeError
from anchoring.scope.faults import describe, field_path

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_ALIASES = 8

_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in "str int float bool null timestamp seq map".split())
_NULL = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """The safe loader, which counts as it composes, so that nothing can nest or multiply before it is refused."""

    def __init__(self, source: str, name: str) -> None:
        super().__init__(source)
        self._file, self._depth, self._aliases = name, 0, 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node:
        event = self.peek_event()
        line = event.start_mark.line + 1
        self._aliases += isinstance(event, yaml.AliasEvent)
        if self._aliases > MAX_ALIASES:
            raise ScopeError(self._file, f"expected at most {MAX_ALIASES} aliases (*name)", line)
        opens = isinstance(event, yaml.CollectionStartEvent)
        self._depth += opens
        if self._depth > MAX_DEPTH:
            raise ScopeError(self._file, f"expected at most {MAX_DEPTH} levels of nesting", line)
        node = super().compose_node(parent, index)
        self._depth -= opens
        return node


def read_scope(text: str | bytes, name: str) -> Scope:
    """The card written in `text`; `name` is the file's name as messages give it.

    Raises ScopeError, and nothing else, on whatever is not a card: too large, not UTF-8, not YAML, too deep, with
    more than a few aliases, a key given twice, or not of the schema.
    """
    source = decode(text, name)
    root = _compose(source, name)
    if root is None:
        raise ScopeError(name, "expected a scope card, found an empty file")
    if not isinstance(root, yaml.MappingNode):
        raise ScopeError(
            name, f"expected fields such as 'id:' and 'title:' at the top, found {_kind(root)}", _line(root)
        )
    data = _plain(root, name, (), frozenset())
    try:
        return Scope.model_validate(data)
    except ValidationError as fault:
        raise _first_fault(fault, root, name) from None


def decode(text: str | bytes, name: str) -> str:
    """Text without a byte order mark; ScopeError where it is too large or not plain UTF-8."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    if len(raw) > MAX_BYTES:
        raise ScopeError(name, f"expected at most {MAX_BYTES // 1024} KiB, found {len(raw) / 1024:.0f} KiB")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScopeError(name, "expected UTF-8 text, found UTF-16; save the file as UTF-8")
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise ScopeError(name, "expected UTF-8 text, found bytes that are not; save the file as UTF-8", line) from None
    if "\0" in decoded:
        raise ScopeError(name, "expected text, found a binary file")
    return decoded


def _compose(source: str, name: str) -> yaml.Node | None:
    """The node tree of the one document in the file; None where it is empty."""
    try:
        return _compose_one(source, name)
    except ScopeError:
        raise
    except yaml.MarkedYAMLError as fault:
        raise _syntax_error(fault, source, name) from None
    except yaml.reader.ReaderError as fault:
        line = source.count("\n", 0, fault.position) + 1
        found = f"the control character U+{int(fault.character):04X}"
        raise ScopeError(name, f"expected text, found {found}", line) from None
    except (yaml.YAMLError, ValueError, IndexError, OverflowError) as fault:
        # PyYAML lets a few faults through as plain Python errors, such as an escape above U+10FFFF.
        raise ScopeError(name, f"expected YAML, but {_one_line(str(fault))}") from None


def _compose_one(source: str, name: str) -> yaml.Node | None:
    loader = _Loader(source, name)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _syntax_error(fault: yaml.MarkedYAMLError, source: str, name: str) -> ScopeError:
    mark = fault.problem_mark or fault.context_mark
    line = mark.line + 1 if mark else None
    lines = source.splitlines()
    here = lines[mark.line] if mark and mark.line < len(lines) else ""
    problem = _one_line(fault.problem or fault.context or "not YAML").removeprefix("but ")
    if re.match(r"\s*\t", here) or "'\\t'" in problem:
        return ScopeError(name, "expected spaces for indentation, found a tab", line)
    hint = ""
    if "mapping values are not allowed" in problem:
        hint = "; text that holds ': ' needs quotes around it"
    return ScopeError(name, f"expected YAML, but {problem}{hint}", line)


def _plain(node: yaml.Node, name: str, path: tuple, above: frozenset[int]) -> object:
    """Lists, dicts, text and None. A null field is left out, so that `reviewers:` means the default."""
    if id(node) in above:
        raise ScopeError(name, "expected a finite card, found an alias to a part that holds it", _line(node))
    if node.tag not in _PLAIN_TAGS:
        raise ScopeError(name, f"expected plain YAML, found the tag {node.tag!r}", _line(node), field_path(path))
    inside = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, name, (*path, i), inside) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, path, inside)
    return None if node.tag == _NULL else node.value


def _mapping(node: yaml.MappingNode, name: str, path: tuple, inside: frozenset[int]) -> dict[str, object]:
    fields: dict[str, object] = {}
    seen: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise ScopeError(name, "expected a plain word before the colon", _line(key_node), field_path(path))
        key = key_node.value
        here = (*path, key)
        if key in seen:
            raise ScopeError(name, "expected once, found a second time", _line(key_node), field_path(here))
        seen.add(key)
        value = _plain(value_node, name, here, inside)
        if value is not None:
            fields[key] = value
    return fields


def _first_fault(fault: ValidationError, root: yaml.Node, name: str) -> ScopeError:
    """The fault to mend first, and how many more there are."""
    faults = [(_line_of(root, error["loc"]), error) for error in fault.errors(include_url=False, include_context=True)]
    # Unknown fields come first: a misspelt name explains why the right one is missing.
    line, error = min(faults, key=lambda pair: (pair[1]["type"] != "extra_forbidden", pair[0]))
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return ScopeError(name, describe(error) + more, line, field_path(error["loc"]))


def _line_of(root: yaml.Node, loc: tuple) -> int:
    """The line, from 1, of the deepest part of `loc` that the file holds."""
    node, line = root, _line(root)
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                return line
            line, node = _line(found[0]), found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = _line(node)
        else:
            return line
    return line


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _kind(node: yaml.Node) -> str:
    return "a list" if isinstance(node, yaml.SequenceNode) else "bare text"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
