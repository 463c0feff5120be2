"""Another process writes to the databases for longer than a connection waits: acts wait for it, and lose nothing."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from platform_home import Ended, Home
from staffed_centre import write_calls

from callward.keyfile import write_key_file

pytest.importorskip("django", reason="the web extra is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

_CEILING = 300.0  # seconds
_CALLS = 4  # more than are worth several processes


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock of a database for writers, and write nothing."""
    with closing(sqlite3.connect(path, timeout=_CEILING, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _ended_after_waiting(home: Home, database: str, *command: str | Path) -> Ended:
    """Run a command whose database is held until it says that it waits."""
    said = home.folder / "err"
    said.unlink(missing_ok=True)
    with _held(home.path / f"{database}.sqlite3"):
        home.start(*command)
        until = time.monotonic() + _CEILING
        while not said.exists() or "is waited for" not in said.read_text("utf-8"):
            assert time.monotonic() < until, "it does not wait"
            time.sleep(0.1)
    return home.wait()


@pytest.mark.parametrize("database", ["data", "keys"])
def test_several_processes_wait_and_refuse_no_call_for_it(tmp_path: Path, database: str) -> None:
    folder = write_calls(tmp_path / "calls", 0, _CALLS)
    for number in range(_CALLS):
        (folder / f"broken{number}.wav").write_bytes(b"RIFF")
        (folder / f"broken{number}.call.json").write_text(json.dumps({"line": "health-en"}), "utf-8")
    with Home(tmp_path) as home:
        ended = _ended_after_waiting(home, database, "ingest", folder, "--jobs", "2", "--json")
        assert ended.code == 1, ended.err
        assert ended.told["taken_in"] == _CALLS
        assert {one["reason"] for one in ended.told["refused"]} == {"audio_unknown_format"}
        assert len(ended.told["refused"]) == _CALLS
        assert home.well()


def test_backup_purge_and_turn_wait_and_are_done(tmp_path: Path) -> None:
    key = tmp_path / "backup.key"
    write_key_file(key, secrets.token_bytes(32))
    folder = write_calls(tmp_path / "calls", 0, 1)
    (facts,) = folder.glob("*.call.json")
    told = json.loads(facts.read_text("utf-8"))
    facts.write_text(json.dumps({**told, "started_at": "2020-01-02T03:04:05+00:00"}), "utf-8")
    with Home(tmp_path) as home:
        assert home.run("ingest", folder, "--json").told["refused"] == []
        create = ("backup", "create", tmp_path / "backups", "--key", key, "--json")
        assert _ended_after_waiting(home, "data", *create).told["objects"] == 5
        assert _ended_after_waiting(home, "data", "purge", "--json").told["items"] == 5
        assert _ended_after_waiting(home, "keys", "keys", "turn", "--json").code == 0
        assert home.well()
