"""What an erasure leaves in the files of the keys database: nothing on SQLite, no dead row on PostgreSQL.

PostgreSQL's vacuum frees the room of a row and overwrites nothing, so nothing is said here of bytes on its disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from calls_at_work import HARMLESS, take
from django.conf import settings
from django.db import connections

from callward.web import audit
from callward.web.core.models import Line
from callward.web.keys import remnants
from callward.web.keys.models import PersonKey
from callward.web.lifecycle import erasing
from callward.web.lifecycle.duties import sweep_erased

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
_ON_SQLITE = connections["keys"].vendor == "sqlite"
_TABLES = {
    "keys_blindindex",
    "keys_custodykey",
    "keys_datakey",
    "keys_epoch",
    "keys_inputdigest",
    "keys_personkey",
    "keys_servicekey",
}


@pytest.fixture
def keys_file(care_line: Line, tmp_path: Path) -> Iterator[Path]:
    """The keys database in a file, as in use: in a test it lies in memory, where nothing can be left."""
    path, alias = tmp_path / "keys.sqlite3", "keys"
    in_memory = connections[alias]
    in_memory.ensure_connection()
    with closing(sqlite3.connect(path)) as file:
        in_memory.connection.backup(file)
    in_file = in_memory.copy(alias)
    in_file.settings_dict["NAME"] = str(path)
    connections[alias] = in_file
    remnants._cleared.clear()
    yield path
    connections[alias] = in_memory
    in_file.close()


def _files_with(wrapped: bytes, *folders: Path) -> list[str]:
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if wrapped in file.read_bytes()]


@pytest.mark.skipif(not _ON_SQLITE, reason="PostgreSQL has no such files")
def test_the_wrapped_key_of_who_is_erased_is_in_no_file_of_the_home_once_nobody_reads(
    care_line: Line, keys_file: Path
) -> None:
    gone = take(care_line, HARMLESS)
    stays = take(care_line, HARMLESS, seconds=7.0, phone="+447700900456")
    wrapped, other = (bytes(PersonKey.objects.get(id=call.person_id).wrapped) for call in (gone, stays))
    folders = (keys_file.parent, settings.CALLWARD_HOME)
    with closing(sqlite3.connect(keys_file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM keys_personkey").fetchall()
        erasing.erase(gone.person, audit.SYSTEM, because="test")
        assert _files_with(wrapped, *folders) == ["keys.sqlite3-wal"]
        assert not remnants.clear_remnants_due()
    sweep_erased()
    assert _files_with(wrapped, *folders) == []
    assert _files_with(other, *folders) == ["keys.sqlite3"]


@pytest.mark.skipif(not _ON_SQLITE, reason="PostgreSQL's log is its own")
def test_without_an_erasure_nothing_is_cleared(care_line: Line, keys_file: Path) -> None:
    take(care_line, HARMLESS)
    assert not remnants.clear_remnants_due()
    assert keys_file.with_name("keys.sqlite3-wal").stat().st_size


@pytest.mark.skipif(_ON_SQLITE, reason="SQLite needs no vacuum: it overwrites what it deletes")
def test_the_tables_of_keys_are_vacuumed_after_an_erasure_and_the_dead_row_is_gone(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    remnants._cleared.clear()
    before = _vacuums()
    assert _bytes_of_person_keys()
    erasing.erase(call.person, audit.SYSTEM, because="test")
    until = monotonic() + 120
    # Where the server itself vacuums a table at this moment it is passed over, and taken the next time.
    while not all(_vacuums()[table] > before[table] for table in _TABLES) or _bytes_of_person_keys():
        assert monotonic() < until
        sweep_erased()


def _vacuums() -> dict[str, int]:
    with connections["keys"].cursor() as cursor:
        cursor.execute("SELECT relname, vacuum_count FROM pg_stat_user_tables")
        return dict(cursor.fetchall())


def _bytes_of_person_keys() -> int:
    """How long the table is: without a row in it, a vacuum cuts it to nothing."""
    with connections["keys"].cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('keys_personkey')")
        [(size,)] = cursor.fetchall()
    return int(size)
