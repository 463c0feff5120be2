"""Destroying single items: intent and entry, the key row, result and entry, then the dead object (design section 5).

Both entries name the item, so that a restore with an older copy of the keys destroys it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import transaction

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls.models import Call, Item
from callward.web.core.objects import object_store
from callward.web.keys import vault

ACTION = "item.destroyed"
ITEM = "item"  # the fact of its entries that names what was destroyed


def intend_to_destroy(call: Call, items: Iterable[Item], actor: Party, *, because: str) -> list[Intent]:
    """Write down what will be destroyed, in the caller's transaction; from its commit on ``replay`` would do it."""
    return [
        audit.intend(
            ACTION,
            actor=actor,
            resource=call,
            controller=call.controller_id,
            parameters={"item": str(item.id), "object": item.object_name, "because": because},
            facts={ITEM: str(item.id)},
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
            audit.conclude(intent, facts=_facts(intent))
    object_store().delete_all([intent.parameters["object"] for intent in intents])


def finish_one(intent: Intent) -> bool:
    """Destroy one item that was intended to be; tells that it is gone."""
    item_id, name = intent.parameters["item"], intent.parameters["object"]
    vault.delete_data_key(intent.controller_id, item_id)
    with transaction.atomic():
        Item.objects.filter(id=item_id).delete()
        audit.conclude(intent, facts=_facts(intent))
    object_store().delete(name)
    return True


def destroy_again(controller: UUID, items: Collection[UUID]) -> int:
    """Destroy what rows or keys from before have again, though the ledger says that it was destroyed.

    Nothing is written down: their entries stand. Returns how many items there were again; harmless when repeated.
    """
    back = vault.living_keys(controller, items)
    vault.delete_data_keys(controller, items)
    rows = Item.objects.filter(call__controller=controller, id__in=items)
    names = dict(rows.values_list("id", "object_name"))
    rows.delete()
    object_store().delete_all(names.values())
    return len(back | names.keys())


def _facts(intent: Intent) -> dict[str, tlog.Fact]:
    return {"because": intent.parameters["because"], ITEM: intent.parameters["item"]}
