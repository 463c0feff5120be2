"""A PostgreSQL server for the run: its own folder, a socket and no port, ended with the process that started it.

``CALLWARD_TEST_DATABASE=postgresql`` asks for it; the tests of rows then run on it as they do on SQLite.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

WANTED = os.environ.get("CALLWARD_TEST_DATABASE", "sqlite")
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_SOCKETS = "CALLWARD_TEST_SOCKETS"  # a run in several processes starts one server
_USER = "callward"


def missing() -> str:
    """Say why there can be no server here; empty where there can."""
    if not _BINARIES:
        return "PostgreSQL is not installed under /usr/lib/postgresql"
    if os.getuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no account postgres"
    return ""


def start() -> None:
    """Start the server and make the settings name two databases of it."""
    if _SOCKETS not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="callward-postgresql-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[_SOCKETS] = str(folder)
        _serve(folder)
    os.environ |= addresses("callward", "callward_keys")


def addresses(data: str, keys: str) -> dict[str, str]:
    """Name two databases of the server in the environment's words."""
    sockets = os.environ[_SOCKETS]
    return {
        "CALLWARD_DATABASE_URL": f"postgresql://{_USER}@/{data}?host={sockets}",
        "CALLWARD_KEYS_DATABASE_URL": f"postgresql://{_USER}@/{keys}?host={sockets}",
    }


def own_databases() -> dict[str, str]:
    """Make two empty databases for processes of their own; nothing on SQLite, where a home is enough."""
    if WANTED != "postgresql":
        return {}
    names = [f"own_{uuid4().hex[:12]}_{part}" for part in ("data", "keys")]
    for name in names:
        statement(f'CREATE DATABASE "{name}"')
    return addresses(*names)


def statement(text: str, database: str = "postgres") -> None:
    """Run one statement as the server's owner."""
    import psycopg

    with psycopg.connect(host=os.environ[_SOCKETS], user=_USER, dbname=database, autocommit=True) as connection:
        connection.execute(text.encode())


def _serve(folder: Path) -> None:
    account = _account() if os.getuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    user, group = (account.pw_uid, account.pw_gid) if account else (os.getuid(), os.getgid())
    binaries, data = _BINARIES[-1], str(folder / "data")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    initdb = [str(binaries / "initdb"), "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, env=clean, user=user, group=group)
    options = {"listen_addresses": "", "unix_socket_directories": folder, "max_connections": 200}
    told = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    # The server must not outlive a run that is killed.
    command = ["setpriv", "--pdeathsig", "INT", "--", str(binaries / "postgres"), "-D", data, *told]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=clean, user=user, group=group)
    atexit.register(_end, server)
    _wait(server, folder)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    until = time.monotonic() + 30
    while True:
        try:
            for name in ("callward", "callward_keys"):
                statement(f"CREATE DATABASE {name}")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text("utf-8")) from None
            time.sleep(0.05)
        else:
            return


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # a fast shutdown: whoever is connected is cut off
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
