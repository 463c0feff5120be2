"""Erasing a person: nothing of theirs opens, nobody else is touched, and it takes no longer with many calls."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from calls_at_work import CARD, HARMLESS, PHONE, take
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from processor_time import seconds_of

from callward.web import audit
from callward.web.audit.models import Entry, Intent
from callward.web.calls import opening, taking_in
from callward.web.calls.inputs import ArrivalError
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys import turning, vault
from callward.web.keys.models import BlindIndex, DataKey, Epoch, InputDigest, PersonKey, Tombstone
from callward.web.lifecycle import erasing, holds, turns
from callward.web.people.finding import known_by, open_column
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def caller(care_line: Line) -> Person:
    take(care_line, HARMLESS)
    return take(care_line, CARD).person


def test_an_erased_person_is_gone_at_once_and_what_they_left_is_swept(caller: Person, care_line: Line) -> None:
    controller = care_line.controller_id
    items = list(Item.objects.filter(call__person=caller))
    erasure = erasing.erase(caller, audit.SYSTEM, because="test")
    assert erasure.lived
    assert known_by(controller, "phone", PHONE) is None
    for item in items:
        with pytest.raises(vault.KeyGone):
            vault.data_key(controller, item.id)
    assert Tombstone.objects.get().person == caller.id
    assert erasing.sweep() == 2
    assert not Call.objects.exists()
    assert list(object_store().list()) == []
    assert not DataKey.objects.filter(controller=controller).exists()
    assert not BlindIndex.objects.exists()
    row = Person.objects.get(id=caller.id)
    assert row.erased_at == erasure.effective_at
    assert open_column(row, "phone") == open_column(row, "name") == ""


def test_another_person_keeps_everything(caller: Person, care_line: Line) -> None:
    other = take(care_line, CARD, seconds=7.0, phone="+447700900456")
    erasing.erase(caller, audit.SYSTEM, because="test")
    erasing.sweep()
    assert list(Call.objects.all()) == [other]
    assert opening.transcript_of(other) is not None
    assert known_by(care_line.controller_id, "phone", "+447700900456") == other.person


def test_the_input_of_an_erased_call_is_not_taken_in_again(caller: Person, care_line: Line) -> None:
    erasing.erase(caller, audit.SYSTEM, because="test")
    erasing.sweep()
    rows = list(InputDigest.objects.all())
    assert rows
    assert all(row.call is None and row.digest is None and row.inner is None for row in rows)
    until = min(row.suppressed_until for row in rows if row.suppressed_until)
    assert until > timezone.now() + erasing.SUPPRESSED / 2


def test_both_ends_of_an_erasure_are_in_the_ledger_without_a_name(caller: Person) -> None:
    erasing.erase(caller, audit.SYSTEM, because="test")
    erasing.sweep()
    entries = Entry.objects.filter(resource_id=str(caller.id)).order_by("id")
    told = [(entry.action, entry.outcome) for entry in entries]
    assert told == [("person.erased", "intended"), ("person.erased", "done"), ("person.calls_swept", "done")]
    assert all(PHONE not in bytes(entry.body).decode() for entry in entries)


def test_erasing_twice_changes_nothing_more(caller: Person) -> None:
    first = erasing.erase(caller, audit.SYSTEM, because="test")
    again = erasing.erase(Person.objects.get(id=caller.id), audit.SYSTEM, because="test")
    assert not again.lived
    assert Person.objects.get(id=caller.id).erased_at == first.effective_at


def test_an_erasure_that_was_cut_off_is_finished(caller: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    class CutError(Exception):
        pass

    def cut(*_: object, **__: object) -> bool:
        raise CutError

    with monkeypatch.context() as patched:
        patched.setattr(vault, "delete_person_key", cut)
        with pytest.raises(CutError):
            erasing.erase(caller, audit.SYSTEM, because="test")
    assert PersonKey.objects.filter(id=caller.id).exists()
    assert erasing.replay() == 1
    assert not PersonKey.objects.filter(id=caller.id).exists()
    assert not Intent.objects.filter(concluded_at=None).exists()


def test_an_erasure_that_was_cut_off_is_gone_on_with_by_whoever_asks_again(
    caller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> bool:
        raise vault.KeyUnavailable("kms_unreachable", "the key provider does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(holds, "into_custody", cut)
        with pytest.raises(vault.KeyUnavailable):
            erasing.erase(caller, audit.SYSTEM, because="test")
    between = timezone.now()
    erasure = erasing.erase(caller, audit.SYSTEM, because="test")
    assert erasure.lived
    assert Intent.objects.filter(action="person.erased").count() == 1
    assert not Intent.objects.filter(concluded_at=None).exists()
    # The key went after the copy of the keys that somebody may have made in between: the copy must be renewed.
    assert Tombstone.objects.get().erased_at > between
    assert erasure.effective_at > between


def test_after_a_turn_the_living_open_and_the_erased_do_not(caller: Person, care_line: Line) -> None:
    other = take(care_line, CARD, seconds=7.0, phone="+447700900456")
    erasing.erase(caller, audit.SYSTEM, because="test")
    turned = turns.turn(care_line.controller, audit.SYSTEM)
    assert (turned.left, turned.now) == (1, 2)
    erasing.sweep()
    assert opening.transcript_of(other) is not None
    assert known_by(care_line.controller_id, "phone", "+447700900456") == other.person
    assert Entry.objects.filter(action="keys.turned").count() == 2


def test_a_turn_that_was_cut_off_is_gone_on_with(
    caller: Person, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CutError(Exception):
        pass

    def cut(*_: object) -> int:
        raise CutError

    with monkeypatch.context() as patched:
        patched.setattr("callward.web.keys.turning.move", cut)
        with pytest.raises(CutError):
            turns.turn(care_line.controller, audit.SYSTEM)
    assert turns.turn_due() == 1
    assert turns.turn_due() == 0
    turned = Entry.objects.filter(action="keys.turned").latest("id")
    assert json.loads(bytes(turned.body))["outcome"] == "done"


def test_an_epoch_that_has_had_its_time_is_turned_by_itself(care_line: Line) -> None:
    assert turns.turn_due() == 0
    with override_settings(EPOCH_DAYS=0):
        assert turns.turn_due() == 1


def test_an_erasure_asks_the_same_of_the_databases_with_many_calls_as_with_one(care_line: Line) -> None:
    asked = []
    for calls in (1, 500):
        person = _person_with(care_line, calls)
        with CaptureQueriesContext(connections["default"]) as data, CaptureQueriesContext(connections["keys"]) as keys:
            erasing.erase(person, audit.SYSTEM, because="test")
        asked.append([one["sql"].split(" ")[0] for one in [*data, *keys]])
    assert asked[0] == asked[1]


@pytest.mark.slow
def test_an_erasure_takes_as_long_with_ten_thousand_calls_as_with_one(care_line: Line) -> None:
    # All persons first: what an erasure takes right after ten thousand rows were written says what writing them does.
    persons = [(_person_with(care_line, 1), _person_with(care_line, 10_000)) for _ in range(7)]
    few: list[float] = []
    many: list[float] = []
    for one, other in persons:
        few.append(_work_of_erasing(one))
        many.append(_work_of_erasing(other))
    assert min(many) < 1.5 * min(few)
    assert min(many) < 0.05


def _work_of_erasing(person: Person) -> float:
    """Erase a person; return the seconds of a core.

    By the clock an erasure is measured in ``benchmarks/erasing.py``, where nothing else runs.
    """
    return seconds_of(lambda: erasing.erase(person, audit.SYSTEM, because="test"))


def _person_with(line: Line, calls: int) -> Person:
    """A person whose calls are rows and keys alone."""
    identity = vault.new_person_key(line.controller_id)
    person = Person.objects.create(id=identity, controller=line.controller, created_at=timezone.now())
    rows = [
        Call(
            controller=line.controller,
            line=line,
            person=person,
            started_at=timezone.now(),
            received_at=timezone.now(),
            state=Call.State.RELEASED,
            retain_until=timezone.now().date(),
        )
        for _ in range(calls)
    ]
    Call.objects.bulk_create(rows)
    vault.keep_data_keys(line.controller_id, identity, {uuid4(): bytes(32) for _ in rows})
    return person


def test_a_call_that_is_erased_while_it_comes_again_is_not_taken_in_anew(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = taking_in._processed

    def after_the_other(*told: Any) -> Any:
        monkeypatch.setattr(taking_in, "_processed", process)
        other = take(care_line, HARMLESS)
        erasing.erase(other.person, audit.SYSTEM, because="request")
        assert erasing.sweep() == 1
        return process(*told)

    monkeypatch.setattr(taking_in, "_processed", after_the_other)
    with pytest.raises(vault.KeyGone):
        take(care_line, HARMLESS)
    with pytest.raises(ArrivalError, match="input_erased"):
        take(care_line, HARMLESS)
    assert not Call.objects.exists()
    assert not DataKey.objects.filter(kind=DataKey.Kind.ITEM).exists()
    assert [name for name in object_store().list() if not name.startswith("ledger")] == []


def test_of_two_who_turn_an_epoch_at_once_the_slower_one_turns_no_further(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, begin = care_line.controller, turning.begin

    def after_the_other(*told: Any) -> Epoch:
        monkeypatch.setattr(turning, "begin", begin)
        turns.turn(controller, audit.SYSTEM)
        return begin(*told)

    monkeypatch.setattr(turning, "begin", after_the_other)
    turns.turn(controller, audit.SYSTEM)
    states = Epoch.objects.filter(controller=controller.id).order_by("number").values_list("state", flat=True)
    assert list(states) == ["destroyed", "current"]
    assert list(Entry.objects.filter(action=turns.ACTION).values_list("outcome", flat=True)) == ["intended", "done"]
