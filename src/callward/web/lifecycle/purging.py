"""Purging: what has had its time goes, in batches, unless a hold keeps it.

Every item goes as any item that is destroyed does (``calls.destroying``): intent and entry, key, row and result,
object; what is cut off is finished by that replay. A call whose items are all gone is reduced to its row in the call
log, and the row goes when the log's time is over. A person of whom nothing is left is erased with their last row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls import duties
from callward.web.calls.destroying import finish_many, intend_to_destroy
from callward.web.calls.models import Call, CallCategory, Item, Review
from callward.web.core.models import Controller
from callward.web.keys import vault
from callward.web.lifecycle import anonymising, holds, recounting, retention
from callward.web.lifecycle.erasing import SUPPRESSED, SWEPT
from callward.web.lifecycle.models import Happening, Hold
from callward.web.people.finding import COLUMNS
from callward.web.people.models import Person

ENDED, REMOVED, PERSON_ENDED = "call.ended", "call.removed", "person.ended"
BECAUSE = "retention"
BATCH = 500
SAMPLE = 10
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Sampled:
    """One item that would go: ids, codes and its last day."""

    call: UUID
    line: str
    kind: str
    until: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge would destroy now: items by line and kind, those that holds keep, rows of the log, a sample.

    ``to_anonymise`` of the items are transcripts whose words would stay anonymous, if that can be made sure of.
    ``counting``: rules have changed and do not reach everything yet; a purge lets them first.
    """

    counts: dict[str, dict[str, int]]
    items: int
    held: int
    calls_to_remove: int
    sample: tuple[Sampled, ...]
    to_anonymise: int = 0
    counting: bool = False


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did: items destroyed, calls reduced to their log, rows of the log removed.

    ``left_out``: lines of which nothing went, because a change of their rules could not reach everything first.
    """

    items: int
    ended: int
    removed: int
    left_out: tuple[recounting.Unreached, ...] = ()


def plan(controller: Controller, today: date | None = None) -> Plan:
    """Say what a purge would do, and do nothing."""
    today = today or retention.today_of(controller)
    due = retention.due(controller, today)
    counts: dict[str, dict[str, int]] = {}
    for line, kind, count in (
        due.values_list("call__line__slug", "kind").annotate(n=Count("id")).order_by("call__line__slug", "kind")
    ):
        counts.setdefault(line, {})[kind] = count
    items = sum(sum(kinds.values()) for kinds in counts.values())
    sample = due.order_by("retain_until", "id").values_list("call_id", "call__line__slug", "kind", "retain_until")
    return Plan(
        counts,
        items,
        retention.over(controller, today).count() - items,
        _log_over(controller, today).count(),
        tuple(Sampled(*row) for row in sample[:SAMPLE]),
        anonymising.to_anonymise(controller, today).count(),
        recounting.running(controller).exists(),
    )


def purge(
    controller: Controller,
    actor: Party = audit.SYSTEM,
    *,
    today: date | None = None,
    progress: Progress = lambda items: None,
) -> Purged:
    """Destroy what has had its time; may be cut off anywhere and run again. Raises ``KeyUnavailable``.

    ``progress`` is told the items of each batch.
    """
    today = today or retention.today_of(controller)
    # What the rules of now keep must not go by those before: a change of them reaches everything first.
    left_out = recounting.finish(controller)
    but = [one.line for one in left_out]
    duties.replay()
    items = ended = removed = 0
    while intents := anonymising.anonymise_batch(controller, actor, today, but=but):
        finish_many(controller.id, intents)
        items += len(intents)
        ended += _end({UUID(intent.resource_id) for intent in intents}, actor)
        progress(len(intents))
    while intents := _intend_batch(controller, actor, today, but):
        finish_many(controller.id, intents)
        items += len(intents)
        ended += _end({UUID(intent.resource_id) for intent in intents}, actor)
        progress(len(intents))
    ended += _end_cut_off(controller, actor, today, but)
    while rows := list(_log_over(controller, today).exclude(line__in=but).select_related("person")[:BATCH]):
        _remove(controller, rows, actor)
        removed += len(rows)
    vault.sweep_empty_custody(controller.id)
    return Purged(items, ended, removed, left_out)


def purge_due() -> int:
    """Purge every controller; return how many items went. One that cannot be purged holds up no other."""
    replay()
    done = 0

    def one(controller: Controller) -> bool:
        nonlocal done
        done += purge(controller).items
        return True

    duties.each(Controller.objects.all(), one)
    return done


def replay() -> int:
    """Finish the ending of persons that was cut off, or that something in flight held up; return how many ended."""
    return sum(map(_end_person, audit.open_intents(action=PERSON_ENDED)))


def _intend_batch(controller: Controller, actor: Party, today: date, but: Collection[UUID]) -> list[Intent]:
    """Choose the next items, write down that they go, and take their rows: no hold and no other purge comes between."""
    with transaction.atomic():
        holds.lock(controller.id)
        due = retention.due(controller, today, but=but).select_related("call").order_by("retain_until", "id")
        items = list(due[:BATCH])
        intents = [intent for item in items for intent in intend_to_destroy(item.call, [item], actor, because=BECAUSE)]
        Item.objects.filter(id__in=[item.id for item in items]).delete()
    return intents


def _end(calls: Iterable[UUID], actor: Party) -> int:
    """Reduce those of the calls that have no item left to their row in the log; return how many."""
    with transaction.atomic():
        # Locked, then asked: whoever puts something into one of them takes its lock, and finds it ended after this.
        living = Call.objects.select_for_update(no_key=True).filter(id__in=list(calls)).exclude(state=Call.State.ENDED)
        rows = list(Call.objects.filter(id__in=[call.id for call in living.order_by("id")], items=None))
        ids = [call.id for call in rows]
        CallCategory.objects.filter(call__in=ids).delete()
        Review.objects.filter(call__in=ids).delete()
        Call.objects.filter(id__in=ids).update(
            state=Call.State.ENDED, reasons=[], sealed_facts=b"", findings=0, keyed=0, words=0, turns=0, held_until=None
        )
        for call in rows:
            audit.record(ENDED, actor=actor, resource=call, controller=call.controller_id, facts={"because": BECAUSE})
    return len(rows)


def _end_cut_off(controller: Controller, actor: Party, today: date, but: Collection[UUID]) -> int:
    """Reduce the calls whose last item went just before a purge was cut off."""
    over = Call.objects.filter(controller=controller, retain_until__lt=today).exclude(state=Call.State.ENDED)
    over = over.exclude(line__in=but)
    done = 0
    while calls := list(over.filter(items=None).values_list("id", flat=True)[:BATCH]):
        done += _end(calls, actor)
    return done


def _log_over(controller: Controller, today: date) -> QuerySet[Call]:
    """Return the rows of the log whose time is over and that no hold on the person keeps."""
    held = Exists(Hold.objects.standing().filter(person=OuterRef("person")))
    over = Call.objects.filter(controller=controller, state=Call.State.ENDED, log_until__lt=today)
    return over.exclude(held)


def _remove(controller: Controller, calls: list[Call], actor: Party) -> None:
    """Remove rows of the log; their inputs become suppression entries, and persons without any call end."""
    until = timezone.now() + SUPPRESSED
    for call in calls:
        vault.suppress_call(controller.id, call.id, until=until)
    with transaction.atomic():
        for call in calls:
            audit.record(REMOVED, actor=actor, resource=call, controller=controller, facts={"because": BECAUSE})
        Call.objects.filter(id__in=[call.id for call in calls]).delete()
        persons = {call.person_id: call.person for call in calls if call.person.erased_at is None}
        left = [person for person in persons.values() if not Call.objects.filter(person=person).exists()]
        gone = Counter(call.person_id for call in calls)
        intents = [
            audit.intend(
                PERSON_ENDED,
                actor=actor,
                resource=person,
                controller=controller,
                parameters={"calls": gone[person.id]},
            )
            for person in left
        ]
    for intent in intents:
        _end_person(intent)


def _end_person(intent: Intent) -> bool:
    """Erase a person of whom nothing is left, unless something has come in meanwhile, or is about to."""
    person = UUID(intent.resource_id)
    ended = tlog.Reference(intent.resource_kind, intent.resource_id)
    with transaction.atomic():
        # Locked until the end is written: whoever writes a call of this person waits for that, or is waited for here.
        Person.objects.select_for_update().filter(id=person).first()
        if Call.objects.filter(person=person).exists():
            audit.conclude(intent, outcome="not_needed")
            return False
        at = timezone.now()  # when the key goes: a copy of the keys from before that has it still
        if not vault.end_bare_person(intent.controller_id, person, ended_at=at):
            return False  # a call on its way in; the next replay tells whether it came
        emptied = {f"sealed_{column}": b"" for column in COLUMNS}
        Person.objects.filter(id=person, erased_at=None).update(erased_at=at, **emptied)
        Happening.objects.filter(person=person).delete()
        if audit.conclude(intent):
            # The certificate counts how long the digests of the calls stay that went last from here.
            facts = {"calls": intent.parameters.get("calls", 0)}
            audit.record(SWEPT, actor=audit.SYSTEM, resource=ended, controller=intent.controller_id, facts=facts)
    return True
