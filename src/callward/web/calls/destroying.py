"""Destroying single items: intent and entry, the key row, result and entry, then the dead object (design section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls.models import Call, Item
from callward.web.core.objects import object_store
from callward.web.keys import vault

ACTION = "item.destroyed"


def destroy_items(call: Call, items: Iterable[Item], actor: Party, *, because: str) -> int:
    """Destroy items of a call; each step may be repeated after a crash. Returns how many there were."""
    with transaction.atomic():
        intents = intend_to_destroy(call, items, actor, because=because)
    finish(intents)
    return len(intents)


def intend_to_destroy(call: Call, items: Iterable[Item], actor: Party, *, because: str) -> list[Intent]:
    """Write down what will be destroyed, in the caller's transaction; from its commit on ``replay`` would do it."""
    return [
        audit.intend(
            ACTION,
            actor=actor,
            resource=call,
            controller=call.controller_id,
            parameters={"item": str(item.id), "object": item.object_name, "because": because},
        )
        for item in items
    ]


def finish(intents: Iterable[Intent]) -> None:
    """Destroy what was intended; harmless when repeated."""
    for intent in intents:
        finish_one(intent)


def finish_many(controller: UUID, intents: Sequence[Intent]) -> None:
    """Destroy many items of one controller, in the same order as one: keys, rows and results, objects."""
    items = [UUID(intent.parameters["item"]) for intent in intents]
    vault.delete_data_keys(controller, items)
    with transaction.atomic():
        Item.objects.filter(id__in=items).delete()
        for intent in intents:
            audit.conclude(intent, facts={"because": intent.parameters["because"]})
    object_store().delete_all([intent.parameters["object"] for intent in intents])


def finish_one(intent: Intent) -> bool:
    """Destroy one item that was intended to be; tells that it is gone."""
    item_id, name = intent.parameters["item"], intent.parameters["object"]
    vault.delete_data_key(intent.controller_id, item_id)
    with transaction.atomic():
        Item.objects.filter(id=item_id).delete()
        audit.conclude(intent, facts={"because": intent.parameters["because"]})
    object_store().delete(name)
    return True
