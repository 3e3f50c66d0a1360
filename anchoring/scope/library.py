"""The cards at hand: those that ship in scopes/ and the user's own. A bad file is reported, never in the way."""

import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anchoring.home import HomeError, home
from anchoring.scope.card import Scope
from anchoring.scope.errors import ScopeError
from anchoring.scope.reading import MAX_BYTES, read_scope

SHIPPED = Path(__file__).resolve().parents[2] / "scopes"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Problem:
    """Why one file is not among the cards; `message` names the file and is fit to be shown."""

    path: Path
    message: str


@dataclass(frozen=True)
class Library:
    """Cards by id, shipped ones first; `own` are the ids that come from the user's folder."""

    scopes: dict[str, Scope]
    problems: tuple[Problem, ...]
    own: frozenset[str]


def user_scopes() -> Path:
    """The user's folder of cards."""
    return home() / "scopes"


def load_library(folder: Path | str | None = None, user_folder: Path | str | None = None) -> Library:
    """Every readable card of the shipped folder and of the user's, with a Problem for each file that is not one."""
    shipped, problems = _load_folder(Path(folder) if folder is not None else SHIPPED)
    own, own_problems = _load_own(user_folder)
    problems += own_problems
    scopes = {scope.id: scope for _, scope in shipped}
    kept = set()
    for path, scope in own:
        if scope.id in scopes:
            expected = f"{scope.id!r} is a card that ships with the program; give yours another id"
            problems.append(_problem(path, expected, "id"))
            continue
        scopes[scope.id] = scope
        kept.add(scope.id)
    return Library(scopes, tuple(problems), frozenset(kept))


def _load_own(user_folder: Path | str | None) -> tuple[list[tuple[Path, Scope]], list[Problem]]:
    try:
        return _load_folder(Path(user_folder) if user_folder is not None else user_scopes())
    except HomeError as fault:
        return [], [Problem(Path("ANCHORING_HOME"), str(fault))]


def load_scopes(folder: Path | str | None = None, user_folder: Path | str | None = None) -> dict[str, Scope]:
    """The cards by id; see `load_library` for what could not be read."""
    return load_library(folder, user_folder).scopes


def shipped_ids(folder: Path | str | None = None) -> frozenset[str]:
    """The ids that the program's own cards hold, which a user's card may not take."""
    shipped, _ = _load_folder(Path(folder) if folder is not None else SHIPPED)
    return frozenset(scope.id for _, scope in shipped)


def read_file(path: Path | str) -> Scope:
    """One card from a file; ScopeError where it is no regular file, too large, unreadable or not a card."""
    path = Path(path)
    try:
        if path.is_symlink():
            raise ScopeError(path.name, "expected a file, found a link; copy the card itself here")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ScopeError(path.name, "expected a file, found something else")
        if found.st_size > MAX_BYTES:
            size = f"{found.st_size / 1024:.0f} KiB"
            raise ScopeError(path.name, f"expected at most {MAX_BYTES // 1024} KiB, found {size}")
        return _parsed(path, found.st_ino, found.st_mtime_ns, found.st_size)
    except OSError as fault:
        raise ScopeError(path.name, f"cannot be read: {fault.strerror or fault}") from None


@lru_cache(maxsize=512)
def _parsed(path: Path, inode: int, mtime_ns: int, size: int) -> Scope:
    """A page reads the library on every click; a file is parsed again only when it is another or was changed."""
    with path.open("rb") as file:
        return read_scope(file.read(MAX_BYTES + 1), path.name)


def card_files(folder: Path) -> list[Path]:
    """The folder's card files by name, hidden ones left out; empty where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES and not p.name.startswith("."))


def _load_folder(folder: Path) -> tuple[list[tuple[Path, Scope]], list[Problem]]:
    found: list[tuple[Path, Scope]] = []
    problems: list[Problem] = []
    first: dict[str, str] = {}
    try:
        files = card_files(folder)
    except OSError as fault:
        return [], [_problem(folder, f"cannot be read: {fault.strerror or fault}")]
    for path in files:
        try:
            scope = read_file(path)
        except ScopeError as fault:
            problems.append(Problem(path, str(fault)))
            continue
        if scope.id in first:
            problems.append(_problem(path, f"{scope.id!r} is taken by {first[scope.id]}", "id"))
            continue
        first[scope.id] = path.name
        found.append((path, scope))
    return found, problems


def _problem(path: Path, expected: str, field: str = "") -> Problem:
    return Problem(path, str(ScopeError(path.name, expected, field=field)))
