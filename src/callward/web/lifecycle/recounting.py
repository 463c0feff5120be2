"""A change of a line's rules reaches what is kept already: its calls are counted anew, in batches, newest first.

Each batch is one transaction with how far it has come, so that whatever is cut off goes on with the next one, and
nothing is counted twice. Nothing is destroyed here: what has had its time is the purge's, and a hold keeps it. A purge
lets a change reach everything first, so that nothing goes which the rules of now would keep.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.models import Call
from callward.web.core import logs
from callward.web.core.models import Controller, Line
from callward.web.faults import code_of, refusal
from callward.web.lifecycle import holds, settling
from callward.web.lifecycle.counting_anew import CountingAnew, rows, write
from callward.web.lifecycle.models import Recount
from callward.web.lifecycle.retention import rules_of, today_of
from callward.web.lifecycle.rules import LineRules

STARTED, ENDED = "line.recount_started", "line.recount_ended"
BATCH = 200
_BREATH = 0.15  # seconds; longer than SQLite lets a writer that waits for its lock sleep between two tries
_at_work: ContextVar[frozenset[UUID]] = ContextVar("lines_being_changed", default=frozenset())
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A line of which a change of its rules cannot reach everything, and the code of what is in the way."""

    line: UUID
    slug: str
    code: str


@contextmanager
def changing(line: Line, by: Party) -> Iterator[None]:
    """Stand around the change of a line's rules; where they are others at its end, they reach what is kept.

    One transaction with the change. A change within a change is part of it.
    """
    if line.pk in _at_work.get():
        yield
        return
    token = _at_work.set(_at_work.get() | {line.pk})
    try:
        with transaction.atomic():
            settling.wait_for_others(line.pk)
            before = _rules_now(line)
            yield
            if before is not None and _rules_now(line) != before:
                begin(line, by)
    finally:
        _at_work.reset(token)


def begin(line: Line, by: Party) -> Recount | None:
    """Write down that the calls of a line are counted anew, with its entry; None where it has none.

    One that runs already is overtaken: it ends with its next batch.
    """
    from callward.web.lifecycle.tasks import count_anew

    with transaction.atomic():
        settling.wait_for_others(line.pk)
        if not Call.objects.filter(line=line).exists():
            return None
        last = Recount.objects.filter(line=line).order_by("-number").values_list("number", flat=True).first()
        recount = Recount.objects.create(
            controller_id=line.controller_id,
            line=line,
            number=(last or 0) + 1,
            started_at=timezone.now(),
        )
        facts = {"number": recount.number}
        audit.record(STARTED, actor=by, resource=line, controller=line.controller_id, facts=facts)
        count_anew.enqueue(str(recount.id))
    return recount


def count_batch(recount: UUID) -> bool:
    """Count the next calls anew; returns whether there may be more. May be cut off anywhere and called again."""
    _tell_how_many(recount)
    with transaction.atomic():
        row = _running().select_for_update(of=("self",)).filter(id=recount).first()
        if row is None:
            return False
        if Recount.objects.filter(line=row.line_id, number__gt=row.number).exists():
            end(row, Recount.State.OVERTAKEN)
            return False
        # No purge, no event and no erasure comes between.
        holds.lock(row.controller_id)
        calls = list(_next(row)[:BATCH])
        if calls:
            today = today_of(row.line.controller, _since(row))
            counted = list(CountingAnew(row.line, rules_of(row.line), today).count(calls))
            write(counted, today)
            moves = [move for one in counted for move in one.moves]
            row.earlier += sum(move.until < move.was for move in moves)
            row.later += sum(move.until > move.was for move in moves)
            row.began, row.at = calls[-1].started_at, calls[-1].id
            row.reached += len(calls)
            row.save(update_fields=["began", "at", "reached", "earlier", "later"])
        going = len(calls) == BATCH
        if not going:
            end(row, Recount.State.DONE)
    return going


def breathe() -> None:
    """Let others write between two batches: SQLite has one writer at a time, and nobody queues for its turn there."""
    if connection.vendor == "sqlite":
        sleep(_BREATH)


def running(controller: Controller) -> QuerySet[Recount]:
    """Return the changes of lines' rules that have not reached everything yet."""
    return _running().filter(controller=controller).order_by("started_at")


def finish(controller: Controller) -> tuple[Unreached, ...]:
    """Let every change of a controller's lines that runs reach everything; give the lines where that fails.

    Where the databases themselves cannot be written, that is raised.
    """
    unreached = []
    for recount in running(controller):
        try:
            while count_batch(recount.id):
                breathe()
        except Exception as fault:  # whatever stops one line's count must not keep every other line past its time
            if refusal(fault) is not None:
                raise
            _log.warning("the purge leaves line %s out: %s", recount.line_id, logs.told(fault))
            unreached.append(Unreached(recount.line_id, recount.line.slug, code_of(fault, "recount_failed")))
    return tuple(unreached)


def end(row: Recount, state: Recount.State) -> None:
    """End a recount, with its entry; in the transaction of the caller, who has its row."""
    row.state, row.ended_at = state, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    facts: dict[str, str | int | bool] = {
        "number": row.number,
        "calls": row.reached,
        "earlier": row.earlier,
        "later": row.later,
        "ended": state.value,
    }
    audit.record(ENDED, actor=audit.SYSTEM, resource=row.line, controller=row.controller_id, facts=facts)


def stop(recount: UUID) -> None:
    """Leave a recount where it is: what it has not reached keeps its days until the rules change again."""
    with transaction.atomic(), suppress(Recount.DoesNotExist):
        end(_running().select_for_update(of=("self",)).get(id=recount), Recount.State.STOPPED)


def last_of(line: Line) -> Recount | None:
    """Return the newest recount of a line."""
    return Recount.objects.filter(line=line).order_by("-number").first()


def _running() -> QuerySet[Recount]:
    return Recount.objects.filter(state=Recount.State.RUNNING).select_related("line__controller")


def _since(row: Recount) -> datetime:
    """When the change began that a recount carries on: what it overtook had kept things which nothing has ended since.

    No purge comes between, and what the first would have kept past a midnight the second must not end.
    """
    since = row.started_at
    for before in Recount.objects.filter(line=row.line_id, number__lt=row.number).order_by("-number"):
        if before.ended_at is not None and before.ended_at < since:
            break
        since = min(since, before.started_at)
    return since


def _rules_now(line: Line) -> LineRules | None:
    """Read the rules of a line from the database; None for a line that is not there yet."""
    found = Line.objects.filter(pk=line.pk).first()
    return rules_of(found) if found is not None else None


def _tell_how_many(recount: UUID) -> None:
    """Write down how many calls there are, once: nobody waits for that who changes a rule, and no lock is held."""
    row = Recount.objects.filter(id=recount, state=Recount.State.RUNNING, calls=0).first()
    if row is not None:
        Recount.objects.filter(id=recount).update(calls=Call.objects.filter(line=row.line_id).count())


def _next(row: Recount) -> QuerySet[Call]:
    calls = Call.objects.filter(line=row.line_id)
    if row.began is not None:
        # The first bound alone is what an index begins at.
        after = Q(started_at__lt=row.began) | Q(started_at=row.began, id__lt=row.at)
        calls = calls.filter(after, started_at__lte=row.began)
    return rows(calls).select_for_update(of=("self",), no_key=True).order_by("-started_at", "-id")
