"""The clock of backups and drills: what is due, what became of the last one, and what a person must look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.meanwhile import meanwhile
from callward.web.core.models import Controller
from callward.web.lifecycle.backup_runs import CUT_OFF, UNDER_WAY, BackupRun

ACTIONS = {
    BackupRun.Kind.BACKUP: "backup.made",
    BackupRun.Kind.DRILL: "backup.drilled",
    BackupRun.Kind.PRUNE: "backup.pruned",
}
_SEEN = 60.0  # seconds between two words of a run that is at work
_UNSEEN = timedelta(minutes=10)
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
    running: BackupRun | None = None
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
    """Keep what becomes of the block: a row from its beginning, and where it does not end well an entry in the ledger.

    Where somebody else is writing to the place (``backup_busy``) nothing is said: nothing failed.
    """
    now, told = timezone.now(), Told()
    row = BackupRun.objects.create(kind=kind, begun_at=now, ended_at=now, place=place[:255], fault=UNDER_WAY)
    try:
        with _seen_at_work(row):
            yield told
    except BaseException as refused:
        fault = _fault_of(refused)
        if fault == "backup_busy":
            row.delete()
        else:
            with transaction.atomic():
                _end(row, Told(fault=fault))
                _record_failure(ACTIONS[kind], fault, actor)
        raise
    _end(row, told)


def mend_cut_off() -> int:
    """Say of every run that is not seen at work any more that it was cut off; returns how many."""
    now, mended = timezone.now(), 0
    for row in BackupRun.objects.filter(fault=UNDER_WAY):
        # By the difference: the clock may have been set.
        if abs(now - row.ended_at) > _UNSEEN:
            with transaction.atomic():
                # It may have ended since it was read, and says itself how.
                if BackupRun.objects.filter(pk=row.pk, fault=UNDER_WAY).update(fault=CUT_OFF):
                    mended += 1
                    _record_failure(ACTIONS[BackupRun.Kind(row.kind)], CUT_OFF, audit.SYSTEM)
    return mended


def _fault_of(refused: BaseException) -> str:
    if isinstance(refused, Error):
        return refused.code
    return "disk" if isinstance(refused, OSError) else CUT_OFF


def _seen_at_work(row: BackupRun) -> AbstractContextManager[None]:
    """Write every minute that a run is at work."""

    def say() -> None:
        BackupRun.objects.filter(pk=row.pk, fault=UNDER_WAY).update(ended_at=timezone.now())

    return meanwhile(say, _SEEN, "backup")


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
    running = BackupRun.objects.filter(kind=kind, fault=UNDER_WAY).order_by("-begun_at").first()
    next_at = good.ended_at + every if good else None
    if not settings.BACKUP or not every:
        standing, next_at = Standing.OFF, None
    elif good is not None and timezone.now() - good.ended_at > _LATE * every:
        standing = Standing.OVERDUE
    elif last is not None and last.fault:
        standing = Standing.FAILED
    else:
        standing = Standing.WELL if good else Standing.WAITING
    return Report(kind, standing, last, running, good, next_at)


def _last(kind: BackupRun.Kind) -> BackupRun | None:
    return _ended(kind).first()


def _ended(kind: BackupRun.Kind) -> QuerySet[BackupRun]:
    return BackupRun.objects.filter(kind=kind).exclude(fault=UNDER_WAY).order_by("-ended_at")


def _good(kind: BackupRun.Kind) -> BackupRun | None:
    return BackupRun.objects.filter(kind=kind, fault="").order_by("-ended_at").first()


def _end(row: BackupRun, told: Told) -> None:
    # Not the row itself: a run that was out of sight may have been called cut off already.
    last = _ended(BackupRun.Kind(row.kind)).exclude(pk=row.pk).first()
    if told.fault and last is not None and (last.fault, last.place) == (told.fault, row.place):
        BackupRun.objects.filter(pk=last.pk).update(ended_at=timezone.now())
        row.delete()
        return
    row.ended_at, row.fault, row.snapshot = timezone.now(), told.fault, told.snapshot
    row.objects_held, row.bytes_held = told.objects, told.bytes
    row.save(update_fields=["ended_at", "fault", "snapshot", "objects_held", "bytes_held"])


def _record_failure(action: str, fault: str, actor: Party) -> None:
    for controller in Controller.objects.order_by("created_at"):
        audit.record(
            action, actor=actor, resource=controller, controller=controller, outcome="failed", facts={"code": fault}
        )
