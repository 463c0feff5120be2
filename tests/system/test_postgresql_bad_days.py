"""PostgreSQL dies under a transaction: one of its processes, all of them at once, or as if the power went.

Each act is cut off so while it takes calls in, purges, erases or turns the epoch. Given again on the server that has
come back, everything is as if nothing had happened: nothing lost, nothing half made, and a ledger that verifies.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from platform_home import SAMPLES, Ended, Home
from postgresql import Cluster, missing

pytest.importorskip("django", reason="the web extra is not installed")
pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "there is a server")

_STEM = "en-health-02"
_KINDS = ["recording.original", "recording.redacted", "sheet", "transcript.original", "transcript.redacted"]
_GRACE = 180.0  # seconds: whoever was cut off may hold a lease for thirty of them
_ACTS = ("ingest", "purge", "erase", "turn")
_WAYS: tuple[str | signal.Signals, ...] = ("a session", signal.SIGQUIT, signal.SIGKILL)
_WORKING = (
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'callward' AND xact_start IS NOT NULL"
    " AND state <> 'idle'"
)
_OPEN = "SELECT action FROM audit_intent WHERE concluded_at IS NULL"
Command = tuple[str | Path, ...]


class _Day:
    """A platform on a server of its own, and what must be true of it in the end."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.cluster = Cluster()
        self.cluster.start()
        databases = self.cluster.databases()
        self.data, self.keys = (url.split("@/")[1].partition("?")[0] for url in databases.values())
        self.home = Home(folder, CALLWARD_DEMO="0", **databases)
        self.drawn = random.Random(seed)
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.calls = self.hits = self.persons = 0
        self.living: dict[str, str] = {}  # start -> the caller's phone number

    def command(self, act: str) -> Command:
        """Say how an act is given; what it must lead to is noted."""
        if act == "turn":
            return ("keys", "turn", "--json")
        if act == "purge":
            return ("purge", "--json")
        if act == "ingest":
            return ("ingest", self._new_folder(), "--jobs", "1", "--json")
        start, phone = self.drawn.choice(sorted(self.living.items()))
        found = self.ended(("person", "find", "--phone", phone, "--json"))
        del self.living[start]
        return ("person", "erase", found.told["found"][0]["person"], "--json")

    def cut_off(self, act: str, way: str | signal.Signals) -> None:
        """Begin an act and let the server die under one of its transactions; give it again when the server is back."""
        command = self.command(act)
        self.hits += self._wait_for_a_transaction(self.home.start(*command))
        if isinstance(way, signal.Signals):
            self.cluster.kill(way)
            ended = self.home.wait()
            self.cluster.start()
        else:
            self.cluster.kill_a_session()
            ended = self.home.wait()
            self.cluster.wait()
        assert "Traceback" not in ended.err, ended.err
        self.ended(command)

    def ended(self, command: Command) -> Ended:
        until = time.monotonic() + _GRACE
        while (ended := self.home.run(*command)).code not in {0, 1}:
            assert time.monotonic() < until, (command[:2], ended.err)
            time.sleep(0.5)
        assert "Traceback" not in ended.err, ended.err
        return ended

    def _wait_for_a_transaction(self, process: int) -> bool:
        """Wait until a command is in a transaction, some more times at random; False where it ended before."""
        wanted, until = self.drawn.randint(1, 12), time.monotonic() + _GRACE
        while Path(f"/proc/{process}").exists() and time.monotonic() < until:
            if self.cluster.statement(_WORKING):
                wanted -= 1
                if not wanted:
                    return True
        return False

    def _new_folder(self) -> Path:
        """Three calls of three callers; the last has had its time."""
        folder = self.folder / f"calls{self.calls}"
        folder.mkdir()
        for age in (timedelta(days=2), timedelta(days=3), timedelta(days=300)):
            self.calls += 1
            phone = f"+447700900{self.calls:03d}"
            start = self._write(folder, phone, age)
            if age < timedelta(days=100):
                self.living[start] = phone
        return folder

    def _write(self, folder: Path, phone: str, age: timedelta) -> str:
        stem = f"call{self.calls}"
        shutil.copy(SAMPLES / "calls" / f"{_STEM}.wav", folder / f"{stem}.wav")
        words = (SAMPLES / "calls" / f"{_STEM}.json").read_bytes()
        (folder / f"{stem}.json").write_bytes(words + b" " * self.calls)  # never a duplicate
        started = self.now - age - timedelta(seconds=self.calls)
        facts = {"line": "health-en", "started_at": started.isoformat(), "language": "en", "caller": {"phone": phone}}
        (folder / f"{stem}.call.json").write_text(json.dumps(facts), "utf-8")
        return started.strftime("%Y-%m-%d %H:%M:%S")

    def _let_the_worker_finish(self) -> None:
        """Run the worker until no act is open: it replays what was begun and never concluded, at its start."""
        worker = self.home.start("worker")
        until = time.monotonic() + _GRACE
        while self.column(_OPEN):
            assert time.monotonic() < until
            time.sleep(0.2)
        os.killpg(worker, signal.SIGTERM)
        self.home.wait()

    def column(self, question: str, database: str = "") -> list[str]:
        return sorted(str(row[0]) for row in self.cluster.statement(question, database or self.data))

    def check(self) -> None:
        home = self.home
        for act in ("purge", "turn"):
            self.ended(self.command(act))
        self._let_the_worker_finish()
        assert home.well(), home.run("doctor", "--json").out
        started = "SELECT DISTINCT to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM calls_call"
        assert self.column(f"{started} JOIN calls_item ON call_id = calls_call.id") == sorted(self.living)
        kinds = "SELECT DISTINCT string_agg(kind, ',' ORDER BY kind) FROM calls_item GROUP BY call_id"
        assert self.column(kinds) == [",".join(_KINDS)]
        objects = home.path / "objects"
        names = sorted(str(path.relative_to(objects)) for path in objects.glob("??/*/*"))
        assert names == self.column("SELECT object_name FROM calls_item")
        living = "SELECT id FROM people_person WHERE erased_at IS NULL"
        assert self.column(living) == self.column("SELECT id FROM keys_personkey", self.keys)
        items = "SELECT id FROM keys_datakey WHERE kind = 'item'"
        assert self.column(items, self.keys) == self.column("SELECT id FROM calls_item")
        assert len(list((home.path / "roots").glob("*/*.key"))) == 1
        assert not self.column(_OPEN)
        verified = home.run("verify", "log", home.log, "--vkey", home.verifier)
        assert verified.code == 0, verified.err


def _live_through(folder: Path, cuts: int, seed: int) -> None:
    day = _Day(folder, seed)
    with day.home:
        day.ended(day.command("ingest"))
        # Where the act was often quicker than the knife, it goes on until most of so many were met.
        for number, (act, way) in enumerate(zip(cycle(_ACTS), cycle(_WAYS), strict=False)):
            if number >= cuts and day.hits > cuts / 2:
                break
            assert number < 10 * cuts
            day.cut_off(act, way)
        day.check()
    day.cluster.end()


def test_what_a_dying_server_cuts_off_is_done_when_it_is_back(tmp_path: Path) -> None:
    _live_through(tmp_path, 4, seed=7)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_forty_deaths_of_a_server_lose_nothing(tmp_path: Path) -> None:
    _live_through(tmp_path, 40, seed=8)
