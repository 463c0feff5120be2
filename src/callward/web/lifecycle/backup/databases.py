"""Copies of the databases as of one moment.

SQLite is copied into a folder that this account alone reads and that goes afterwards; PostgreSQL streams a dump, and
nothing of it touches a disk here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connections

from callward.web.calls.models import Item, Upload
from callward.web.core.models import Controller
from callward.web.lifecycle.backup import postgresql
from callward.web.lifecycle.backup.store import BackupError

_WORK = "backup-work"
_SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
_TABLES = (
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
)


class Copy(Protocol):
    """A database as it is at one moment: its rows can be asked, and all of it read as a file."""

    def select(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question."""

    def tables(self) -> list[str]:
        """Return the names of all tables."""

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Give the whole copy as a file, from its beginning."""


@contextmanager
def scratch(prefix: str = "copy-") -> Iterator[Path]:
    """Make a folder under the home for the block; what an earlier one left that was killed goes too."""
    work = settings.CALLWARD_HOME / _WORK
    work.mkdir(mode=0o700, exist_ok=True)
    # One at a time, so that nobody removes a folder that was made a moment ago and is not locked yet.
    with _locked(work):
        for left in work.iterdir():
            _remove_if_left(left)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=work))
        handle = _lock(folder, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copied(alias: str) -> Iterator[Copy]:
    """Give a database as it is at this moment, writers or not.

    Raises BackupError: ``backup_database`` where it cannot be read whole, ``pg_dump_missing``, ``pg_dump_older``.
    """
    if connections[alias].vendor == "postgresql":
        with _exported(alias) as copy:
            yield copy
        return
    with scratch() as folder:
        path = folder / f"{alias}.sqlite3"
        _take_copy(alias, path)
        with closing(sqlite3.connect(path)) as asked:
            yield _FileCopy(path, asked)


def object_names(copy: Copy) -> list[str]:
    """Return the names of all objects that the rows of a copy have."""
    tables = [model._meta.db_table for model in (Item, Upload)]  # noqa: SLF001 - Django documents Model._meta
    asked = " UNION ".join(f"SELECT object_name FROM {table} WHERE object_name <> ''" for table in tables)  # noqa: S608 - the tables' names are the models'
    return sorted(name for (name,) in copy.select(asked))


def row_counts(copy: Copy) -> dict[str, int]:
    """Return how many rows each table of a copy has."""
    return {table: copy.select(f'SELECT count(*) FROM "{table}"')[0][0] for table in copy.tables()}  # noqa: S608 - as above


def published(copy: Copy) -> dict[UUID, tuple[str, int, bytes, str]]:
    """Return origin, size, root and checkpoint of each log as a copy has it, by controller."""
    controllers = Controller._meta.db_table  # noqa: SLF001 - Django documents Model._meta
    rows = copy.select(
        "SELECT c.id, c.origin, h.published_size, h.published_root, h.checkpoint"  # noqa: S608 - the table's name is the model's
        f" FROM {controllers} c LEFT JOIN audit_head h ON h.controller_id = c.id"
    )
    found = {
        UUID(str(one)): (origin, size or 0, bytes(root or b""), text or "") for one, origin, size, root, text in rows
    }
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _FileCopy:
    path: Path
    asked: sqlite3.Connection

    def select(self, question: str) -> list[tuple[Any, ...]]:
        return self.asked.execute(question).fetchall()

    def tables(self) -> list[str]:
        return [name for (name,) in self.select(_SQLITE_TABLES)]

    def opened(self) -> AbstractContextManager[BinaryIO]:
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class _ExportedCopy:
    """A transaction that sees one moment, and lets ``pg_dump`` see the same."""

    database: dict[str, Any]
    cursor: Any
    version: int
    snapshot: str

    def select(self, question: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(question)
        rows: list[tuple[Any, ...]] = self.cursor.fetchall()
        return rows

    def tables(self) -> list[str]:
        return [name for (name,) in self.select(_TABLES)]

    def opened(self) -> AbstractContextManager[BinaryIO]:
        return postgresql.dumped(self.database, self.snapshot, self.version)


@contextmanager
def _exported(alias: str) -> Iterator[_ExportedCopy]:
    database = connections[alias].settings_dict
    with closing(postgresql.connect(database)) as connection:
        version = connection.info.server_version
        postgresql.program("pg_dump", version // 10_000)  # refused before anything else is done
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # The dump may take hours, and the moment is kept as long as this transaction stands.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone() or ("",)
            yield _ExportedCopy(database, cursor, version, snapshot)


def _take_copy(alias: str, target: Path) -> None:
    database = connections[alias]
    database.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        # One step: between several, a writer would make the copy begin anew.
        database.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError("backup_database", f"the {alias} database is damaged; `PRAGMA integrity_check` says how")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = _lock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _lock(folder: Path, how: int) -> int:
    """Lock a folder and return the handle that holds the lock until it is closed."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, how)
    except OSError:
        os.close(handle)
        raise
    return handle


def _remove_if_left(folder: Path) -> None:
    with suppress(OSError):
        handle = _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
