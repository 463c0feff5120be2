"""Two web servers and two workers behind a proxy; one of each is killed under load, and nobody notices.

The load reads what anybody may read and what staff read - the list, a call, its sound - while calls are taken in.

On SQLite all of them share a home on one machine; on PostgreSQL they share the databases too, as machines do. The proxy
is a small one of ours (tests/support/round_robin.py) and stands in for nginx or HAProxy.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from uuid import uuid4

import postgresql
import pytest
import staffed_centre
from ports import free_port
from round_robin import RoundRobin
from served import Process, environment
from staffed_centre import write_calls

pytest.importorskip("django", reason="the web extra is not installed")

_JOBS = Path(__file__).resolve().parents[1] / "web" / "background" / "written_jobs.py"
_CENTRE = Path(staffed_centre.__file__)
_AT_WORK = 20
_ARRIVING = 8
_SAFE = {"X-Forwarded-Proto": "https", "Origin": "https://localhost"}


@pytest.fixture(params=["sqlite", "postgresql"])
def told(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    databases = _own_databases() if request.param == "postgresql" else {}
    return environment(
        tmp_path / "home",
        CALLWARD_PROXIES="127.0.0.1",
        CALLWARD_TASK_LEASE="30",
        JOBS_WRITTEN=str(tmp_path / "written"),
        **{**databases, "PYTHONPATH": os.pathsep.join([str(_JOBS.parent), *sys.path])},
    )


def _own_databases() -> dict[str, str]:
    """Two empty databases on a server of the run's own."""
    if postgresql.missing():
        pytest.skip(postgresql.missing())
    known = set(os.environ)
    postgresql.start()
    for name in {name for name in set(os.environ) - known if name.startswith("CALLWARD_") and name.endswith("_URL")}:
        del os.environ[name]
    names = [f"own_{uuid4().hex[:12]}_{part}" for part in ("data", "keys")]
    for name in names:
        postgresql.statement(f'CREATE DATABASE "{name}"')
    return postgresql.addresses(*names)


