"""Databases that another process holds: what is done in the background waits for them, and is done again as a whole.

A page gives up after the five seconds of its connection and says so (``callward.web.core.outages``). Whoever takes
calls in or destroys what has had its time has no reason to: a lock that is only busy is no failure of a call.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from random import uniform
from time import monotonic, sleep
from typing import Any, TypeVar

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from callward.web.faults import cause_of, was_busy

_log = logging.getLogger(__name__)
_STATEMENT = 30.0  # seconds in which a statement is tried anew, each time for as long as its connection waits
_ACT = 300.0  # seconds in which an act is begun anew
_FIRST, _LONGEST = 0.05, 5.0  # seconds between two tries
_Result = TypeVar("_Result")


def wait_for_locks() -> None:
    """Let every thread of this process wait half a minute for a lock: for workers and commands, said at their start.

    Between two tries a signal is heard, which it is not while the database's own library waits.
    """
    connection_created.connect(_attend, dispatch_uid=__name__)


def patiently(act: Callable[[], _Result], longest: float = _ACT) -> _Result:
    """Do an act, and do it again as a whole for as long as others hold the databases; outside every transaction.

    The act must be one that may be done twice. Raises what it raises; what was busy all the time raises as busy.
    """
    ends, pause = monotonic() + longest, _FIRST
    while True:
        try:
            return act()
        except OperationalError as fault:
            if not was_busy(fault) or monotonic() >= ends:
                raise
            _log.warning("a database is held by another process (%s); it is waited for", cause_of(fault))
        sleep(uniform(pause / 2, pause))  # noqa: S311 - two who wait must not come back together, and that is no secret
        pause = min(pause * 2, _LONGEST)


def _attend(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _again not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _again)


def _again(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Try a statement that begins a transaction, or is one, until it is let in: refused as busy, it did nothing.

    In the middle of a transaction that was begun there is nothing to try anew but all of it.
    """
    if context["connection"].in_atomic_block:
        return execute(sql, params, many, context)
    return patiently(lambda: execute(sql, params, many, context), _STATEMENT)
