"""Calls that a browser, a program or a feed sends: rows for what was sealed, and the duties that lose none of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.background.ceilings import uninterrupted
from callward.web.background.models import JobRow
from callward.web.calls.items import unnamed
from callward.web.calls.models import Upload
from callward.web.calls.tasks import give_up, take_in_batch
from callward.web.calls.uploads import Sent, seal_name
from callward.web.core.models import Controller, Line
from callward.web.core.objects import object_store

_SHOWN = timedelta(days=1)  # how long one may read what became of a file
_SHOWN_AT_A_FEED = timedelta(days=30)  # and of one that a feed refused, which nobody waited for
_PATIENCE = timedelta(minutes=1)
_UNDECIDED = timedelta(days=7)  # how long a job that was given up waits for somebody


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends files, and what holds for calls that do not say it themselves.

    ``by`` is a member of staff, or what the ledger names in their place, such as a feed.
    """

    controller: Controller
    by: User | tlog.Reference
    line: Line | None = None
    started: datetime | None = None
    pattern: str = ""


def keep_batch(
    sent: Sequence[Sent], sender: Sender, *, batch: UUID | None = None, also: Callable[[], object] | None = None
) -> UUID:
    """Make what was sealed durable, and commit its rows with the entry; returns the id of the batch.

    ``also`` writes rows of the caller's in the same transaction.
    Raises ``ObjectError`` (``disk_full``); nothing is then kept.
    """
    batch = batch or uuid.uuid4()
    with kept_rows(sent, sender, batch, Upload.Status.WAITING) as rows, transaction.atomic():
        Upload.objects.bulk_create(rows)
        audit.record(
            "upload.received",
            actor=sender.by,
            resource=tlog.Reference("batch", str(batch)),
            controller=sender.controller,
            facts={"files": len(rows), "refused": sum(bool(file.refusal) for file in sent)},
        )
        if also is not None:
            also()
        # In the same transaction: whatever is committed is in the worker's queue.
        take_in_batch.enqueue(str(batch))
    return batch


@contextmanager
def kept_rows(sent: Sequence[Sent], sender: Sender, batch: UUID, status: Upload.Status) -> Iterator[list[Upload]]:
    """Make what was sealed durable and give its rows, unsaved; removed again where the block ends with a fault."""
    placed: list[str] = []
    now, staff = timezone.now(), sender.by if isinstance(sender.by, User) else None
    other = None if isinstance(sender.by, User) else sender.by
    with uninterrupted():
        try:
            rows = []
            for file in sent:
                name = file.sink.commit() if file.sink is not None else ""
                placed.append(name)
                row = Upload(
                    id=file.id,
                    batch=batch,
                    controller=sender.controller,
                    line=sender.line,
                    started_at=sender.started,
                    pattern=sender.pattern,
                    sent_by=staff,
                    sender_kind=other.kind if other else "",
                    sender_id=UUID(other.id) if other else None,
                    sent_at=now,
                    object_name=name,
                    size=file.size,
                    status=Upload.Status.REFUSED if file.refusal else status,
                    reason=file.refusal,
                )
                row.sealed_name = seal_name(row, file.name)
                rows.append(row)
            yield rows
        except BaseException:
            for name in unnamed(list(filter(None, placed))):
                object_store().delete(name)
            raise


def resume_uploads() -> int:
    """Give the worker what still waits and is in no queue. Returns how many batches.

    What was given up waits a week for an administrator, then it is refused: nobody keeps what nobody works on.
    """
    now = timezone.now()
    # What was sent later than now was sent before the clock was set back.
    long_ago = Q(sent_at__lte=now - _PATIENCE) | Q(sent_at__gt=now + _PATIENCE)
    overdue = Upload.objects.filter(long_ago, status=Upload.Status.WAITING)
    resumed = 0
    for batch in overdue.values_list("batch", flat=True).distinct():
        tasks = DBTaskResult.objects.filter(
            task_path=take_in_batch.module_path, args_kwargs={"args": [str(batch)], "kwargs": {}}
        )
        if tasks.filter(status=TaskResultStatus.FAILED, finished_at__lte=now - _UNDECIDED).exists():
            give_up(str(batch))
            tasks.delete()
        else:
            resumed += _resume(batch, tasks)
    return resumed


def _resume(batch: UUID, tasks: QuerySet[JobRow]) -> bool:
    """Queue a batch, unless it is in the queue or was just done: two workers that look at once queue it once."""
    waits = Upload.objects.filter(batch=batch, status=Upload.Status.WAITING)
    queued = tasks.exclude(status=TaskResultStatus.SUCCESSFUL)
    # Asked without a lock first: most batches that are overdue are being worked on.
    if queued.exists():
        return False
    with transaction.atomic():
        locked = list(waits.select_for_update().order_by("id").values_list("id", flat=True))
        if not locked or queued.exists():
            return False
        take_in_batch.enqueue(str(batch))
    return True


def sweep_uploads() -> int:
    """Forget uploads that are done: nobody needs their names any more. Returns how many there were."""
    done = Upload.objects.exclude(status__in=[Upload.Status.WAITING, Upload.Status.LANDED])
    now = timezone.now()
    at_a_feed = Q(status=Upload.Status.REFUSED, sender_kind="feed")
    over = (~at_a_feed & Q(sent_at__lte=now - _SHOWN)) | Q(sent_at__lte=now - _SHOWN_AT_A_FEED)
    return done.filter(over).delete()[0]
