"""Duties: sound that may hold a card is destroyed after a day, whatever was cut off before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from calls_at_work import take
from django.db import transaction
from django.utils import timezone

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.calls.destroying import intend_to_destroy
from callward.web.calls.duties import destroy_overdue
from callward.web.calls.models import Call, Review
from callward.web.core.models import Line
from callward.web.core.objects import ObjectStore

pytestmark = pytest.mark.django_db

SOUND = {ItemKind.RECORDING_ORIGINAL.value, ItemKind.RECORDING_REDACTED.value}


def _held(line: Line, *, ago: timedelta) -> Call:
    call = take(line)
    Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() - ago)
    Review.objects.create(call=call, opened_at=timezone.now())
    return Call.objects.get(id=call.id)


def _kinds(call: Call) -> set[str]:
    return set(call.items.values_list("kind", flat=True))


def test_held_sound_is_destroyed_when_its_day_is_over(care_line: Line, store: ObjectStore) -> None:
    call = _held(care_line, ago=timedelta(seconds=1))
    names = set(call.items.filter(kind__in=SOUND).values_list("object_name", flat=True))
    assert destroy_overdue() == 1
    call.refresh_from_db()
    assert not _kinds(call) & SOUND
    assert (call.state, call.held_until) == (Call.State.IN_REVIEW, None)
    assert not any(store.exists(name) for name in names)
    assert Entry.objects.filter(action="call.sound_destroyed", resource_id=str(call.id)).count() == 1
    assert destroy_overdue() == 0


def test_held_sound_is_left_until_then(care_line: Line) -> None:
    call = _held(care_line, ago=-timedelta(minutes=1))
    assert destroy_overdue() == 0
    assert _kinds(call) >= SOUND


def test_sound_of_other_calls_is_left(care_line: Line) -> None:
    call = take(care_line)
    Call.objects.update(held_until=timezone.now() - timedelta(days=2))
    assert destroy_overdue() == 0
    assert _kinds(call) >= SOUND


def test_a_destruction_that_was_cut_off_is_finished_first(care_line: Line, store: ObjectStore) -> None:
    call = _held(care_line, ago=timedelta(seconds=1))
    item = call.items.filter(kind__in=SOUND).first()
    assert item is not None
    with transaction.atomic():
        intend_to_destroy(call, [item], audit.SYSTEM, because="held_too_long")
    assert destroy_overdue() == 1
    assert not _kinds(call) & SOUND
    assert not store.exists(item.object_name)
