"""Killed at random points, ingest, turn, purge, erase and backup together leave what was to stay and nothing else.

A model says what must be true: which calls live, which have had their time, whose callers were erased. Commands run
alone or side by side and are killed; what was killed is given again later, as a worker or a person would. Then the
platform must be what the model says: nothing lost, nothing half-made, nobody back, a ledger that verifies.
"""

from __future__ import annotations

import json
import random
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backups import rows
from platform_home import SAMPLES, Ended, Home

from callward.keyfile import write_key_file

pytest.importorskip("django", reason="the web extra is not installed")

_STEM = "en-health-02"
_KINDS = ["recording.original", "recording.redacted", "sheet", "transcript.original", "transcript.redacted"]
_LINE_DAYS = 180
_LASTING = {"ingest": 0.95, "backup": 0.45}
"""About how many seconds of work an act takes: the knife comes within them."""
_GRACE = 180.0  # seconds: whoever was killed may hold a lease for thirty of them
Command = tuple[str | Path, ...]


@dataclass(slots=True)
class _Model:
    """What must be true once everything that was begun has ended; calls are named by their second of start."""

    living: dict[str, str] = field(default_factory=dict)  # start -> the caller's phone number
    over: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    erased: int = 0


class _Day:
    """A platform, the model of it, and everything that was begun and may not have ended."""

    def __init__(self, folder: Path, home: Home, seed: int) -> None:
        self.folder, self.home = folder, home
        self.model = _Model()
        self.kills = 0
        self._drawn = random.Random(seed)
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._calls = self._phones = 0
        self._open: list[Command] = []
        self._key = folder / "backup.key"
        self.place = folder / "backups"
        write_key_file(self._key, secrets.token_bytes(32))

    def backup(self, verb: str, *words: str | Path) -> Command:
        return ("backup", verb, self.place, *words, "--key", self._key, "--json")

    def storm(self) -> None:
        """Begin one to three acts side by side and kill them, each at a moment of its own."""
        acts = self._acts()
        processes = self.home.start_all(acts)
        self.home.kill(
            {
                process: self._drawn.uniform(0.01, _LASTING.get(str(act[0]), 0.4))
                for process, act in zip(processes, acts, strict=True)
            }
        )
        self.kills += sum(ended.code == -signal.SIGKILL for ended in self.home.wait_all())
        self._open += [act for act in acts if act not in self._open]

    def calm(self) -> None:
        """Give everything again that was killed, until it has ended."""
        self._drawn.shuffle(self._open)
        for act in self._open:
            self.ended(act)
        self._open = []

    def ended(self, act: Command) -> Ended:
        until = time.monotonic() + _GRACE
        while (ended := self.home.run(*act)).code not in {0, 1} or "lease" in ended.err:
            assert time.monotonic() < until, (act[:2], ended.err)
            time.sleep(0.5)
        assert "Traceback" not in ended.err, ended.err
        if act[0] == "ingest":
            # What was taken in before the knife came may have been purged meanwhile.
            assert _reasons(ended) <= {"input_erased"}, ended.out
        return ended

    def _acts(self) -> list[Command]:
        chosen = self._drawn.sample(("ingest", "ingest", "turn", "purge", "backup", "erase"), self._drawn.randint(1, 3))
        acts: list[Command] = []
        for name in dict.fromkeys(chosen):
            act = self._erase([*self._open, *acts]) if name == "erase" else self._act(name)
            if act is not None:
                acts.append(act)
        return acts or [self._act("ingest")]

    def _act(self, name: str) -> Command:
        if name == "turn":
            return ("keys", "turn", "--json")
        if name == "purge":
            return ("purge", "--json")
        if name == "backup":
            return self.backup("create")
        return ("ingest", self._new_folder(), "--jobs", "1", "--json")

    def _erase(self, begun: Sequence[Command]) -> Command | None:
        """Choose somebody all of whose calls have been taken in: who is erased is then certain."""
        waiting = {phone for act in begun if act[0] == "ingest" for phone in _phones(Path(act[1]))}
        callers = sorted(set(self.model.living.values()) - waiting)
        if not callers:
            return None
        phone = self._drawn.choice(callers)
        found = self.home.run("person", "find", "--phone", phone, "--json")
        assert found.code == 0, found.err
        theirs = {start for start, caller in self.model.living.items() if caller == phone}
        for start in theirs:
            del self.model.living[start]
        self.model.gone |= theirs
        self.model.erased += 1
        return ("person", "erase", found.told["found"][0]["person"], "--json")

    def _new_folder(self) -> Path:
        """Three calls: of somebody new, of somebody known where there is one, and one that has had its time."""
        folder = self.folder / f"calls{self._calls}"
        folder.mkdir()
        known = self._drawn.choice([*self.model.living.values(), self._phone()])
        fresh, old = self._phone(), self._phone()
        for phone, age in (
            (fresh, timedelta(days=3)),
            (known, timedelta(days=2)),
            (old, timedelta(days=_LINE_DAYS + 60)),
        ):
            start = self._write(folder, phone, age)
            if phone is old:
                self.model.over.add(start)
            else:
                self.model.living[start] = phone
        return folder

    def _phone(self) -> str:
        """A number that no other caller has, of the range that the regulator keeps for drama."""
        self._phones += 1
        assert self._phones < 1000
        return f"+447700900{self._phones:03d}"

    def _write(self, folder: Path, phone: str, age: timedelta) -> str:
        self._calls += 1
        stem = f"call{self._calls}"
        shutil.copy(SAMPLES / "calls" / f"{_STEM}.wav", folder / f"{stem}.wav")
        words = (SAMPLES / "calls" / f"{_STEM}.json").read_bytes()
        (folder / f"{stem}.json").write_bytes(words + b" " * self._calls)  # never a duplicate
        started = self._now - age - timedelta(seconds=self._calls)
        facts = {"line": "health-en", "started_at": started.isoformat(), "language": "en", "caller": {"phone": phone}}
        (folder / f"{stem}.call.json").write_text(json.dumps(facts), "utf-8")
        return started.strftime("%Y-%m-%d %H:%M:%S")

    def folders(self) -> Iterator[Path]:
        yield from self.folder.glob("calls*")


