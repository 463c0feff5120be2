"""The clock of backups and drills: what is due, what became of the last one, and what a person must look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.models import Controller
from callward.web.lifecycle.backup_runs import BackupRun

ACTIONS = {
    BackupRun.Kind.BACKUP: "backup.made",
    BackupRun.Kind.DRILL: "backup.drilled",
    BackupRun.Kind.PRUNE: "backup.pruned",
}
_LATE = 2  # intervals after which a run that did not come is overdue


class Standing(StrEnum):
    """How things stand with one kind of run."""

    OFF = "off"
    WAITING = "waiting"
    WELL = "well"
    FAILED = "failed"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of run as the Lifecycle page says it: the last one that ended well, the last at all, the next."""

    kind: str
    standing: Standing
    last: BackupRun | None = None
    good: BackupRun | None = None
    next_at: datetime | None = None


@dataclass(slots=True)
class Told:
    """What a run says of itself when it ends."""

    snapshot: str = ""
    objects: int = 0
    bytes: int = 0
    fault: str = ""


@contextmanager
def noted(kind: BackupRun.Kind, place: str, actor: Party) -> Iterator[Told]:
    """Keep what becomes of the block: a row, and where it is refused an entry in the ledger.

    Where somebody else is writing to the place (``backup_busy``) nothing is said: nothing failed.
    """
    begun, told = timezone.now(), Told()
    try:
        yield told
    except (Error, OSError) as refused:
        fault = refused.code if isinstance(refused, Error) else "disk"
        if fault != "backup_busy":
            with transaction.atomic():
                _keep(kind, place, begun, Told(fault=fault))
                _record_failure(ACTIONS[kind], fault, actor)
        raise
    _keep(kind, place, begun, told)


def due(kind: BackupRun.Kind, every: timedelta, again: timedelta) -> bool:
    """Say whether a run must be made now: ``every`` so often after a good one, ``again`` after one that failed."""
    good = _good(kind)
    if good is not None and abs(timezone.now() - good.ended_at) < every:
        return False
    return not failed_within(kind, min(every, again))


def failed_within(kind: BackupRun.Kind, time: timedelta) -> bool:
    """Say whether the last run failed less than ``time`` ago: it need not be tried again yet."""
    last = _last(kind)
    return last is not None and bool(last.fault) and abs(timezone.now() - last.ended_at) < time


def reports() -> list[Report]:
    """Return how backups and drills stand, in that order."""
    return [
        _report(BackupRun.Kind.BACKUP, timedelta(hours=settings.BACKUP_HOURS)),
        _report(BackupRun.Kind.DRILL, timedelta(days=settings.DRILL_DAYS)),
    ]


def _report(kind: BackupRun.Kind, every: timedelta) -> Report:
    last, good = _last(kind), _good(kind)
    if not settings.BACKUP or not every:
        return Report(kind, Standing.OFF, last, good)
    next_at = good.ended_at + every if good else None
    if good is not None and timezone.now() - good.ended_at > _LATE * every:
        return Report(kind, Standing.OVERDUE, last, good, next_at)
    if last is not None and last.fault:
        return Report(kind, Standing.FAILED, last, good, next_at)
    return Report(kind, Standing.WELL if good else Standing.WAITING, last, good, next_at)


def _last(kind: BackupRun.Kind) -> BackupRun | None:
    return BackupRun.objects.filter(kind=kind).order_by("-ended_at").first()


def _good(kind: BackupRun.Kind) -> BackupRun | None:
    return BackupRun.objects.filter(kind=kind, fault="").order_by("-ended_at").first()


def _keep(kind: BackupRun.Kind, place: str, begun: datetime, told: Told) -> None:
    last = _last(kind)
    if told.fault and last is not None and (last.fault, last.place) == (told.fault, place):
        BackupRun.objects.filter(pk=last.pk).update(ended_at=timezone.now())
        return
    BackupRun.objects.create(
        kind=kind,
        begun_at=begun,
        ended_at=timezone.now(),
        place=place[:255],
        fault=told.fault,
        snapshot=told.snapshot,
        objects_held=told.objects,
        bytes_held=told.bytes,
    )


def _record_failure(action: str, fault: str, actor: Party) -> None:
    for controller in Controller.objects.order_by("created_at"):
        audit.record(
            action, actor=actor, resource=controller, controller=controller, outcome="failed", facts={"code": fault}
        )
