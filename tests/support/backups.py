"""A place for backups, calls to put there, and a look into a restored home."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from callward.keyfile import write_key_file
from callward.web.core.objects import object_store
from callward.web.lifecycle.backup.restore import Wanted
from callward.web.lifecycle.backup.store import Destination


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    write_key_file(path, secrets.token_bytes(32))
    return path


@pytest.fixture
def place(tmp_path: Path, key_file: Path) -> Destination:
    return Destination.opened(tmp_path / "backups", key_file)


def beside(**wanted: Any) -> Wanted:
    """The roots of the old home, and what else is told."""
    return Wanted(roots=settings.CALLWARD_HOME / "roots", **wanted)


def with_ledger(**wanted: Any) -> Wanted:
    """The roots of the old home, its ledger, and what else is told."""
    return beside(ledger=object_store().root / "ledger", **wanted)


def rows(home: Path, question: str, database: str = "data") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{home / database}.sqlite3?mode=ro", uri=True)) as opened:
        return opened.execute(question).fetchall()


def spoil(path: Path, at: int = -20) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
