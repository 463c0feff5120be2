"""The weekly look at one object in a hundred: where it goes on, what it finds, what it writes down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from calls_at_work import take
from destroyed import destroy_items
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.web.audit.models import Entry
from callward.web.calls import damage, sampling
from callward.web.calls.models import Call, Item
from callward.web.calls.sampling import WEEK, sample_due
from callward.web.core.models import Damage, Line, SampleOfObjects
from callward.web.core.objects import FolderStore, ObjectError
from callward.web.keys import vault
from callward.web.keys.models import DataKey
from callward.web.keys.vault import KeyUnavailable

pytestmark = pytest.mark.django_db


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timezone, "now", lambda: moment)
        yield


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The items that are looked at, in order."""
    looked: list[UUID] = []
    look_at = damage.look_at

    def look(item: Item) -> damage.Standing:
        looked.append(item.id)
        return look_at(item)

    monkeypatch.setattr(damage, "look_at", look)
    return looked


def _damaged(call: Call, store: FolderStore) -> Item:
    item = call.items.order_by("id")[0]
    store.delete(item.object_name)
    return item


def test_one_in_a_hundred_is_looked_at_each_week(
    care_line: Line, seen: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    take(care_line)
    monkeypatch.setattr(sampling, "SHARE", 1)  # five items: all of them, each week
    start = timezone.now()
    with _at(start):
        assert sample_due() == 5
        assert sample_due() == 0
    with _at(start + WEEK / 5):
        assert sample_due() == 1
    with _at(start + WEEK):
        assert sample_due() == 4
    assert seen[:5] == list(Item.objects.order_by("id").values_list("id", flat=True))
    assert seen[5:] == seen[:5], "it goes on where it was and begins again at the end"
    assert SampleOfObjects.objects.get().looked_at == 10


def test_of_few_items_one_is_looked_at_each_week(care_line: Line, seen: list[UUID]) -> None:
    take(care_line)
    start = timezone.now()
    for week in range(4):
        with _at(start + week * WEEK):
            assert sample_due() == 1
            assert sample_due() == 0
    assert len(set(seen)) == 4


def test_a_sample_that_is_cut_off_goes_on_where_it_was(
    care_line: Line, seen: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    take(care_line)
    monkeypatch.setattr(sampling, "SHARE", 1)
    look_at = damage.look_at

    def die(item: Item) -> damage.Standing:
        if len(seen) == 2:
            raise KeyboardInterrupt
        return look_at(item)

    with monkeypatch.context() as patched:
        patched.setattr(damage, "look_at", die)
        with pytest.raises(KeyboardInterrupt):
            sample_due()
    assert sample_due() == 3
    assert seen == list(Item.objects.order_by("id").values_list("id", flat=True))


def test_a_clock_that_goes_back_and_forward_again_neither_stops_nor_floods_it(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(care_line)
    monkeypatch.setattr(sampling, "SHARE", 1)
    start = timezone.now()
    with _at(start):
        assert sample_due() == 5
    with _at(start - timedelta(days=1)):
        assert sample_due() == 0
    with _at(start - timedelta(days=1) + WEEK / 5):
        assert sample_due() == 1, "it goes on from the time that it is now"
    with _at(start + 100 * WEEK):
        assert sample_due() == 5, "a rest is made up for by a week's work at most"


def test_damage_is_one_entry_and_a_notice_until_it_is_mended(
    care_line: Line, store: FolderStore, cast: dict[str, Client]
) -> None:
    item = _damaged(take(care_line), store)
    for _ in range(2):
        assert damage.look_at(item) is damage.Standing.MISSING
    entry = Entry.objects.get(action=damage.FOUND)
    assert (entry.resource_kind, entry.resource_id) == ("item", str(item.id))
    assert "1 item is lost or was changed" in cast["dpo"].get(reverse("calls:today")).content.decode()
    assert "is lost or was changed" not in cast["agent"].get(reverse("calls:today")).content.decode()
    assert cast["dpo"].get(f"{reverse('audit:ledger')}?action={damage.FOUND}").status_code == 200


def test_damage_of_an_item_that_is_destroyed_is_forgotten(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    item = _damaged(call, store)
    damage.look_at(item)
    destroy_items(call, call.items.filter(id=item.id))
    damage.forget_destroyed()
    assert not Damage.objects.exists()


def test_an_item_that_is_destroyed_while_it_is_looked_at_is_not_damaged(care_line: Line, store: FolderStore) -> None:
    call = take(care_line)
    item = call.items.select_related("call").order_by("id")[0]
    store.delete(item.object_name)
    Item.objects.filter(id=item.id).delete()
    assert damage.look_at(item) is damage.Standing.ERASED
    assert not Damage.objects.exists()


def test_a_damaged_key_is_damage_of_its_item_and_holds_nothing_up(care_line: Line) -> None:
    item = take(care_line).items.select_related("call").order_by("id")[0]
    DataKey.objects.filter(id=item.id).update(wrapped=bytes(40))
    assert damage.look_at(item) is damage.Standing.CHANGED


def test_a_root_or_a_store_that_is_away_says_nothing_about_items(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(care_line)

    def away(*_: object) -> bytes:
        raise KeyUnavailable("root_disabled", "the root is disabled")

    def unanswered(*_: object) -> None:
        raise ObjectError("object_store_unreachable", "the store does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(vault, "data_key", away)
        with pytest.raises(KeyUnavailable):
            sample_due()
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "open_object", unanswered)
        with pytest.raises(ObjectError):
            sample_due()
    assert SampleOfObjects.objects.get().looked_at == 0
    assert not Damage.objects.exists()
    assert sample_due() == 1
