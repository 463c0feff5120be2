"""``callward ingest`` as a whole: at once, on a full disk, with a long call, started anew."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bad_calls import wav, whisper
from platform_home import SAMPLES, Home

pytest.importorskip("django", reason="the web extra is not installed")

_CALLS = SAMPLES / "calls"
_ONE = "en-health-02"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for the tests that count only what they add."""
    with Home(tmp_path_factory.mktemp("ingest")) as opened:
        yield opened


def _count(home: Home, database: str, table: str, where: str = "1") -> int:
    with closing(sqlite3.connect(f"file:{home.path / database}.sqlite3?mode=ro", uri=True)) as opened:
        (count,) = opened.execute(f"select count(*) from {table} where {where}").fetchone()
        return int(count)


def _well_and_tidy(home: Home) -> None:
    """The doctor finds all well, and nothing is there that no call has."""
    assert home.well()
    items = _count(home, "data", "calls_item")
    assert sum(1 for _ in (home.path / "objects").glob("??/*/*")) == items
    assert _count(home, "keys", "keys_datakey", "kind = 'item'") == items
    assert _count(home, "keys", "keys_personkey") == _count(home, "data", "people_person")


def _copy(folder: Path, *names: str, phone: str = "", first: int = 0, spaces: int = 0) -> None:
    """Copy one sample under new names; ``first`` and ``spaces`` more for each next make them other calls."""
    folder.mkdir()
    for number, name in enumerate(names):
        shutil.copy(_CALLS / f"{_ONE}.wav", folder / f"{name}.wav")
        text = (_CALLS / f"{_ONE}.json").read_bytes() + b" " * (first + spaces * number)
        (folder / f"{name}.json").write_bytes(text)
        facts = f'{{"line": "health-en", "caller": {{"phone": "{phone}"}}}}' if phone else '{"line": "health-en"}'
        (folder / f"{name}.call.json").write_text(facts, encoding="utf-8")


def test_processes_that_meet_over_one_input_make_one_call(home: Home, tmp_path: Path) -> None:
    _copy(tmp_path / "calls", *"abcdef", first=100)
    told = home.run("ingest", tmp_path / "calls", "--jobs", "2", "--json").told
    assert (told["taken_in"], told["duplicates"], told["refused"]) == (1, 5, [])
    _well_and_tidy(home)


def test_processes_that_meet_over_one_caller_make_one_person(home: Home, tmp_path: Path) -> None:
    before = _count(home, "data", "people_person")
    _copy(tmp_path / "calls", *"abcdef", phone="+447700900123", first=200, spaces=1)
    told = home.run("ingest", tmp_path / "calls", "--jobs", "2", "--json").told
    assert (told["taken_in"], told["refused"]) == (6, [])
    assert _count(home, "data", "people_person") == before + 1
    _well_and_tidy(home)


def test_a_second_run_finds_everything_there_and_changes_nothing(home: Home, tmp_path: Path) -> None:
    _copy(tmp_path / "calls", "a", "b", first=300, spaces=1)
    assert home.run("ingest", tmp_path / "calls", "--json").told["taken_in"] == 2
    entries = _count(home, "data", "audit_entry")
    again = home.run("ingest", tmp_path / "calls", "--json")
    assert (again.code, again.told["duplicates"], again.told["taken_in"]) == (0, 2, 0)
    assert _count(home, "data", "audit_entry") == entries


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let a test mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_stops_the_run_with_one_line_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    _copy(tmp_path / "calls", *"abc", spaces=1)
    with _small_disk(tmp_path / "disk", 24) as disk, Home(disk) as home:
        filler = disk / "filler"
        stopped = 0
        for left_kib in (0, 40, 120, 250, 400, 600, 900, 1300):
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, free - left_kib * 1024))
            ended = home.run("ingest", tmp_path / "calls", "--json", "--jobs", "1")
            filler.unlink()
            if ended.code == 2:
                stopped += 1
                assert ended.err.startswith("callward: disk_full: "), ended.err
                assert ended.err.count("\n") == 1
        assert stopped >= 3
        ended = home.run("ingest", tmp_path / "calls", "--json", "--jobs", "1")
        assert ended.told["refused"] == []
        assert _count(home, "data", "calls_call") == 3
        _well_and_tidy(home)


def _most_memory(process: int, ended: threading.Event) -> list[int]:
    """Watch the resident set of a process; its peak as the kernel counts it, in KiB."""
    peak = [0]
    while not ended.wait(0.01):
        try:
            status = Path(f"/proc/{process}/status").read_text("ascii")
        except OSError:
            break
        found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        peak[0] = max(peak[0], *map(int, found), 0)
    return peak


