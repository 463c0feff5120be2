"""PostgreSQL's own programs: a dump that streams out of one, and one that takes it back.

Neither ever writes a file. Passwords go by the programs' environment, which this account alone reads.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from callward.web.lifecycle.backup.store import BackupError
from callward.web.walls import AS_PLATFORM

if TYPE_CHECKING:
    import psycopg

MAGIC = b"PGDMP"  # what a dump in the custom format begins with
_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_NAMES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
_WORDS = frozenset({"dbname", "host", "port", "user", "password", "application_name", "options"})
_COPY = re.compile(rb'COPY (?:\w+\.)?"?(\w+)"? \(([^)]*)\) FROM stdin;')


class Dump(io.RawIOBase):
    """What ``pg_dump`` writes, as a file; the end of it is reached only where the program ended well."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__()
        self._process = process

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read what there is. Raises BackupError ``backup_database`` where the program failed."""
        found = cast("io.BufferedReader", self._process.stdout).readinto(buffer)
        if not found and self._process.wait() != 0:
            raise BackupError("backup_database", "pg_dump did not end well; the server's log says why")
        return found


@contextmanager
def dumped(database: Mapping[str, Any], snapshot: str, version: int) -> Iterator[BinaryIO]:
    """Run ``pg_dump`` over a database (its Django settings) as an exported snapshot shows it, and give its output.

    ``version`` is the server's, 150000 and more. Raises BackupError: ``pg_dump_missing``, ``pg_dump_older``,
    ``backup_database``.
    """
    words = [
        program("pg_dump", version // 10_000),
        "--enable-row-security",  # as the platform, which sees all rows: see ``_environment``
        "--format=custom",
        "--compress=1",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--snapshot={snapshot}",
    ]
    with _running(words, database, stdout=subprocess.PIPE) as process:
        yield cast("BinaryIO", Dump(process))


@contextmanager
def poured(database: Mapping[str, Any], version: int) -> Iterator[BinaryIO]:
    """Give a file whose bytes ``pg_restore`` takes into an empty database, all of them in one transaction or none.

    Leaving the block by an exception takes nothing back into it. Raises BackupError: ``pg_restore_missing``,
    ``pg_restore_older``, ``restore_database``.
    """
    words = [
        program("pg_restore", version // 10_000),
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--dbname={_quoted(database['NAME'])}",
    ]
    with _running(words, database, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        pipe = cast("BinaryIO", process.stdin)
        try:
            yield pipe
            pipe.close()
        except BrokenPipeError:
            with suppress(BrokenPipeError):
                pipe.close()
        if process.wait() != 0:
            raise BackupError("restore_database", "pg_restore did not end well; the server's log says why")


def rows_in(write: Callable[[BinaryIO], object], tables: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Read the rows of some tables out of a dump, without any server: each as its table and what its columns hold.

    ``write`` writes the dump. Raises what it raises, and BackupError ``restore_database`` for what is no dump.
    """
    words = [program("pg_restore", 0), "--data-only", "--file=-", *(f"--table={table}" for table in tables)]
    faults: list[BaseException] = []
    with _running(words, {}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        feeder = threading.Thread(target=_feed, args=(write, cast("BinaryIO", process.stdin), faults))
        feeder.start()
        try:
            yield from _copied(cast("BinaryIO", process.stdout))
        finally:
            if process.poll() is None and process.stdout:
                process.stdout.close()
            ended = process.wait()
            feeder.join()
        for fault in faults:
            raise fault
        if ended != 0:
            raise BackupError("restore_database", "pg_restore cannot read the dump")


def connect(database: Mapping[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection of our own beside Django's, each statement a transaction. Raises ``restore_database``."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    told = {"dbname": database["NAME"], "host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    told |= {"password": database["PASSWORD"], **database["OPTIONS"]}
    told |= {"options": AS_PLATFORM}
    told = {name: value for name, value in told.items() if value and name in {*_NAMES, *_WORDS}}
    try:
        return psycopg.connect(make_conninfo("", **told), autocommit=True)
    except psycopg.OperationalError:
        raise BackupError("restore_database", f"the database {database['NAME']} cannot be reached") from None


def program(name: str, version: int) -> str:
    """Return the path of one of PostgreSQL's programs that is as new as the server (``version``, 15 and more).

    One of the server's own version is taken first, then the oldest that is newer. Raises BackupError
    ``<name>_missing`` and ``<name>_older``.
    """
    found = {major: path for path in reversed(_installed(name)) if (major := _version(path))}
    if not found:
        raise BackupError(
            f"{name}_missing", f"{name} is not installed: install PostgreSQL's client programs, or set CALLWARD_PG_BIN"
        )
    fit = [major for major in found if major >= version]
    if not fit:
        raise BackupError(
            f"{name}_older", f"{name} {max(found)} is older than the server's {version}: install that version's client"
        )
    return str(found[min(fit) if version else max(fit)])


def _installed(name: str) -> list[Path]:
    """Where a program is, first what was named."""
    if named := os.environ.get("CALLWARD_PG_BIN", "").strip():
        folders = [Path(named)]
    else:
        on_path = shutil.which(name)
        folders = [*([Path(on_path).parent] if on_path else []), *sorted(_DEBIAN.glob("*/bin"))]
    return [folder / name for folder in folders if os.access(folder / name, os.X_OK)]


def _version(path: Path) -> int:
    try:
        told = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, check=False, env=_clean()
        ).stdout
    except OSError:
        return 0
    found = _VERSION.search(told)
    return int(found[1]) if found else 0


@contextmanager
def _running(
    words: Sequence[str], database: Mapping[str, Any], *, stdin: int | None = None, stdout: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the block, and end it where the block ends first. What it says may hold rows: it is unread."""
    process = subprocess.Popen(
        words, env={**_clean(), **_environment(database)}, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            # Killed before its input ends: an end of input would tell it that this was all.
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()


def _environment(database: Mapping[str, Any]) -> dict[str, str]:
    if not database:
        return {}
    told = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGDATABASE": database["NAME"],
        "PGPASSWORD": database["PASSWORD"],
        "PGAPPNAME": "callward backup",
        "PGOPTIONS": AS_PLATFORM,
        **{variable: database["OPTIONS"].get(option, "") for option, variable in _NAMES.items()},
    }
    return {name: str(value) for name, value in told.items() if value}


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "CALLWARD"))} | {
        "LC_ALL": "C"
    }


def _quoted(name: str) -> str:
    """A database's name as libpq reads one that it does not take apart."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def _feed(write: Callable[[BinaryIO], object], pipe: BinaryIO, faults: list[BaseException]) -> None:
    try:
        write(pipe)
    except BrokenPipeError:
        pass
    except BaseException as fault:  # noqa: BLE001 - raised again where the rows are read
        faults.append(fault)
    with suppress(BrokenPipeError):
        pipe.close()


def _copied(script: BinaryIO) -> Iterator[tuple[str, dict[str, str]]]:
    table, columns = "", [""]
    for line in script:
        if not table:
            if found := _COPY.match(line):
                table, columns = found[1].decode(), [name.strip(' "') for name in found[2].decode().split(",")]
        elif line == b"\\.\n":
            table = ""
        else:
            values = line.rstrip(b"\n").decode().split("\t")
            yield table, dict(zip(columns, (value.replace("\\\\", "\\") for value in values), strict=True))
