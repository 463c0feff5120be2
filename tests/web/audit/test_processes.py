from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import postgresql
import pytest

_SCRIPT = Path(__file__).with_name("ledger_at_work.py")


@pytest.fixture(autouse=True)
def _own_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in postgresql.own_databases().items():
        monkeypatch.setenv(name, value)


def _start(home: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "CALLWARD_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, str(_SCRIPT), *words], env=environment, stdout=pipe, stderr=pipe, text=True
    )


def _run(home: Path, *words: str) -> str:
    process = _start(home, *words)
    out, fault = process.communicate(timeout=600)
    assert process.returncode == 0, fault
    return out


def test_two_sequencers_and_two_writers_at_once_publish_each_entry_once(tmp_path: Path) -> None:
    _run(tmp_path, "prepare")
    _run(tmp_path, "work", "12")
    assert json.loads(_run(tmp_path, "check")) == {"entries": 600, "whole": True}


@pytest.mark.slow
def test_a_ledger_killed_at_random_times_loses_nothing_it_published(tmp_path: Path) -> None:
    _run(tmp_path, "prepare")
    seen = 0
    for _ in range(20):
        process = _start(tmp_path, "work", "10000")
        assert process.stdout
        begun = process.stdout.readline()
        time.sleep(random.uniform(0.0, 1.1))
        process.send_signal(signal.SIGKILL)
        _, fault = process.communicate()
        assert begun == "written\n", fault
        found = json.loads(_run(tmp_path, "check"))
        assert found["whole"]
        assert found["entries"] % 25 == 0
        assert found["entries"] > seen
        seen = found["entries"]
