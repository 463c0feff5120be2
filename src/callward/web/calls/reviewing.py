"""Deciding on calls in review: mask the doubtful stretch, release, keep sealed, destroy the sound.

A decision can be undone for ten seconds. The worker carries it out when they are over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from callward.engine.errors import Error
from callward.engine.tlog import Reference
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.calls.destroying import finish, intend_to_destroy
from callward.web.calls.masking_more import mask_doubts
from callward.web.calls.models import Call, Item, Review
from callward.web.core.models import Controller
from callward.web.keys import vault

UNDO = timedelta(seconds=10)
MOST = 1000  # calls in review that are counted; more are more than anybody decides on in a day
Decision = Review.Decision
_ENDS = {
    Decision.MASK: (Call.State.RELEASED, "call.released"),
    Decision.RELEASE: (Call.State.RELEASED, "call.released"),
    Decision.KEEP_SEALED: (Call.State.KEPT_SEALED, "call.kept_sealed"),
    Decision.DESTROY: (Call.State.RELEASED, "call.released"),
}


# A masked copy that is not what was written may still sound what was found, and nothing says where: it is never
# released, and it is not kept either, because it may hold card data (design section 4).
_BROKEN = frozenset({"dtmf_left"})
_SOUND = frozenset({ItemKind.RECORDING_ORIGINAL.value, ItemKind.RECORDING_REDACTED.value})
_PLACED = frozenset({"text_residual", "payment_residual", "speech_without_words", "words_over_silence"})


# Doubts about the words: they stand whatever becomes of the sound.
_OF_WORDS = frozenset({"text_residual", "payment_residual"})


class ReviewError(Error):
    """A decision was refused: ``review_decided``, ``review_over``, ``decision_unfit``."""


def waiting(controller: Controller) -> QuerySet[Call]:
    """The calls that wait for a decision; one that may still be undone is none."""
    undecided = Review.objects.filter(call=OuterRef("pk"), decision="", applied_at=None)
    # Asked of each call, not joined: a planner would begin with the reviews, and sort all their calls.
    calls = Call.objects.for_controller(controller).filter(Exists(undecided))
    return calls.defer("sealed_facts", "terms").prefetch_related("line")  # of which there are few


def queue(controller: Controller, most: int) -> list[Call]:
    """The first calls that wait for a decision: what is held by its end, then what came in first.

    Each half is read from an index in its order, however many calls wait.
    """
    calls = waiting(controller)
    held = list(calls.filter(state=Call.State.HELD).order_by("held_until", "id")[:most])
    rest = calls.filter(state=Call.State.IN_REVIEW).order_by("received_at", "id")
    return [*held, *rest[: most - len(held)]]


def count_waiting(controller: Controller) -> int:
    """How many calls wait for a decision; ``MOST`` stands for that many and more."""
    return Review.objects.filter(controller=controller, decision="", applied_at=None)[:MOST].count()


def undoable(by: User) -> Review | None:
    """The newest decision of a member of staff that is not carried out yet."""
    # By what is not carried out, of which there is little; what one has ever decided is much.
    open_still = Review.objects.filter(controller=by.controller_id, decision__in=Decision.values, applied_at=None)
    return open_still.filter(decided_by=by).select_related("call__line").order_by("-decided_at").first()


def choices(call: Call) -> list[Decision]:
    """What may be decided on a call.

    Held sound may hold payment data, so it is never released or kept; nor is a masked copy that a check found broken.
    Nothing can be masked that has no place, and what may be card data is masked or found harmless, never kept. Once the
    sound is gone only the words are left to decide on.
    """
    sound = {item.kind for item in call.items.all()} & _SOUND
    reasons = set(call.reasons)
    broken = reasons & _BROKEN or any(code.startswith("audio_") for code in reasons)
    if call.state == Call.State.HELD or (sound and broken):
        return [Decision.DESTROY]
    kept = [] if "payment_residual" in reasons else [Decision.KEEP_SEALED]
    if sound and ItemKind.RECORDING_REDACTED.value not in sound:
        return [*kept, Decision.DESTROY]
    return [*([Decision.MASK] if reasons & _PLACED else []), Decision.RELEASE, *kept]


def decide(call: Call, decision: Decision, by: User) -> Review:
    """Write a decision down. Raises ``ReviewError`` when it is not one of ``choices`` or was taken already."""
    with transaction.atomic():
        review = Review.objects.select_for_update().get(call=call)
        if review.applied_at is not None or (review.decision and review.decided_by_id != by.id):
            raise ReviewError("review_decided", "somebody has decided on this call already")
        # As it is now: a sweep may have found more in it, and held it, since it was read.
        if decision not in choices(Call.objects.prefetch_related("items").get(id=call.id)):
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
        if review.decided_at is None or review.applied_at is not None or review.decided_by_id != by.id:
            raise ReviewError("review_over", "there is nothing left to undo")
        if not _may_be_undone(review.decided_at):
            raise ReviewError("review_over", "the decision is being carried out")
        review.decision, review.decided_at, review.decided_by = "", None, None
        review.save(update_fields=["decision", "decided_at", "decided_by"])
        audit.record("review.undone", actor=by, resource=call, controller=call.controller_id)


def _may_be_undone(decided_at: datetime) -> bool:
    """A decision from the future is one from before the clock was set back: it waits no longer."""
    return timedelta() <= timezone.now() - decided_at < UNDO


def apply_due(review: Review) -> bool:
    """Carry a decision out once its time for undoing is over; tells whether it was this call that did it.

    Where it cannot be carried out the call goes back to the queue and waits for another decision; raises what was
    wrong.
    """
    # Read anew: it may have been taken back, and taken again, since it was listed.
    fresh = Review.objects.select_related("decided_by").filter(id=review.id).first()
    if fresh is None:
        return False  # the call has had its time meanwhile
    review = fresh
    if not review.decision or review.decided_at is None or _may_be_undone(review.decided_at):
        return False
    call = Call.objects.select_related("line").prefetch_related("items").get(id=review.call_id)
    decision, actor = Decision(review.decision), review.decided_by or audit.SYSTEM
    if decision is Decision.DESTROY:
        return _destroy(review, call, actor)
    if decision is Decision.MASK and not _masked(review, call, actor):
        return False
    return _settle(review, call, decision, actor)


def _masked(review: Review, call: Call, actor: User | Reference) -> bool:
    """Mask what is in doubt; tell whether it was this call that did it. Raises what was wrong, with the call put back.

    Once the masked copies have taken the place of the others nothing is put back: the next round settles the call.
    """
    try:
        mask_doubts(call, actor)
    except (Error, IntegrityError) as fault:
        exchanged = _others_were_at(call)
        if exchanged and isinstance(fault, (vault.KeyGone, IntegrityError)):
            return False  # another worker carries it out, or it is another call by now: the next round tells
        if isinstance(fault, Error) and not exchanged:
            _put_back(review, call, list(call.reasons), call.state)
        raise
    return True


def _destroy(review: Review, call: Call, actor: User | Reference) -> bool:
    """Destroy the sound and end the decision in one act; what then keeps an object from going is left to the replay."""
    with transaction.atomic():
        # As it is under its lock: a sweep may have found more in it since it was read.
        call = Call.objects.select_for_update(no_key=True).filter(id=call.id).first() or call
        left = [code for code in call.reasons if code in _OF_WORDS]
        if left:
            # The sound goes; the words are in doubt all the same, and nobody has judged them yet.
            claimed = _put_back(review, call, left, Call.State.IN_REVIEW)
        else:
            claimed = _settle(review, call, Decision.DESTROY, actor)
        if not claimed:
            return False  # another worker carries it out, or it is another call by now
        gone = _destroyed_with_sound(call)
        intents = intend_to_destroy(call, gone, actor, because="decided_in_review")
        # With its rows it is out of reach at once, whatever cuts the rest off until the replay.
        Item.objects.filter(id__in=[item.id for item in gone]).delete()
    finish(intents)
    return True


def _others_were_at(call: Call) -> bool:
    """Tell whether an item of a call has gone since it was read."""
    read = [item.id for item in call.items.all()]
    return Item.objects.filter(id__in=read).count() != len(read)


def _claimed(review: Review, **values: object) -> bool:
    """Change the review, in the caller's transaction; tell whether its decision still is the one that was read.

    The call is locked before its review, as by whoever ends a call or rewrites it: of two who take both one waits.
    """
    Call.objects.select_for_update(no_key=True).only("id").filter(id=review.call_id).first()
    standing = Review.objects.filter(id=review.id, decision=review.decision, decided_at=review.decided_at)
    return bool(standing.filter(applied_at=None).update(**values))


def _destroyed_with_sound(call: Call) -> list[Item]:
    """What goes when the sound goes: also the original words, where card data may stand in them."""
    kinds = set(_SOUND)
    if "payment_residual" in call.reasons:
        kinds.add(ItemKind.TRANSCRIPT_ORIGINAL.value)
    return list(Item.objects.filter(call=call, kind__in=kinds))


def _put_back(review: Review, call: Call, reasons: list[str], state: str) -> bool:
    with transaction.atomic():
        claimed = _claimed(review, decision="", decided_at=None, decided_by=None)
        if claimed:
            until = call.held_until if state == Call.State.HELD else None
            Call.objects.filter(id=call.id).update(state=state, reasons=reasons, held_until=until)
            audit.record(
                "call.sent_to_review",
                actor=audit.SYSTEM,
                resource=call,
                controller=call.controller_id,
                facts={"after": "review", **dict.fromkeys(reasons, True)},
            )
    return claimed


def _settle(review: Review, call: Call, decision: Decision, actor: User | Reference) -> bool:
    state, action = _ENDS[decision]
    with transaction.atomic():
        claimed = _claimed(review, applied_at=timezone.now())
        if claimed:
            Call.objects.filter(id=call.id).update(state=state, held_until=None)
            audit.record(action, actor=actor, resource=call, controller=call.controller_id, facts={"after": "review"})
    return claimed
