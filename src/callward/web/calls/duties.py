"""What the worker does again and again for calls."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.calls.adding import resume_uploads, sweep_uploads
from callward.web.calls.destroying import destroy_items, replay
from callward.web.calls.models import Call, Review
from callward.web.calls.reviewing import apply_due

_SOUND = (ItemKind.RECORDING_ORIGINAL.value, ItemKind.RECORDING_REDACTED.value)


def destroy_overdue() -> int:
    """Destroy the sound of calls that were held a day without a decision; no hold keeps card data."""
    replay()
    overdue = Call.objects.filter(state=Call.State.HELD, held_until__lte=timezone.now())
    for call in overdue:
        destroy_items(call, call.items.filter(kind__in=_SOUND), audit.SYSTEM, because="held_too_long")
        with transaction.atomic():
            Call.objects.filter(id=call.id, state=Call.State.HELD).update(state=Call.State.IN_REVIEW, held_until=None)
            audit.record("call.sound_destroyed", actor=audit.SYSTEM, resource=call, controller=call.controller_id)
    return len(overdue)


def apply_decisions() -> int:
    """Carry out the review decisions whose time for undoing is over."""
    return sum(apply_due(review) for review in Review.objects.filter(applied_at=None).exclude(decision=""))


def look_after_uploads() -> int:
    """Take up uploads whose worker was lost, and forget those that are done."""
    return resume_uploads() + sweep_uploads()
