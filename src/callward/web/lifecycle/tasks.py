"""The worker's part of a change of rules: some batches a start, each followed by the next. Arguments are random ids."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django_tasks import task

from callward.engine.errors import Error
from callward.web.background import Retry, chains, job
from callward.web.core import logs
from callward.web.faults import code_of
from callward.web.lifecycle import recounting
from callward.web.lifecycle.models import Recount

_log = logging.getLogger(__name__)
_BATCHES = 20  # of a start: other jobs have their turn after some seconds
_LONGEST = timedelta(minutes=30)
_LEASE = _LONGEST + timedelta(minutes=10)  # a start that was begun longer ago has lost its worker


class RecountTaskError(Error):
    """A background start failed: the code of what was refused, or ``recount_failed``; with the fault's type."""


def _owner(recount: str) -> UUID | None:
    return Recount.objects.filter(id=UUID(recount)).values_list("controller_id", flat=True).first()


def give_up(recount: str) -> None:
    """Leave what was not reached as it is; the page of the line offers to begin anew."""
    recounting.stop(UUID(recount))


@task()
@job(retry=Retry(times=5, first=10.0, longest=600.0), longest=_LONGEST, owner=_owner, give_up=give_up)
def count_anew(recount: str) -> None:
    """Count the next calls of a line anew, and leave those after them to the queue."""
    try:
        going = recounting.count_batch(UUID(recount))
        for _ in range(_BATCHES - 1):
            if going:
                recounting.breathe()
                going = recounting.count_batch(UUID(recount))
    except Exception as fault:  # noqa: BLE001 - the edge of the worker: the queue keeps the words of a fault
        _log.warning("a job was cut short: %s", logs.told(fault))
        raise RecountTaskError(code_of(fault, "recount_failed"), type(fault).__name__) from None
    if going:
        count_anew.enqueue(recount)


def go_on() -> int:
    """Give the worker the recounts that run and are in no queue; returns how many.

    One whose job was given up waits for a person, who tries it again or lets it go.
    """
    return chains.resume(Recount.objects.filter(state=Recount.State.RUNNING), count_anew, _LEASE)


def fault_of(recount: Recount) -> str:
    """Give the code of what a recount that runs failed with last; empty where it goes well."""
    failed = chains.jobs_on(count_anew, recount.id).exclude(traceback="").order_by("-enqueued_at").first()
    return failed.traceback.partition("\n")[0] if failed is not None else ""
