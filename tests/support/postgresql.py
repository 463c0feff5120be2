"""PostgreSQL servers for tests: each in its own folder, with a socket, ended with the process that started it.

``CALLWARD_TEST_DATABASE=postgresql`` asks for one for the run; the tests of rows then run on it as they do on SQLite.
What kills a server, or speaks TLS to one, has a ``Cluster`` of its own.
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
OWNER = "keeper"  # of the server, held back by nothing
_USER = "callward"  # an ordinary role, for which row security holds
_ROLE = f"CREATE ROLE {_USER} LOGIN CREATEDB CREATEROLE"


_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30  # bytes
_PATIENCE = 180.0  # seconds


def _quick_place() -> Path | None:
    """Choose the file system in memory where it has room: a run commits some hundred thousand times."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else None


def missing() -> str:
    """Say why there can be no server here; empty where there can."""
    if not _BINARIES:
        return "PostgreSQL is not installed under /usr/lib/postgresql"
    if os.getuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no account postgres"
    return ""


class Cluster:
    """One server; ``settings`` are its own, over those that every test's server has."""

    def __init__(self, kept: Path | None = None, **settings: str) -> None:
        """Make a server, or take up the one whose rows lie in ``kept``; without that its folder goes with it."""
        self.folder = kept or Path(tempfile.mkdtemp(prefix="callward-postgresql-", dir=_quick_place()))
        if kept:
            kept.mkdir(exist_ok=True)
        else:
            atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        account = _account() if os.getuid() == 0 else None
        self._user, self._group = (account.pw_uid, account.pw_gid) if account else (os.getuid(), os.getgid())
        os.chown(self.folder, self._user, self._group)
        self._settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200"}
        self._settings |= settings
        self._server: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)
        if Path(self._data).exists():
            return
        made = ["initdb", "-D", self._data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        made[0] = str(_BINARIES[-1] / "initdb")
        subprocess.run(
            made, check=True, capture_output=True, cwd=self.folder, env=_clean(), user=self._user, group=self._group
        )

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def own(self, path: Path, mode: int = 0o600) -> Path:
        """Give the server a copy of a file, such as its certificate's key; return the copy."""
        copy = self.folder / path.name
        shutil.copyfile(path, copy)
        copy.chmod(mode)
        os.chown(copy, self._user, self._group)
        return copy

    def start(self, **settings: str) -> None:
        """Start the server, after a crash too, and wait until it answers."""
        self._settings |= settings
        told = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        # The server must not outlive a run that is killed.
        command = ["setpriv", "--pdeathsig", "INT", "--", str(_BINARIES[-1] / "postgres"), "-D", self._data, *told]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, env=_clean(), user=self._user, group=self._group
            )
        self.wait()
        if not self.statement(f"SELECT 1 FROM pg_roles WHERE rolname = '{_USER}'"):
            self.statement(_ROLE)

    def wait(self) -> None:
        """Wait until the server answers: it starts anew by itself when one of its processes was killed."""
        import psycopg

        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.statement("SELECT 1")
            except psycopg.OperationalError:
                if self._server is None or self._server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text("utf-8")) from None
                time.sleep(0.05)
            else:
                return

    def statement(self, text: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner; return the rows that it gives."""
        import psycopg
        from psycopg.conninfo import make_conninfo

        where = {
            "host": str(self.folder),
            "port": self._settings.get("port", "5432"),
            "user": OWNER,
            "dbname": database,
        }
        with psycopg.connect(make_conninfo("", **where), autocommit=True) as connection:
            found = connection.execute(text.encode())
            return found.fetchall() if found.description else []

    def databases(self) -> dict[str, str]:
        """Make two empty databases and name them in the environment's words."""
        names = [f"own_{uuid4().hex[:12]}_{part}" for part in ("data", "keys")]
        for name in names:
            self.statement(f'CREATE DATABASE "{name}" OWNER {_USER}')
        return addresses(names[0], names[1], str(self.folder))

    def kill_a_session(self) -> bool:
        """Kill the process of one session, which makes the server cut everybody off; tell whether there was one."""
        found = self.statement(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'callward%' ORDER BY state DESC LIMIT 1"
        )
        for (pid,) in found:
            try:
                os.kill(int(str(pid)), signal.SIGKILL)
            except ProcessLookupError:  # it ended by itself meanwhile
                return False
        return bool(found)

    def kill(self, how: signal.Signals) -> None:
        """End the whole server by a signal: SIGQUIT is an immediate shutdown, SIGKILL as if the power went."""
        assert self._server is not None
        self._server.send_signal(how)
        self._server.wait(_PATIENCE)
        until = time.monotonic() + _PATIENCE
        # Its processes see by themselves that it is gone; until then a new one would refuse to start.
        while _working(self._data) and time.monotonic() < until:
            time.sleep(0.05)
        self._server = None

    def end(self) -> None:
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)  # a fast shutdown: whoever is connected is cut off
        try:
            self._server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None


def start(kept: Path | None = None) -> None:
    """Start the run's server and make the settings name two databases of it."""
    if _SOCKETS not in os.environ:
        cluster = Cluster(kept)
        os.environ[_SOCKETS] = str(cluster.folder)
        cluster.start()
        there = {str(name) for (name,) in cluster.statement("SELECT datname FROM pg_database")}
        for name in {"callward", "callward_keys"} - there:
            cluster.statement(f"CREATE DATABASE {name} OWNER {_USER}")
    os.environ |= addresses("callward", "callward_keys")


def own_databases() -> dict[str, str]:
    """Make two empty databases for processes of their own; nothing on SQLite, where a home is enough."""
    if WANTED != "postgresql":
        return {}
    names = [f"own_{uuid4().hex[:12]}_{part}" for part in ("data", "keys")]
    for name in names:
        statement(f'CREATE DATABASE "{name}"')
    return addresses(names[0], names[1])


def statement(text: str, database: str = "postgres", *, role: str = _USER) -> None:
    """Run one statement on the run's server, as the role that Callward has there or as another one."""
    import psycopg

    with psycopg.connect(host=os.environ[_SOCKETS], user=role, dbname=database, autocommit=True) as connection:
        connection.execute(text.encode())


def addresses(data: str, keys: str, sockets: str = "") -> dict[str, str]:
    """Name two databases of the run's server, or of one that has its sockets elsewhere, in the environment's words."""
    where = f"?host={sockets or os.environ[_SOCKETS]}"
    return {
        "CALLWARD_DATABASE_URL": f"postgresql://{_USER}@/{data}{where}",
        "CALLWARD_KEYS_DATABASE_URL": f"postgresql://{_USER}@/{keys}{where}",
    }


def _working(data: str) -> bool:
    """Whether any process still works in a data folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str((process / "cwd").readlink()) == data:
                return True
        except OSError:
            continue
    return False


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