def _phones(folder: Path) -> set[str]:
    return {json.loads(path.read_text("utf-8"))["caller"]["phone"] for path in folder.glob("*.call.json")}


def _reasons(ingested: Ended) -> set[str]:
    return {refused["reason"] for refused in ingested.told["refused"]}


def _column(home: Home, question: str, database: str = "data") -> list[str]:
    return sorted(str(row[0]) for row in rows(home.path, question, database))


def _check(day: _Day) -> None:
    home, model = day.home, day.model
    assert home.well()
    kept = (
        "select distinct strftime('%Y-%m-%d %H:%M:%S', started_at) from calls_call"
        " join calls_item on call_id = calls_call.id"
    )
    assert _column(home, kept) == sorted(model.living)
    kinds = rows(home.path, "select group_concat(kind) from (select * from calls_item order by kind) group by call_id")
    assert {tuple(sorted(row[0].split(","))) for row in kinds} == ({tuple(_KINDS)} if model.living else set())
    objects = home.path / "objects"
    names = sorted(str(path.relative_to(objects)) for path in objects.glob("??/*/*"))
    assert names == _column(home, "select object_name from calls_item")
    assert _column(home, "select id from keys_datakey where kind = 'item'", "keys") == _column(
        home, "select id from calls_item"
    )
    assert _column(home, "select id from people_person where erased_at is null") == _column(
        home, "select id from keys_personkey", "keys"
    )
    assert len(list((home.path / "roots").glob("*/*.key"))) == 1
    assert not _column(home, "select id from audit_intent where concluded_at is null")
    verified = home.run("verify", "log", home.log, "--vkey", home.verifier)
    assert verified.code == 0, verified.err


def _check_backups(day: _Day) -> None:
    """Every snapshot reads back, and neither the oldest nor the newest brings anybody back."""
    listed = day.home.run(*day.backup("list")).told["snapshots"]
    for snapshot in {listed[0]["snapshot"], listed[-1]["snapshot"]}:
        drilled = day.home.run(*day.backup("drill", "--snapshot", snapshot, "--sample", "1000"))
        assert drilled.code == 0, drilled.err or drilled.out
        told = drilled.told
        assert (told["erased"]["opened"], told["living"]["faults"]) == (0, {})
        # The newest was made after every erasure, so it has all the erased to be shown not to open.
        assert snapshot != listed[-1]["snapshot"] or told["erased"]["persons"] >= day.model.erased


def _check_nobody_returns(day: _Day) -> None:
    """Every file ever given comes again: no call is made of it, whether its caller lives, has ended or was erased."""
    before = _column(day.home, "select id from calls_call")
    for folder in day.folders():
        again = day.home.run("ingest", folder, "--jobs", "1", "--json")
        assert (again.told["found"], _reasons(again) - {"input_erased"}) == (3, set()), again.out
    assert _column(day.home, "select id from calls_call") == before


def _live_through(folder: Path, kills: int, calm_every: int, seed: int, *, erased: int = 0) -> _Day:
    """Storm until so many commands were really killed and so many persons were erased."""
    with Home(folder) as home:
        day = _Day(folder, home, seed)
        for number in range(1, 10 * kills + 6 * erased):
            if day.kills >= kills and day.model.erased >= erased:
                break
            day.storm()
            if number % calm_every == 0:
                day.calm()
        day.calm()
        ends: Sequence[Command] = (("purge", "--json"), ("keys", "turn", "--json"), day.backup("create"))
        for act in ends:
            day.ended(act)
        _check(day)
        _check_backups(day)
        _check_nobody_returns(day)
        _check(day)
    return day


def test_a_bad_day_of_kills_leaves_what_was_to_stay_and_nothing_else(tmp_path: Path) -> None:
    day = _live_through(tmp_path, 6, 2, seed=3)
    assert day.kills >= 6
    assert day.model.living


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_three_hundred_kills_leave_what_was_to_stay_and_nothing_else(tmp_path: Path) -> None:
    day = _live_through(tmp_path, 300, 10, seed=29, erased=20)
    assert day.kills >= 300
    assert day.model.erased >= 20
