"""Erasing a person: one key row goes, and with it everything that was sealed for them (design section 5).

What takes time comes after: the rows and objects that nothing opens any more are swept in batches. So an erasure
takes as long with ten thousand calls as with one. It is effective at once, and final against older copies of the keys
database with the next turn of the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls.models import Call, Item
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.lifecycle import holds
from callward.web.lifecycle.models import Happening
from callward.web.lifecycle.retention import today_of
from callward.web.lifecycle.turns import final_by
from callward.web.people.finding import COLUMNS
from callward.web.people.models import Person

ACTION = "person.erased"
SWEPT = "person.calls_swept"
SUPPRESSED = timedelta(days=400)  # design section 5: the same file is not taken in again
BATCH = 200


@dataclass(frozen=True, slots=True)
class Erasure:
    """When an erasure took effect, and when the present epoch is due to turn, which makes it final."""

    person: UUID
    effective_at: datetime
    final_by: datetime
    lived: bool
    held: int  # items that a hold or a duty in law keeps, under custody


def erase(person: Person, actor: Party, *, because: str) -> Erasure:
    """Erase a person, or go on with an erasure that was cut off; harmless when repeated. ``because`` is a code.

    Raises ``KeyUnavailable``: the person is not erased then, and the worker tries again.
    """
    with transaction.atomic():
        holds.lock(person.controller_id)
        intent = audit.open_intents(action=ACTION).filter(resource_id=str(person.id)).first() or audit.intend(
            ACTION, actor=actor, resource=person, controller=person.controller_id, parameters={"because": because}
        )
    lived, held = _finish(intent)
    effective_at = Person.objects.values_list("erased_at", flat=True).get(id=person.id) or intent.intended_at
    return Erasure(person.id, effective_at, final_by(person.controller_id), lived, held)


def replay() -> int:
    """Finish every erasure that was cut off; return how many."""
    intents = list(audit.open_intents(action=ACTION))
    for intent in intents:
        _finish(intent)
    return len(intents)


def _finish(intent: Intent) -> tuple[bool, int]:
    person = UUID(intent.resource_id)
    today = today_of(intent.controller)
    # What must outlive the person leaves the person's key before that goes (design section 5).
    holds.into_custody_by_portions(person, intent.controller_id, today)
    with transaction.atomic():
        holds.lock(intent.controller_id)  # a hold that is released meanwhile gives up what another one is on
        held = holds.into_custody(person, intent.controller_id, today)
    # When the key goes, not when that was intended: a copy of the keys that was made in between has the key still.
    at = timezone.now()
    lived = vault.delete_person_key(intent.controller_id, person, erased_at=at)
    with transaction.atomic():
        emptied = {f"sealed_{column}": b"" for column in COLUMNS}
        Person.objects.filter(id=person, erased_at=None).update(erased_at=at, **emptied)
        Happening.objects.filter(person=person).delete()
        audit.conclude(intent, facts={"because": intent.parameters["because"], "held": held})
    return lived, held


def sweep() -> int:
    """Remove what erased people left: inputs become suppression entries, objects, rows and dead keys go.

    What is under custody stays, and with it the rows of its calls. Returns how many calls were removed. It may be cut
    off anywhere: a call is only gone when everything of it is.
    """
    swept = 0
    for person in Person.objects.filter(erased_at__isnull=False, calls__isnull=False).distinct():
        kept = holds.kept_through_erasure(today_of(person.controller))
        items = Item.objects.filter(call__person=person)
        staying = Call.objects.filter(id__in=items.filter(kept).values("call"))
        _sweep_items(person, items.filter(call__in=staying.values("id")).exclude(kept))
        while calls := list(Call.objects.filter(person=person).exclude(id__in=staying.values("id"))[:BATCH]):
            _sweep_calls(person, calls)
            swept += len(calls)
        vault.sweep_dead_keys(person.controller_id)
        vault.sweep_empty_custody(person.controller_id)
    return swept


def _sweep_items(person: Person, items: QuerySet[Item]) -> None:
    """Remove the items that went with their person, of calls of which something is held."""
    store = object_store()
    for item, name in list(items.values_list("id", "object_name")):
        # The key of what a duty in law had kept until now is under custody, and lives.
        vault.delete_data_key(person.controller_id, item)
        store.delete(name)
        Item.objects.filter(id=item).delete()


def _sweep_calls(person: Person, calls: list[Call]) -> None:
    until = timezone.now() + SUPPRESSED
    for call in calls:
        vault.suppress_call(person.controller_id, call.id, until=until)
    store, items = object_store(), list(Item.objects.filter(call__in=calls).values_list("id", "object_name"))
    # The key of what a duty in law had kept until now is under custody, and lives.
    vault.delete_data_keys(person.controller_id, [item for item, _ in items])
    for _, name in items:
        store.delete(name)
    with transaction.atomic():
        Call.objects.filter(id__in=[call.id for call in calls]).delete()
        audit.record(
            SWEPT,
            actor=audit.SYSTEM,
            resource=person,
            controller=person.controller_id,
            facts={"calls": len(calls)},
        )
