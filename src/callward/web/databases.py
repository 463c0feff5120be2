"""Which databases hold the rows: two SQLite files, or two PostgreSQL databases, never one for both.

The settings read ``configured``; nothing else here is needed before Django is set up.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

URLS = {"default": "CALLWARD_DATABASE_URL", "keys": "CALLWARD_KEYS_DATABASE_URL"}
_PASSWORDS = {"default": "CALLWARD_DATABASE_PASSWORD_FILE", "keys": "CALLWARD_KEYS_DATABASE_PASSWORD_FILE"}
_OLDEST = 150000  # the first PostgreSQL that is tested
_OPTIONS = frozenset({"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "connect_timeout"})
RESTORING = "callward_restoring"
"""The table that stands in a PostgreSQL database while it is being restored."""
_SOCKETS = "/var/run/postgresql"
_MAX_AGE = 600  # seconds that a connection is kept; a longer one would outlive a switch to another server
# What SQLite's settings say, said to PostgreSQL: a commit is on disk when it returns (a published checkpoint must
# survive a power cut), nobody waits for a lock longer than five seconds, a client that died holds none.
_SESSION = "-c synchronous_commit=on -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"


def configured(
    home: Path, environment: Mapping[str, str], secret: Callable[[Path], str], *, demonstration: bool
) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES. ``secret`` reads a password's file.

    Raises ImproperlyConfigured: one address without the other, one database for both, a password in an address, a
    connection over the network that does not prove whom it talks to.
    """
    urls = {name: environment.get(variable, "").strip() for name, variable in URLS.items()}
    if not any(urls.values()):
        return {
            # The write-ahead log goes back into the file every 16 MiB: pages that many entries share are then copied
            # once.
            "default": _sqlite(home / "data.sqlite3", "wal_autocheckpoint=4000"),
            "keys": _sqlite(home / "keys.sqlite3", "secure_delete=ON"),
        }
    if demonstration:
        raise ImproperlyConfigured("The demonstration has databases of its own: unset CALLWARD_DATABASE_URL.")
    if not all(urls.values()):
        raise ImproperlyConfigured("CALLWARD_DATABASE_URL and CALLWARD_KEYS_DATABASE_URL are given together.")
    both = {name: _postgresql(URLS[name], url) for name, url in urls.items()}
    places = [tuple(str(one[part]).lower() for part in ("HOST", "PORT", "NAME")) for one in both.values()]
    if places[0] == places[1]:
        raise ImproperlyConfigured("CALLWARD_KEYS_DATABASE_URL must name another database than CALLWARD_DATABASE_URL.")
    for name, one in both.items():
        file = environment.get(_PASSWORDS[name], "").strip()
        one["PASSWORD"] = secret(Path(file)) if file else ""
    return both


def private_text(path: Path, *, least: int = 50) -> str:
    """Read a secret from a file that only this account reads. Raises ImproperlyConfigured."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ImproperlyConfigured(f"{path} can be read by others: run chmod 600 {path}")
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(f"{path} cannot be read as ASCII text.") from None
    if len(text) < least:
        raise ImproperlyConfigured(f"{path} is too short for a secret: at least {least} characters.")
    return text


def restoring() -> bool:
    """Say whether a restore into one of the databases has not ended."""
    from django.db import connections

    for alias in URLS:
        if connections[alias].vendor == "postgresql" and RESTORING in connections[alias].introspection.table_names():
            return True
    return False


def refuse_unfit() -> None:
    """Refuse databases that may not be used, before anything is written to them. Raises ``StartError``."""
    from callward.web import StartError

    for fault in faults():
        raise StartError("databases", fault)


def faults() -> Iterator[str]:
    """Say what is wrong with the servers as they answer, a sentence each. SQLite has nothing to say here."""
    from django.db import OperationalError, connections

    identities = []
    for alias, variable in URLS.items():
        database = connections[alias]
        if database.vendor != "postgresql":
            return
        try:
            with database.cursor() as cursor:
                found = _ask(cursor)
        except OperationalError:
            yield f"the {alias} database cannot be reached; see the server's log, and {variable}"
            return
        if found["version"] < _OLDEST:
            yield f"the {alias} database runs an older PostgreSQL than 15"
        if found["encoding"] != "UTF8":
            yield f"the {alias} database must be encoded as UTF8"
        identities.append((found["cluster"], found["database"]))
    if identities[0] == identities[1]:
        yield f"{URLS['keys']} leads to the database of {URLS['default']}: keys and data must lie apart"


def apps_of(alias: str) -> tuple[str, ...]:
    """The app whose tables alone lie in a database; nothing where it holds those of all others.

    The wrapped keys have few migrations: working all out to leave them be would take most of a first start.
    """
    return (alias,) if alias == "keys" else ()


def is_behind(alias: str) -> bool:
    """Whether a migration is missing: asking takes a tenth of the time that running none of them does."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes(*apps_of(alias))))


