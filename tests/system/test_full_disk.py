"""A disk that fills up in the middle of an act: told in one line, mended by room.

On SQLite the home lies on a small file system of its own in memory, which a file fills up to a few pages. On PostgreSQL
all that a server of the test's own keeps lies there, its log too.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from backups import rows
from platform_home import SAMPLES, Ended, Home
from postgresql import Cluster, missing

from callward.keyfile import write_key_file

pytest.importorskip("django", reason="the web extra is not installed")

_ROOM = 24  # MiB
# Pages left of 4 KiB: none, enough for half a call; in the long run enough to begin, and for rows but not for sound.
_left = pytest.mark.parametrize("left", [(0, 40), pytest.param((4, 120), marks=pytest.mark.slow)], ids=str)


_GRACE = 300.0  # seconds
_WORKING = (
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'callward' AND xact_start IS NOT NULL"
    " AND state <> 'idle'"
)


class _Platform:
    """Where the rows lie: ``full`` is the folder whose file system is small, and ``home`` a platform there."""

    def __init__(self, folder: Path, full: Path, **databases: str) -> None:
        self.full = full
        self.home = Home(folder, **databases)

    def close(self) -> None:
        self.home.__exit__(None, None, None)

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        return rows(self.home.path, question)

    def before_it_fills(self) -> None:
        """Make what must be there for rows to be what there is no room for."""


class _Server(_Platform):
    """Rows on a server of the test's own."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.cluster = cluster
        databases = cluster.databases()
        self._databases = [url.split("@/")[1].partition("?")[0] for url in databases.values()]
        super().__init__(folder, cluster.folder, CALLWARD_DEMO="0", **databases)

    def asked(self, question: str) -> list[tuple[Any, ...]]:
        return self.cluster.statement(question, self._databases[0])

    def before_it_fills(self) -> None:
        """Let the server have files for its log in store, and for what each session reads first.

        One that was busy before has them; without the latter it lets nobody in.
        """
        for _ in range(5):
            self.cluster.statement("SELECT pg_logical_emit_message(false, 'test', 'room'), pg_switch_wal()")
        self.cluster.statement("CHECKPOINT")
        for database in self._databases:
            self.cluster.statement("SELECT 1", database)

    def wait_for_a_transaction(self) -> None:
        """Wait until somebody is in a transaction; whoever was too quick is met at another place, which counts too."""
        until = time.monotonic() + 20
        while not self.cluster.statement(_WORKING) and time.monotonic() < until:
            time.sleep(0.01)

    def choke(self) -> None:
        """Write to the server's log until there is no room for it, which ends the server."""
        while True:
            try:
                self.cluster.statement("SELECT pg_logical_emit_message(false, 'test', repeat('x', 4194304))")
            except psycopg.OperationalError:
                return


