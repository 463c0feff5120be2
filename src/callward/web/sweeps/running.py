"""Sweeps from their beginning to their end: which calls, in which batches, done by whom.

The batches are rows. Whoever works on them - processes of the command, the background worker, a cluster - calls the
same function with the number of one; what is done is written there, so that a sweep which was cut off anywhere goes on
with what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.models import Call
from callward.web.core.models import Controller, Line
from callward.web.sweeps.calls import BY
from callward.web.sweeps.counts import Counts
from callward.web.sweeps.method import detector, rules_digest
from callward.web.sweeps.models import Batch, Change, Sweep
from callward.web.sweeps.unit import Tally, Told

STARTED, RESUMED, CANCELLED, ENDED = "sweep.started", "sweep.resumed", "sweep.cancelled", "sweep.ended"
BATCH = 25  # calls: a few seconds of work for one process
_CUT = 400  # batches that are written in one transaction

Progress = Callable[[Told], None]


class SweepError(Error):
    """A sweep is refused: ``sweep_missing``, ``sweep_ambiguous``, ``sweep_over``, ``sweep_days``."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sweep is asked to do: kind, calls, kinds of items (none: all), and who works on it."""

    kind: str
    dry_run: bool = False
    line: Line | None = None
    since: date | None = None
    until: date | None = None
    items: Sequence[str] = ()
    workers: str = Sweep.Workers.LOCAL


def begin(controller: Controller, wanted: Wanted, actor: Party = BY) -> Sweep:
    """Write a sweep down, with its entry; nothing is searched yet. Raises ``SweepError`` (``sweep_days``)."""
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise SweepError("sweep_days", "the last day lies before the first")
    sweep = Sweep(
        controller=controller,
        kind=wanted.kind,
        dry_run=wanted.dry_run,
        line=wanted.line,
        since=wanted.since,
        until=wanted.until,
        items=sorted(wanted.items),
        workers=wanted.workers,
        detector=detector(),
        rules=rules_digest(controller),
        started_at=timezone.now(),
    )
    with transaction.atomic():
        sweep.save(force_insert=True)
        facts: dict[str, str | bool] = {"kind": str(wanted.kind), "dry_run": wanted.dry_run, "rules": sweep.rules}
        audit.record(STARTED, actor=actor, resource=sweep, controller=controller, facts=facts)
    return sweep


