"""A server over the network proves who it is, or nothing is said to it; a private authority stands in for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import postgresql
import pytest
from ports import free_port
from private_ca import PrivateCa

from callward.web import databases
from callward.web.lifecycle.backup import postgresql as programs
from callward.web.lifecycle.backup.store import BackupError

pytestmark = pytest.mark.skipif(bool(postgresql.missing()), reason=postgresql.missing() or "there is a server")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PrivateCa:
    return PrivateCa(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def port(authority: PrivateCa) -> Iterator[int]:
    """The port of a server that speaks TLS on this machine, with a certificate for localhost and 127.0.0.1."""
    number = free_port()
    cluster = postgresql.Cluster(listen_addresses="127.0.0.1,127.0.0.2", port=str(number))
    certificate, key = (cluster.own(path) for path in authority.issue("server"))
    cluster.start(ssl="on", ssl_cert_file=str(certificate), ssl_key_file=str(key))
    cluster.databases()
    yield number
    cluster.end()


def _database(host: str, port: int, authority: Path) -> dict[str, object]:
    query = f"sslmode=verify-full&sslrootcert={authority}"
    one, other = (f"postgresql://callward@{host}:{port}/{name}?{query}" for name in ("postgres", "template1"))
    environment = {"CALLWARD_DATABASE_URL": one, "CALLWARD_KEYS_DATABASE_URL": other}
    return databases.configured(Path("home"), environment, lambda path: "", demonstration=False)["default"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_that_proves_its_name_is_spoken_to_and_dumped(host: str, port: int, authority: PrivateCa) -> None:
    database = _database(host, port, authority.path)
    with closing(programs.connect(database)) as connection:
        found = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert found == (True,)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        with programs.dumped(database, snapshot, connection.info.server_version) as plain:
            assert plain.read(5) == programs.MAGIC


def test_a_certificate_of_another_authority_or_for_another_name_is_refused(
    port: int, authority: PrivateCa, tmp_path: Path
) -> None:
    for database in (
        _database("localhost", port, PrivateCa(tmp_path).path),
        _database("127.0.0.2", port, authority.path),
    ):
        with pytest.raises(BackupError) as caught:
            programs.connect(database)
        assert caught.value.code == "restore_database"
