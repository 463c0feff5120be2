"""Killed at any moment, ingest leaves whole calls or nothing, and a second run loses none."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from platform_home import SAMPLES, Home

pytest.importorskip("django", reason="the web extra is not installed")

# Each recording with its transcript: released, in review, held, keyed tones, nothing to mask.
_STEMS = {
    "sv-bank-02": {"recording.original", "recording.redacted", "transcript.original", "transcript.redacted", "sheet"},
    "nl-retail-02": {"recording.original", "recording.redacted", "transcript.original", "transcript.redacted", "sheet"},
    "en-health-02": {"recording.original", "recording.redacted", "transcript.original", "transcript.redacted", "sheet"},
    "ro-public-05": {"recording.original", "transcript.original", "transcript.redacted", "sheet"},
}


def _new_calls(folder: Path, number: int) -> None:
    """Copy the samples with a transcript that differs by one space more than the last: never a duplicate."""
    folder.mkdir()
    shutil.copy(SAMPLES / "calls" / "calls.csv", folder)
    for stem in _STEMS:
        for path in (SAMPLES / "calls").glob(f"{stem}.*"):
            shutil.copy(path, folder)
        with (folder / f"{stem}.json").open("ab") as file:
            file.write(b" " * number)


def _killed(home: Home, folder: Path, jobs: int, after: float) -> bool:
    home.kill({home.start("ingest", folder, "--jobs", str(jobs), "--json"): after})
    return home.wait().code == -signal.SIGKILL


def _rows(home: Home, database: str, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{home.path / database}.sqlite3?mode=ro", uri=True)) as opened:
        return opened.execute(question).fetchall()


def _ids(home: Home, database: str, question: str) -> set[Any]:
    return {row[0] for row in _rows(home, database, question)}


def _check(home: Home, calls: int) -> None:
    """No call lost, none half-made, nothing left over, the ledger whole."""
    assert home.well()
    kinds: dict[str, set[str]] = {}
    for call, kind in _rows(home, "data", "select call_id, kind from calls_item"):
        kinds.setdefault(call, set()).add(kind)
    assert len(kinds) == calls
    assert sorted(map(sorted, kinds.values()), key=str) == sorted(
        (sorted(wanted) for wanted in _STEMS.values() for _ in range(calls // len(_STEMS))), key=str
    )
    assert _ids(home, "data", "select id from calls_call") == set(kinds)
    objects = home.path / "objects"
    names = {str(path.relative_to(objects)) for path in objects.glob("??/*/*")}
    assert names == _ids(home, "data", "select object_name from calls_item")
    assert not list((objects / ".spool").iterdir())
    items = _ids(home, "data", "select id from calls_item")
    assert _ids(home, "keys", "select id from keys_datakey where kind = 'item'") == items
    persons = _ids(home, "data", "select id from people_person")
    assert _ids(home, "keys", "select id from keys_personkey") == persons
    assert _ids(home, "keys", "select person_key_id from keys_datakey where kind = 'record'") == persons
    assert _ids(home, "keys", "select person from keys_blindindex") <= persons
    assert _ids(home, "keys", "select call from keys_inputdigest") == set(kinds)
    taken = _rows(home, "data", "select count(*) from audit_entry where action = 'call.taken_in'")
    assert taken == [(calls,)]
    verified = home.run("verify", "log", home.log, "--vkey", home.verifier)
    assert verified.code == 0, verified.err


def _kill_often(folder: Path, jobs: list[int], seed: int) -> None:
    """Kill as many runs as ``jobs`` has, each in the middle; one that was quicker than the knife is not counted."""
    drawn, rounds, left = random.Random(seed), 0, list(jobs)
    with Home(folder) as home:
        _new_calls(folder / "first", 0)
        first = home.run("ingest", folder / "first", "--jobs", "1", "--json")
        assert first.code == 1
        while left:
            rounds += 1
            assert rounds < 3 * len(jobs), "most runs must be met by the knife"
            calls = folder / f"round{rounds}"
            _new_calls(calls, rounds)
            # Two processes load the platform first: that is several times the work.
            wanted = drawn.uniform(0.02, first.worked if left[0] == 1 else 4 * first.worked)
            if _killed(home, calls, left[0], wanted):
                left.pop(0)
            again = home.run("ingest", calls, "--jobs", "1", "--json")
            assert again.code in {0, 1}, again.err  # 1 where a call that needs a person was still to be taken in
            told = again.told
            assert (told["found"], told["refused"]) == (len(_STEMS), [])
        _check(home, (rounds + 1) * len(_STEMS))


def test_seven_kills_lose_no_call_and_leave_none_half_made(tmp_path: Path) -> None:
    _kill_often(tmp_path, [1] * 6 + [2], seed=5)


def test_no_process_outlives_a_run_that_was_killed(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        _new_calls(tmp_path / "calls", 0)
        run = home.start("ingest", tmp_path / "calls", "--jobs", "2", "--json")
        _wait_until(lambda: len(_processes(run)) >= 3)
        os.kill(run, signal.SIGKILL)
        home.wait()
        _wait_until(lambda: not _processes(run))


def _processes(group: int) -> list[str]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text("ascii", "replace").rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(status.parent.name)
    return found


def _wait_until(met: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_kills_lose_no_call_and_leave_none_half_made(tmp_path: Path) -> None:
    _kill_often(tmp_path, ([1] * 9 + [2]) * 20, seed=11)