@contextmanager
def alone(alias: str) -> Iterator[None]:
    """Let one process at a time bring a database up to this version, on however many machines they start."""
    from django.db import connections

    if connections[alias].vendor != "postgresql":
        yield
        return
    with connections[alias].cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('callward migrations', 0))")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('callward migrations', 0))")
            cursor.execute("SET lock_timeout = '5s'")


def durability() -> Iterator[str]:
    """Say what of the servers' settings would lose committed rows in a power cut, a sentence each."""
    from django.db import connections

    for alias in URLS:
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                cursor.execute("SELECT current_setting(%s)", [setting])
                if cursor.fetchone() == ("off",):
                    yield f"{setting} is off on the server of the {alias} database"


def _ask(cursor: Any) -> dict[str, Any]:
    cursor.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
        " (SELECT system_identifier FROM pg_control_system()),"
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return dict(zip(("version", "encoding", "cluster", "database"), cursor.fetchone(), strict=True))


def _sqlite(path: Path, *pragmas: str) -> dict[str, Any]:
    ours = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *pragmas)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in ours),
        },
    }


def _postgresql(variable: str, text: str) -> dict[str, Any]:
    """Read ``postgresql://user@host:port/name?sslmode=verify-full``; a ``host`` that is a folder is a socket's."""
    url, port = _split(variable, text)
    try:
        query = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    except ValueError:
        raise ImproperlyConfigured(f"{variable} has options that cannot be read.") from None
    if unknown := sorted(set(query) - _OPTIONS):
        raise ImproperlyConfigured(f"{variable} has an option that is not known: {unknown[0]}.")
    host = query.pop("host", "") or unquote(url.hostname or "") or _SOCKETS
    name = unquote(url.path.removeprefix("/"))
    if not name or "/" in name:
        raise ImproperlyConfigured(f"{variable} must name a database after the host.")
    mode = query.setdefault("sslmode", "prefer" if _stays_here(host) else "verify-full")
    if not _stays_here(host) and mode != "verify-full":
        raise ImproperlyConfigured(f"{variable} leads over the network: sslmode must be verify-full.")
    return {
        "ENGINE": "callward.web.walls",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": _MAX_AGE,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "10", "application_name": "callward", "options": _SESSION, **query},
    }


def _split(variable: str, text: str) -> tuple[SplitResult, int | None]:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ImproperlyConfigured(f"{variable} cannot be read as an address.") from None
    if url.scheme not in {"postgresql", "postgres"} or url.fragment:
        raise ImproperlyConfigured(f"{variable} must begin with postgresql://")
    if url.password is not None:
        file = _PASSWORDS[next(name for name, known in URLS.items() if known == variable)]
        raise ImproperlyConfigured(f"{variable} must not hold a password: name its file in {file}.")
    return url, port


def _stays_here(host: str) -> bool:
    """Whether a connection never leaves this machine: the loopback addresses, or a socket in a folder."""
    if host.startswith(os.sep) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
