"""Where rows are kept: what addresses say, and what is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import postgresql
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from callward.web import StartError, databases

_DATA, _KEYS = "CALLWARD_DATABASE_URL", "CALLWARD_KEYS_DATABASE_URL"
_HERE = "postgresql:///callward"
_on_postgresql = pytest.mark.skipif(postgresql.WANTED != "postgresql", reason="runs where PostgreSQL holds the rows")


def _configured(
    data: str = "", keys: str = "", *, demonstration: bool = False, **more: str
) -> dict[str, dict[str, object]]:
    environment = {_DATA: data, _KEYS: keys, **more}
    return databases.configured(
        Path("home"), environment, lambda path: f"secret of {path}", demonstration=demonstration
    )


def test_without_addresses_both_are_files_in_the_home() -> None:
    both = _configured()
    assert [one["NAME"] for one in both.values()] == [Path("home/data.sqlite3"), Path("home/keys.sqlite3")]


def test_a_server_is_reached_by_socket_by_loopback_or_by_a_name_that_it_proves() -> None:
    both = _configured("postgresql://web@/data?host=/run/pg", "postgresql://web@db.example:6432/wrapped")
    socket, network = both["default"], both["keys"]
    assert (socket["HOST"], socket["USER"], socket["NAME"], socket["PORT"]) == ("/run/pg", "web", "data", "")
    assert (network["HOST"], network["USER"], network["NAME"], network["PORT"]) == (
        "db.example",
        "web",
        "wrapped",
        "6432",
    )
    assert isinstance(network["OPTIONS"], dict)
    assert network["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "%2Frun%2Fpostgresql"])
def test_what_stays_on_this_machine_needs_no_certificate(host: str) -> None:
    assert _configured(f"postgresql://{host}/data?sslmode=disable", f"postgresql://{host}/wrapped")


@pytest.mark.parametrize("host", ["db.example", "10.0.0.7", "127.0.0.1.example", "localhost,db.example"])
@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", ""])
def test_over_a_network_nothing_less_than_verify_full_will_do(host: str, mode: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="verify-full"):
        _configured(f"postgresql://{host}/data?sslmode={mode}", _HERE)
    with pytest.raises(ImproperlyConfigured, match="verify-full"):
        _configured(f"postgresql:///data?host={host}&sslmode={mode}", _HERE)


def test_a_password_comes_from_a_file_and_never_from_the_address() -> None:
    with pytest.raises(ImproperlyConfigured, match="CALLWARD_KEYS_DATABASE_PASSWORD_FILE"):
        _configured(_HERE, "postgresql://web:hunter2@localhost/wrapped")
    both = _configured(_HERE, "postgresql:///wrapped", CALLWARD_KEYS_DATABASE_PASSWORD_FILE="/etc/one")
    assert (both["default"]["PASSWORD"], both["keys"]["PASSWORD"]) == ("", "secret of /etc/one")


@pytest.mark.parametrize(
    ("data", "keys", "told"),
    [
        (_HERE, "", "given together"),
        ("", _HERE, "given together"),
        (_HERE, _HERE, "another database"),
        ("postgresql://a@localhost/one", "postgresql://b@LOCALHOST/one?sslmode=require", "another database"),
        (_HERE, "mysql:///wrapped", "must begin with postgresql"),
        (_HERE, "postgresql://localhost:port/wrapped", "cannot be read"),
        (_HERE, "postgresql://[::1/wrapped", "cannot be read"),
        (_HERE, "postgresql://localhost/", "must name a database"),
        (_HERE, "postgresql://localhost/a/b", "must name a database"),
        (_HERE, "postgresql:///wrapped?service=other", "option that is not known"),
        (_HERE, "postgresql:///wrapped?hostaddr=10.0.0.7", "option that is not known"),
        (_HERE, "postgresql:///wrapped?sslmode", "options that cannot be read"),
        (_HERE, "postgresql:///wrapped#part", "must begin with postgresql"),
    ],
)
def test_addresses_that_make_no_sense_are_refused(data: str, keys: str, told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        _configured(data, keys)


def test_the_demonstration_keeps_to_its_own_files() -> None:
    with pytest.raises(ImproperlyConfigured, match="unset"):
        _configured(_HERE, "postgresql:///wrapped", demonstration=True)


@pytest.mark.django_db
def test_the_databases_of_this_run_are_fit_and_keep_what_is_committed() -> None:
    assert [*databases.faults(), *databases.durability()] == []
    databases.refuse_unfit()


@_on_postgresql
@pytest.mark.django_db
def test_two_addresses_of_one_database_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["keys"].settings_dict, "NAME", connections["default"].settings_dict["NAME"])
    kept = connections["keys"].connection
    connections["keys"].connection = connections["default"].connection
    try:
        with pytest.raises(StartError, match="keys and data must lie apart"):
            databases.refuse_unfit()
    finally:
        connections["keys"].connection = kept


@_on_postgresql
@pytest.mark.django_db
def test_a_server_that_forgets_what_it_committed_is_named() -> None:
    with connections["keys"].cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        assert list(databases.durability()) == ["synchronous_commit is off on the server of the keys database"]
