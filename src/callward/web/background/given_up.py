"""Jobs that were given up: each administrator sees their own controller's, tries one again or lets it go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.background.ending import declared
from callward.web.background.models import JobRow
from callward.web.core.labels import JOB_FAULTS
from callward.web.core.models import Controller

_MOST = 200  # rows of the list; more than that is one fault, not two hundred


class GivenUpError(Error):
    """The job is not among those given up: ``job_elsewhere``."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One job that was given up, without its arguments."""

    id: UUID
    name: str
    reason: str
    starts: int
    asked_at: datetime
    failed_at: datetime

    @property
    def sentence(self) -> str:
        """What to do about the reason, where we know it."""
        return str(JOB_FAULTS.get(self.reason, ""))


def given_up(controller: Controller) -> list[GivenUp]:
    """The jobs given up that are this controller's or no single one's, the newest first; at most 200."""
    return [_told(row) for row in _rows(controller)]


def try_again(controller: Controller, job: UUID, by: User) -> None:
    """Put a job into the queue as if it were new. Raises ``GivenUpError``."""
    with transaction.atomic():
        row = _held(controller, job)
        _record("job.retried", row, controller, by)
        row.status, row.run_after, row.finished_at = TaskResultStatus.READY, timezone.now(), None
        row.worker_ids = []
        row.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])


def let_go(controller: Controller, job: UUID, by: User) -> None:
    """Remove a job for good; what it stood for is ended as its kind declares. Raises ``GivenUpError``."""
    row = _held(controller, job)
    arguments, kind = row.args_kwargs, declared(row)
    # What was asked for by another version, whose arguments were others, has nothing here to be ended.
    with suppress(TypeError):
        signature(kind.give_up).bind(*arguments["args"], **arguments["kwargs"])
        kind.give_up(*arguments["args"], **arguments["kwargs"])
    with transaction.atomic():
        row = _held(controller, job)
        _record("job.discarded", row, controller, by)
        row.delete()


def _rows(controller: Controller) -> Iterator[JobRow]:
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")
    found = 0
    for row in failed.iterator():
        if _is_for(row, controller):
            yield row
            found += 1
            if found == _MOST:
                return


def _is_for(row: JobRow, controller: Controller) -> bool:
    arguments = row.args_kwargs
    try:
        owner = declared(row).owner(*arguments["args"], **arguments["kwargs"])
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 - arguments of another version: a job whose owner cannot be told must not hide
        return True
    return owner is None or owner == controller.id


def _held(controller: Controller, job: UUID) -> JobRow:
    row = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, id=job)
    if transaction.get_connection().in_atomic_block:
        row = row.select_for_update()
    found = row.first()
    if found is None or not _is_for(found, controller):
        raise GivenUpError("job_elsewhere", "there is no such job among those given up")
    return found


def _told(row: JobRow) -> GivenUp:
    return GivenUp(
        id=row.id,
        name=row.task_path.rpartition(".")[2],
        reason=_reason(row),
        starts=len(row.worker_ids),
        asked_at=row.enqueued_at,
        failed_at=row.finished_at or row.enqueued_at,
    )


def _reason(row: JobRow) -> str:
    return str(row.traceback.partition("\n")[0])


def _record(action: str, row: JobRow, controller: Controller, by: User) -> None:
    told = _told(row)
    facts: dict[str, tlog.Fact] = {"job": told.name, "starts": told.starts, "reason": told.reason}
    audit.record(action, actor=by, resource=tlog.Reference("job", str(row.id)), controller=controller, facts=facts)
