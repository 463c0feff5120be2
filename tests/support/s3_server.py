"""A real S3 server for the run: Ceph's radosgw on loopback, with its data in memory and everything else in one folder.

The first test that asks starts it, behind a lock, so that a run in several processes has one. A keeper process of its
own holds the daemons; it ends them, by their ids, and removes the folder when the run's first process is gone, however
that went.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

from ports import free_port

_PROGRAMS = (
    "radosgw",
    "radosgw-admin",
    "ceph",
    "ceph-mon",
    "ceph-mgr",
    "ceph-osd",
    "ceph-authtool",
    "monmaptool",
    "setpriv",
)
_READY, _FAILED = "ready.json", "failed"
_PATIENCE = 600.0
_CONFIGURATION = """[global]
fsid = {fsid}
mon_host = [v2:127.0.0.1:{mon2},v1:127.0.0.1:{mon1}]
public_network = 127.0.0.0/8
cluster_network = 127.0.0.0/8
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = true
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
osd_pool_default_pg_autoscale_mode = off
ms_bind_ipv4 = true
run_dir = {folder}/run
admin_socket = {folder}/run/$name.asok
log_file = {folder}/log/$name.log
keyring = {folder}/keyring
[mon.a]
mon_data = {folder}/mon
[mgr.x]
mgr_data = {folder}/mgr
mgr_initial_modules =
[osd]
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
[client.rgw.a]
rgw_frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw_data = {folder}/rgw
rgw_enable_usage_log = false
"""


def missing() -> str:
    """Say in one line why there can be no server here; empty where there can."""
    lacking = [name for name in _PROGRAMS if shutil.which(name) is None]
    if lacking:
        return f"no S3 server for the tests: {lacking[0]} is not installed"
    return "" if os.getuid() == 0 else "no S3 server for the tests: Ceph's daemons are started as root"


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where the server answers, and who may ask."""

    endpoint: str
    access_key: str
    secret_key: str

    def environment(self, endpoint: str = "") -> dict[str, str]:
        """What a process is told about it, in the words that every S3 client knows."""
        return {
            "AWS_ENDPOINT_URL_S3": endpoint or self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self) -> Any:
        """A client of the tests' own, to look at what lies there."""
        return _client(self)

    def bucket(self, *, versions: bool = False, locks: bool = False) -> str:
        """Make an empty bucket; one that locks keeps versions too."""
        name, client = f"test-{uuid4().hex}", self.client()
        client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locks)
        if versions:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


@cache
def _client(server: S3Server) -> Any:
    import boto3

    told = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
    return boto3.client("s3", endpoint_url=server.endpoint, region_name="us-east-1", **told)


@cache
def running() -> S3Server:
    """The run's server, started by whoever asks first. Raises RuntimeError with the log where it does not start."""
    watched = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{watched}"
    folder = Path(tempfile.gettempdir()) / f"callward-s3-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _READY).exists():
            command = [sys.executable, __file__, str(folder), str(watched)]
            with (folder / "keeper.log").open("wb") as log:
                keeper = subprocess.Popen(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
                )
                keeper.returncode = 0  # it outlives this process: nobody waits for it, and nobody is to be warned
            _wait(folder)
    return S3Server(**json.loads((folder / _READY).read_text()))


