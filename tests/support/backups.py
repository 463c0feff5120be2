"""A place for backups, calls to put there, and a look into a restored home."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from postgresql import own_databases

from callward.keyfile import write_key_file
from callward.web.core.objects import object_store
from callward.web.databases import URLS
from callward.web.lifecycle.backup.restore import Wanted
from callward.web.lifecycle.backup.store import Destination
from callward.web.walls import AS_PLATFORM


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    write_key_file(path, secrets.token_bytes(32))
    return path


@pytest.fixture
def place(tmp_path: Path, key_file: Path) -> Destination:
    return Destination.opened(tmp_path / "backups", key_file)


@cache
def databases_of(home: Path) -> Mapping[str, str]:
    """Two empty databases for a home to be; none on SQLite, where they are files in it."""
    return own_databases()


def beside(home: Path, **wanted: Any) -> Wanted:
    """The roots of the old home, databases for the new one, and what else is told."""
    return Wanted(**{"roots": settings.CALLWARD_HOME / "roots", "databases": databases_of(home), **wanted})


def with_ledger(home: Path, **wanted: Any) -> Wanted:
    """The roots of the old home, its ledger, databases for the new one, and what else is told."""
    return beside(home, ledger=object_store().below("ledger"), **wanted)


def rows(home: Path, question: str, database: str = "data") -> list[tuple[Any, ...]]:
    """Ask a restored home; ids come as SQLite has them."""
    if databases := databases_of(home):
        address = databases[URLS["keys" if database == "keys" else "default"]]
        with closing(psycopg.connect(address, options=AS_PLATFORM)) as server:
            return [tuple(_plain(value) for value in row) for row in server.execute(question.encode())]
    with closing(sqlite3.connect(f"file:{home / database}.sqlite3?mode=ro", uri=True)) as opened:
        return opened.execute(question).fetchall()


def _plain(value: object) -> object:
    return value.hex if isinstance(value, UUID) else value


def spoil(path: Path, at: int = -20) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
