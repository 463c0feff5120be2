"""The doctor finds what is wrong, sweeps what a crash left, and leaves alone what is on its way in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from calls_at_work import take
from django.db import connections, transaction
from django.utils import timezone

from callward.web import audit
from callward.web.calls.destroying import intend_to_destroy
from callward.web.calls.doctor import _swept, examine
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore
from callward.web.keys import vault
from callward.web.keys.models import BlindIndex, DataKey, InputDigest, PersonKey
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=25)


def _ill(*, at_once: bool = False) -> list[str]:
    return [check.name for check in examine(at_once=at_once) if not check.well]


def _told(name: str, *, at_once: bool = False) -> str:
    return next(check.told for check in examine(at_once=at_once) if check.name == name)


def test_a_home_in_order_is_well_and_stays_as_it_is(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    before = set(store.list("")), DataKey.objects.count(), Item.objects.count()
    assert _ill(at_once=True) == []
    after = {name for name in store.list("") if not name.startswith("ledger")}
    assert (after, DataKey.objects.count(), Item.objects.count()) == before
    assert Call.objects.get() == call


def test_a_lost_object_is_found(care_line: Line, store: FolderStore) -> None:
    item = take(care_line).items.first()
    assert item is not None
    store.delete(item.object_name)
    assert _ill() == ["objects"]


@pytest.mark.parametrize("place", [0, 45, -1])
def test_a_changed_byte_is_found(place: int, care_line: Line, store: FolderStore) -> None:
    item = take(care_line).items.first()
    assert item is not None
    path = store.root / item.object_name
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert _ill() == ["seals"]


def test_an_object_in_the_place_of_another_is_found(care_line: Line, store: FolderStore) -> None:
    first, second = take(care_line).items.order_by("id")[:2]
    (store.root / first.object_name).write_bytes((store.root / second.object_name).read_bytes())
    assert _ill() == ["seals"]


def test_an_item_without_a_key_reads_as_erased_and_is_well(care_line: Line) -> None:
    call = take(care_line)
    vault.delete_person_key(call.controller_id, call.person_id, erased_at=timezone.now())
    assert _ill() == []
    assert _told("keys") == "5 items read as erased"


def test_a_call_that_holds_nothing_is_found(care_line: Line) -> None:
    take(care_line).items.all().delete()
    assert "calls" in _ill()


def _crashed_before_the_commit(line: Line, store: FolderStore) -> None:
    """Leave what taking in leaves when it is cut off right before its rows: an object, keys, an index, a claim."""
    person = vault.new_person_key(line.controller_id)
    vault.index_person(line.controller_id, person, "phone", "+447700900999")
    vault.new_data_key(line.controller_id, person, uuid.uuid4())
    digester = vault.InputDigester(line.controller_id)
    vault.claim_input(line.controller_id, digester.digests(), uuid.uuid4())
    with store.new_object() as sink:
        sink.write(b"sealed")
        sink.commit()
    (store.spool / "left").write_bytes(b"sealed")


def _counts(store: FolderStore) -> tuple[int, ...]:
    rows = (PersonKey, BlindIndex, DataKey, InputDigest)
    objects = [name for name in store.list() if not name.startswith("ledger")]
    return (*(model.objects.count() for model in rows), len(objects), len(list(store.spool.iterdir())))


def _grow_old(store: FolderStore) -> None:
    then = timezone.now() - DAY
    for model in (PersonKey, DataKey, InputDigest):
        model.objects.update(created_at=then)
    for path in [*store.root.glob("??/*/*"), *store.spool.iterdir()]:
        os.utime(path, (then.timestamp(), then.timestamp()))


def _looked_while_it_is_committed(call: Call, items: list[Item], first: set[str]) -> None:
    """Let the doctor sweep, and a call be committed right after its first look at one of these tables."""
    looked: list[str] = []

    def commit_after_the_first_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql and _table(sql) in first and not looked:
            looked.append(sql)
            call.save(force_insert=True)
            Item.objects.bulk_create(items)
        return found

    with ExitStack() as stack:
        for alias in ("default", "keys"):
            stack.enter_context(connections[alias].execute_wrapper(commit_after_the_first_look))
        list(_swept(timezone.now() - timedelta(days=1), timezone.now()))
    assert looked


def test_what_is_taken_in_after_all_while_the_doctor_looks_keeps_its_keys(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    _grow_old(store)
    items = list(call.items.all())
    Call.objects.all().delete()  # as after a crash right before the commit
    _looked_while_it_is_committed(call, items, {"keys_datakey"})
    assert vault.living_keys(call.controller_id, [item.id for item in items]) == {item.id for item in items}


def test_what_is_taken_in_after_all_while_the_doctor_looks_keeps_its_claim(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    _grow_old(store)
    Call.objects.all().delete()
    _looked_while_it_is_committed(call, [], {"keys_inputdigest", "calls_call"})
    assert vault.is_claimed(call.controller_id, call.id)


def _table(sql: str) -> str:
    return sql.partition(' FROM "')[2].partition('"')[0]


def test_what_a_crash_left_is_swept_after_a_day(care_line: Line, store: FolderStore) -> None:
    take(care_line)
    whole = _counts(store)
    _crashed_before_the_commit(care_line, store)
    left = _counts(store)
    assert examine()
    assert _counts(store) == left, "a call may be on its way in"
    _grow_old(store)
    assert _ill() == []
    assert _counts(store) == whole


def test_what_a_crash_left_is_swept_at_once_when_nothing_else_runs(care_line: Line, store: FolderStore) -> None:
    take(care_line)
    whole = _counts(store)
    _crashed_before_the_commit(care_line, store)
    assert _ill(at_once=True) == []
    assert _counts(store) == whole


def test_a_person_key_that_was_given_an_item_today_is_left_alone(care_line: Line, store: FolderStore) -> None:
    _crashed_before_the_commit(care_line, store)
    _grow_old(store)
    person = PersonKey.objects.get()
    vault.new_data_key(care_line.controller_id, person.id, uuid.uuid4())
    examine()
    assert PersonKey.objects.get() == person
    assert BlindIndex.objects.count() == 1


def test_a_person_without_calls_is_no_orphan(care_line: Line) -> None:
    call = take(care_line)
    person = vault.new_person_key(call.controller_id)
    Person.objects.create(id=person, controller_id=call.controller_id, created_at=timezone.now())
    assert _ill(at_once=True) == []
    assert PersonKey.objects.filter(id=person).exists()


def test_a_destruction_that_was_cut_off_is_finished(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    item = call.items.first()
    assert item is not None
    with transaction.atomic():
        intend_to_destroy(call, [item], audit.SYSTEM, because="test")
    vault.delete_data_key(call.controller_id, item.id)
    assert _ill() == []
    assert not Item.objects.filter(id=item.id).exists()
    assert not store.exists(item.object_name)


def test_an_act_that_nobody_finishes_is_named(care_line: Line) -> None:
    call = take(care_line)
    with transaction.atomic():
        intent = audit.intend("person.erased", actor=audit.SYSTEM, resource=call, controller=call.controller_id)
    type(intent).objects.update(intended_at=timezone.now() - DAY)
    assert _ill() == ["intents"]


def test_a_changed_ledger_is_found(care_line: Line, store: FolderStore) -> None:
    take(care_line)
    assert _ill() == []
    files = [path for path in (store.root / "ledger").rglob("*") if path.is_file() and "tile" in path.parts]
    for tile in files:
        if "entries" not in tile.parts:
            tile.write_bytes(tile.read_bytes()[:-1] + b"?")
    assert _ill() == ["ledger"]
