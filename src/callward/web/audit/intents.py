"""Acts that span stores: an intent first, a result after, replayed until both stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from callward.engine import tlog
from callward.web.audit.entries import Party, record, refer
from callward.web.audit.models import Intent
from callward.web.core.models import Controller


def intend(
    action: str,
    *,
    actor: Party,
    resource: Party,
    controller: Controller | UUID,
    purpose: str = "",
    parameters: Mapping[str, str | int | bool] | None = None,
    facts: Mapping[str, tlog.Fact] | None = None,
) -> Intent:
    """Write down, in the caller's transaction, that an act begins which one transaction cannot hold.

    ``parameters`` are ids and counts, enough to do the act again: whoever finds the intent open replays it.
    The ledger gets an entry with the outcome ``intended`` and these ``facts``: a restore that has no such row does
    the act again from the ledger alone, where that names what it is on.
    """
    owner = controller.pk if isinstance(controller, Controller) else controller
    by, on = refer(actor), refer(resource)
    intent = Intent(
        controller_id=owner,
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        resource_kind=on.kind,
        resource_id=on.id,
        purpose=purpose,
        parameters=dict(parameters or {}),
        intended_at=timezone.now(),
    )
    record(
        action,
        actor=by,
        resource=on,
        controller=owner,
        purpose=purpose,
        outcome="intended",
        facts={**(facts or {}), "intent": str(intent.id)},
        at=intent.intended_at,
    )
    intent.save(force_insert=True)
    return intent


def conclude(intent: Intent | UUID, *, outcome: str = "done", facts: Mapping[str, tlog.Fact] | None = None) -> bool:
    """Write down, in the caller's transaction, that the intended act stands; False when that was already written."""
    intent_id = intent.pk if isinstance(intent, Intent) else intent
    begun = Intent.objects.select_for_update().get(pk=intent_id)
    if begun.concluded_at is not None:
        return False
    begun.concluded_at, begun.outcome = timezone.now(), outcome
    record(
        begun.action,
        actor=tlog.Reference(begun.actor_kind, begun.actor_id),
        resource=tlog.Reference(begun.resource_kind, begun.resource_id),
        controller=begun.controller_id,
        purpose=begun.purpose,
        outcome=outcome,
        facts={**(facts or {}), "intent": str(begun.id)},
        at=begun.concluded_at,
    )
    begun.save(update_fields=["concluded_at", "outcome"])
    return True


def open_intents(*, older_than: timedelta = timedelta(0), action: str = "") -> QuerySet[Intent]:
    """Intents without a result, the oldest first: what start-up and ``doctor`` replay."""
    found = Intent.objects.filter(concluded_at=None, intended_at__lte=timezone.now() - older_than)
    return (found.filter(action=action) if action else found).order_by("intended_at", "id")
