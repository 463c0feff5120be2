"""What the worker does again and again for calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.calls.adding import resume_uploads, sweep_uploads
from callward.web.calls.destroying import ACTION, finish, finish_one, intend_to_destroy
from callward.web.calls.models import Call, Item, Review
from callward.web.calls.reviewing import apply_due
from callward.web.calls.rows import HOLD

Row = TypeVar("Row")

_SOUND = (ItemKind.RECORDING_ORIGINAL.value, ItemKind.RECORDING_REDACTED.value)


def each(rows: Iterable[Row], act: Callable[[Row], bool]) -> int:
    """Do an act for every row and return how many it was done for.

    A row whose act fails stops no other; the first failure is raised when all have had their turn, so that the worker
    names it in the log and tries again.
    """
    done, first = 0, None
    for row in rows:
        try:
            done += act(row)
        except Exception as fault:  # noqa: BLE001 - the edge of a duty: one broken call must not hold up the others
            first = first or fault
    if first is not None:
        raise first
    return done


def destroy_overdue() -> int:
    """Destroy the sound of calls that were held a day without a decision; no hold keeps card data."""
    now = timezone.now()
    held = Call.objects.filter(state=Call.State.HELD)
    # Where the clock was set back they would be held longer than a day.
    held.filter(held_until__gt=now + HOLD).update(held_until=now + HOLD)
    overdue = held.filter(held_until__lte=now)
    destroyed = each(overdue, _destroy_sound)
    replay()
    return destroyed


def replay() -> int:
    """Finish every destruction that was cut off; returns how many."""
    return each(audit.open_intents(action=ACTION), finish_one)


def _destroy_sound(call: Call) -> bool:
    with transaction.atomic():
        # Asked again: a decision may have been carried out, or another worker may have been here, since it was listed.
        held = Call.objects.filter(id=call.id, state=Call.State.HELD, held_until__lte=timezone.now())
        if not held.update(state=Call.State.IN_REVIEW, held_until=None):
            return False
        sound = list(call.items.filter(kind__in=_SOUND))
        intents = intend_to_destroy(call, sound, audit.SYSTEM, because="held_too_long")
        # With its rows it is out of reach at once, whatever cuts the rest off until the replay.
        Item.objects.filter(id__in=[item.id for item in sound]).delete()
        audit.record("call.sound_destroyed", actor=audit.SYSTEM, resource=call, controller=call.controller_id)
    finish(intents)
    return True


def apply_decisions() -> int:
    """Carry out the review decisions whose time for undoing is over."""
    return each(Review.objects.filter(applied_at=None).exclude(decision=""), apply_due)


def look_after_uploads() -> int:
    """Take up uploads whose worker was lost, and forget those that are done."""
    return resume_uploads() + sweep_uploads()
