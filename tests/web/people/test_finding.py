"""Finding the caller of a call: one person by any of their identifiers, a provisional one for who is unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from callward.engine.envelope import EnvelopeError
from callward.web.core.models import Controller
from callward.web.keys import vault
from callward.web.keys.models import BlindIndex, PersonKey
from callward.web.keys.vault import KeyGone
from callward.web.people.finding import COLUMNS, Caller, find_or_prepare, keep, open_column
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONE, MAIL = "+447700900123", "dana@example.com"


@pytest.fixture
def controller(acme: Controller) -> Controller:
    vault.open_controller(acme.id)
    return acme


def _kept(controller: Controller, name: str = "", **identifiers: str) -> Person:
    person = find_or_prepare(controller.id, Caller(identifiers, name), NOW)
    keep(person)
    return Person.objects.get(id=person.id)


def test_a_new_caller_is_sealed_under_a_key_of_their_own(controller: Controller) -> None:
    person = _kept(controller, "Dana Example", phone=PHONE, email=MAIL)
    assert [open_column(person, kind) for kind in COLUMNS] == ["", PHONE, MAIL, "Dana Example", ""]
    assert not person.provisional
    for sealed in (person.sealed_phone, person.sealed_email, person.sealed_name):
        assert not any(text.encode() in bytes(sealed) for text in (PHONE, MAIL, "Dana Example"))
    assert PersonKey.objects.get().id == person.id


@pytest.mark.parametrize("known", [{"phone": PHONE}, {"email": MAIL}, {"number": "7", "email": MAIL}])
def test_any_identifier_leads_to_the_same_person(known: dict[str, str], controller: Controller) -> None:
    first = _kept(controller, phone=PHONE, email=MAIL)
    assert _kept(controller, **known).id == first.id
    assert PersonKey.objects.count() == 1


def test_the_customer_number_tells_more_than_the_phone(controller: Controller) -> None:
    by_number, by_phone = _kept(controller, number="7"), _kept(controller, phone=PHONE)
    assert _kept(controller, number="7", phone=PHONE).id == by_number.id
    assert _kept(controller, phone=PHONE).id == by_phone.id


def test_what_was_not_known_before_is_sealed_beside_its_index(controller: Controller) -> None:
    first = _kept(controller, phone=PHONE)
    _kept(controller, "Dana Example", phone=PHONE, email=MAIL)
    person = Person.objects.get(id=first.id)
    assert [open_column(person, kind) for kind in COLUMNS] == ["", PHONE, MAIL, "Dana Example", ""]
    assert BlindIndex.objects.filter(person=person.id).count() == 2


def test_what_was_known_before_is_not_overwritten(controller: Controller) -> None:
    _kept(controller, "Dana Example", phone=PHONE)
    assert open_column(_kept(controller, "Somebody Else", phone=PHONE), "name") == "Dana Example"


def test_two_who_fill_a_column_at_once_keep_the_first(controller: Controller) -> None:
    _kept(controller, phone=PHONE)
    one = find_or_prepare(controller.id, Caller({"phone": PHONE}, "First"), NOW)
    two = find_or_prepare(controller.id, Caller({"phone": PHONE}, "Second"), NOW)
    keep(one)
    keep(two)
    assert open_column(Person.objects.get(), "name") == "First"


def test_two_who_prepare_a_caller_at_once_get_one_person(controller: Controller) -> None:
    one = find_or_prepare(controller.id, Caller({"phone": PHONE}), NOW)
    two = find_or_prepare(controller.id, Caller({"phone": PHONE}), NOW)
    keep(one)
    keep(two)
    assert one.id == two.id == Person.objects.get().id
    assert PersonKey.objects.count() == 1


def test_who_is_indexed_by_another_meanwhile_gives_up_their_own_key(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    quicker: list[Person] = []
    make = vault.new_person_key

    def made_late(owner: UUID) -> UUID:
        monkeypatch.undo()
        quicker.append(_kept(controller, phone=PHONE))
        return make(owner)

    monkeypatch.setattr(vault, "new_person_key", made_late)
    assert _kept(controller, phone=PHONE).id == quicker[0].id
    assert PersonKey.objects.get().id == quicker[0].id


def test_a_key_that_lost_its_row_is_taken_up_again(controller: Controller) -> None:
    lost = find_or_prepare(controller.id, Caller({"phone": PHONE}), NOW)
    assert _kept(controller, phone=PHONE).id == lost.id


def test_an_unknown_caller_is_provisional_and_never_found_again(controller: Controller) -> None:
    one, two = _kept(controller, "Somebody"), _kept(controller, "Somebody")
    assert one.id != two.id
    assert one.provisional
    assert not BlindIndex.objects.exists()
    assert open_column(one, "name") == "Somebody"


def test_callers_of_another_controller_are_others(controller: Controller, rival: Controller) -> None:
    vault.open_controller(rival.id)
    assert _kept(controller, phone=PHONE).id != _kept(rival, phone=PHONE).id


def test_an_erased_caller_reads_as_erased_and_is_new_when_they_call_again(controller: Controller) -> None:
    erased = _kept(controller, phone=PHONE)
    vault.delete_person_key(controller.id, erased.id, erased_at=NOW)
    with pytest.raises(KeyGone):
        open_column(erased, "phone")
    assert _kept(controller, phone=PHONE).id != erased.id


def test_a_column_does_not_open_in_another_place(controller: Controller) -> None:
    person = _kept(controller, phone=PHONE, email=MAIL)
    person.sealed_email = person.sealed_phone
    with pytest.raises(EnvelopeError):
        open_column(person, "email")


def test_a_caller_does_not_print_who_they_are() -> None:
    assert repr(Caller({"phone": PHONE}, "Dana")) == "Caller(phone)"
    assert repr(Caller({})) == "Caller(unknown)"
