"""Copies of the databases as of one moment, in a folder that this account alone reads and that goes afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connections

from callward.web.calls.models import Item, Upload
from callward.web.core.models import Controller
from callward.web.lifecycle.backup.store import BackupError

_WORK = "backup-work"


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


def take_copy(alias: str, target: Path) -> None:
    """Copy a database as it is at one moment, writers or not. Raises BackupError ``backup_database``."""
    database = connections[alias]
    if database.vendor != "sqlite":
        raise BackupError("backup_database", "this database is not SQLite; back it up with its own tools so far")
    database.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        # One step: between several, a writer would make the copy begin anew.
        database.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError("backup_database", f"the {alias} database is damaged; `PRAGMA integrity_check` says how")


def object_names(copy: sqlite3.Connection) -> list[str]:
    """Return the names of all objects that the rows of a copy have."""
    tables = [model._meta.db_table for model in (Item, Upload)]  # noqa: SLF001 - Django documents Model._meta
    asked = " UNION ".join(f"SELECT object_name FROM {table} WHERE object_name <> ''" for table in tables)  # noqa: S608 - the tables' names are the models'
    return [name for (name,) in copy.execute(f"{asked} ORDER BY 1")]


def row_counts(copy: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table of a copy has."""
    tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
    return {table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for (table,) in tables.fetchall()}  # noqa: S608 - as above


def published(copy: sqlite3.Connection) -> dict[str, tuple[str, int, bytes, str]]:
    """Return origin, size, root and checkpoint of each log as a copy has it, by controller (32 hexadecimal digits)."""
    controllers = Controller._meta.db_table  # noqa: SLF001 - Django documents Model._meta
    rows = copy.execute(
        "SELECT c.id, c.origin, coalesce(h.published_size, 0), coalesce(h.published_root, x''),"  # noqa: S608 - the table's name is the model's
        f" coalesce(h.checkpoint, '') FROM {controllers} c LEFT JOIN audit_head h ON h.controller_id = c.id ORDER BY 1"
    )
    return {controller: (origin, size, bytes(root), text) for controller, origin, size, root, text in rows}


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
