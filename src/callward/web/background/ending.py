"""How a start of a job ends: done, to be tried again, or given up. What failed is told by codes and places alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine.errors import Error
from callward.web import walls
from callward.web.background.jobs import Job, job_of
from callward.web.background.models import GivenUpJob, JobRow
from callward.web.core.logs import places
from callward.web.faults import was_busy

UNKNOWN, BUSY = "task_unknown", "database_busy"
_BUSY = timedelta(days=1)  # databases that are held for longer are somebody's to look at


class JobError(Error):
    """A start of a job came to no end of its own.

    ``task_unknown`` to this version, ``job_overdue``, ``lease_lost``.
    """


def declared(row: JobRow) -> Job:
    """What is declared of a row's job; the defaults where its function is gone."""
    try:
        return job_of(row.task.func)
    except (ImportError, AttributeError, SuspiciousOperation):
        return Job()


def reason_of(fault: BaseException) -> str:
    """The code of a fault: ours where it is one of ours, else the name of its type. Never its words."""
    if isinstance(fault, DatabaseError) and was_busy(fault):
        return BUSY
    return fault.code if isinstance(fault, Error) else type(fault).__name__


def done(row: JobRow, worker: str) -> bool:
    """Write that a job is done; False where it was taken away from this worker meanwhile."""

    def write(held: JobRow) -> None:
        held.status, held.finished_at = TaskResultStatus.SUCCESSFUL, timezone.now()
        held.exception_class_path = held.traceback = ""
        held.save(update_fields=["status", "finished_at", "exception_class_path", "traceback"])

    return _while_held(row, worker, write)


def failed(row: JobRow, worker: str, fault: BaseException) -> bool:
    """Write that a start failed, and when the next one is; False where the job was taken away meanwhile."""
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}"

    def write(held: JobRow) -> None:
        settle(held, reason_of(fault), kind, places(fault.__traceback__))

    return _while_held(row, worker, write)


def put_back(row: JobRow, worker: str) -> bool:
    """Give a job back that was not worked on: the worker is ending."""

    def write(held: JobRow) -> None:
        held.status, held.run_after, held.worker_ids = TaskResultStatus.READY, timezone.now(), held.worker_ids[:-1]
        held.save(update_fields=["status", "run_after", "worker_ids"])

    return _while_held(row, worker, write)


def settle(row: JobRow, reason: str, kind: str, where: str, *, wait: bool = True) -> None:
    """Queue a locked row again after its wait, or give it up once it was started as often as is declared.

    A start that found the databases held by others is waited for and does not count, for a day.
    """
    retry, starts, now = declared(row).retry, len(row.worker_ids), timezone.now()
    busy = reason == BUSY and row.enqueued_at > now - _BUSY
    if busy:
        row.worker_ids = row.worker_ids[:-1]
    again = (starts < retry.times or busy) and reason != UNKNOWN
    row.status = TaskResultStatus.READY if again else TaskResultStatus.FAILED
    row.run_after = now + retry.wait(starts) if wait and again else now
    row.finished_at = None if again else now
    row.exception_class_path, row.traceback = kind, f"{reason}\n{where}"
    row.save(update_fields=["status", "run_after", "finished_at", "worker_ids", "exception_class_path", "traceback"])
    if not again:
        note_given_up(row)


def note_given_up(row: JobRow) -> None:
    """Write down whose a job is that was given up, so that its controller finds it without looking at all others."""
    GivenUpJob.objects.update_or_create(job_id=row.id, defaults={"controller": owner_of(row)})


def owner_of(row: JobRow) -> UUID | None:
    """The controller whose a job is; none where it is no single one's, or where that cannot be told."""
    arguments = row.args_kwargs
    try:
        with walls.across():  # behind one controller's wall another's job would seem to be nobody's
            return declared(row).owner(*arguments["args"], **arguments["kwargs"])
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - arguments of another version: a job whose owner cannot be told must not hide
        return None


def _while_held(row: JobRow, worker: str, write: Callable[[Any], None]) -> bool:
    with transaction.atomic():
        held = DBTaskResult.objects.select_for_update().filter(id=row.id, status=TaskResultStatus.RUNNING).first()
        if held is None or not held.worker_ids or held.worker_ids[-1] != worker:
            return False
        write(held)
    return True
