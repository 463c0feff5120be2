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
from django.utils import timezone

from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls.models import Call, Item
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.lifecycle.turns import due_at
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


def erase(person: Person, actor: Party, *, because: str) -> Erasure:
    """Erase a person; harmless when repeated. ``because`` is a code. Raises ``KeyUnavailable``."""
    with transaction.atomic():
        intent = audit.intend(
            ACTION, actor=actor, resource=person, controller=person.controller_id, parameters={"because": because}
        )
    lived = _finish(intent)
    return Erasure(person.id, intent.intended_at, due_at(person.controller_id), lived)


def replay() -> int:
    """Finish every erasure that was cut off; return how many."""
    intents = list(audit.open_intents(action=ACTION))
    for intent in intents:
        _finish(intent)
    return len(intents)


def _finish(intent: Intent) -> bool:
    person = UUID(intent.resource_id)
    lived = vault.delete_person_key(intent.controller_id, person, erased_at=intent.intended_at)
    with transaction.atomic():
        emptied = {f"sealed_{column}": b"" for column in COLUMNS}
        Person.objects.filter(id=person, erased_at=None).update(erased_at=intent.intended_at, **emptied)
        audit.conclude(intent, facts={"because": intent.parameters["because"]})
    return lived


def sweep() -> int:
    """Remove what erased people left: inputs become suppression entries, objects, rows and dead keys go.

    Returns how many calls were removed. It may be cut off anywhere: a call is only gone when everything of it is.
    """
    swept = 0
    for person in Person.objects.filter(erased_at__isnull=False, calls__isnull=False).distinct():
        while calls := list(Call.objects.filter(person=person)[:BATCH]):
            _sweep_calls(person, calls)
            swept += len(calls)
        vault.sweep_dead_keys(person.controller_id)
    return swept


def _sweep_calls(person: Person, calls: list[Call]) -> None:
    until = timezone.now() + SUPPRESSED
    for call in calls:
        vault.suppress_call(person.controller_id, call.id, until=until)
    store = object_store()
    for name in Item.objects.filter(call__in=calls).values_list("object_name", flat=True):
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
