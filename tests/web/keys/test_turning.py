"""Turning the epoch: what lives goes on living, and what was destroyed stays so against every older copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from time import monotonic
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from callward.engine.envelope import EnvelopeError, unwrap_key
from callward.web.keys import epochs, turning, vault
from callward.web.keys.epochs import unwrap_in_epoch
from callward.web.keys.errors import KeyGone, KeyUnavailable
from callward.web.keys.models import BlindIndex, CustodyKey, DataKey, Epoch, InputDigest, PersonKey, ServiceKey
from callward.web.keys.providers import FileProvider

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
PHONE = "+46701740605"


@pytest.fixture
def controller(db: None) -> UUID:
    fresh = uuid4()
    vault.open_controller(fresh)
    return fresh


def _move_all(controller: UUID, old: Epoch) -> None:
    while turning.move(controller, old):
        pass


def _turn(controller: UUID) -> None:
    old = turning.begin(controller)
    _move_all(controller, old)
    turning.finish(controller, old, at=NOW)


def _digests(controller: UUID, data: bytes) -> vault.InputDigests:
    digester = vault.InputDigester(controller)
    digester.update(data)
    return digester.digests()


def _people(controller: UUID, count: int = 3) -> dict[UUID, tuple[UUID, bytes, bytes]]:
    """People with an item each: (item, its key, the record key)."""
    people = {}
    for _ in range(count):
        person, item = vault.new_person_key(controller), uuid4()
        people[person] = (item, vault.new_data_key(controller, person, item), vault.record_key(controller, person))
    return people


def _same(controller: UUID, people: dict[UUID, tuple[UUID, bytes, bytes]]) -> bool:
    return all(
        vault.data_key(controller, item) == key and vault.record_key(controller, person) == record
        for person, (item, key, record) in people.items()
    )


def test_every_living_key_opens_after_a_turn_and_the_old_root_is_gone(controller: UUID) -> None:
    people = _people(controller)
    held = vault.hold_under_custody(controller, [next(iter(people.values()))[0]], "hold-1")
    services = {kind: vault.service_key(controller, kind) for kind in ("ledger", "suppression", "intake", "pseudonym")}
    _turn(controller)
    assert _same(controller, people)
    assert {kind: vault.service_key(controller, kind) for kind in services} == services
    states = list(Epoch.objects.filter(controller=controller).order_by("number").values_list("state", flat=True))
    assert states == ["destroyed", "current"]
    assert not FileProvider(settings.CALLWARD_HOME).path(controller, 1).exists()
    for model in (PersonKey, CustodyKey, ServiceKey):
        rows = model.objects.filter(controller=controller)
        assert rows.exists()
        assert not rows.exclude(epoch=2).exists()
        assert all(row.key_id.startswith(f"{controller}/2/") for row in rows)
    assert CustodyKey.objects.get().pk == held


def test_index_and_digest_keys_are_new_and_still_find_what_they_found(controller: UUID) -> None:
    person, call = vault.new_person_key(controller), uuid4()
    vault.index_person(controller, person, "phone", PHONE)
    vault.claim_input(controller, _digests(controller, b"a recording"), call)
    before = [vault.service_key(controller, kind) for kind in ("index", "digest")]
    rows = (bytes(BlindIndex.objects.get().digest), bytes(InputDigest.objects.get().digest or b""))
    _turn(controller)
    assert [vault.service_key(controller, kind) for kind in ("index", "digest")] != before
    assert vault.find_person(controller, "phone", PHONE) == person
    assert vault.claimed_call(controller, _digests(controller, b"a recording")) == call
    assert rows != (bytes(BlindIndex.objects.get().digest), bytes(InputDigest.objects.get().digest or b""))


def test_a_suppressed_input_stays_suppressed(controller: UUID) -> None:
    call = uuid4()
    vault.claim_input(controller, _digests(controller, b"a recording"), call)
    vault.suppress_call(controller, call, until=NOW + dt.timedelta(days=400))
    _turn(controller)
    assert vault.suppressed(controller, _digests(controller, b"a recording"), NOW)


def test_while_a_turn_is_under_way_everything_is_found_and_nobody_twice(controller: UUID) -> None:
    person, other = vault.new_person_key(controller), vault.new_person_key(controller)
    vault.index_person(controller, person, "phone", PHONE)
    vault.claim_input(controller, _digests(controller, b"one"), call := uuid4())
    old = turning.begin(controller)
    assert vault.find_person(controller, "phone", PHONE) == person
    assert vault.index_person(controller, other, "phone", PHONE) == person
    assert vault.claim_input(controller, _digests(controller, b"one"), uuid4()) == call
    late = vault.new_person_key(controller)
    vault.index_person(controller, late, "email", "late@example.org")
    while turning.move(controller, old):
        assert vault.find_person(controller, "phone", PHONE) == person
        assert vault.find_person(controller, "email", "late@example.org") == late
    turning.finish(controller, old, at=NOW)
    assert BlindIndex.objects.count() == 2


def test_a_destroyed_item_opens_under_an_old_copy_before_the_turn_and_not_after(controller: UUID) -> None:
    ((person, (item, key, _)),) = _people(controller, 1).items()
    kept = vault.new_data_key(controller, person, other := uuid4())
    copy = bytes(DataKey.objects.get(id=item).wrapped)  # an old copy of the keys database
    vault.delete_data_key(controller, item)

    def opens() -> bytes:
        row = PersonKey.objects.get(id=person)
        return unwrap_key(unwrap_in_epoch(controller, row.epoch, row.wrapped), copy)

    assert opens() == key
    _turn(controller)
    with pytest.raises(EnvelopeError):
        opens()
    assert vault.data_key(controller, other) == kept


def test_an_item_destroyed_under_custody_opens_under_no_old_copy_either(controller: UUID) -> None:
    ((_, (item, key, _)),) = _people(controller, 1).items()
    custody = vault.hold_under_custody(controller, [item], "hold-1")
    copy = bytes(DataKey.objects.get(id=item).wrapped)
    vault.delete_data_key(controller, item)

    def opens() -> bytes:
        row = CustodyKey.objects.get(id=custody)
        return unwrap_key(unwrap_in_epoch(controller, row.epoch, row.wrapped), copy)

    assert opens() == key
    _turn(controller)
    with pytest.raises(EnvelopeError):
        opens()


def test_an_erased_person_stays_erased(controller: UUID) -> None:
    people = _people(controller, 2)
    erased, living = people
    vault.delete_person_key(controller, erased, erased_at=NOW)
    _turn(controller)
    with pytest.raises(KeyGone):
        vault.data_key(controller, people[erased][0])
    assert vault.data_key(controller, people[living][0]) == people[living][1]


def test_the_old_root_is_not_destroyed_while_a_row_is_left(controller: UUID) -> None:
    _people(controller, 1)
    old = turning.begin(controller)
    with pytest.raises(KeyUnavailable) as refused:
        turning.finish(controller, old, at=NOW)
    assert refused.value.code == "rows_left"
    assert FileProvider(settings.CALLWARD_HOME).path(controller, 1).exists()


def test_a_damaged_row_stops_the_turn_and_loses_nothing(controller: UUID) -> None:
    people = _people(controller, 2)
    damaged = next(iter(people))
    PersonKey.objects.filter(id=damaged).update(wrapped=bytes(40))
    old = turning.begin(controller)
    with pytest.raises(KeyUnavailable) as refused:
        _move_all(controller, old)
    assert refused.value.code == "key_damaged"
    others = {person: kept for person, kept in people.items() if person != damaged}
    assert _same(controller, others)


def test_a_root_that_cannot_be_reached_begins_no_turn(controller: UUID) -> None:
    vault.forget_epoch_keys()
    FileProvider(settings.CALLWARD_HOME).path(controller, 1).unlink()
    with pytest.raises(KeyUnavailable):
        turning.begin(controller)
    assert Epoch.objects.get(controller=controller).state == "current"


def test_turns_follow_one_another_and_leave_other_controllers_alone(controller: UUID) -> None:
    rival = uuid4()
    vault.open_controller(rival)
    theirs, ours = _people(rival), _people(controller)
    for _ in range(3):
        _turn(controller)
    assert _same(controller, ours)
    assert _same(rival, theirs)
    assert Epoch.objects.filter(controller=rival).count() == 1


@pytest.mark.parametrize("cut", range(9))
def test_a_turn_that_is_cut_off_anywhere_is_taken_up_again(
    cut: int, controller: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every write of the keys database is a place to be cut off; the step it belongs to is rolled back."""
    monkeypatch.setattr(turning, "BATCH", 2)
    people = _people(controller, 5)
    vault.new_data_key(controller, next(iter(people)), gone := uuid4())
    vault.delete_data_key(controller, gone)
    vault.index_person(controller, next(iter(people)), "phone", PHONE)
    writes: list[str] = []

    class CutError(Exception):
        pass

    def counted(execute: Callable[..., object], *arguments: object) -> object:
        if str(arguments[0]).startswith(("UPDATE", "INSERT", "DELETE")):
            writes.append(str(arguments[0]))
            if len(writes) == 1 + 2 * cut:
                raise CutError
        return execute(*arguments)

    with connections["keys"].execute_wrapper(counted), pytest.raises(CutError):
        _turn(controller)
    vault.forget_epoch_keys()
    _turn(controller)
    assert _same(controller, people)
    assert vault.find_person(controller, "phone", PHONE) == next(iter(people))
    assert not PersonKey.objects.filter(marked=True).exists()


@pytest.mark.parametrize("fault", [InterfaceError, OperationalError])
def test_where_no_epoch_can_be_read_nothing_is_dropped_and_it_is_looked_for_again(
    controller: UUID, fault: type[Exception]
) -> None:
    def lost(*_: Any) -> NoReturn:
        raise fault

    vault.service_key(controller, "ledger")
    epochs._held[controller, 1].seen = monotonic() - epochs.HELD
    with connections["keys"].execute_wrapper(lost):  # stands in for a server that is gone
        epochs.let_go_if_seen()
    assert epochs._held[controller, 1].seen < monotonic() - epochs.HELD / 2
    epochs.let_go_if_seen()
    assert epochs._held[controller, 1].seen > monotonic() - epochs.HELD / 2
