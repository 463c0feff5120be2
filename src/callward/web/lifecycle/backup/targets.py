"""Where the rows of a restored home go: files in it, or two PostgreSQL databases that are empty."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from callward.web.databases import RESTORING, URLS, configured, private_text
from callward.web.lifecycle.backup import postgresql
from callward.web.lifecycle.backup.store import BackupError

if TYPE_CHECKING:
    import psycopg

SERVERS = ("CALLWARD_DATABASE", "CALLWARD_KEYS_DATABASE")
"""What the names of all settings of the databases begin with."""
_SQLITE_MAGIC = b"SQLite format 3\0"
_FILES = {"default": "data.sqlite3", "keys": "keys.sqlite3"}
_EPOCHS = "SELECT controller, number FROM keys_epoch WHERE state <> 'destroyed'"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_PATIENCE = 15.0  # seconds for the sessions of a restore that was killed to end
_DRILLS = "callward_drill_"

Write = Callable[[BinaryIO], object]


class Target(Protocol):
    """Two databases that a restore fills; ``environment`` is what leads a process to them."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings of the databases."""

    def refuse_other(self, write: Write) -> None:
        """Look at the beginning of a copy. Raises BackupError ``backup_other_database``, and what ``write`` raises."""

    def clear(self) -> None:
        """Make both empty and mark them. Raises BackupError ``database_not_empty``, ``database_in_use``."""

    def fill(self, alias: str, write: Write) -> None:
        """Take a copy that ``write`` writes, whole or nothing of it."""

    def epochs(self) -> list[tuple[UUID, int]]:
        """Return controller and number of every epoch whose root is needed."""

    def release(self) -> None:
        """Take the marks away: what is there may open."""


def target_of(home: Path, environment: Mapping[str, str], *, replace: bool = False) -> Target:
    """Return the databases that settings name, or files in the home where they name none.

    Raises BackupError ``restore_settings``.
    """
    if not any(environment.get(variable) for variable in URLS.values()):
        return _Files(home)
    try:
        databases = configured(home, environment, lambda path: private_text(path, least=1), demonstration=False)
    except ImproperlyConfigured as refused:
        raise BackupError("restore_settings", str(refused)) from None
    return _Servers(databases, dict(environment), replace=replace)


def take_whole(target: Path, write: Write) -> None:
    """Write a file that is there whole and durable, or not at all; only this account reads it."""
    part = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Files:
    home: Path

    @property
    def environment(self) -> Mapping[str, str]:
        return {}

    def refuse_other(self, write: Write) -> None:
        _look(write, _SQLITE_MAGIC, "PostgreSQL")

    def clear(self) -> None:
        for name in _FILES.values():
            for ending in ("", "-wal", "-shm"):
                (self.home / f"{name}{ending}").unlink(missing_ok=True)

    def fill(self, alias: str, write: Write) -> None:
        take_whole(self.home / _FILES[alias], lambda file: write(_expecting(file, _SQLITE_MAGIC, "PostgreSQL")))

    def epochs(self) -> list[tuple[UUID, int]]:
        with closing(sqlite3.connect(self.home / _FILES["keys"])) as keys:
            return [(UUID(controller), number) for controller, number in keys.execute(_EPOCHS)]

    def release(self) -> None:
        """Nothing to do: the mark is in the home."""


@dataclass(frozen=True, slots=True)
class _Servers:
    databases: Mapping[str, Mapping[str, Any]]
    environment: Mapping[str, str]
    replace: bool

    def refuse_other(self, write: Write) -> None:
        _look(write, postgresql.MAGIC, "SQLite")

    def clear(self) -> None:
        with ExitStack() as stack:
            opened = [stack.enter_context(closing(postgresql.connect(one))) for one in self.databases.values()]
            # Both are looked at before anything is done to one.
            tables = [self._droppable(connection) for connection in opened]
            for connection, names in zip(opened, tables, strict=True):
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE IF NOT EXISTS {RESTORING} ()")
                    if names:
                        cursor.execute(_told("DROP TABLE {} CASCADE", *names))

    def _droppable(self, connection: psycopg.Connection[Any]) -> list[str]:
        tables = {name for (name,) in connection.execute(_TABLES)}
        if tables - {RESTORING} and RESTORING not in tables and not self.replace:
            raise BackupError(
                "database_not_empty",
                f"the database {connection.info.dbname} has tables: name two empty ones, or add --replace to lose them",
            )
        until = time.monotonic() + _PATIENCE
        while tables and (connection.execute(_OTHERS).fetchone() or (0,))[0]:
            if time.monotonic() > until:
                raise BackupError("database_in_use", f"somebody is connected to {connection.info.dbname}: stop that")
            time.sleep(0.1)
        return sorted(tables - {RESTORING})

    def fill(self, alias: str, write: Write) -> None:
        database = self.databases[alias]
        with closing(postgresql.connect(database)) as connection:
            version = connection.info.server_version
        with postgresql.poured(database, version) as pipe:
            write(_expecting(pipe, postgresql.MAGIC, "SQLite"))

    def epochs(self) -> list[tuple[UUID, int]]:
        with closing(postgresql.connect(self.databases["keys"])) as keys:
            return [(controller, number) for controller, number in keys.execute(_EPOCHS)]

    def release(self) -> None:
        for database in self.databases.values():
            with closing(postgresql.connect(database)) as connection:
                connection.execute(f"DROP TABLE {RESTORING}")