def _long_call(folder: Path, minutes: int) -> None:
    """A mono mu-law recording with a word every two seconds, and an address now and then."""
    folder.mkdir()
    seconds = minutes * 60
    swell = np.abs(np.sin(np.arange(8000) * np.pi / 2000))
    second = np.rint(np.random.default_rng(3).normal(0, 2000, 8000) * swell)
    magnitude = np.minimum(np.abs(second) + 132, 32635).astype(np.int64)
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    code = ~(np.where(second < 0, 0x80, 0) | (exponent << 4) | mantissa) & 0xFF
    spoken, silent = code.astype(np.uint8).tobytes(), b"\xff" * 8000
    size = seconds * 8000
    with (folder / "long.wav").open("wb") as file:
        layout = (7).to_bytes(2, "little") + (1).to_bytes(2, "little") + (8000).to_bytes(4, "little") * 2
        layout += (1).to_bytes(2, "little") + (8).to_bytes(2, "little")
        file.write(b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little") + layout)
        file.write(b"data" + size.to_bytes(4, "little"))
        for at in range(seconds):
            file.write(silent if at % 2 else spoken)
    words = [(at, at + 1, "dana@example.com" if at % 60 == 0 else "hello") for at in range(0, seconds, 2)]
    (folder / "long.json").write_text(whisper(*words), encoding="utf-8")


def _peak_mib(home: Home, *words: str | Path) -> tuple[float, dict[str, Any]]:
    ended = threading.Event()
    process = home.start(*words)
    found: list[list[int]] = []
    watch = threading.Thread(target=lambda: found.append(_most_memory(process, ended)))
    watch.start()
    done = home.wait()
    ended.set()
    watch.join()
    return found[0][0] / 1024, done.told


@pytest.mark.parametrize(
    ("minutes", "most"), [(20, 170), pytest.param(300, 200, marks=pytest.mark.slow)], ids=["20 minutes", "300 minutes"]
)
def test_a_long_call_is_taken_in_within_bounded_memory(minutes: int, most: int, tmp_path: Path) -> None:
    with Home(tmp_path, TESTS_COLD="1") as home:
        _long_call(tmp_path / "calls", minutes)
        peak, told = _peak_mib(home, "ingest", tmp_path / "calls", "--line", "health-en", "--json")
        assert (told["taken_in"], told["refused"]) == (1, [])
        assert told["seconds"] == minutes * 60
        assert told["findings"] == {"contact": minutes}
        assert peak < most, f"{peak:.0f} MiB"


def test_a_call_that_waited_is_completed_from_the_command_line(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.wav").write_bytes(wav(4, seed=17))
    before = _count(home, "data", "calls_call")
    assert home.run("ingest", folder, "--line", "health-en", "--json").told["waits_for_transcript"] == 1
    (folder / "a.json").write_text(whisper((0.5, 1.0, "hello"), (1.0, 1.5, "there")), encoding="utf-8")
    told = home.run("ingest", folder, "--line", "health-en", "--json").told
    assert (told["taken_in"], told["waits_for_transcript"]) == (1, 0)
    assert _count(home, "data", "calls_call") == before + 1
    _well_and_tidy(home)


def test_a_transcriber_in_the_settings_writes_the_words(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.wav").write_bytes(wav(4))
    answer = whisper((0.5, 1.0, "dana@example.com"), (1.0, 1.5, "hello"))
    (tmp_path / "answer.json").write_text(answer, encoding="utf-8")
    with Home(tmp_path, CALLWARD_TRANSCRIBER=f"cat {tmp_path / 'answer.json'}") as home:
        told = home.run("ingest", folder, "--line", "health-en", "--json").told
        assert (told["taken_in"], told["findings"]) == (1, {"contact": 1})


def test_a_broken_transcriber_refuses_the_call_and_keeps_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.wav").write_bytes(wav(4))
    with Home(tmp_path, CALLWARD_TRANSCRIBER="false") as home:
        told = home.run("ingest", folder, "--line", "health-en", "--json").told
        assert [refusal["reason"] for refusal in told["refused"]] == ["transcriber_failed"]
        _well_and_tidy(home)


def test_help_comes_before_the_platform_is_loaded() -> None:
    code = (
        "import sys; from callward.cli.main import _run; sys.argv = ['callward', 'ingest', '--help']; _run(); "
        "print('django' in sys.modules, 'numpy' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "False False\n"
