"""Backups of two controllers by an ordinary role: nothing is left out, and the walls come back with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import postgresql as server
import psycopg
import pytest
from backups import databases_of, key_file, place, rows, with_ledger
from django.db import connections

from callward.web import audit
from callward.web.core.models import Controller
from callward.web.lifecycle.backup import postgresql
from callward.web.lifecycle.backup.databases import copied, row_counts
from callward.web.lifecycle.backup.restore import is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination
from callward.web.walls import policies

__all__ = ["key_file", "place"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(server.WANTED != "postgresql", reason="runs where PostgreSQL holds the rows"),
]
Both = tuple[Controller, Controller]
_POLICIES = "SELECT count(*) FROM pg_policy"


@pytest.mark.parametrize("alias", ["default", "keys"])
def test_a_dump_holds_every_row_of_every_controller(both: Both, alias: str) -> None:
    tables = policies.walled(alias)
    with copied(alias) as copy:
        there = {table: many for table, many in row_counts(copy).items() if many and table in tables}
        with copy.opened() as plain:
            dump = plain.read()
    found = Counter(table for table, _ in postgresql.rows_in(lambda pipe: pipe.write(dump), tables))
    assert found == there
    assert min(there.values()) >= 2


def test_a_restore_brings_both_controllers_back_behind_their_walls(
    place: Destination, key_file: Path, both: Both, tmp_path: Path
) -> None:
    create(place, audit.SYSTEM)
    audit.sequence_all()
    home = tmp_path / "home"
    assert is_well(restore(place, key_file, home, with_ledger(home)))
    names = sorted(controller.pk.hex for controller in both)
    assert rows(home, "SELECT controller_id FROM calls_call ORDER BY 1") == [(name,) for name in names]
    assert rows(home, "SELECT DISTINCT controller FROM keys_datakey ORDER BY 1", "keys") == [(name,) for name in names]
    wanted = {alias: len(policies.walled(alias)) for alias in connections}
    assert rows(home, _POLICIES) == [(wanted["default"],)]
    assert rows(home, _POLICIES, "keys") == [(wanted["keys"],)]
    assert _seen_by_nobody(databases_of(home)) == 0


def _seen_by_nobody(databases: Mapping[str, str]) -> int:
    with closing(psycopg.connect(databases["CALLWARD_DATABASE_URL"])) as session:
        found = session.execute("SELECT count(*) FROM calls_call").fetchone()
    assert found is not None
    return int(found[0])
