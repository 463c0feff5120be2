"""Whether this process can serve: its databases, their version, the store, the keys, and a worker that lives.

Each fault is a code. An answer is kept for two seconds, so that asking costs nothing however often it is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from callward.engine.errors import Error
from callward.web import RESTORE_MARK, databases
from callward.web.background import leases
from callward.web.core.objects import object_store
from callward.web.keys.models import Epoch
from callward.web.keys.providers import provider
from callward.web.probes.kept import Kept

_current: set[str] = set()


def forget() -> None:
    """Ask everything anew the next time."""
    faults.forget()
    _provider_faults.forget()
    _current.clear()


def _asked() -> Iterator[str]:
    if (settings.CALLWARD_HOME / RESTORE_MARK).exists():
        yield "restore_unfinished"
    unreachable = [alias for alias in settings.DATABASES if not _answers(alias)]
    yield from (f"{'data' if alias == 'default' else alias}_database_unreachable" for alias in unreachable)
    if not _store_stands():
        yield "object_store_unreachable"
    if unreachable:
        return
    for check in (_migrations, _keys, _worker):
        yield from _guarded(check)


def _guarded(check: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(check())
    except (DatabaseError, InterfaceError):
        return ["database_failed"]


def _answers(alias: str) -> bool:
    try:
        with closing(connections[alias].cursor()) as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except (DatabaseError, InterfaceError):
        connections[alias].close()
        return False


def _migrations() -> Iterator[str]:
    """What was found current stays so: the databases are never older than they were."""
    for alias in settings.DATABASES:
        if alias not in _current:
            if databases.is_behind(alias):
                yield "migrations_missing"
                return
            _current.add(alias)


def _store_stands() -> bool:
    try:
        store = object_store()
        root = getattr(store, "root", None)
        if root is not None and not os.access(root, os.R_OK | os.W_OK | os.X_OK):
            return False
        store.exists("probe/none")
    except Exception:  # noqa: BLE001 - whatever a store's client raises: it cannot be used
        return False
    return True


def _keys() -> Iterator[str]:
    yield from _provider_faults()


def _unusable_keys() -> list[str]:
    """Ask every provider to open the present epoch's key; what it opens is dropped at once."""
    try:
        for epoch in Epoch.objects.filter(state=Epoch.State.CURRENT):
            provider(epoch.provider).unwrap(epoch.controller, epoch.number, bytes(epoch.wrapped))
    except Error as error:
        return [error.code]
    return []


def _worker() -> Iterator[str]:
    if not leases.alive():
        yield "worker_silent"


# A token or a cloud service is slow, and some are paid by the question.
_provider_faults = Kept(60.0, _unusable_keys)
faults = Kept(2.0, lambda: list(_asked()))
"""Why this process cannot serve, as codes; empty when it can."""
