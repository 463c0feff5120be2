"""What ``callward doctor`` says of the place of backups: that it answers, what lies there, how old it is, its locks.

It only lists and asks: ``callward backup verify`` reads everything there, and a drill restores it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from callward.engine.errors import Error
from callward.web.core.objects import BucketStore
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.locks import can_lock, is_locked, refuse_unfit
from callward.web.lifecycle.backup.manifest import parts, snapshots
from callward.web.lifecycle.backup.store import Destination, made_at

_LATE = 2  # intervals after which a snapshot is missed


def examine_backups() -> Iterator[tuple[bool, str]]:
    """Say in a sentence each whether all is well with the place of backups."""
    try:
        destination = configured()
        if destination is None:
            yield True, "no place is set (CALLWARD_BACKUP): with this machine everything is lost"
            return
        known = snapshots(destination)
        yield _age(destination, known)
        yield from _locks(destination, known)
    except (Error, OSError) as refused:
        told = f"{refused.detail} ({refused.code})" if isinstance(refused, Error) else "a disk failed"
        yield False, f"the place of backups cannot be used: {told}"


def _age(destination: Destination, known: list[str]) -> tuple[bool, str]:
    if not known:
        return False, f"{destination.place} answers and holds no snapshot: run `callward backup create`"
    newest, every = made_at(known[-1]), timedelta(hours=settings.BACKUP_HOURS)
    many = "1 snapshot" if len(known) == 1 else f"{len(known)} snapshots"
    told = f"{destination.place} holds {many}, the newest of {newest:%Y-%m-%d %H:%M} UTC"
    age = abs(timezone.now() - newest)
    if every and age > _LATE * every:
        late = f"{told}: one was to be made {settings.BACKUP_HOURS} h after it"
        return False, f"{late}; see that a worker runs, or run `callward backup create`"
    return True, told


def _locks(destination: Destination, known: list[str]) -> Iterator[tuple[bool, str]]:
    """Locks as they must be: on snapshots where they are asked for, and never on the copy of the keys."""
    if not isinstance(destination.store, BucketStore):
        return
    refuse_unfit(destination)
    if not destination.lock_days:
        can = "it could lock them" if can_lock(destination.store) else "it has no Object Lock"
        yield True, f"snapshots are not locked, since CALLWARD_BACKUP_LOCK_DAYS is not set; {can}"
        return
    loose = [name for one in known[-1:] for name in parts(one) if not is_locked(destination.store, name)]
    if loose:
        yield False, f"{len(loose)} parts of the newest snapshot are not locked: run `callward backup create`"
    elif known:
        yield True, f"the newest snapshot is locked; locks are made for {destination.lock_days} days and longer"
