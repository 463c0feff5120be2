"""Destroying single items: intent and entry, the key row, result and entry, then the dead object (design section 5)."""

from __future__ import annotations

from collections.abc import Iterable

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
    destroyed = 0
    for item in items:
        with transaction.atomic():
            intent = audit.intend(
                ACTION,
                actor=actor,
                resource=call,
                controller=call.controller_id,
                parameters={"item": str(item.id), "object": item.object_name, "because": because},
            )
        _finish(intent)
        destroyed += 1
    return destroyed


def replay() -> int:
    """Finish every destruction that was cut off; returns how many."""
    cut_off = list(audit.open_intents(action=ACTION))
    for intent in cut_off:
        _finish(intent)
    return len(cut_off)


def _finish(intent: Intent) -> None:
    item_id, name = intent.parameters["item"], intent.parameters["object"]
    vault.delete_data_key(intent.controller_id, item_id)
    with transaction.atomic():
        Item.objects.filter(id=item_id).delete()
        audit.conclude(intent, facts={"because": intent.parameters["because"]})
    object_store().delete(name)
