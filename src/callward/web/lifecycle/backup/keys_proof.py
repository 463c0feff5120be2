"""Proof that a copy of the keys opens: read back from where it lies, under the roots of today, and never restored."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.db import connections

from callward.web.keys.epochs import unwrap_row
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers import provider
from callward.web.lifecycle.backup import postgresql
from callward.web.lifecycle.backup.databases import scratch
from callward.web.lifecycle.backup.store import KEYS, BackupError, Destination

_COLUMNS = {
    "keys_epoch": ("controller", "number", "wrapped", "provider", "state"),
    "keys_servicekey": ("controller", "epoch", "wrapped"),
    "keys_personkey": ("controller", "epoch", "wrapped"),
    "keys_custodykey": ("controller", "epoch", "wrapped"),
}
_SAMPLE = 1_000  # of each kind at random; of the controller's own keys all that can be
_Row = Sequence[object]


def open_copy(destination: Destination, copy: str) -> None:
    """Open a copy of the keys as its provider does now. Raises BackupError: ``keys_not_opened``, ``keys_damaged``.

    An epoch that was left has no rows and perhaps no root any more: only those with rows are asked for.
    """
    try:
        found = _sampled(_rows(destination, f"{KEYS}/{copy}/{KEYS}"))
        epochs = {(controller, number): rest for controller, number, *rest in found.pop("keys_epoch", [])}
        keks: dict[tuple[object, object], bytes] = {}
        for rows in found.values():
            for controller, epoch, wrapped in rows:
                if (controller, epoch) not in keks:
                    sealed, name, _ = epochs[controller, epoch]
                    keks[controller, epoch] = provider(str(name)).unwrap(
                        UUID(str(controller)), int(str(epoch)), _bytes(sealed)
                    )
                unwrap_row(keks[controller, epoch], _bytes(wrapped))
    except (KeyUnavailable, KeyError, ValueError, sqlite3.Error) as fault:
        why = fault.code if isinstance(fault, KeyUnavailable) else "damaged"
        raise BackupError("keys_not_opened", f"the copy of the keys does not open ({why})") from None


def _sampled(rows: Iterator[tuple[str, _Row]]) -> dict[str, list[_Row]]:
    """Keep of each table a thousand rows, each with the same chance; of epochs every one."""
    kept: dict[str, list[_Row]] = {}
    seen: dict[str, int] = {}
    for table, row in rows:
        many = seen[table] = seen.get(table, 0) + 1
        chosen = kept.setdefault(table, [])
        if table == "keys_epoch" or len(chosen) < _SAMPLE:
            chosen.append(row)
        elif (place := random.randrange(many)) < _SAMPLE:  # noqa: S311 - a sample, not a secret
            chosen[place] = row
    return kept


def _rows(destination: Destination, name: str) -> Iterator[tuple[str, _Row]]:
    """Give the rows of a copy, of the database that this platform has."""

    def write(target: BinaryIO) -> None:
        destination.unseal(name, KEYS, target)

    if connections["keys"].vendor == "postgresql":
        for table, row in postgresql.rows_in(write, tuple(_COLUMNS)):
            yield table, [row[column] for column in _COLUMNS[table]]
        return
    with scratch() as folder:
        path = folder / "back.sqlite3"
        with path.open("wb") as target:
            write(target)
        yield from _file_rows(path)


def _file_rows(path: Path) -> Iterator[tuple[str, _Row]]:
    with closing(sqlite3.connect(path)) as copy:
        for table, columns in _COLUMNS.items():
            for row in copy.execute(f"SELECT {', '.join(columns)} FROM {table}"):  # noqa: S608 - names of this module
                yield table, row


def _bytes(value: object) -> bytes:
    """A binary column as SQLite gives it, or as a dump has it: an x after a backslash, then hexadecimal digits."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) else cast("bytes", value)
