"""A sweep on the background worker: one task a batch, each followed by the next. Arguments are random ids."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus

from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.background import Retry, chains, job
from callward.web.core import logs
from callward.web.core.models import Controller
from callward.web.faults import code_of
from callward.web.sweeps import running
from callward.web.sweeps.calls import BY
from callward.web.sweeps.models import Batch, Sweep
from callward.web.sweeps.unit import sweep_batch

_log = logging.getLogger(__name__)
_LONGEST = timedelta(hours=1)  # for one batch: 25 calls of hours each
_LEASE = _LONGEST + timedelta(minutes=10)  # a batch that was taken longer ago has lost its worker
_TWICE = timedelta(minutes=1)


class SweepTaskError(Error):
    """A background batch failed: the code of what was refused, or ``sweep_task_failed``; with the fault's type."""


def _owner(sweep: str) -> UUID | None:
    return Sweep.objects.filter(id=UUID(sweep)).values_list("controller_id", flat=True).first()


def give_up(sweep: str) -> None:
    """Cancel the sweep: what is done of it stays, and `callward sweep resume` goes on."""
    with suppress(running.SweepError, Sweep.DoesNotExist):
        running.cancel(Sweep.objects.get(id=UUID(sweep)), audit.SYSTEM)


@task()
@job(retry=Retry(times=5, first=10.0, longest=600.0), longest=_LONGEST, owner=_owner, give_up=give_up)
def take_batch(sweep: str) -> None:
    """Do the next open batch of a sweep, and leave the one after it to the queue."""
    try:
        _take(UUID(sweep))
    except Exception as fault:  # noqa: BLE001 - the edge of the worker: the queue keeps the words of a fault
        _log.warning("a job was cut short: %s", logs.told(fault))
        code = code_of(fault, "sweep_task_failed")
        raise SweepTaskError(code, type(fault).__name__) from None


def _take(sweep_id: UUID) -> None:
    sweep = Sweep.objects.select_related("controller").filter(id=sweep_id, state=Sweep.State.RUNNING).first()
    if sweep is None:
        return
    running.cut(sweep)
    batch = _claimed(sweep_id)
    if batch is not None:
        sweep_batch(str(sweep_id), batch)
        take_batch.enqueue(str(sweep_id))
    elif running.end_if_done(sweep):
        audit.sequence(sweep.controller)


def _claimed(sweep: UUID) -> int | None:
    """Take the first open batch that no living worker has: any where no other job is at this sweep."""
    now = timezone.now()
    running = list(
        chains.jobs_on(take_batch, sweep)
        .filter(status=TaskResultStatus.RUNNING)
        .values_list("started_at", flat=True)[:2]
    )
    if len(running) <= 1:
        # Not what was taken since this job began: another may have begun just after it was looked for.
        since = next(iter(running), None) or now
        Batch.objects.filter(sweep=sweep, done_at=None, taken_at__lt=since).update(taken_at=None)
    # One that was taken later than now was taken before the clock was set back.
    free = Q(taken_at=None) | Q(taken_at__lt=now - _LEASE) | Q(taken_at__gt=now + _LEASE)
    for batch in Batch.objects.filter(free, sweep=sweep, done_at=None).order_by("number")[:8]:
        if Batch.objects.filter(free, id=batch.id, done_at=None).update(taken_at=now):
            return batch.number
    return None


def begin(controller: Controller, wanted: running.Wanted, by: Party) -> Sweep:
    """Begin a sweep on the background worker; asked for twice within a minute it is one sweep.

    Raises ``SweepError``.
    """
    with transaction.atomic():
        Controller.objects.select_for_update().get(id=controller.id)  # two who ask at once get one sweep
        same = Sweep.objects.for_controller(controller).filter(
            kind=wanted.kind,
            dry_run=wanted.dry_run,
            line=wanted.line,
            since=wanted.since,
            until=wanted.until,
            items=sorted(wanted.items),
            state=Sweep.State.RUNNING,
            workers=Sweep.Workers.QUEUE,
            started_at__gte=timezone.now() - _TWICE,
        )
        known = same.first()
        if known is not None:
            return known
        sweep = running.begin(controller, replace(wanted, workers=Sweep.Workers.QUEUE), by)
        take_batch.enqueue(str(sweep.id))
    return sweep


def resume(sweep: Sweep, by: Party = BY) -> Sweep:
    """Go on with a sweep on the background worker, where its job was given up too. Raises ``SweepError``."""
    with transaction.atomic():
        fresh = running.resume(sweep, Sweep.Workers.QUEUE, by)
        chains.jobs_on(take_batch, sweep.id).filter(status=TaskResultStatus.FAILED).delete()
        if not chains.jobs_on(take_batch, sweep.id).filter(status=TaskResultStatus.READY).exists():
            take_batch.enqueue(str(sweep.id))
    return fresh


def given_up_because(sweep: Sweep) -> str:
    """The code for which the worker gave the sweep's job up, or nothing."""
    row = chains.jobs_on(take_batch, sweep.id).filter(status=TaskResultStatus.FAILED).order_by("-finished_at").first()
    return "" if row is None else str(row.traceback.partition("\n")[0])


def go_on() -> int:
    """Give the worker what is open of background sweeps and is in no queue; returns how many sweeps.

    One whose job was given up waits for a person, who tries it again or lets it go.
    """
    return chains.resume(
        Sweep.objects.filter(state=Sweep.State.RUNNING, workers=Sweep.Workers.QUEUE), take_batch, _LEASE
    )
