"""The database: finished runs, kept until someone deletes them. SQLite by default, else PostgreSQL."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from anchoring.home import HomeError, home

_METADATA = MetaData()
_RUNS = Table(
    "runs",
    _METADATA,
    Column("id", String(40), primary_key=True),
    Column("created", DateTime, nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("scope", String(80)),
    Column("status", String(20), nullable=False),
    Column("document", Text, nullable=False),
    Column("attention", LargeBinary),
)
NAME_LENGTH = 200
DIALECTS = ("sqlite", "postgresql")
_ADDRESS = "a part of its address can't be read, such as a port that is no number: check ANCHORING_DATABASE"
BUSY_SECONDS = 10  # how long to wait for another program that writes


class StoreError(RuntimeError):
    """The database can't be read or written; the message says which, and what was not saved."""


@dataclass(frozen=True)
class Kept:
    """A run in the list: everything but its content. `created` is in UTC."""

    id: str
    created: datetime
    name: str
    scope: str | None
    status: str


class Store:
    """Keeps runs as documents. Safe to share between threads; each call is one transaction."""

    def __init__(self, url: str | None = None):
        url = url or os.environ.get("ANCHORING_DATABASE") or _default_url()
        with _faults("The database can't be opened", _ADDRESS):
            self._engine = _engine(url)
            _create(self._engine)

    def save(self, document: dict[str, Any], attention: bytes | None = None) -> None:
        """Keeps a run. A document with the id of one that is kept replaces it. StoreError: nothing was saved."""
        with _faults("The run was not saved"):
            row = _row(document, attention)
            with self._engine.begin() as connection:
                connection.execute(delete(_RUNS).where(_RUNS.c.id == row["id"]))
                connection.execute(_RUNS.insert().values(row))

    def renew(self, document: dict[str, Any], attention: bytes | None = None) -> None:
        """Puts what was measured later into a run that is kept, under the name it has by now; one that was deleted
        meanwhile stays so. StoreError: nothing was saved."""
        with _faults("What was measured was not saved"):
            row = _row(document, attention)
            run_id, _ = row.pop("id"), row.pop("name")
            with self._engine.begin() as connection:
                connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(row))

    def load(self, run_id: str) -> tuple[dict[str, Any], bytes | None] | None:
        """A run's document and attention; None where there is none of that id."""
        columns = select(_RUNS.c.document, _RUNS.c.attention, _RUNS.c.name).where(_RUNS.c.id == run_id)
        with _faults("The run can't be read"), self._engine.connect() as connection:
            row = connection.execute(columns).first()
            return (json.loads(row.document) | {"name": row.name}, row.attention) if row else None

    def list(self, limit: int = 100) -> tuple[Kept, ...]:
        """The newest runs first."""
        columns = select(_RUNS.c.id, _RUNS.c.created, _RUNS.c.name, _RUNS.c.scope, _RUNS.c.status)
        with _faults("The runs can't be listed"), self._engine.connect() as connection:
            rows = connection.execute(columns.order_by(_RUNS.c.created.desc()).limit(limit)).all()
        return tuple(Kept(r.id, r.created.replace(tzinfo=UTC), r.name, r.scope, r.status) for r in rows)

    def rename(self, run_id: str, name: str) -> None:
        name = name.strip()[:NAME_LENGTH]
        if not name:
            raise StoreError("The name is empty: write at least one letter.")
        with _faults("The name was not saved"), self._engine.begin() as connection:
            connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(name=name))

    def delete(self, run_id: str) -> None:
        with _faults("The run was not deleted"), self._engine.begin() as connection:
            connection.execute(delete(_RUNS).where(_RUNS.c.id == run_id))


def _default_url() -> URL:
    try:
        folder = home()
        folder.mkdir(parents=True, exist_ok=True)
    except HomeError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"The folder {folder} can't be made ({error.strerror}): set ANCHORING_HOME.") from error
    return URL.create("sqlite", database=str(folder / "playground.db"))  # a path may hold signs that an address reads


def _engine(url: str | URL) -> Engine:
    kind = make_url(url).get_backend_name()
    if kind not in DIALECTS:  # others hold too little in a column, or make no table twice
        raise StoreError(f"A database of the kind {kind} can't keep runs: set ANCHORING_DATABASE to another one.")
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    return engine


def _create(engine: Engine) -> None:
    """Makes what is missing, in one statement each: two programs that start at once must not trip over each other."""
    with engine.begin() as connection:
        connection.execute(CreateTable(_RUNS, if_not_exists=True))
        for index in _RUNS.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def _sqlite_settings(connection, _record) -> None:
    """Write-ahead log, so that readers don't wait for a writer; every commit is on the disk before it returns."""
    connection.execute(f"PRAGMA busy_timeout={1000 * BUSY_SECONDS}").close()  # to wait comes first
    _to_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous=FULL").close()


def _to_write_ahead_log(connection) -> None:
    """Waits by itself: while another program writes to a new file, SQLite refuses the change of journal at once."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.02)


@contextmanager
def _faults(what: str, wrong: str | None = None) -> Iterator[None]:
    """StoreError for what a database raises, and for values that don't fit: those of a run, or `wrong` in words."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(f"{what}: {reason}.") from error
    except ImportError as error:
        raise StoreError(f"{what}: the driver for it is not installed ({error}).") from error
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise StoreError(f"{what}: {wrong or f'it is no run of the playground ({error})'}.") from error


def _row(document: dict[str, Any], attention: bytes | None) -> dict[str, Any]:
    return {
        "id": document["id"],
        "created": _naive(document["created"]),
        "name": document["name"][:NAME_LENGTH],
        "scope": document["arms"][0]["prompt"]["scope"],
        "status": document["status"],
        "document": json.dumps(document, ensure_ascii=False),
        "attention": attention,
    }


def _naive(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None)
