"""Two real workers on one queue, and what a SIGKILL to one of them costs: nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import postgresql
import pytest

_SCRIPT = Path(__file__).with_name("written_jobs.py")
_JOBS = 40


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in postgresql.own_databases().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CALLWARD_HOME", str(tmp_path))
    monkeypatch.setenv("JOBS_WRITTEN", str(tmp_path / "written"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(_SCRIPT.parent), *sys.path]))
    return tmp_path


def _told(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), *words], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _worker(log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        command = [sys.executable, "-c", "from callward.cli.main import main; main()", "worker"]
        return subprocess.Popen(command, stdout=file, stderr=file)


def _lines(place: Path, word: str) -> list[list[str]]:
    file = place / "written"
    lines = file.read_text("ascii").splitlines() if file.exists() else []
    return [line.split() for line in lines if line.startswith(word)]


def _until(true: Callable[[], object], place: Path) -> None:
    until = time.monotonic() + 300
    while not true():
        logs = [log.read_text("utf-8") for log in sorted(place.glob("log*"))]
        assert time.monotonic() < until, (_lines(place, ""), *logs)
        time.sleep(0.05)


def test_a_job_whose_worker_was_killed_is_done_by_another_and_every_other_job_runs_once(place: Path) -> None:
    _told("prepare", str(_JOBS))
    workers = [_worker(place / f"log{number}") for number in range(2)]
    try:
        _until(lambda: len(_lines(place, "end")) >= _JOBS, place)
        ((_, hanging, victim, _),) = [line for line in _lines(place, "begin") if line[-1] == "hangs"]
        os.kill(int(victim), signal.SIGKILL)
        (killed,) = [worker for worker in workers if worker.pid == int(victim)]
        killed.wait()
        # A lease short enough to be waited for is lost by a living worker too, where a busy machine holds it up.
        _told("lapse")
        _until(lambda: len(_lines(place, "end")) >= _JOBS + 1, place)
        (survivor,) = [worker for worker in workers if worker.pid != int(victim)]
        survivor.send_signal(signal.SIGTERM)
        assert survivor.wait(300) == 0
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    begun = Counter(line[1] for line in _lines(place, "begin"))
    assert begun.pop(hanging) == 2
    assert set(begun.values()) == {1}
    assert len(begun) == _JOBS
    assert json.loads(_told("check")) == {"states": {"SUCCESSFUL": _JOBS + 1}, "workers": 1}


@pytest.mark.slow
def test_a_worker_whose_job_hears_no_alarm_begins_anew_as_the_same_process(place: Path) -> None:
    _told("prepare-deaf")
    worker = _worker(place / "log")
    try:
        _until(lambda: _lines(place, "end"), place)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(300) == 0
    finally:
        worker.kill()
        worker.wait()
    assert [line[2] for line in _lines(place, "begin")] == [str(worker.pid)] * 2
    assert "does not end" in (place / "log").read_text("utf-8")
    assert json.loads(_told("check")) == {"states": {"SUCCESSFUL": 1}, "workers": 0}


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_ends_its_job_first(place: Path) -> None:
    _told("prepare", "0")
    (place / "written").write_text("", "ascii")
    worker = _worker(place / "log")
    try:
        _until(lambda: _lines(place, "begin"), place)
        worker.send_signal(signal.SIGTERM)
        time.sleep(3)
        assert worker.poll() is None, "it is still at its job"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(300) == 0, "a second signal gives the job back"
    finally:
        worker.kill()
        worker.wait()
    assert json.loads(_told("check")) == {"states": {"READY": 1}, "workers": 0}
