"""What went wrong below us, told with a reason code: a disk that is full, databases that are busy or not written."""

from __future__ import annotations

import errno
import shutil
import sqlite3

from django.conf import settings
from django.db import DatabaseError, OperationalError

from callward.engine.errors import Error

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL, "40001", "40P01", "55P03"})
"""SQLite's lock and the race for it; serialization_failure, deadlock_detected, lock_not_available (PostgreSQL)."""
_FULL = frozenset({sqlite3.SQLITE_FULL, "53100"})
# A full disk also shows as a log that cannot be opened or grown: the space that is left tells the two apart.
_MAY_BE_FULL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_LITTLE = 2 * 1024 * 1024  # bytes


def was_busy(fault: DatabaseError) -> bool:
    """Tell whether another writer held the database too long: the same again may go well."""
    return _code(fault) in _BUSY


def cause_of(fault: BaseException) -> str:
    """Name the code of a database's fault as its documentation does, without its words; empty where there is none."""
    driver = fault.__cause__ if isinstance(fault, DatabaseError) else fault
    return str(getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", ""))


def refusal(fault: Exception) -> Error | None:
    """Give the refusal that a fault stands for; None for what is nobody's but ours.

    ``disk_full``, ``database_busy``, ``database_failed``; the detail names the database's own code. Every act is made
    so that nothing is then half-made. Ask in the process where it was raised: what a fault came of does not travel.
    """
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return Error("disk_full", "no space is left; nothing was half-made, run the same again when there is room")
    # Copies are made through SQLite itself, below Django.
    if not isinstance(fault, (OperationalError, sqlite3.OperationalError)):
        return None
    code = _code(fault)
    if code in _FULL or (code in _MAY_BE_FULL and shutil.disk_usage(settings.CALLWARD_HOME).free < _LITTLE):
        return Error("disk_full", "the databases have no space left; nothing was half-made, run again for the rest")
    cause = cause_of(fault)
    told = f" ({cause})" if cause else ""
    if code in _BUSY:
        held = f"another process held the database too long{told}"
        return Error("database_busy", f"{held}; nothing was half-made, run the same again")
    return Error("database_failed", f"the databases cannot be written{told}; nothing was half-made")


def code_of(fault: Exception, otherwise: str) -> str:
    """Give the code of one of our own refusals, or of what a fault stands for; else what is named."""
    refused = fault if isinstance(fault, Error) else refusal(fault)
    return refused.code if refused else otherwise


def _code(fault: Exception) -> int | str:
    """Give SQLite's primary result code, or PostgreSQL's SQLSTATE (its documentation, appendix A)."""
    driver = fault.__cause__ if isinstance(fault, DatabaseError) else fault
    state = getattr(driver, "sqlstate", None)
    return str(state) if state else int(getattr(driver, "sqlite_errorcode", 0)) & 0xFF
