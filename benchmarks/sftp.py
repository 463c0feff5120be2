"""The SFTP drop: bytes taken a second, against a plain SFTP server of the same library and against copying a file.

``python benchmarks/sftp.py [--quick]``

OpenSSH's client puts the same files to both servers, each a process of its own on loopback. The drop seals what comes
and syncs it, and writes its rows; the plain server writes the bytes to a file and syncs nothing. Medians of five.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import a_home
import figures

_MIB = 1024 * 1024
_PLAIN = """
import asyncio, sys, asyncssh

class Open(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True
    def public_key_auth_supported(self):
        return True
    def validate_public_key(self, username, key):
        return True

async def main():
    made = lambda chan: asyncssh.SFTPServer(chan, chroot=sys.argv[2])
    keys = [sys.argv[1]]
    server = await asyncssh.listen("127.0.0.1", 0, server_host_keys=keys, server_factory=Open, sftp_factory=made)
    print("Listening on 127.0.0.1:%d" % server.get_port(), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and as whom to sign in."""

    port: int
    user: str


def main() -> int:
    quick = "--quick" in sys.argv
    rounds = 2 if quick else 5
    if missing := [name for name in ("sftp", "ssh-keygen") if shutil.which(name) is None]:
        print(f"OpenSSH's {missing[0]} is not installed")
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        user = _prepare(folder)
        with _served(folder, _drop(), user, folder) as drop, _served(folder, _plain(folder), "any", folder) as plain:
            for size, count in ((64 * 1024, 20 if quick else 200), ((16 if quick else 128) * _MIB, 1)):
                _compare(folder, size, count, rounds, drop, plain)
    return 0


def _compare(folder: Path, size: int, count: int, rounds: int, drop: Server, plain: Server) -> None:
    words = f"{count} files of {size // 1024} KiB" if size < _MIB else f"one file of {size // _MIB} MiB"
    print(f"{words}, {rounds} rounds", flush=True)
    ours: list[float] = []
    theirs: list[float] = []
    copied: list[float] = []
    for turn in range(rounds):
        files = folder / f"files-{size}-{turn}"
        files.mkdir()
        for number in range(count):
            (files / f"call-{size}-{turn}-{number}.wav").write_bytes(os.urandom(size))
        for server, times in ((drop, ours), (plain, theirs)):
            idle = _put(folder, server, [])  # signing in and out
            times.append(max(_put(folder, server, sorted(files.iterdir())) - idle, 1e-6))
        copied.append(_copy(files, folder / "copied"))
        shutil.rmtree(files)
    rate, other, copy = (size * count / 1e6 / statistics.median(times) for times in (ours, theirs, copied))
    figures.row(f"SFTP drop, {words}", rate, "MB/s", against="a plain server of asyncssh", other=other)
    figures.row(f"SFTP drop, {words}", rate, "MB/s", against="copying files, synced", other=copy)


def _put(folder: Path, server: Server, files: list[Path]) -> float:
    batch = folder / "batch"
    batch.write_text("".join(f"put {file} /{file.name}\n" for file in files) or "pwd\n")
    told = {
        "UserKnownHostsFile": folder / "known",
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "no",
        "IdentitiesOnly": "yes",
        "BatchMode": "yes",
    }
    options = [word for name, value in told.items() for word in ("-o", f"{name}={value}")]
    where = ["-P", str(server.port), f"{server.user}@127.0.0.1"]
    command = ["sftp", "-q", "-F", "/dev/null", "-b", str(batch), "-i", str(folder / "key"), *options, *where]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _copy(files: Path, into: Path) -> float:
    into.mkdir()
    begun = time.perf_counter()
    for file in sorted(files.iterdir()):
        with (into / file.name).open("wb") as copy:
            copy.write(file.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
    taken = time.perf_counter() - begun
    shutil.rmtree(into)
    return taken


def _prepare(folder: Path) -> str:
    """Make keys, a home and the feed of the drop; return its user name."""
    for name in ("key", "host"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True)
    (folder / "plain").mkdir()
    (folder / "home").mkdir()
    a_home.open_home(folder / "home", a_home.centre_lines()[:1])
    from callward.web.core.models import Line
    from callward.web.feeds.kinds.sftp import user_of
    from callward.web.feeds.models import Feed

    line = Line.objects.get()
    keys = (folder / "key.pub").read_text("ascii").strip()
    return user_of(
        Feed.objects.create(
            controller=line.controller, name="Drop", slug="drop", kind="sftp", line=line, options={"keys": keys}
        )
    )


def _drop() -> list[str]:
    return [sys.executable, "-c", "from callward.cli.main import main; main()", "sftp", "--port", "0"]


def _plain(folder: Path) -> list[str]:
    return [sys.executable, "-c", _PLAIN, str(folder / "host"), str(folder / "plain")]


@contextmanager
def _served(folder: Path, command: list[str], user: str, home: Path) -> Iterator[Server]:
    environment = {**os.environ, "CALLWARD_HOME": str(home / "home"), "CALLWARD_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    with (folder / f"{user}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield Server(_port(folder / f"{user}.log", process), user)
    finally:
        process.terminate()
        process.wait(30)


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"127\.0\.0\.1:(\d+)", log.read_text("utf-8")):
            return int(found[1])
        time.sleep(0.1)
    sys.exit(f"the server did not start: {log.read_text('utf-8').strip()[-300:]}")


if __name__ == "__main__":
    sys.exit(main())
