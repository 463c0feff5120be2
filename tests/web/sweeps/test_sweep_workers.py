"""A sweep is one job whoever works on it: processes, a cluster on this machine; and a kill costs nothing but time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import postgresql
import pytest
from platform_home import SAMPLES, Home
from ports import free_port
from private_ca import PrivateCa

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


@dataclass(frozen=True, slots=True)
class Certified:
    """The files of whoever has a certificate: authority, certificate, key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def by(cls, authority: PrivateCa, name: str) -> Certified:
        return cls(authority.path, *authority.issue(name))

    @property
    def options(self) -> list[str]:
        """As the programs of Dask take them."""
        return [
            "--protocol", "tls", "--tls-ca-file", str(self.authority),
            "--tls-cert", str(self.certificate), "--tls-key", str(self.key),
        ]  # fmt: skip

    @property
    def settings(self) -> dict[str, str]:
        """As Callward takes them."""
        files = {"CA": self.authority, "CERT": self.certificate, "KEY": self.key}
        return {f"CALLWARD_DASK_{name}_FILE": str(file) for name, file in files.items()}


@contextmanager
def _cluster(
    home: Home,
    databases: dict[str, str],
    folder: Path,
    *,
    workers: int,
    lacking: str = "",
    certified: tuple[Certified, Certified] | None = None,
) -> Iterator[str]:
    """A scheduler and workers as processes of their own, on loopback; gives the address.

    They speak TLS where they are ``certified``, the scheduler with the first and the workers with the second.
    """
    port = free_port()
    address = f"{'tls' if certified else 'tcp'}://127.0.0.1:{port}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
    mine = {"CALLWARD_HOME": str(home.path), "CALLWARD_DEMO": "1", **_environment(databases)}
    worker = {**clean, **mine, **({"CALLWARD_HOME": lacking} if lacking else {})}
    dask = [sys.executable, "-m", "distributed.cli"]
    scheduler = [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    each = [f"{dask[2]}.dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    each += ["--local-directory", str(folder / "spill")]
    if certified:
        scheduler += certified[0].options
        each += certified[1].options
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
        process.wait(120)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run_on(home: Home, address: str, workers: int) -> dict[str, object]:
    """Run a dry sweep on the cluster, once all its workers have come."""
    from distributed import Client

    with Client(address, timeout="300s", set_as_default=False) as client:  # type: ignore[no-untyped-call] # Dask's
        client.wait_for_workers(workers, timeout=300)
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


def _sweep_on(home: Home, databases: dict[str, str], address: str, who: Certified) -> subprocess.CompletedProcess[str]:
    """A dry sweep on a cluster, as a command that has read these certificates' settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
    return subprocess.run(
        [
            *(sys.executable, "-c", "from callward.cli.main import main; main()"),
            *("sweep", "heal", "--dry-run", "--json", "--dask", address),
        ],
        env={
            **clean,
            "CALLWARD_HOME": str(home.path),
            "CALLWARD_DEMO": "1",
            **_environment(databases),
            **who.settings,
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_a_cluster_that_speaks_tls_does_it_for_its_own_certificates_and_for_nobody_else(
    home: Home, databases: dict[str, str], tmp_path: Path
) -> None:
    from distributed import Client
    from distributed.security import Security

    (tmp_path / "other").mkdir()
    ours, other = PrivateCa(tmp_path), PrivateCa(tmp_path / "other")
    scheduler, worker, mine = (Certified.by(ours, name) for name in ("scheduler", "worker", "mine"))
    stranger = Certified.by(other, "stranger")
    alone = home.run("sweep", "heal", "--dry-run", "--json").told
    with _cluster(home, databases, tmp_path, workers=1, certified=(scheduler, worker)) as address:
        security = Security(  # type: ignore[no-untyped-call]  # distributed carries no types
            require_encryption=True,
            tls_ca_file=str(mine.authority),
            tls_client_cert=str(mine.certificate),
            tls_client_key=str(mine.key),
        )
        with Client(address, security=security, timeout="300s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1, timeout=300)
            assert all(name.startswith("tls://") for name in client.scheduler_info()["workers"])
        ended = _sweep_on(home, databases, address, mine)
        assert ended.returncode in {0, 1}, ended.stderr
        together = json.loads(ended.stdout)
        assert together["calls_done"] == alone["calls_done"] > 0
        assert together["by_kind"] == alone["by_kind"]
        begun = len(home.run("sweep", "list", "--json").told["sweeps"])
        for refused in (
            _sweep_on(home, databases, address, stranger),
            _sweep_on(home, databases, address.replace("tls://", "tcp://"), mine),
        ):
            assert refused.returncode == 2, refused.stdout
            assert "no Dask scheduler answers" in refused.stderr
        assert len(home.run("sweep", "list", "--json").told["sweeps"]) == begun, "refused before anything is written"


@pytest.mark.slow
def test_a_worker_that_reads_other_databases_is_refused_before_the_first_batch(home: Home, tmp_path: Path) -> None:
    if postgresql.WANTED == "postgresql":
        pytest.skip("the databases are named by their addresses here, not by the home")
    from distributed import Client

    with _cluster(home, {}, tmp_path, workers=1, lacking=str(tmp_path / "elsewhere")) as address:
        with Client(address, timeout="300s", set_as_default=False) as client:  # type: ignore[no-untyped-call] # Dask's
            client.wait_for_workers(1, timeout=300)
        ended = home.run("sweep", "heal", "--dry-run", "--dask", address, "--json")
    assert ended.code == 2
    assert "databases" in ended.err
    assert "CALLWARD_HOME" in ended.err


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tcp://dask.example:8786", "TLS"),
        ("tcp://192.0.2.1:8786", "TLS"),
        ("tcp://[2001:db8::1]:8786", "TLS"),
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
    # Where it was quicker than the knife the sweep is done: that too is a point in time.
    home.kill({process: after})
    assert home.wait().code in {0, -signal.SIGKILL}
    sweeps = home.run("sweep", "list", "--json").told["sweeps"]
    if sweeps and sweeps[0]["kind"] == "detect" and sweeps[0]["state"] == "running":
        ended = home.run("sweep", "resume", str(sweeps[0]["sweep"]), "--workers", "2", "--json")
        assert ended.told["state"] == "done"
        assert ended.told["calls_done"] == ended.told["calls"]
    assert home.run("sweep", "heal", "--json").told["found"] == 0
    assert home.well()
