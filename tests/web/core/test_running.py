"""What `callward serve` and `worker` run: processes that live and die together, duties that outlive a fault."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from callward.web import duties
from callward.web.duties import DUTIES, Duty, run_until
from callward.web.processes import run_together

_SLEEP = [sys.executable, "-c", "import time; time.sleep(3600)"]
_calls: list[str] = []


def fail() -> None:
    _calls.append("fail")
    raise ValueError("Dana")


def succeed() -> None:
    _calls.append("succeed")


def _pid_of(file: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(3600)",
    ]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_when_one_ends_by_itself_the_other_is_ended_and_the_first_is_named(tmp_path: Path) -> None:
    other = tmp_path / "pid"
    there = f"os.path.exists({str(other)!r}) and os.path.getsize({str(other)!r})"
    waits = f"import os, time\nwhile not ({there}): time.sleep(.05)"
    ended = run_together({"worker": _pid_of(other), "web server": [sys.executable, "-c", waits]})
    assert ended == "web server"
    assert not _is_alive(int(other.read_text()))


def test_a_signal_ends_everything_that_was_started(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom callward.web.processes import run_together\n"
        f"sys.exit(run_together({{'a': {_pid_of(tmp_path / 'a')!r}, 'b': {_pid_of(tmp_path / 'b')!r}}}) or 0)"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    files = [tmp_path / "a", tmp_path / "b"]
    until = time.monotonic() + 120
    while not all(file.exists() and file.stat().st_size for file in files) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0
    assert not any(_is_alive(int(file.read_text())) for file in files)


def hang() -> None:
    _calls.append("hang")
    _released.wait(120)


_released = threading.Event()


def test_a_duty_that_waits_for_an_answer_keeps_no_other_waiting() -> None:
    _calls.clear()
    _released.clear()
    stop = threading.Event()
    chosen = (Duty(f"{__name__}:hang", 0.0), Duty(f"{__name__}:succeed", 0.0))
    runner = threading.Thread(target=run_until, args=(stop, chosen))
    runner.start()
    until = time.monotonic() + 120
    while _calls.count("succeed") < 3 and time.monotonic() < until:
        time.sleep(0.02)
    _released.set()
    stop.set()
    runner.join(120)
    assert not runner.is_alive()
    assert _calls.count("succeed") >= 3


def test_a_duty_that_fails_is_named_without_its_words_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    _calls.clear()
    stop = threading.Event()
    chosen = (Duty(f"{__name__}:fail", 0.0), Duty(f"{__name__}:succeed", 0.0))
    runner = threading.Thread(target=run_until, args=(stop, chosen))
    with caplog.at_level(logging.ERROR):
        runner.start()
        until = time.monotonic() + 120
        while min(_calls.count("fail"), _calls.count("succeed")) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        stop.set()
        runner.join(120)
    assert not runner.is_alive()
    assert min(_calls.count("fail"), _calls.count("succeed")) >= 2
    assert "Dana" not in "".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.place)
def test_every_declared_duty_exists(duty: Duty) -> None:
    assert callable(duty.act)
    assert duty.seconds > 0


def test_no_duty_is_declared_twice() -> None:
    places = [duty.place for duty in DUTIES]
    assert len(places) == len(set(places))


def test_the_ledger_is_sequenced_in_the_background() -> None:
    assert any(duty.place.endswith(":sequence_all") for duty in duties.DUTIES)