def cut(sweep: Sweep) -> None:
    """Put every call of the sweep into a batch; goes on where it was cut off."""
    while not sweep.cut:
        with transaction.atomic():
            sweep = Sweep.objects.select_for_update().get(id=sweep.id)
            calls = _calls(sweep)
            if sweep.cut_to is not None:
                calls = calls.filter(id__gt=sweep.cut_to)
            ids = list(calls.order_by("id").values_list("id", flat=True)[: _CUT * BATCH])
            first = Batch.objects.filter(sweep=sweep).count()
            Batch.objects.bulk_create(
                Batch(sweep=sweep, number=first + at // BATCH, calls=[str(one) for one in ids[at : at + BATCH]])
                for at in range(0, len(ids), BATCH)
            )
            sweep.cut = len(ids) < _CUT * BATCH
            sweep.cut_to = ids[-1] if ids else sweep.cut_to
            sweep.calls += len(ids)
            sweep.save(update_fields=["cut", "cut_to", "calls"])


def _calls(sweep: Sweep) -> QuerySet[Call]:
    """The calls that are kept and had come in when the sweep began; days are days in the controller's zone."""
    calls = Call.objects.filter(controller=sweep.controller_id, received_at__lte=sweep.started_at)
    calls = calls.exclude(state__in=(Call.State.ENDED, Call.State.NOT_RECORDED))
    if sweep.line_id:
        calls = calls.filter(line=sweep.line_id)
    if sweep.since:
        calls = calls.filter(started_at__gte=_midnight(sweep, sweep.since))
    if sweep.until:
        calls = calls.filter(started_at__lt=_midnight(sweep, sweep.until + timedelta(days=1)))
    return calls


def _midnight(sweep: Sweep, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=sweep.controller.zone)


def open_batches(sweep: Sweep) -> list[int]:
    """Return the numbers of the batches that are not done."""
    return list(_open(sweep).order_by("number").values_list("number", flat=True))


def _open(sweep: Sweep) -> QuerySet[Batch]:
    return Batch.objects.filter(sweep=sweep, done_at=None)


def tally_of(sweep: Sweep) -> Tally:
    """Give what the batches that are done came to."""
    tally = Tally()
    tally.add(sweep.tally)
    return tally


def end_batch(batch: Batch, tally: Tally) -> None:
    """Write that a batch is done, and add it to its sweep; nothing where another worker has done it meanwhile."""
    told = tally.as_json()
    with transaction.atomic():
        sweep = Sweep.objects.select_for_update().get(id=batch.sweep_id)
        if not Batch.objects.filter(id=batch.id, done_at=None).update(done_at=timezone.now(), result=told):
            return
        rows = Change.objects.filter(sweep=sweep, call__in=batch.calls, counted=False)
        both, counts = tally_of(sweep), Counts()
        both.add(told)
        counts.add_kept(sweep.counts)
        counts.add(rows)
        rows.update(counted=True)
        sweep.tally, sweep.counts = both.as_json(), counts.as_json()
        sweep.save(update_fields=["tally", "counts"])


def end_if_done(sweep: Sweep) -> bool:
    """End a sweep whose batches are all done, with its entry; tells whether it has ended now."""
    with transaction.atomic():
        fresh = Sweep.objects.select_for_update().get(id=sweep.id)
        if fresh.state != Sweep.State.RUNNING or not fresh.cut or _open(fresh).exists():
            return False
        fresh.state, fresh.ended_at = Sweep.State.DONE, timezone.now()
        fresh.save(update_fields=["state", "ended_at"])
        audit.record(ENDED, actor=BY, resource=fresh, controller=fresh.controller_id, facts=_facts(fresh))
    return True


def _facts(sweep: Sweep) -> dict[str, int]:
    outcomes = Change.objects.filter(sweep=sweep).values_list("outcome").annotate(n=Count("id"))
    return {"calls": tally_of(sweep).calls, **{f"outcome_{outcome}": count for outcome, count in outcomes}}


def cancel(sweep: Sweep, actor: Party = BY) -> None:
    """Stop a sweep: what is done stays done. Raises ``SweepError`` (``sweep_over``)."""
    with transaction.atomic():
        running = Sweep.objects.filter(id=sweep.id, state=Sweep.State.RUNNING)
        if not running.update(state=Sweep.State.CANCELLED, ended_at=timezone.now()):
            raise SweepError("sweep_over", "the sweep does not run")
        sweep.refresh_from_db()
        audit.record(CANCELLED, actor=actor, resource=sweep, controller=sweep.controller_id, facts=_facts(sweep))


def resume(sweep: Sweep, workers: str, actor: Party = BY) -> Sweep:
    """Go on with a sweep that was cut off or cancelled, with what is open of it. Raises ``SweepError``."""
    with transaction.atomic():
        fresh = Sweep.objects.select_for_update().get(id=sweep.id)
        if fresh.state == Sweep.State.DONE:
            raise SweepError("sweep_over", "the sweep is done; begin another one")
        fresh.state, fresh.ended_at, fresh.workers = Sweep.State.RUNNING, None, workers
        fresh.save(update_fields=["state", "ended_at", "workers"])
        facts = {"same_detector": fresh.detector == detector()}
        audit.record(RESUMED, actor=actor, resource=fresh, controller=fresh.controller_id, facts=facts)
    return fresh


def found(controller: Controller, named: str) -> Sweep:
    """Return the sweep of that id, or whose id begins so. Raises ``SweepError``."""
    try:
        low, high = (UUID(named.replace("-", "").ljust(32, end)) for end in "0f")
    except ValueError:
        raise SweepError("sweep_missing", "there is no such sweep") from None
    rows = list(Sweep.objects.for_controller(controller).filter(id__gte=low, id__lte=high)[:2])
    if not rows:
        raise SweepError("sweep_missing", "there is no such sweep")
    if len(rows) > 1:
        raise SweepError("sweep_ambiguous", "several sweeps begin with this; give more of the id")
    return rows[0]
