"""Leases: a job belongs to the worker that started it for as long as that worker gives signs of life."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.web.background.models import WorkerProcess

_log = logging.getLogger(__name__)
_LONGEST_WAIT = timedelta(hours=2)  # longer than any wait that is declared of a job
_renewed: dict[str, float] = {}  # when the lease of each worker of this process was last asked for
_ended: set[str] = set()  # workers of this process in whose names nothing is written any more
_renewing = threading.Lock()  # a renewal is through before its worker is struck off, or sees that it was
_KEPT = timedelta(days=1)  # how long a job that is done, or a worker that is gone, stays to be looked at


def lease() -> timedelta:
    return timedelta(seconds=settings.TASK_LEASE)


def begin(worker: str) -> None:
    """Write the worker down before it takes its first job."""
    now = timezone.now()
    _ended.discard(worker)
    _renewed[worker] = monotonic()
    WorkerProcess.objects.create(id=worker, started_at=now, seen_at=now)


def disown(worker: str) -> None:
    """Let nothing more be written by what the worker is at, for good: its job is about to be another's."""
    _ended.add(worker)


def end(worker: str) -> None:
    """Strike the worker off: what it had begun and not ended is free at once, and it writes nothing of it any more.

    A renewal that hangs on a lost connection is waited for no longer than the lease; what it writes after that it
    takes back.
    """
    disown(worker)
    through = _renewing.acquire(timeout=lease().total_seconds())
    try:
        WorkerProcess.objects.filter(id=worker).delete()
    finally:
        if through:
            _renewing.release()
    _renewed.pop(worker, None)


def stands(worker: str) -> bool:
    """Whether the lease of a worker of this process is not over yet, by this process's own clock."""
    if worker in _ended:
        return False
    renewed = _renewed.get(worker)
    return renewed is None or monotonic() - renewed < lease().total_seconds()


def renew_until(stop: threading.Event, worker: str) -> None:
    """Renew the lease three times in its length, until ``stop`` is set. A database that is away is waited for."""
    while not stop.wait(lease().total_seconds() / 3) and worker not in _ended:
        try:
            with _renewing:
                _renew(worker)
        except (DatabaseError, InterfaceError):
            _log.warning("the lease of this worker could not be renewed; it is tried again")
            connection.close()
    connection.close()


def _renew(worker: str) -> None:
    if worker in _ended:
        return
    now, asked = timezone.now(), monotonic()
    WorkerProcess.objects.update_or_create(
        id=worker, defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now}
    )
    if worker in _ended:  # whoever struck it off has not waited for this
        WorkerProcess.objects.filter(id=worker).delete()
        return
    _renewed[worker] = asked


def alive(now: datetime | None = None) -> int:
    """Count the workers whose lease stands."""
    return int(WorkerProcess.objects.filter(seen_at__gt=(now or timezone.now()) - lease()).count())


def take_back() -> int:
    """Put jobs whose worker is gone into the queue again, or give up those that were tried often enough.

    Returns how many. A worker that was only stopped finds its job taken away when it ends it, and writes nothing.
    """
    _set_right(timezone.now())
    # The jobs before the workers: one that begins meanwhile must not have its first job taken for a lost one's.
    running = list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).values_list("id", "worker_ids"))
    living = set(WorkerProcess.objects.filter(seen_at__gt=timezone.now() - lease()).values_list("id", flat=True))
    taken = 0
    for name, workers in running:
        if workers and workers[-1] not in living:
            taken += _take_back(str(name), workers[-1])
    return taken


def _set_right(now: datetime) -> None:
    """Where the clock was set back nobody may wait for the time that it had.

    A worker that was seen later than now has one lease more to be seen in; a job waits no longer than jobs do.
    """
    WorkerProcess.objects.filter(seen_at__gt=now).update(seen_at=now)
    DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__gt=now + _LONGEST_WAIT).update(run_after=now)


def _take_back(name: str, worker: str) -> bool:
    from callward.web.background.ending import settle

    with transaction.atomic():
        row = DBTaskResult.objects.select_for_update().filter(id=name, status=TaskResultStatus.RUNNING).first()
        if row is None or not row.worker_ids or row.worker_ids[-1] != worker:
            return False
        settle(row, "worker_lost", "", "", wait=False)
    _log.warning("the worker of job %s is gone; it is taken up again", name)
    return True


def forget_done() -> int:
    """Forget jobs that are done and workers that are gone. Returns how many jobs. What was given up stays."""
    before = timezone.now() - _KEPT
    WorkerProcess.objects.filter(seen_at__lt=before).delete()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=before)
    return int(done.delete()[0])


def look_after_jobs() -> int:
    """The duty: take back what lost its worker, forget what is done, note what was given up without a note."""
    from callward.web.background.given_up import note_missing

    return take_back() + forget_done() + note_missing()
