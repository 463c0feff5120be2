"""`callward sweep heal --dry-run` on 1 and 2 workers, as processes of the command and on a Dask cluster on loopback.

``python benchmarks/sweeping.py [--calls N] [--rounds N] [--quick]``

Every copy of every call is opened, searched and listened to; nothing is found, so nothing is written. The figure is
calls a second between the first batch and the last; starting the command and its workers is not in it. Medians.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import a_home
import figures
import shuffled_calls


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--quick", action="store_true", help="10 calls, one round")
    told = options.parse_args()
    count, rounds = (10, 1) if told.quick else (told.calls, told.rounds)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as place:
        home, calls = Path(place) / "home", Path(place) / "calls"
        home.mkdir()
        calls.mkdir()
        shuffled_calls.write_calls(a_home.ROOT / "samples" / "calls", calls, count)
        print(f"taking in {count} calls", flush=True)
        code = "import a_home, sys, pathlib; a_home.open_home(pathlib.Path(sys.argv[1]), a_home.centre_lines())"
        a_home.python(code, str(home))
        a_home.ingest(home, [calls], "--jobs", "2")
        print(f"{count} calls of one minute, both copies of words and sound searched", flush=True)
        first: dict[str, float] = {}
        for kind in ("local", "dask"):
            for workers in (1, 2):
                rate = statistics.median(_rate(home, kind, workers, count) for _ in range(rounds))
                one = first.setdefault(kind, rate)
                figures.row(f"sweep, {kind}, {workers} worker(s)", rate, "calls/s", against="one worker", other=one)
    return 0


def _rate(home: Path, kind: str, workers: int, calls: int) -> float:
    environment = {**os.environ, "CALLWARD_HOME": str(home), "CALLWARD_DEMO": "1"}
    with _workers(home, kind, workers, environment) as options:
        command = [sys.executable, "-c", "from callward.cli.main import main; main()", "sweep", "heal", "--dry-run"]
        done = subprocess.run(
            [*command, "--json", *options], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode not in {0, 1}:
        sys.exit(f"the sweep ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    told = json.loads(done.stdout)
    assert told["calls_done"] == calls, told["calls_done"]
    return calls / (datetime.fromisoformat(told["ended"]) - datetime.fromisoformat(told["begun"])).total_seconds()


@contextmanager
def _workers(home: Path, kind: str, workers: int, environment: dict[str, str]) -> Iterator[list[str]]:
    """Give the options of the command; for a cluster, start one and wait until its workers have come."""
    if kind == "local":
        yield ["--workers", str(workers)]
        return
    from distributed import Client

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"]
    worker = ["dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    with ExitStack() as stack:
        for name, *given in (scheduler, *[worker] * workers):
            command = [sys.executable, "-m", f"distributed.cli.{name}", *given]
            process = subprocess.Popen(
                command, env=environment, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        with Client(address, timeout="60s", set_as_default=False) as client:  # type: ignore[no-untyped-call] # Dask's
            client.wait_for_workers(workers, timeout=60)
            client.run(time.sleep, 0)
        yield ["--dask", address]


if __name__ == "__main__":
    sys.exit(main())
