"""`callward feeds` from end to end: killed at any moment nothing is lost, and several workers take each call once."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from calls_at_work import HARMLESS, STARTED, vtt, wav
from platform_home import Home

_CALLS = 3
_FACTS = {"line": "health-en", "started_at": STARTED}


def _drop(folder: Path, count: int = _CALLS) -> Path:
    """A folder with so many different calls, and one file that no call can be made of."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.wav").write_bytes(wav(HARMLESS, 6.0 + number / 10))
        (folder / f"{number}.vtt").write_bytes(vtt(HARMLESS))
        (folder / f"{number}.call.json").write_text(json.dumps(_FACTS))
    (folder / "garbage.vtt").write_bytes(b"\xff\xfe\x00garbage")
    (folder / "garbage.done").touch()
    return folder


def _add(home: Home, drop: Path) -> float:
    """Watch the folder; give the seconds of work that this was, most of which every command takes to begin."""
    made = home.run("feeds", "add", "night", "--place", drop, "--delete-originals", "--option", "settles=renamed")
    assert made.code == 0, made.err
    return made.worked


def _count(home: Home, table: str) -> int:
    with closing(sqlite3.connect(home.path / "data.sqlite3")) as database:
        count: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def _let_claims_end(home: Home) -> None:
    """What a dead worker was at is another's after a minute; nobody waits for it here."""
    with closing(sqlite3.connect(home.path / "data.sqlite3", timeout=120)) as database, database:
        database.execute("UPDATE feeds_delivery SET until = '2026-01-01 00:00:00' WHERE until IS NOT NULL")


def _kill_often(folder: Path, kills: int, seed: int) -> None:
    drawn = random.Random(seed)
    drop = _drop(folder / "drop")
    with Home(folder) as home:
        begin, killed = _add(home, drop), 0
        for _ in range(kills):
            home.kill({home.start("feeds", "run", "night", "--json"): begin * drawn.uniform(0.3, 1.8)})
            killed += home.wait().code == -signal.SIGKILL
            _let_claims_end(home)
        assert killed, "where the first was quicker than the knife nothing was tried"
        last = home.run("feeds", "run", "night", "--json")
        assert last.told["feeds"][0]["fault"] is None, last.err
        assert _count(home, "calls_call") == _CALLS
        left = sorted(path.name for path in drop.rglob("*") if path.is_file())
        assert left == ["garbage.done", "garbage.vtt", "garbage.vtt.reason.txt"]
        assert home.run("feeds", "run", "night", "--json").code == 0
        assert home.well()


def test_killed_at_any_moment_no_call_is_lost_and_none_is_taken_twice(tmp_path: Path) -> None:
    _kill_often(tmp_path, kills=2, seed=5)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_killed_again_and_again_no_call_is_lost_and_none_is_taken_twice(tmp_path: Path, seed: int) -> None:
    _kill_often(tmp_path, kills=12, seed=seed)


def test_several_workers_on_one_folder_take_each_call_once(tmp_path: Path) -> None:
    drop = _drop(tmp_path / "drop")
    with Home(tmp_path) as home:
        _add(home, drop)
        home.start_all([("feeds", "run", "night", "--json")] * 3)
        told = [ended.told["feeds"][0] for ended in home.wait_all()]
        assert sum(each["taken_in"] for each in told) == _CALLS
        assert sum(each["duplicates"] for each in told) == 0
        assert sum(each["refused"] for each in told) == 1
        assert _count(home, "calls_call") == _CALLS
        listed = home.run("feeds", "list", "--json")
        assert listed.code == 1, "a refused file needs somebody"
        [feed] = listed.told["feeds"]
        assert (feed["calls"], feed["refused"]) == (_CALLS, 1)
        assert home.run("feeds", "remove", "night").code == 0
        assert home.run("feeds", "list", "--json").told == {"feeds": []}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "x", "--place", "relative"), "place_not_absolute"),
        (("add", "x", "--place", "/", "--kind", "carrier-pigeon"), "kind_unknown"),
        (("add", "x", "--place", "/", "--option", "nothing=1"), "option_unknown"),
        (("run", "nobody"), "feed_unknown"),
        (("remove", "nobody"), "feed_unknown"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(home: Home, words: tuple[str, ...], code: str) -> None:
    ended = home.run("feeds", *words)
    assert ended.code == 2
    assert ended.err.startswith(f"callward: {code}: ")
    assert ended.err.count("\n") == 1


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with Home(tmp_path_factory.mktemp("feeds")) as made:
        yield made