@contextmanager
def scratch_databases() -> Iterator[dict[str, str]]:
    """Make two databases beside those of this platform for the block, and name them as settings do.

    Nothing on SQLite, where a folder is enough. What a process left that was killed is dropped first. Raises
    BackupError ``drill_database``.
    """
    from django.db import connections

    if connections["default"].vendor != "postgresql":
        yield {}
        return
    made = {variable: os.environ[variable] for variable in os.environ if variable.startswith("CALLWARD_")}
    with ExitStack() as stack:
        for alias, variable in URLS.items():
            connection = stack.enter_context(closing(postgresql.connect(connections[alias].settings_dict)))
            own = _own_prefix(connection)
            name = f"{own}{secrets.token_hex(6)}"
            _drop_left(connection, own)
            stack.callback(_drop, connection, name)
            _make(connection, name)
            made[variable] = urlsplit(made[variable])._replace(path=f"/{name}").geturl()
        yield {name: value for name, value in made.items() if name.startswith(SERVERS)}


def _make(connection: psycopg.Connection[Any], name: str) -> None:
    import psycopg

    # Held as long as the connection stands: nobody takes the database for one that was left.
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    where = "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()"
    collate, ctype = cast("tuple[str, str]", connection.execute(where).fetchone())
    try:
        made = _told("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
        connection.execute(made + _literal(" LC_COLLATE {} LC_CTYPE {}", collate, ctype))
    except psycopg.errors.InsufficientPrivilege:
        user = connection.info.user
        raise BackupError(
            "drill_database", f'a drill needs a scratch database: ALTER ROLE "{user}" CREATEDB lets {user} make one'
        ) from None


def _own_prefix(connection: psycopg.Connection[Any]) -> str:
    """What the names of this database's drills begin with: locks are known within one database alone."""
    found = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    return f"{_DRILLS}{cast('tuple[int]', found)[0]}_"


def _drop_left(connection: psycopg.Connection[Any], own: str) -> None:
    named = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datdba = current_user::regrole"
    for (name,) in connection.execute(named, [own]).fetchall():
        locked = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]).fetchone()
        if locked == (True,):
            _drop(connection, name)
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(_told("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _told(statement: str, *names: str) -> Any:
    """A statement with names in its place, quoted as the server reads them."""
    from psycopg import sql

    return sql.SQL(cast("Any", statement)).format(sql.SQL(", ").join(sql.Identifier(name) for name in names))


def _literal(statement: str, *values: str) -> Any:
    from psycopg import sql

    return sql.SQL(cast("Any", statement)).format(*(sql.Literal(value) for value in values))


class _Expecting:
    """A file that takes only what begins as it should."""

    def __init__(self, target: BinaryIO, magic: bytes, other: str) -> None:
        self._target, self._magic, self._other, self._begun = target, magic, other, False

    def write(self, data: memoryview, /) -> int:
        if not self._begun and bytes(data[: len(self._magic)]) != self._magic:
            raise BackupError("backup_other_database", f"this backup was made of {self._other}: {_WAYS[self._other]}")
        self._begun = True
        return self._target.write(data)


_WAYS = {
    "PostgreSQL": "set CALLWARD_DATABASE_URL and CALLWARD_KEYS_DATABASE_URL to two empty databases",
    "SQLite": "unset CALLWARD_DATABASE_URL and CALLWARD_KEYS_DATABASE_URL",
}


def _expecting(target: BinaryIO, magic: bytes, other: str) -> BinaryIO:
    return cast("BinaryIO", _Expecting(target, magic, other))


class _SeenError(Exception):
    """The beginning is as it should be; the rest need not be read."""


class _OneLook:
    def write(self, data: memoryview, /) -> int:
        raise _SeenError


def _look(write: Write, magic: bytes, other: str) -> None:
    with suppress(_SeenError):
        write(_expecting(cast("BinaryIO", _OneLook()), magic, other))