@pytest.fixture
def server(tmp_path: Path) -> Iterator[_Server]:
    """A platform whose rows lie on a server on a small file system."""
    if missing():
        pytest.skip(missing())
    # Where the account of the server may go to.
    folder = Path(tempfile.mkdtemp(prefix="callward-full-"))
    folder.chmod(0o755)
    for place in _mounted(folder / "server", 384):
        cluster = Cluster(place, min_wal_size="96MB", autovacuum="off")
        cluster.start()
        try:
            with closing(_Server(tmp_path, cluster)) as made:
                yield made
        finally:
            cluster.end()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def platform(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[_Platform]:
    if request.param == "postgresql":
        yield request.getfixturevalue("server")
        return
    for folder in _mounted(tmp_path / "home", _ROOM):
        with closing(_Platform(tmp_path, folder)) as made:
            yield made


@pytest.fixture
def small_too(tmp_path: Path) -> Iterator[Path]:
    yield from _mounted(tmp_path / "elsewhere", _ROOM)


def _mounted(folder: Path, room: int) -> Iterator[Path]:
    """Give a folder with so many MiB of room."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}m,mode=700", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a file system in memory cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


class _Filled:
    """The file system of a folder filled up, but for some pages, for as long as the block lasts."""

    def __init__(self, folder: Path, pages: int) -> None:
        self._path, self._pages = folder / "filler", pages

    def __enter__(self) -> None:
        free = shutil.disk_usage(self._path.parent).free - self._pages * 4096
        # Who is at work meanwhile may take of what is left, and then it is full sooner.
        with suppress(OSError), self._path.open("wb", buffering=0) as file:
            for _ in range(max(0, free) // 4096):
                file.write(b"\0" * 4096)

    def __exit__(self, *_: object) -> None:
        self._path.unlink()


def _calls(folder: Path, days_ago: int = 1) -> Path:
    folder.mkdir()
    for path in (SAMPLES / "calls").glob("en-health-02.*"):
        shutil.copy(path, folder)
    with (folder / "en-health-02.json").open("ab") as file:
        file.write(b" " * days_ago)  # not the same call as another day's
    started = datetime.now(UTC) - timedelta(days=days_ago)
    facts = {"line": "health-en", "started_at": started.isoformat(), "language": "en"}
    (folder / "en-health-02.call.json").write_text(json.dumps(facts), "utf-8")
    return folder


def _told_of_it(ended: Ended) -> None:
    """A full disk is an answer with a reason code, or too little was missing for anybody to notice."""
    said = ended.out + ended.err
    assert "Traceback" not in said, said
    assert ended.code == 0 or "disk_full" in said, said


def _whole(platform: _Platform, calls: int) -> None:
    home = platform.home
    assert home.well()
    kept = platform.asked("select count(*) from calls_item group by call_id")
    assert kept == [(5,)] * calls
    verified = home.run("verify", "log", home.log, "--vkey", home.verifier)
    assert verified.code == 0, verified.err


@_left
def test_a_call_is_taken_in_once_there_is_room_again(
    platform: _Platform, tmp_path: Path, left: tuple[int, ...]
) -> None:
    home, ingest = platform.home, ("ingest", _calls(tmp_path / "calls"), "--jobs", "1", "--json")
    for pages in left:
        platform.before_it_fills()
        with _Filled(platform.full, pages):
            ended = home.run(*ingest)
            _told_of_it(ended)
            assert ended.code in {1, 2} or platform.full != home.path, ended.out
        if platform.full == home.path:
            _whole(platform, 0)
    assert home.run(*ingest).told["refused"] == []
    _whole(platform, 1)


@_left
def test_purge_erase_and_turn_go_on_once_there_is_room_again(
    platform: _Platform, tmp_path: Path, left: tuple[int, ...]
) -> None:
    home = platform.home
    assert home.run("ingest", _calls(tmp_path / "old", 400), "--jobs", "1", "--json").told["refused"] == []
    for act in (("purge", "--json"), ("keys", "turn", "--json")):
        _until_there_is_room(platform, act, left)
    _whole(platform, 0)
    assert home.run("ingest", _calls(tmp_path / "new"), "--jobs", "1", "--json").told["refused"] == []
    ((person,),) = platform.asked("select person_id from calls_call join calls_item on call_id = calls_call.id limit 1")
    _until_there_is_room(platform, ("person", "erase", str(person), "--json"), left)
    _whole(platform, 0)


def _until_there_is_room(platform: _Platform, act: tuple[str | Path, ...], left: tuple[int, ...]) -> None:
    for pages in left:
        platform.before_it_fills()
        with _Filled(platform.full, pages):
            _told_of_it(platform.home.run(*act))
    ended = platform.home.run(*act)
    assert ended.code == 0, ended.err


@_left
@pytest.mark.parametrize("full", ["home", pytest.param("destination", marks=pytest.mark.slow)])
def test_a_backup_is_whole_once_there_is_room_again(
    platform: _Platform, small_too: Path, tmp_path: Path, full: str, left: tuple[int, ...]
) -> None:
    key = tmp_path / "backup.key"
    write_key_file(key, secrets.token_bytes(32))
    home, create = platform.home, ("backup", "create", small_too / "backups", "--key", key, "--json")
    home.run("ingest", _calls(tmp_path / "calls"), "--jobs", "1", "--json")
    for pages in left:
        platform.before_it_fills()
        with _Filled(platform.full if full == "home" else small_too, pages):
            _told_of_it(home.run(*create))
    made = home.run(*create)
    assert made.code == 0, made.err
    verify = ("backup", "verify", small_too / "backups", "--key", key, "--json")
    assert home.run(*verify).told == {"well": True, "damaged": []}
    assert home.run("backup", "drill", small_too / "backups", "--key", key, "--json").code == 0
    _whole(platform, 1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("act", ["ingest", "purge", "backup"])
def test_what_a_server_without_room_for_its_log_cuts_off_is_done_when_it_is_back(
    server: _Server, small_too: Path, tmp_path: Path, act: str
) -> None:
    key = tmp_path / "backup.key"
    write_key_file(key, secrets.token_bytes(32))
    command: tuple[str | Path, ...] = {
        "ingest": ("ingest", _calls(tmp_path / "calls"), "--jobs", "1", "--json"),
        "purge": ("purge", "--json"),
        "backup": ("backup", "create", small_too / "backups", "--key", key, "--json"),
    }[act]
    if act != "ingest":
        first = server.home.run("ingest", _calls(tmp_path / "first", 400 if act == "purge" else 1), "--json")
        assert first.told["refused"] == []
    server.home.start(*command)
    server.wait_for_a_transaction()
    with _Filled(server.full, 0):
        server.choke()
        ended = server.home.wait()
        assert "Traceback" not in ended.err, ended.err
        assert ended.code == 0 or ended.err.startswith("callward: "), ended.err
    # Whatever it was at, a server that was only asked to end may wait for room.
    server.cluster.kill(signal.SIGKILL)
    server.cluster.start()
    _again_until_done(server.home, command)
    _whole(server, 0 if act == "purge" else 1)
    if act == "backup":
        verify = ("backup", "verify", small_too / "backups", "--key", key, "--json")
        assert server.home.run(*verify).told == {"well": True, "damaged": []}


def _again_until_done(home: Home, command: tuple[str | Path, ...]) -> None:
    """Give a command again; whoever was cut off may hold a lease a while longer."""
    until = time.monotonic() + _GRACE
    while (ended := home.run(*command)).code not in {0, 1}:
        assert time.monotonic() < until, ended.err
        time.sleep(0.5)
