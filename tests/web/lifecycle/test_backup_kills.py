"""Killed at any moment, a backup is whole or not there, and the next one goes on; the commands from end to end."""

from __future__ import annotations

import random
import secrets
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from backups import databases_of, rows
from platform_home import SAMPLES, Home
from postgresql import WANTED, own_databases

from callward.keyfile import write_key_file


def _calls(folder: Path) -> Path:
    """Two calls of two callers, as samples."""
    folder.mkdir()
    shutil.copy(SAMPLES / "calls" / "calls.csv", folder)
    for stem in ("sv-bank-02", "en-health-02"):
        for path in (SAMPLES / "calls").glob(f"{stem}.*"):
            shutil.copy(path, folder)
    return folder


def _home(folder: Path) -> Home:
    """A home with databases of its own, which the demonstration may not have on a server."""
    databases = own_databases()
    return Home(folder, CALLWARD_DEMO="0" if databases else "1", **databases)


def _kill(home: Home, command: tuple[str | Path, ...], moment: Callable[[], float]) -> None:
    """Kill a command in the middle; where it is quicker than the knife, it is begun once more."""
    for _ in range(20):
        home.kill({home.start(*command): moment()})
        if home.wait().code == -signal.SIGKILL:
            return
    raise AssertionError("a command that was to be killed always ended first")


def _kill_often(folder: Path, kills: int, seed: int) -> None:
    drawn = random.Random(seed)
    key = folder / "backup.key"
    write_key_file(key, secrets.token_bytes(32))
    place, restored = folder / "backups", folder / "restored"
    with _home(folder) as home:
        home.run("ingest", _calls(folder / "calls"), "--jobs", "1", "--json")
        create = ("backup", "create", place, "--key", key, "--json")
        first = home.run(*create)
        assert first.code == 0
        (place / "objects").rename(folder / "objects-of-the-first")
        for _ in range(kills):
            _kill(home, create, lambda: drawn.uniform(0.05, first.worked))
        made = home.run(*create)
        assert made.code == 0, made.err
        assert home.run("backup", "verify", place, "--key", key, "--json").told == {"well": True, "damaged": []}
        listed = home.run("backup", "list", place, "--key", key, "--json").told
        assert listed["snapshots"][-1]["snapshot"] == made.told["snapshot"]
        assert listed["keys"] == [made.told["keys"]]
        assert not list(home.path.glob("backup-work/*"))
        assert not list((place / ".spool").iterdir())
        assert {path.parent.name for path in place.glob("snapshots/*/data")} == {
            one["snapshot"] for one in listed["snapshots"]
        }
        drilled = home.run("backup", "drill", place, "--key", key, "--json")
        assert drilled.code == 0, drilled.err
        assert drilled.told["living"]["calls"] == 2
        assert home.well()
        beside = ("--roots", home.path / "roots", "--ledger", home.path / "objects" / "ledger")
        elsewhere = [f"{name}={value}" for name, value in databases_of(restored).items()]
        restore: tuple[str | Path, ...] = (
            *elsewhere,
            "backup",
            "restore",
            place,
            "--into",
            restored,
            "--key",
            key,
            *beside,
            "--json",
        )
        for _ in range(kills // 2):
            _kill(home, restore, lambda: drawn.uniform(0.05, first.worked))  # a restore is far more work than a backup
            assert not (restored / "data.sqlite3").exists() or (restored / "restoring").exists()
        again = home.run(*restore)
        assert again.code == 0, again.err
        # Whoever was killed may hold the sequencer's lease for half a minute: what it would have published waits.
        assert set(again.told["ledger"][0]["undone"]) <= {"backup.made", "backup.drilled"}
        assert rows(restored, "select count(*) from calls_call") == [(2,)]


def test_a_backup_that_was_killed_goes_on_and_restores(tmp_path: Path) -> None:
    _kill_often(tmp_path, 2 if WANTED == "postgresql" else 6, seed=11)


@pytest.mark.slow
def test_forty_kills_leave_a_backup_whole(tmp_path: Path) -> None:
    _kill_often(tmp_path, 40, seed=12)