class _Load:
    """Four that ask for each page in turn, each over a connection of its own, and note every answer.

    Who is told to come again (RFC 9110 section 10.2.3) does.
    """

    def __init__(self, port: int, cookie: str, call: str) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self._port, self._over = port, threading.Event()
        signed_in = {"Cookie": cookie}
        self._asks: dict[str, dict[str, str]] = {
            "/sign-in/": {},
            "/calls/": signed_in,
            f"/calls/{call}/": signed_in,
            f"/calls/{call}/recording": {**signed_in, "Range": "bytes=1000-1999"},
        }
        self._threads = [threading.Thread(target=self._ask) for _ in range(4)]

    def _ask(self) -> None:
        for path, headers in itertools.cycle(self._asks.items()):
            while (status := self._status(path, headers)) is None:
                self._over.wait(1.0)
            self.answers[path, status] += 1
            if self._over.is_set():
                return

    def _status(self, path: str, headers: dict[str, str]) -> int | None:
        """Ask once; None where the answer is to come again, and there is time to."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        try:
            connection.request("GET", path, headers={"Host": "localhost", **headers})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        again = answer.status == 503 and answer.getheader("Retry-After") is not None
        return None if again and not self._over.is_set() else answer.status

    def least(self) -> int:
        """How often the page was answered that was answered least."""
        return min(sum(many for (path, _), many in self.answers.items() if path == asked) for asked in self._asks)

    def statuses(self) -> set[tuple[str, int]]:
        """What was ever answered, by the last word of the address."""
        return {(path.strip("/").rpartition("/")[2], status) for path, status in self.answers}

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def _asked(told: dict[str, str], *words: str) -> str:
    return _ran(told, _JOBS, *words)


def _ran(told: dict[str, str], program: Path, *words: str) -> str:
    command = [sys.executable, str(program), *words]
    done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _written(told: dict[str, str], word: str) -> list[list[str]]:
    file = Path(told["JOBS_WRITTEN"])
    lines = file.read_text("ascii").splitlines() if file.exists() else []
    return [line.split() for line in lines if line.startswith(word)]


def _until(true: object, *logs: Path) -> None:
    until = time.monotonic() + 300
    while not true():  # type: ignore[operator] # a test's own word
        assert time.monotonic() < until, "".join(log.read_text("utf-8") for log in logs)
        time.sleep(0.05)


@pytest.fixture
def running(told: dict[str, str], tmp_path: Path) -> Iterator[tuple[list[Process], list[Process], RoundRobin]]:
    _asked(told, "prepare", str(_AT_WORK))
    ports = [free_port() for _ in range(2)]
    with ExitStack() as stack:
        webs = [
            stack.enter_context(Process(tmp_path / f"web{port}", told, "serve", "--no-worker", "--port", str(port)))
            for port in ports
        ]
        workers = [stack.enter_context(Process(tmp_path / f"worker{one}", told, "worker")) for one in range(2)]
        for web, port in zip(webs, ports, strict=True):
            web.until_it_answers(f"http://127.0.0.1:{port}/healthz")
        yield webs, workers, stack.enter_context(RoundRobin(ports))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_one_web_server_and_one_worker_killed_under_load_fail_no_request_and_lose_no_job_and_no_call(
    told: dict[str, str], running: tuple[list[Process], list[Process], RoundRobin], tmp_path: Path
) -> None:
    webs, workers, proxy = running
    centre = json.loads(_ran(told, _CENTRE, str(write_calls(tmp_path / "before", 0, 1))))
    (call,) = centre["calls"]
    folder = write_calls(tmp_path / "meanwhile", 1, _ARRIVING)
    with (
        _Load(proxy.port, centre["cookie"], call) as load,
        Process(tmp_path / "ingest", told, "ingest", str(folder), "--jobs", "2", "--json") as ingest,
    ):
        logs = [process.log for process in (*webs, *workers, ingest)]
        _until(lambda: load.least() > 5 and len(_written(told, "end")) == _AT_WORK, *logs)
        # All of the server goes at once, as a machine does; the worker is the one that is at a job.
        os.killpg(webs[0].pid, signal.SIGKILL)
        (victim,) = [int(line[2]) for line in _written(told, "begin") if line[-1] == "hangs"]
        os.kill(victim, signal.SIGKILL)
        before = load.least()
        _until(lambda: load.least() > before + 20 and len(_written(told, "end")) == _AT_WORK + 1, *logs)
        assert ingest.ends() == 0, ingest.log.read_text("utf-8")
    assert load.statuses() == {("sign-in", 200), ("calls", 200), (call, 200), ("recording", 206)}
    assert proxy.retried > 0, "the proxy asked the other one"
    arrived = json.loads(ingest.log.read_text("utf-8").splitlines()[-1])
    assert (arrived["released"], arrived["refused"]) == (_ARRIVING, [])
    begun = Counter(line[1] for line in _written(told, "begin"))
    assert sorted(begun.values()) == [1] * _AT_WORK + [2]
    assert json.loads(_asked(told, "check"))["states"] == {"SUCCESSFUL": _AT_WORK + 1}


def _put_form(connection: http.client.HTTPConnection, **headers: str) -> None:
    """Send the head of a form with two bytes."""
    connection.putrequest("POST", "/sign-in/", skip_host=True)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "2"}
    for name, value in {"Host": "localhost", **_SAFE, **form, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()


@pytest.mark.parametrize("told", ["sqlite"], indirect=True)
def test_a_web_server_that_is_asked_to_stop_answers_what_it_has_begun(told: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    answers: list[int] = []
    with Process(tmp_path / "web", told, "serve", "--no-worker", "--port", str(port)) as web:
        web.until_it_answers(f"http://127.0.0.1:{port}/healthz")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        _put_form(connection)
        connection.send(b"a=")
        refused = connection.getresponse()
        refused.read()
        answers.append(refused.status)
        # With its cookie the form's token is looked for in the body, and the body waited for.
        _put_form(connection, Cookie=(refused.getheader("Set-Cookie") or "").partition(";")[0], Expect="100-continue")
        begun = b""
        while not begun.endswith(b"\r\n\r\n"):
            begun += connection.sock.recv(1)
        assert begun.startswith(b"HTTP/1.1 100 "), "it says so when it waits for the body: it has begun"
        web.signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.send(b"a=")
        answers.append(connection.getresponse().status)
        connection.close()
        assert web.ends() == 0
    assert answers == [403, 403], "a form without its token is refused, and that is an answer"