def _wait(folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not (folder / _READY).exists():
        if (folder / _FAILED).exists() or time.monotonic() > until:
            raise RuntimeError((folder / "keeper.log").read_text(errors="replace"))
        time.sleep(0.05)


class _Keeper:
    """Starts the daemons as its own children and ends them when the watched process is gone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._daemons: list[subprocess.Popen[bytes]] = []

    def keep(self, watched: int) -> None:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(watched)
            try:
                self._start()
                select.select([handle], [], [])
            except BaseException:
                (self._folder / _FAILED).touch()
                raise
            finally:
                self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        for name in ("mon", "mgr", "osd", "rgw", "log", "run"):
            (self._folder / name).mkdir()
        port = self._configure()
        self._monitor()
        self._storage()
        gateway = self._daemon("radosgw", "-n", "client.rgw.a")
        server = S3Server(f"http://127.0.0.1:{port}", f"AK{secrets.token_hex(8)}", secrets.token_hex(20))
        self._until_answers(server.endpoint, gateway)
        keys = ("--access-key", server.access_key, "--secret-key", server.secret_key)
        self._run("radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid", "t", "--display-name", "t", *keys)
        told = self._folder / ".ready"
        told.write_text(
            json.dumps({"endpoint": server.endpoint, "access_key": server.access_key, "secret_key": server.secret_key})
        )
        told.replace(self._folder / _READY)

    def _configure(self) -> int:
        mon2, mon1, port = free_port(), free_port(), free_port()
        self._mon2, self._mon1, self._fsid = mon2, mon1, str(uuid4())
        text = _CONFIGURATION.format(folder=self._folder, fsid=self._fsid, mon1=mon1, mon2=mon2, port=port)
        (self._folder / "ceph.conf").write_text(text)
        return port

    def _monitor(self) -> None:
        keyring, monmap = self._folder / "keyring", self._folder / "monmap"
        all_of = ("--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *")
        self._tool("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        self._tool("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", *all_of, "--cap", "mds", "allow *")
        self._tool("ceph-authtool", keyring, "--gen-key", "-n", "client.rgw.a", *all_of)
        at = f"[v2:127.0.0.1:{self._mon2},v1:127.0.0.1:{self._mon1}]"
        self._tool("monmaptool", "--create", "--fsid", self._fsid, "--addv", "a", at, monmap)
        self._run("ceph-mon", "-i", "a", "--mkfs", "--monmap", monmap, "--keyring", keyring)
        self._daemon("ceph-mon", "-i", "a")
        self._run("ceph", "auth", "import", "-i", keyring)

    def _storage(self) -> None:
        keyring = self._folder / "keyring"
        mgr = self._run("ceph", "auth", "get-or-create", "mgr.x", "mon", "allow *", "osd", "allow *", "mds", "allow *")
        self._append(keyring, mgr)
        self._daemon("ceph-mgr", "-i", "x")
        identity = str(uuid4())
        self._run("ceph", "osd", "new", identity)
        caps = ("mon", "allow profile osd", "mgr", "allow profile osd", "osd", "allow *")
        self._append(keyring, self._run("ceph", "auth", "get-or-create", "osd.0", *caps))
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", identity)
        self._run("ceph", "osd", "crush", "add-bucket", "localhost", "host")
        self._daemon("ceph-osd", "-i", "0")
        until = time.monotonic() + _PATIENCE
        while b"1 up" not in self._run("ceph", "osd", "stat"):
            if time.monotonic() > until:
                raise TimeoutError("the object daemon does not come up")
            time.sleep(0.1)

    @staticmethod
    def _append(keyring: Path, told: bytes) -> None:
        with keyring.open("ab") as file:
            file.write(told)

    def _until_answers(self, endpoint: str, gateway: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                with urlopen(endpoint, timeout=60):
                    return
            except (URLError, OSError):
                if gateway.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _tool(self, *words: str | Path) -> None:
        subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)

    def _run(self, program: str, *words: str | Path) -> bytes:
        command = [program, "-c", str(self._folder / "ceph.conf"), *(str(word) for word in words)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_PATIENCE).stdout

    def _daemon(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a daemon that dies with this process, should that be killed."""
        command = ["setpriv", "--pdeathsig", "KILL", "--", program, "-f", "-c", str(self._folder / "ceph.conf"), *words]
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self._daemons.append(daemon)
        return daemon

    def _end(self) -> None:
        # What they hold is thrown away: nothing is gained by letting them put it in order.
        for daemon in reversed(self._daemons):
            with suppress(ProcessLookupError):
                daemon.kill()
        for daemon in self._daemons:
            daemon.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard's interrupt is for the run, which this then follows
    _Keeper(Path(sys.argv[1])).keep(int(sys.argv[2]))
