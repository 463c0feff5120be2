"""What is PostgreSQL's alone in a backup: its client programs, the databases restored into, those of a drill."""

from __future__ import annotations

import os
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, cast

import postgresql as server
import pytest
from backups import beside, databases_of, key_file, place, rows, with_ledger
from calls_at_work import CARD, take
from django.db import connections

from callward.web import StartError, audit, databases, prepare
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.databases import RESTORING
from callward.web.lifecycle.backup import postgresql, targets
from callward.web.lifecycle.backup.databases import copied
from callward.web.lifecycle.backup.drill import drill
from callward.web.lifecycle.backup.manifest import snapshots
from callward.web.lifecycle.backup.restore import is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import BackupError, Destination

__all__ = ["key_file", "place"]

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(server.WANTED != "postgresql", reason="runs where PostgreSQL holds the rows"),
]


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def _programs(folder: Path, version: str) -> None:
    """Client programs that say what version they are and do nothing: they stand in for installed ones."""
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\nexit 1\n", "ascii")
        (folder / name).chmod(0o700)


def _refused(place: Destination) -> str:
    with pytest.raises(BackupError) as caught:
        create(place, audit.SYSTEM)
    assert snapshots(place) == []
    return caught.value.code


def test_without_a_client_that_is_as_new_as_the_server_no_backup_is_begun(
    place: Destination, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLWARD_PG_BIN", str(tmp_path))
    assert _refused(place) == "pg_dump_missing"
    _programs(tmp_path / "old", "14.9 (Debian 14.9-1)")
    monkeypatch.setenv("CALLWARD_PG_BIN", str(tmp_path / "old"))
    assert _refused(place) == "pg_dump_older"
    _programs(tmp_path / "new", "99.1")
    monkeypatch.setenv("CALLWARD_PG_BIN", str(tmp_path / "new"))
    assert _refused(place) == "backup_database"
    assert not list(place.store.list("snapshots"))


@contextmanager
def _held_up() -> Iterator[None]:
    """Let no dump of the data go on while the block runs: it waits for a table, with everything open that it opens."""
    with closing(postgresql.connect(connections["default"].settings_dict)) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE calls_call IN ACCESS EXCLUSIVE MODE")
        yield


def _wait_until_it_waits() -> None:
    """Wait for the dump to wait: until then its process may be Debian's script that looks for the program."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'callward backup' AND wait_event_type = 'Lock'"
    until = time.monotonic() + 120
    with connections["default"].cursor() as cursor:
        cursor.execute(waiting)
        while not cursor.fetchone():
            assert time.monotonic() < until, "the dump does not come to its tables"
            time.sleep(0.02)
            cursor.execute(waiting)


def test_no_password_stands_on_a_command_line_and_no_dump_on_a_disk(
    place: Destination, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "correct-horse"
    monkeypatch.setitem(connections["default"].settings_dict, "PASSWORD", secret)
    with copied("default") as copy, ExitStack() as stack:
        with _held_up():
            plain = stack.enter_context(copy.opened())
            _wait_until_it_waits()
            process = cast("Any", plain)._process
            seen = Path(f"/proc/{process.pid}")
            words, environment = ((seen / name).read_text("utf-8").split("\0") for name in ("cmdline", "environ"))
            opened = [str(one.readlink()) for one in (seen / "fd").iterdir() if one.name != "0"]
        assert plain.read(5) == postgresql.MAGIC
    assert Path(words[0]).name == "pg_dump"
    assert not [word for word in words if secret in word]
    assert f"PGPASSWORD={secret}" in environment
    assert [one for one in opened if not one.startswith(("pipe:", "socket:", "/dev/null"))] == []
    assert process.poll() is not None


def test_a_dump_and_its_names_are_of_one_moment(call: Call, care_line: Line) -> None:
    with copied("default") as copy:
        take(care_line, CARD, seconds=7.0)
        assert copy.select("SELECT count(*) FROM calls_call") == [(1,)]
        with copy.opened() as plain:
            data = plain.read()
    found = [table for table, _ in postgresql.rows_in(lambda pipe: pipe.write(data), ["calls_call", "calls_item"])]
    assert found.count("calls_call") == 1
    assert found.count("calls_item") == call.items.count()


def test_a_database_with_tables_is_taken_only_to_be_replaced(
    place: Destination, key_file: Path, call: Call, tmp_path: Path
) -> None:
    create(place, audit.SYSTEM)
    audit.sequence_all()
    home = tmp_path / "home"
    name = databases_of(home)["CALLWARD_DATABASE_URL"].split("/")[3].partition("?")[0]
    server.statement("CREATE TABLE calls_call (kept int)", name)
    with pytest.raises(BackupError) as caught:
        restore(place, key_file, home, with_ledger(home))
    assert caught.value.code == "database_not_empty"
    assert rows(home, "select count(*) from calls_call") == [(0,)]
    assert is_well(restore(place, key_file, home, with_ledger(home, replace=True)))
    assert rows(home, "select count(*) from calls_call") == [(1,)]
    assert rows(home, f"select to_regclass('{RESTORING}')::text") == [(None,)]


def test_a_database_that_somebody_works_in_is_not_replaced(
    place: Destination, key_file: Path, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(place, audit.SYSTEM)
    home = tmp_path / "home"
    monkeypatch.setattr(targets, "_PATIENCE", 0.2)
    wanted = beside(home, replace=True)
    with closing(_open(wanted.databases)) as other:
        other.execute("CREATE TABLE calls_call (kept int)")
        with pytest.raises(BackupError) as caught:
            restore(place, key_file, home, wanted)
        assert caught.value.code == "database_in_use"
        assert other.execute("SELECT count(*) FROM calls_call").fetchone() == (0,)


def _open(where: Mapping[str, str]) -> Any:
    import psycopg

    return psycopg.connect(where["CALLWARD_DATABASE_URL"], autocommit=True)


def test_what_was_made_of_postgresql_is_not_restored_into_files(
    place: Destination, key_file: Path, call: Call, tmp_path: Path
) -> None:
    create(place, audit.SYSTEM)
    with pytest.raises(BackupError) as caught:
        restore(place, key_file, tmp_path / "home", with_ledger(tmp_path / "home", databases={}))
    assert caught.value.code == "backup_other_database"
    assert not (tmp_path / "home").exists()


def test_what_was_made_of_files_is_not_restored_into_databases(tmp_path: Path) -> None:
    vector = Path(__file__).parents[2] / "vectors" / "backups" / "0.1.0-sqlite.tar"
    with tarfile.open(vector) as tar:
        tar.extractall(tmp_path, filter="data")
    home, key = tmp_path / "home", tmp_path / "backup.key"
    with pytest.raises(BackupError) as caught:
        restore(Destination.opened(tmp_path / "backups", key), key, home, beside(home))
    assert caught.value.code == "backup_other_database"
    assert rows(home, "select tablename from pg_tables where schemaname = 'public'") == []


def test_a_database_whose_restore_has_not_ended_does_not_start() -> None:
    with connections["keys"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {RESTORING} ()")
        try:
            assert databases.restoring()
            with pytest.raises(StartError, match="into these databases"):
                prepare()
        finally:
            cursor.execute(f"DROP TABLE {RESTORING}")
    assert not databases.restoring()


def _scratch() -> list[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'callward_drill%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.slow
def test_a_drill_drops_its_databases_and_those_that_a_killed_one_left(
    place: Destination, key_file: Path, call: Call
) -> None:
    create(place, audit.SYSTEM)
    with closing(postgresql.connect(connections["default"].settings_dict)) as own:
        left = f"{targets._own_prefix(own)}0123456789ab"
    server.statement(f"CREATE DATABASE {left}")
    with targets.scratch_databases() as working:
        assert len(_scratch()) == 2, "what was left is gone, and two are at work"
        assert drill(place, key_file, audit.SYSTEM, sample=1).well
        assert len(_scratch()) == 2, "a drill leaves alone what another works in"
        assert working["CALLWARD_DATABASE_URL"] != os.environ["CALLWARD_DATABASE_URL"]
    assert _scratch() == []


def test_a_user_who_may_not_make_databases_is_told_so(
    place: Destination, key_file: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(place, audit.SYSTEM)
    server.statement("CREATE ROLE plain LOGIN")
    monkeypatch.setitem(connections["default"].settings_dict, "USER", "plain")
    try:
        with pytest.raises(BackupError) as caught:
            drill(place, key_file, audit.SYSTEM)
        assert caught.value.code == "drill_database"
        assert "CREATEDB" in caught.value.detail
    finally:
        server.statement("DROP ROLE plain")
