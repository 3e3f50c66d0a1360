"""The commands about scope cards: lint and scopes."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from anchoring.cli_complaints import REFUSED, complain
from anchoring.cli_output import say_line, tell
from anchoring.scope import Finding, ScopeError, lint, load_library, read_scope
from anchoring.scope.reading import MAX_BYTES

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def lint_files(files: Sequence[str]) -> int:
    """Prints the findings of each file, the rest too where one can't be read; the exit status."""
    counts, unreadable = Counter(), False
    for file in files:
        try:
            with Path(file).open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except (OSError, ValueError) as fault:  # ValueError: a NUL in the name
            complain(f"{file} can't be read: {getattr(fault, 'strerror', None) or fault}")
            unreadable = True
            continue
        counts.update(_lint_one(file, raw))
    if unreadable:
        return REFUSED
    found = f"{_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}"
    say_line(f"{_count(len(files), 'file')}: {found}")
    return 1 if counts["error"] else 0


def _lint_one(file: str, raw: bytes) -> list[str]:
    """Prints one file's findings; the severity of each. A file that is no card has one error, without a rule."""
    try:
        findings = lint(read_scope(raw, file))
    except ScopeError as fault:
        where = file if fault.line is None else f"{file}:{fault.line}"
        say_line(f"{where}: error: not a card: {': '.join(part for part in (fault.field, fault.expected) if part)}")
        return ["error"]
    root = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)  # nodes only, and read_scope has passed it
    for finding in findings:
        say_line(_line(file, _line_number(root, finding.place), finding))
    return [finding.severity for finding in findings]


def _line(file: str, number: int | None, finding: Finding) -> str:
    where = file if number is None else f"{file}:{number}"
    rule = f"rule {finding.rule} ({finding.name})"
    return f"{where}: {finding.severity}: {rule}: {finding.place}: {finding.message}. Instead: {finding.instead}"


def _line_number(root: yaml.Node, place: str) -> int | None:
    """The line, from 1, of the deepest part of `place` that the file holds; None where it holds none of it."""
    node, line = root, None
    for index, key in _STEP.findall(place):
        if isinstance(node, yaml.MappingNode) and key:
            found = next(((name, value) for name, value in node.value if name.value == key), None)
        elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            found = (node.value[int(index)],) * 2
        else:
            return line
        if found is None:
            return line
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def list_scopes() -> int:
    """One line a card: id, status, title; files that are no card are named on standard error."""
    library = load_library()
    width = max((len(scope_id) for scope_id in library.scopes), default=0)
    for scope in library.scopes.values():
        own = ", yours" if scope.id in library.own else ""
        say_line(f"{scope.id:<{width}}  {scope.title} ({scope.status}{own})")
    for problem in library.problems:
        tell(f"left out: {problem.message}")
    return 0


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
