"""Nothing at rest is readable without a living key: every byte that ingest leaves anywhere is searched."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest
import re2
from platform_home import SAMPLES, Home

pytest.importorskip("django", reason="the web extra is not installed")

_WINDOW = 64  # bytes of encoded or decoded sound that would betray a recording
_STEP = 16384  # every so many bytes of a recording one window is searched for


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that a run over all samples left behind, by name; the run's own words among it."""
    folder = tmp_path_factory.mktemp("clear")
    temporary = folder / "temporary"
    temporary.mkdir()
    with (
        Home(folder, TMPDIR=str(temporary)) as home,
        # As long as somebody has a database open, as the worker always has, its write-ahead log lies beside it.
        closing(_opened(home, "data")),
        closing(_opened(home, "keys")),
    ):
        told = home.run("ingest", SAMPLES / "calls", "--json", "--jobs", "2")
        assert told.told["taken_in"] >= 24
        again = home.run("ingest", SAMPLES / "calls", "--jobs", "1")
        home.run("doctor")
        files = [path for top in (home.path, temporary) for path in top.rglob("*") if path.is_file()]
        found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
        logs = [len(data) for name, data in found.items() if name.endswith(".sqlite3-wal")]
        assert len(logs) == 2
        assert min(logs) > 0
        assert len(found) > 100
        modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in home.path.rglob("*")}
        assert modes == {0}, "others can reach what is kept"
        return {**found, "out": told.out.encode(), "err": told.err.encode(), "again": again.err.encode()}


def _opened(home: Home, name: str) -> sqlite3.Connection:
    opened = sqlite3.connect(home.path / f"{name}.sqlite3")
    opened.execute("select count(*) from sqlite_master").fetchone()
    return opened


def _values() -> Iterator[tuple[str, str]]:
    for line in (SAMPLES / "truth.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        for value in entry["values"]:
            for wanted in value["search"]:
                yield entry["stem"], wanted


def _readable(text: str) -> set[bytes]:
    forms = {text.encode("utf-8"), text.encode("utf-16-le")}
    if all(ord(letter) < 256 for letter in text):
        forms.add(text.encode("latin-1"))
    return forms | {json.dumps(text)[1:-1].encode()}


def test_no_value_of_the_samples_is_found_in_any_byte(left: dict[str, bytes]) -> None:
    wanted = {form: stem for stem, text in _values() for form in _readable(text) if len(form) >= 5}
    assert len(wanted) > 300
    # Five given bytes are found in so much ciphertext in one of some thousand runs.
    long = [form for form in wanted if len(form) >= 6]
    told = {name: left[name] for name in ("out", "err", "again")}
    assert [(wanted[form], form, name) for name, form in [*_found(left, long), *_found(told, wanted)]] == []


def test_the_same_search_finds_the_values_in_the_samples_themselves() -> None:
    given = b"".join(path.read_bytes() for path in (SAMPLES / "calls").iterdir())
    assert sum(text.encode() in given for text in {text for _, text in _values()}) > 60


def test_no_identifier_of_the_call_facts_is_found_in_any_byte(left: dict[str, bytes]) -> None:
    facts = [json.loads(path.read_bytes()) for path in (SAMPLES / "calls").glob("*.call.json")]
    numbers = {fact["caller"]["phone"] for fact in facts if fact.get("caller", {}).get("phone")}
    wanted = {fact["id"] for fact in facts if "id" in fact} | {form for n in numbers for form in (n, n.lstrip("+"))}
    assert len(wanted) > 10
    assert [(text, name) for name, data in left.items() for text in wanted if text.encode() in data] == []


def test_no_file_name_of_the_samples_is_found_outside_the_terminal(left: dict[str, bytes]) -> None:
    stems = {path.name.partition(".")[0] for path in (SAMPLES / "calls").iterdir()} - {"calls"}
    kept = {name: data for name, data in left.items() if name not in {"out", "again"}}
    assert [(stem, name) for name, data in kept.items() for stem in stems if stem.encode() in data] == []


def test_no_sound_of_the_samples_is_found_in_any_byte(left: dict[str, bytes]) -> None:
    windows = set(_windows())
    assert len(windows) > 300
    assert [name for name, _ in _found(left, windows)] == []


def test_the_same_search_finds_sound_and_values_that_are_there() -> None:
    windows = sorted(set(_windows()))
    hidden = {"one": os.urandom(70_000) + windows[-1] + os.urandom(9), "none": os.urandom(70_000), "other": windows[0]}
    assert list(_found(hidden, windows)) == [("one", windows[-1]), ("other", windows[0])]


def _found(left: dict[str, bytes], wanted: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give by name what of all that is wanted is found first, in one pass over the bytes of each."""
    options = re2.Options()
    options.encoding, options.max_mem, options.literal = re2.Options.Encoding.LATIN1, 1 << 30, False
    pattern = re2.compile(b"|".join(map(re2.escape, wanted)), options)
    for name, data in left.items():
        if met := pattern.search(data):
            yield name, met[0]


def _windows() -> Iterator[bytes]:
    """Give pieces of every file of the samples, and of the decoded sound of every recording."""
    import soundfile

    for path in (SAMPLES / "calls").iterdir():
        data = path.read_bytes()
        for start in range(512, len(data) - _WINDOW, _STEP):
            window = data[start : start + _WINDOW]
            if len(set(window)) > 8:  # silence looks like any other zeros
                yield window
        if path.suffix not in {".wav", ".flac", ".mp3", ".ogg"} or path.stem == "en-health-06":
            continue
        heard = soundfile.read(os.fspath(path), dtype="int16")[0].tobytes()
        for start in range(0, len(heard) - _WINDOW, 8 * _STEP):
            window = heard[start : start + _WINDOW]
            if len(set(window)) > 16:
                yield window


def test_the_temporary_folder_stays_empty(left: dict[str, bytes]) -> None:
    assert not [name for name in left if name.startswith("temporary/")]
