"""Making a snapshot, and reading one back.

The order is what makes it whole: rows, then the objects that these rows have, then the ledger, then the keys apart,
and last the manifest, without which a snapshot does not count. Cut off anywhere, it is simply made again: objects that
are there stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward import __version__
from callward.engine import tlog
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.models import Item, Upload
from callward.web.core.models import Controller
from callward.web.core.objects import object_store
from callward.web.keys.models import Epoch
from callward.web.lifecycle.backup import databases
from callward.web.lifecycle.backup.keys_copy import configured, write_keys
from callward.web.lifecycle.backup.ledger_copy import copy_ledger
from callward.web.lifecycle.backup.locks import lock_objects, lock_parts, refuse_unfit
from callward.web.lifecycle.backup.manifest import (
    ControllerState,
    Manifest,
    drop_unfinished,
    parts,
    read_manifest,
    snapshots,
    write_manifest,
)
from callward.web.lifecycle.backup.objects import PREFIX, copy_objects
from callward.web.lifecycle.backup.schedule import failed_within, noted
from callward.web.lifecycle.backup.store import DATA, BackupError, Destination, Header, Stored, made_at, moment, new_id
from callward.web.lifecycle.backup_runs import BackupRun

ACTION = "backup.made"
_AGAIN = timedelta(hours=1)  # between two backups of the worker where one failed
Begin = Callable[[int], Callable[[int], None]]


@dataclass(frozen=True, slots=True)
class Made:
    """What making a snapshot did; ``copied`` of its objects were not there before."""

    manifest: Manifest
    copied: int
    keys: str


def create(destination: Destination, actor: Party, begin: Begin = lambda total: lambda done: None) -> Made:
    """Make a snapshot and the newest copy of the keys; every part is read back before it counts.

    ``begin`` is told how many objects there are and returns what is told of each batch. Raises BackupError,
    ObjectError ``disk_full``, KeyUnavailable, LedgerError; nothing that was there before is touched then.
    """
    with noted(BackupRun.Kind.BACKUP, destination.place, actor) as told, destination.alone():
        refuse_unfit(destination)
        known = snapshots(destination)
        now = moment(timezone.now(), known)
        lock_parts(
            destination, [name for one in known[-1:] for name in parts(one)], made_at(known[-1]) if known else now
        )
        destination.sweep(timezone.now())
        drop_unfinished(destination)
        for controller in Controller.objects.order_by("created_at"):
            audit.sequence(controller)
        made = _create(destination, new_id(now), now, begin)
        told.snapshot, told.objects, told.bytes = made.manifest.id, len(made.manifest.objects), made.manifest.bytes
    with transaction.atomic():
        for state in made.manifest.controllers:
            audit.record(
                ACTION,
                actor=actor,
                resource=tlog.Reference("controller", state.id),
                controller=UUID(state.id),
                facts={
                    "snapshot": made.manifest.id,
                    "objects": len(made.manifest.objects),
                    "epoch": state.epoch,
                    "entries": state.size,
                },
            )
    return made


def create_due() -> bool:
    """Make a snapshot where ``CALLWARD_BACKUP`` is set and the newest there has had its time; tell whether one was.

    Raises as ``create`` does; where somebody else is writing there nothing is due.
    """
    destination = configured()
    if destination is None or failed_within(BackupRun.Kind.BACKUP, _AGAIN):
        return False
    newest = max(snapshots(destination), default="")
    if newest and abs(timezone.now() - made_at(newest)) < timedelta(hours=settings.BACKUP_HOURS):
        return False
    try:
        create(destination, audit.SYSTEM)
    except BackupError as refused:
        if refused.code == "backup_busy":
            return False
        raise
    return True


def _create(destination: Destination, identity: str, now: datetime, begin: Begin) -> Made:
    known = _known(destination)
    with databases.copied("default") as copy:
        names, rows, logs = databases.object_names(copy), databases.row_counts(copy), databases.published(copy)
        with copy.opened() as plain:
            data = destination.seal(f"snapshots/{identity}/{DATA}", Header(DATA, identity, now), plain)
    copied = copy_objects(object_store(), destination, names, known, begin(len(names)))
    objects = lock_objects(destination, copied.objects, PREFIX, now)
    for controller in logs:
        copy_ledger(controller, destination.store)
    keys = write_keys(destination, timezone.now())
    manifest = Manifest(
        id=identity,
        made_at=now,
        version=__version__,
        data=data,
        objects=objects,
        missing=_lost(copied.missing),
        controllers=tuple(
            ControllerState(str(one), _epoch(one), origin, size, root.hex(), text)
            for one, (origin, size, root, text) in logs.items()
        ),
        rows=rows,
    )
    write_manifest(destination, manifest)
    lock_parts(destination, parts(identity), now)
    return Made(manifest, copied.copied, keys)


def _known(destination: Destination) -> dict[str, Stored]:
    """What the newest manifest that can be read says of objects; others are read through again."""
    for snapshot in reversed(snapshots(destination)):
        try:
            return dict(read_manifest(destination, snapshot).objects)
        except BackupError:
            continue
    return {}


def _lost(missing: tuple[str, ...]) -> tuple[str, ...]:
    """Of the objects that were not there, those that no destruction explains: rows still have them."""
    names = set(missing)
    held = Item.objects.filter(object_name__in=names).values_list("object_name", flat=True)
    sent = Upload.objects.filter(object_name__in=names).values_list("object_name", flat=True)
    return tuple(sorted({*held, *sent}))


def _epoch(controller: UUID) -> int:
    current = Epoch.objects.filter(controller=controller, state=Epoch.State.CURRENT).first()
    return current.number if current else 0
