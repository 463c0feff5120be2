"""Deciding on calls in review: mask the doubtful stretch, release, keep sealed, destroy the sound.

A decision can be undone for ten seconds. It is carried out when they are over, by the worker or by whoever looks at
the call next.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.calls.destroying import destroy_items
from callward.web.calls.masking_more import mask_doubts
from callward.web.calls.models import Call, Review

UNDO = timedelta(seconds=10)
Decision = Review.Decision
_ENDS = {
    Decision.MASK: (Call.State.RELEASED, "call.released"),
    Decision.RELEASE: (Call.State.RELEASED, "call.released"),
    Decision.KEEP_SEALED: (Call.State.KEPT_SEALED, "call.kept_sealed"),
    Decision.DESTROY: (Call.State.RELEASED, "call.released"),
}


class ReviewError(Error):
    """A decision was refused: ``review_decided``, ``review_over``, ``decision_unfit``."""


def open_reviews() -> list[str]:
    """The states in which a call waits for a person."""
    return [Call.State.IN_REVIEW, Call.State.HELD]


def choices(call: Call) -> list[Decision]:
    """What may be decided on a call.

    Held sound may hold payment data, so it is never released or kept. Nothing can be masked that has no place.
    """
    kinds = {item.kind for item in call.items.all()}
    if call.state == Call.State.HELD:
        return [Decision.DESTROY]
    if ItemKind.RECORDING_REDACTED.value not in kinds and call.frames:
        return [Decision.KEEP_SEALED, Decision.DESTROY]
    return [Decision.MASK, Decision.RELEASE, Decision.KEEP_SEALED]


def decide(call: Call, decision: Decision, by: User) -> Review:
    """Write a decision down. Raises ``ReviewError`` when it is not one of ``choices`` or was taken already."""
    with transaction.atomic():
        review = Review.objects.select_for_update().get(call=call)
        if review.applied_at is not None or (review.decision and review.decided_by_id != by.id):
            raise ReviewError("review_decided", "somebody has decided on this call already")
        if decision not in choices(call):
            raise ReviewError("decision_unfit", "this decision does not fit the call")
        review.decision, review.decided_at, review.decided_by = decision, timezone.now(), by
        review.save(update_fields=["decision", "decided_at", "decided_by"])
        audit.record(
            "review.decided",
            actor=by,
            resource=call,
            controller=call.controller_id,
            facts={"decision": str(decision.value)},
        )
    return review


def undo(call: Call, by: User) -> None:
    """Take a decision back. Raises ``ReviewError`` (``review_over``) when it was carried out or belongs to another."""
    with transaction.atomic():
        review = Review.objects.select_for_update().get(call=call)
        if not review.decision or review.applied_at is not None or review.decided_by_id != by.id:
            raise ReviewError("review_over", "there is nothing left to undo")
        review.decision, review.decided_at, review.decided_by = "", None, None
        review.save(update_fields=["decision", "decided_at", "decided_by"])
        audit.record("review.undone", actor=by, resource=call, controller=call.controller_id)


def apply_due(review: Review) -> bool:
    """Carry a decision out once its time for undoing is over; tells whether it was this call that did it."""
    if not review.decision or review.decided_at is None or timezone.now() < review.decided_at + UNDO:
        return False
    call = Call.objects.select_related("line").prefetch_related("items").get(id=review.call_id)
    decision, actor = Decision(review.decision), review.decided_by or audit.SYSTEM
    if decision is Decision.MASK:
        mask_doubts(call, actor)
    if decision is Decision.DESTROY:
        sound = [item for item in call.items.all() if item.kind.startswith("recording.")]
        destroy_items(call, sound, actor, because="decided_in_review")
    state, action = _ENDS[decision]
    with transaction.atomic():
        claimed = Review.objects.filter(id=review.id, applied_at=None).update(applied_at=timezone.now())
        if claimed:
            Call.objects.filter(id=call.id).update(state=state, held_until=None)
            audit.record(action, actor=actor, resource=call, controller=call.controller_id, facts={"after": "review"})
    return bool(claimed)
