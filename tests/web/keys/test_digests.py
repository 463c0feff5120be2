"""Finding persons and inputs again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from callward.web.keys import vault
from callward.web.keys.models import InputDigest

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def controller(db: None) -> UUID:
    fresh = uuid4()
    vault.open_controller(fresh)
    return fresh


def _digests(controller: UUID, data: bytes) -> vault.InputDigests:
    digester = vault.InputDigester(controller)
    for start in range(0, len(data), 7):
        digester.update(data[start : start + 7])
    return digester.digests()


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_indexed_person_is_found_by_kind_value_and_controller(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    assert vault.find_person(controller, "phone", "+46701740605") is None
    assert vault.index_person(controller, person, "phone", "+46701740605") == person
    assert vault.find_person(controller, "phone", "+46701740605") == person
    assert vault.find_person(controller, "number", "+46701740605") is None
    rival = uuid4()
    vault.open_controller(rival)
    assert vault.find_person(rival, "phone", "+46701740605") is None


@pytest.mark.django_db(databases=["default", "keys"])
def test_who_indexes_second_learns_who_was_first(controller: UUID) -> None:
    first, second = vault.new_person_key(controller), vault.new_person_key(controller)
    vault.index_person(controller, first, "phone", "+46701740605")
    assert vault.index_person(controller, second, "phone", "+46701740605") == first


@pytest.mark.django_db(databases=["default", "keys"])
def test_nothing_comes_to_lead_to_who_was_erased_since_they_were_found(controller: UUID) -> None:
    person = vault.new_person_key(controller)
    vault.index_person(controller, person, "phone", "+46701740605")
    vault.delete_person_key(controller, person, erased_at=NOW)
    with pytest.raises(vault.KeyGone):
        vault.index_person(controller, person, "email", "dana@example.com")
    assert vault.find_person(controller, "email", "dana@example.com") is None


@pytest.mark.django_db(databases=["default", "keys"])
def test_the_same_input_twice_is_one_call(controller: UUID) -> None:
    first, second = uuid4(), uuid4()
    digests = _digests(controller, b"the same recording")
    assert vault.claim_input(controller, digests, first) == first
    assert vault.claim_input(controller, _digests(controller, b"the same recording"), second) == first
    assert vault.claim_input(controller, _digests(controller, b"another recording"), second) == second


@pytest.mark.django_db(databases=["default", "keys"])
def test_controllers_digest_the_same_input_differently(controller: UUID) -> None:
    rival = uuid4()
    vault.open_controller(rival)
    ours, theirs = _digests(controller, b"one"), _digests(rival, b"one")
    assert len({ours.live, ours.suppression, theirs.live, theirs.suppression}) == 4


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_input_whose_call_is_erased_while_it_is_claimed_is_not_claimed_anew(controller: UUID) -> None:
    call, again = uuid4(), uuid4()
    digests = _digests(controller, b"a recording")
    vault.claim_input(controller, digests, call)
    looked: list[str] = []

    def erase_after_the_first_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql and InputDigest._meta.db_table in sql and not looked:
            looked.append(sql)
            vault.suppress_call(controller, call, until=NOW + dt.timedelta(days=400))
        return found

    assert vault.is_claimed(controller, call)
    with connections["keys"].execute_wrapper(erase_after_the_first_look):
        assert vault.claim_unless_suppressed(controller, digests, again, NOW) is None
    assert looked
    assert vault.claim_unless_suppressed(controller, digests, again, NOW) is None
    assert not vault.is_claimed(controller, call)
    assert not vault.is_claimed(controller, again)
    later = NOW + dt.timedelta(days=400)
    assert vault.claim_unless_suppressed(controller, digests, again, later) == again


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_erased_input_is_suppressed_for_its_time_and_names_no_call(controller: UUID) -> None:
    call, digests = uuid4(), _digests(controller, b"erased")
    vault.claim_input(controller, digests, call)
    assert not vault.suppressed(controller, digests, NOW)
    assert vault.suppress_call(controller, call, until=NOW + dt.timedelta(days=400)) == 1
    assert vault.suppressed(controller, digests, NOW)
    assert not vault.suppressed(controller, digests, NOW + dt.timedelta(days=400))
    row = InputDigest.objects.get()
    assert (row.call, row.digest) == (None, None)
    assert vault.sweep_suppressed(controller, NOW) == 0
    assert vault.sweep_suppressed(controller, NOW + dt.timedelta(days=400)) == 1


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_forgotten_call_may_come_again(controller: UUID) -> None:
    first, second = uuid4(), uuid4()
    digests = _digests(controller, b"again")
    vault.claim_input(controller, digests, first)
    assert vault.forget_call(controller, first) == 1
    assert vault.claim_input(controller, digests, second) == second
