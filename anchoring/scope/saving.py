"""The user's own cards: saved whole or not at all, copied, deleted."""

import contextlib
import itertools
import os
import tempfile
from datetime import date
from pathlib import Path

from anchoring.home import HomeError
from anchoring.scope.card import Change, Scope, Status
from anchoring.scope.errors import ScopeError
from anchoring.scope.library import card_files, read_file, shipped_ids, user_scopes
from anchoring.scope.linter import errors
from anchoring.scope.reading import read_scope
from anchoring.scope.signing import as_signed
from anchoring.scope.writing import dump_scope


def save_scope(
    scope: Scope,
    user_folder: Path | str | None = None,
    *,
    folder: Path | str | None = None,
    today: date | None = None,
) -> Path:
    """Write the card to the user's folder and give back its path.

    The file is named after the id and replaced in one step, so that a crash or a full disk leaves the old card whole;
    where another card, or a file that is no card, has that name, the file beside it gets a number.
    A reviewed card whose words change becomes a draft again, unless somebody signs it anew: see `as_signed`.
    Raises ScopeError for an id that ships with the program, for `reviewed` with lint errors or without a reviewer,
    for a card that would be too large to read again, and where the disk refuses.
    """
    home = _home(user_folder)
    name = f"{scope.id}.yaml"
    try:
        before = _files_of(scope.id, home)
        if before:
            scope = as_signed(scope, read_file(before[0]))
        _may_save(scope, name, folder, today)
        text = dump_scope(scope)
        read_scope(text, name)  # Also holds a card made without validation: its id becomes a file name if it is an id.
        home.mkdir(parents=True, exist_ok=True)
        path = _replace(_path_of(scope.id, home, before), text)
        for other in before:
            if other != path:
                other.unlink(missing_ok=True)
    except OSError as fault:
        raise ScopeError(name, f"not saved: {fault.strerror or fault}") from None
    return path


def delete_scope(scope_id: str, user_folder: Path | str | None = None) -> None:
    """Remove the user's card of that id; ScopeError where the user's folder has none, or the disk refuses."""
    files = _files_of(scope_id, _home(user_folder))
    if not files:
        raise ScopeError(scope_id, "there is no card of your own with this id")
    try:
        for path in files:
            path.unlink(missing_ok=True)
    except OSError as fault:
        raise ScopeError(files[0].name, f"not deleted: {fault.strerror or fault}") from None


def duplicate(scope: Scope, new_id: str, today: date | None = None) -> Scope:
    """A draft copy under another id. Nobody has reviewed the copy, so reviewers do not come with it."""
    if new_id == scope.id:
        raise ScopeError(new_id, "a copy needs an id of its own", field="id")
    note = f"Copied from {scope.id} {scope.version}."
    changes = {
        "id": new_id,
        "title": scope.title[:113].rstrip() + " (copy)",
        "version": "0.1",
        "status": Status.DRAFT,
        "reviewers": (),
        "changelog": (*scope.changelog, Change(version="0.1", date=today or date.today(), note=note)),
    }
    return read_scope(dump_scope(scope.model_copy(update=changes)), new_id)


def _home(user_folder: Path | str | None) -> Path:
    try:
        return Path(user_folder) if user_folder is not None else user_scopes()
    except HomeError as fault:
        raise ScopeError("your folder of cards", str(fault)) from fault


def _may_save(scope: Scope, name: str, folder: Path | str | None, today: date | None) -> None:
    if scope.id in shipped_ids(folder):
        raise ScopeError(name, f"{scope.id!r} is a card that ships with the program; save under another id", field="id")
    if scope.status is not Status.REVIEWED:
        return
    if not scope.reviewers:
        raise ScopeError(name, "a reviewed card needs at least one named reviewer; save it as draft", field="reviewers")
    found = errors(scope, today)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ScopeError(name, f"a reviewed card has no errors: {found[0].message}{more}", field=found[0].place)


def _files_of(scope_id: str, home: Path) -> list[Path]:
    """The user's files that hold the id, whatever they are called: a card put there by hand may have any name."""
    found = []
    for path in card_files(home):
        with contextlib.suppress(ScopeError):
            if read_file(path).id == scope_id:
                found.append(path)
    return found


def _path_of(scope_id: str, home: Path, before: list[Path]) -> Path:
    """Where to write a card that stood in the files `before`: never over anything else."""
    names = itertools.chain([f"{scope_id}.yaml"], (f"{scope_id}-{number}.yaml" for number in itertools.count(2)))
    paths = (home / name for name in names)
    return next(path for path in paths if path in before or not os.path.lexists(path))


def _replace(path: Path, text: str) -> Path:
    """Write beside the file, flush to the disk, then take its place."""
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
