"""Backups: what is in them, what is made good, and what is refused."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from calls_at_work import CARD, take

from callward.keyfile import write_key_file
from callward.web import audit
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.lifecycle.backup.restore import Wanted, is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    write_key_file(path, secrets.token_bytes(32))
    return path


@pytest.fixture
def place(tmp_path: Path, key_file: Path) -> Destination:
    return Destination.opened(tmp_path / "backups", key_file)


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def test_a_snapshot_restores(place: Destination, key_file: Path, call: Call, tmp_path: Path) -> None:
    from django.conf import settings

    create(place, audit.SYSTEM)
    audit.sequence_all()
    wanted = Wanted(roots=settings.CALLWARD_HOME / "roots", ledger=object_store().root / "ledger")
    report = restore(place, key_file, tmp_path / "home", wanted)
    assert is_well(report), report
