"""Jobs that were given up: each administrator sees their own controller's, tries one again or lets it go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.background.ending import declared, note_given_up, owner_of
from callward.web.background.models import GivenUpJob, JobRow
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
    note_missing()
    notes = _notes(controller).select_related("job").order_by("-job__finished_at")
    return [_told(note.job) for note in notes[:_MOST]]


def count(controller: Controller) -> int:
    """Count the jobs given up that are this controller's or no single one's: one query over no row of another's."""
    return _notes(controller).count()


def note_missing() -> int:
    """Note whose those are that were given up without a note; returns how many."""
    unknown = _failed().exclude(id__in=GivenUpJob.objects.values("job"))
    # Read to their end first: SQLite lets nobody write who still reads what another process has written over since.
    return sum(1 for row in list(unknown) if _noted(row))


def _noted(row: JobRow) -> bool:
    with transaction.atomic():
        fresh = _failed().select_for_update().filter(id=row.id).first()
        if fresh is not None:
            note_given_up(fresh)
    return fresh is not None


def _notes(controller: Controller) -> QuerySet[GivenUpJob]:
    whose = Q(controller=controller.id) | Q(controller=None)
    return GivenUpJob.objects.filter(whose, job__status=TaskResultStatus.FAILED)


def _failed() -> QuerySet[JobRow]:
    rows: QuerySet[JobRow] = DBTaskResult.objects.all()
    return rows.filter(status=TaskResultStatus.FAILED)


def try_again(controller: Controller, job: UUID, by: User) -> None:
    """Put a job into the queue as if it were new. Raises ``GivenUpError``."""
    with transaction.atomic():
        row = _held(controller, job)
        _record("job.retried", row, controller, by)
        row.status, row.run_after, row.finished_at = TaskResultStatus.READY, timezone.now(), None
        row.worker_ids = []
        GivenUpJob.objects.filter(job=row.id).delete()
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


def _held(controller: Controller, job: UUID) -> JobRow:
    row = _failed().filter(id=job)
    if transaction.get_connection().in_atomic_block:
        row = row.select_for_update()
    found = row.first()
    if found is None or owner_of(found) not in {None, controller.id}:
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
