"""A disk that fills up in the middle of an act: told in one line, mended by room.

The home lies on a small file system of its own in memory, which a file fills up to a few pages.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backups import rows
from platform_home import SAMPLES, Ended, Home

from callward.keyfile import write_key_file

pytest.importorskip("django", reason="the web extra is not installed")

_ROOM = 24  # MiB
# Pages left of 4 KiB: none, enough for half a call; in the long run enough to begin, and for rows but not for sound.
_left = pytest.mark.parametrize("left", [(0, 40), pytest.param((4, 120), marks=pytest.mark.slow)], ids=str)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for a few calls."""
    yield from _mounted(tmp_path / "home")


@pytest.fixture
def small_too(tmp_path: Path) -> Iterator[Path]:
    yield from _mounted(tmp_path / "elsewhere")


def _mounted(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_ROOM}m,mode=700", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a file system in memory cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


class _Filled:
    """The file system of a folder filled up, but for some pages, for as long as the block lasts."""

    def __init__(self, folder: Path, pages: int) -> None:
        self._path, self._pages = folder / "filler", pages

    def __enter__(self) -> None:
        free = shutil.disk_usage(self._path.parent).free - self._pages * 4096
        with self._path.open("wb") as file:
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


def _whole(home: Home, calls: int) -> None:
    assert home.well()
    kept = rows(home.path, "select count(*) from calls_item group by call_id")
    assert kept == [(5,)] * calls
    verified = home.run("verify", "log", home.log, "--vkey", home.verifier)
    assert verified.code == 0, verified.err


@_left
def test_a_call_is_taken_in_once_there_is_room_again(small: Path, tmp_path: Path, left: tuple[int, ...]) -> None:
    ingest = ("ingest", _calls(tmp_path / "calls"), "--jobs", "1", "--json")
    with Home(tmp_path) as home:
        for pages in left:
            with _Filled(small, pages):
                ended = home.run(*ingest)
                assert ended.code in {1, 2}, ended.out
                _told_of_it(ended)
            _whole(home, 0)
        assert home.run(*ingest).told["refused"] == []
        _whole(home, 1)


@_left
def test_purge_erase_and_turn_go_on_once_there_is_room_again(
    small: Path, tmp_path: Path, left: tuple[int, ...]
) -> None:
    with Home(tmp_path) as home:
        assert home.run("ingest", _calls(tmp_path / "old", 400), "--jobs", "1", "--json").told["refused"] == []
        for act in (("purge", "--json"), ("keys", "turn", "--json")):
            for pages in left:
                with _Filled(small, pages):
                    _told_of_it(home.run(*act))
            assert home.run(*act).code == 0
        _whole(home, 0)
        assert home.run("ingest", _calls(tmp_path / "new"), "--jobs", "1", "--json").told["refused"] == []
        ((person,),) = rows(
            home.path, "select person_id from calls_call join calls_item on call_id = calls_call.id limit 1"
        )
        for pages in left:
            with _Filled(small, pages):
                _told_of_it(home.run("person", "erase", person, "--json"))
        assert home.run("person", "erase", person, "--json").code == 0
        _whole(home, 0)


@_left
@pytest.mark.parametrize("full", ["home", pytest.param("destination", marks=pytest.mark.slow)])
def test_a_backup_is_whole_once_there_is_room_again(
    small: Path, small_too: Path, tmp_path: Path, full: str, left: tuple[int, ...]
) -> None:
    key = tmp_path / "backup.key"
    write_key_file(key, secrets.token_bytes(32))
    create = ("backup", "create", small_too / "backups", "--key", key, "--json")
    with Home(tmp_path) as home:
        home.run("ingest", _calls(tmp_path / "calls"), "--jobs", "1", "--json")
        for pages in left:
            with _Filled(small if full == "home" else small_too, pages):
                _told_of_it(home.run(*create))
        made = home.run(*create)
        assert made.code == 0, made.err
        verify = ("backup", "verify", small_too / "backups", "--key", key, "--json")
        assert home.run(*verify).told == {"well": True, "damaged": []}
        assert home.run("backup", "drill", small_too / "backups", "--key", key, "--json").code == 0
        _whole(home, 1)
