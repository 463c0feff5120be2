"""What deleted rows leave in the files of the keys database, and clearing it away.

SQLite overwrites what it deletes (``secure_delete``), but its write-ahead log still has the pages as they were.
PostgreSQL keeps dead rows until a vacuum, which frees their room and overwrites nothing. So the log is emptied and the
tables are vacuumed; the guarantee is neither of the two but the turn of the epoch (docs/erasure.md).
"""

from __future__ import annotations

import datetime as dt

from django.db import connections
from django.utils import timezone

from callward.web.keys.epochs import DATABASE
from callward.web.keys.models import (
    BlindIndex,
    CustodyKey,
    DataKey,
    Epoch,
    InputDigest,
    PersonKey,
    ServiceKey,
    Tombstone,
)

_TABLES = [
    model._meta.db_table  # noqa: SLF001 - Django documents Model._meta
    for model in (Epoch, PersonKey, CustodyKey, DataKey, ServiceKey, BlindIndex, InputDigest)
]
_SLACK = dt.timedelta(minutes=5)  # an erasure has its time, and its key goes a moment later
_AT_START = dt.timedelta(days=1)
_PATIENCE = 500  # milliseconds: who writes waits as long as this waits for who reads
_cleared: list[dt.datetime] = []  # when this process last did it


def clear_remnants() -> bool:
    """Let nothing of deleted rows lie in SQLite's log, or as dead rows in PostgreSQL's tables; tell whether it is done.

    It is not inside a transaction, nor where somebody reads or writes in SQLite for longer than such a thing is waited
    for.
    """
    database = connections[DATABASE]
    if database.in_atomic_block:
        return False
    if database.vendor == "sqlite":
        return _empty_log()
    with database.cursor() as cursor:
        for table in _TABLES:
            # Whoever vacuums it already, such as the server itself, does what is asked for.
            cursor.execute(f'VACUUM (SKIP_LOCKED) "{table}"')
    return True


def clear_remnants_due() -> bool:
    """Do so where somebody was erased, or a root destroyed, since this process last did; tell whether it was done.

    A process that begins looks at the last day.
    """
    now = timezone.now()
    since = max([*_cleared, now - _AT_START]) - _SLACK
    ended = Tombstone.objects.filter(erased_at__gt=since), Epoch.objects.filter(destroyed_at__gt=since)
    if not any(rows.exists() for rows in ended) or not clear_remnants():
        return False
    _cleared[:] = [now]
    return True


def _empty_log() -> bool:
    """Write the log back into the file and cut it to nothing."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (ours,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            held_up, *_ = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {ours}")
    return not held_up
