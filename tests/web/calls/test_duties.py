"""Duties: sound that may hold a card is destroyed after a day, whatever was cut off before."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from calls_at_work import IN_DOUBT, Said, take
from django.db import transaction
from django.utils import timezone

from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.calls import duties, reviewing, tasks
from callward.web.calls.destroying import intend_to_destroy
from callward.web.calls.duties import apply_decisions, destroy_overdue, each
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


def test_sound_that_was_decided_on_while_others_were_destroyed_is_left(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _held(care_line, ago=timedelta(seconds=1))

    def released_meanwhile(rows: Iterable[Any], act: Callable[[Any], bool]) -> int:
        listed = list(rows)
        Call.objects.filter(id=call.id).update(state=Call.State.RELEASED, held_until=None)
        return each(listed, act)

    monkeypatch.setattr(duties, "each", released_meanwhile)
    assert destroy_overdue() == 0
    call.refresh_from_db()
    assert (call.state, _kinds(call) >= SOUND) == (Call.State.RELEASED, True)
    assert not Entry.objects.filter(action="call.sound_destroyed").exists()


def test_of_two_workers_one_destroys_what_was_held_too_long(care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    call = _held(care_line, ago=timedelta(seconds=1))

    def after_the_other(rows: Iterable[Any], act: Callable[[Any], bool]) -> int:
        listed = list(rows)
        each(listed, act)
        return each(listed, act)

    monkeypatch.setattr(duties, "each", after_the_other)
    assert destroy_overdue() == 0
    assert not _kinds(call) & SOUND
    assert Entry.objects.filter(action="call.sound_destroyed").count() == 1


def test_a_destruction_that_was_cut_off_is_finished_first(care_line: Line, store: ObjectStore) -> None:
    call = _held(care_line, ago=timedelta(seconds=1))
    item = call.items.filter(kind__in=SOUND).first()
    assert item is not None
    with transaction.atomic():
        intend_to_destroy(call, [item], audit.SYSTEM, because="held_too_long")
    assert destroy_overdue() == 1
    assert not _kinds(call) & SOUND
    assert not store.exists(item.object_name)


def test_one_that_fails_stops_no_other_and_is_raised_at_the_end() -> None:
    done: list[int] = []

    def act(row: int) -> bool:
        if row == 1:
            raise ValueError("broken")
        done.append(row)
        return True

    with pytest.raises(ValueError, match="broken"):
        each([0, 1, 2], act)
    assert done == [0, 2]


def test_a_broken_recording_holds_up_no_other_decision(care_line: Line, store: ObjectStore, sam: User) -> None:
    calls = [take(care_line, IN_DOUBT), take(care_line, (*IN_DOUBT, Said("agent", "right", 5.4, 5.8)))]
    for call in calls:
        reviewing.decide(call, Review.Decision.MASK, sam)
    Review.objects.update(decided_at=timezone.now() - timedelta(minutes=1))
    item = calls[0].items.get(kind=ItemKind.RECORDING_REDACTED)
    store.put(item.object_name, b"\0" * 5000)
    with pytest.raises(Error):
        apply_decisions()
    for call in calls:
        call.refresh_from_db()
    assert [call.state for call in calls] == [Call.State.IN_REVIEW, Call.State.RELEASED]
    # It waits for another decision, with its reasons; nothing of it was released.
    assert list(reviewing.waiting(care_line.controller)) == [calls[0]]
    assert calls[0].reasons


def test_a_fault_in_the_worker_leaves_its_type_and_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(batch: str) -> None:
        raise KeyError("4111 1111 1111 1111")

    monkeypatch.setattr(tasks, "_take_in", fail)
    with pytest.raises(tasks.TaskError) as left:
        tasks.take_in_batch.func(uuid4().hex)
    assert "4111" not in "".join(traceback.format_exception(left.value))
    assert left.value.detail == "KeyError"
