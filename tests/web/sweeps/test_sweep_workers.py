"""A sweep is one job whoever works on it: processes, a cluster on this machine; and a kill costs nothing but time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import postgresql
import pytest
from platform_home import SAMPLES, Home

pytest.importorskip("distributed", reason="the dask extra is not installed")


@pytest.fixture(scope="module")
def databases() -> dict[str, str]:
    """Addresses of two databases on PostgreSQL where the run asks for it; files in the home otherwise."""
    return postgresql.own_databases()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, databases: dict[str, str]) -> Iterator[Home]:
    """A home with some of the sample calls in it."""
    folder = tmp_path_factory.mktemp("sweeps")
    calls = folder / "calls"
    calls.mkdir()
    for path in sorted((SAMPLES / "calls").iterdir())[:8]:
        shutil.copy(path, calls)
    with Home(folder, **_environment(databases)) as made:
        assert made.run("ingest", calls, "--json", "--jobs", "1").code in {0, 1}
        yield made


def _environment(databases: dict[str, str]) -> dict[str, str]:
    return {**databases, **({"CALLWARD_DEMO": "0"} if databases else {})}


@contextmanager
def _cluster(home: Home, databases: dict[str, str], folder: Path, *, workers: int, lacking: str = "") -> Iterator[str]:
    """A scheduler and workers as processes of their own, on loopback; gives the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
    mine = {"CALLWARD_HOME": str(home.path), "CALLWARD_DEMO": "1", **_environment(databases)}
    worker = {**clean, **mine, **({"CALLWARD_HOME": lacking} if lacking else {})}
    dask = [sys.executable, "-m", "distributed.cli"]
    scheduler = [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    each = [f"{dask[2]}.dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    each += ["--local-directory", str(folder / "spill")]
    with ExitStack() as stack:
        for command, environment in ((scheduler, clean), *[(each, worker)] * workers):
            process = subprocess.Popen(
                [*dask[:2], *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            stack.callback(_end, process)
        yield address


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run_on(home: Home, address: str, workers: int) -> dict[str, object]:
    """Run a dry sweep on the cluster, once all its workers have come."""
    from distributed import Client

    with Client(address, timeout="30s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=30)
    return home.run("sweep", "heal", "--dry-run", "--dask", address, "--json").told


def test_two_workers_of_a_cluster_find_what_one_process_finds(
    home: Home, databases: dict[str, str], tmp_path: Path
) -> None:
    alone = home.run("sweep", "heal", "--dry-run", "--json").told
    with _cluster(home, databases, tmp_path, workers=2) as address:
        together = _run_on(home, address, 2)
    assert together["calls_done"] == alone["calls_done"] > 0
    for part in ("items_searched", "by_kind", "not_searched", "state"):
        assert together[part] == alone[part]


@pytest.mark.slow
def test_a_worker_that_reads_other_databases_is_refused_before_the_first_batch(home: Home, tmp_path: Path) -> None:
    if postgresql.WANTED == "postgresql":
        pytest.skip("the databases are named by their addresses here, not by the home")
    from distributed import Client

    with _cluster(home, {}, tmp_path, workers=1, lacking=str(tmp_path / "elsewhere")) as address:
        with Client(address, timeout="30s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1, timeout=30)
        ended = home.run("sweep", "heal", "--dry-run", "--dask", address, "--json")
    assert ended.code == 2
    assert "databases" in ended.err
    assert "CALLWARD_HOME" in ended.err


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tcp://dask.example:8786", "TLS"),
        ("tls://127.0.0.1:8786", "CALLWARD_DASK_CA_FILE"),
        ("dask.example", "tls://host:port"),
    ],
)
def test_an_address_that_would_be_read_by_others_is_refused(home: Home, address: str, told: str) -> None:
    ended = home.run("sweep", "heal", "--dask", address)
    assert ended.code == 2
    assert told in ended.err


@pytest.mark.parametrize(
    "after", [0.6, pytest.param(0.2, marks=pytest.mark.slow), pytest.param(1.2, marks=pytest.mark.slow)]
)
def test_a_sweep_that_was_killed_goes_on(home: Home, after: float) -> None:
    process = home.start("sweep", "detect", "--workers", "1", "--json")
    time.sleep(after)
    # Where it was quicker than the knife the sweep is done: that too is a point in time.
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    assert home.wait().code in {0, -signal.SIGKILL}
    sweeps = home.run("sweep", "list", "--json").told["sweeps"]
    if sweeps and sweeps[0]["kind"] == "detect" and sweeps[0]["state"] == "running":
        ended = home.run("sweep", "resume", str(sweeps[0]["sweep"]), "--workers", "2", "--json")
        assert ended.told["state"] == "done"
        assert ended.told["calls_done"] == ended.told["calls"]
    assert home.run("sweep", "heal", "--json").told["found"] == 0
    assert home.well()
