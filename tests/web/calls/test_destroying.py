"""Destroying items: intent, key, row, object, in that order, and to the end after any crash."""

from __future__ import annotations

import pytest
from calls_at_work import take
from destroyed import destroy_items
from django.db import transaction

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.models import Entry, Intent
from callward.web.calls import opening
from callward.web.calls.destroying import finish, intend_to_destroy
from callward.web.calls.duties import replay
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import ObjectStore
from callward.web.keys import vault
from callward.web.keys.models import DataKey, PersonKey
from callward.web.keys.vault import KeyGone

pytestmark = pytest.mark.django_db


def _sound(call: Call) -> list[Item]:
    return list(call.items.filter(kind__startswith="recording."))


def _intended(call: Call, item: Item) -> list[Intent]:
    with transaction.atomic():
        return intend_to_destroy(call, [item], audit.SYSTEM, because="test")


def test_a_destroyed_item_is_gone_with_its_key_and_its_object(care_line: Line, store: ObjectStore) -> None:
    call = take(care_line)
    sound = _sound(call)
    assert destroy_items(call, sound) == 2
    for item in sound:
        assert not Item.objects.filter(id=item.id).exists()
        assert not DataKey.objects.filter(id=item.id).exists()
        assert not store.exists(item.object_name)
        with pytest.raises(KeyGone):
            vault.data_key(call.controller_id, item.id)
    assert call.items.count() == 3
    assert opening.transcript_of(call) is not None


def test_the_person_is_marked_so_that_the_next_turn_makes_it_final(care_line: Line) -> None:
    call = take(care_line)
    destroy_items(call, _sound(call)[:1])
    assert PersonKey.objects.get(id=call.person_id).marked


def test_the_ledger_tells_what_was_intended_and_that_it_was_done(care_line: Line) -> None:
    call = take(care_line)
    destroy_items(call, _sound(call)[:1])
    outcomes = Entry.objects.filter(action="item.destroyed").order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["intended", "done"]


def test_what_is_only_intended_is_still_there(care_line: Line, store: ObjectStore) -> None:
    call = take(care_line)
    (item, _) = _sound(call)
    _intended(call, item)
    assert store.exists(item.object_name)
    assert vault.data_key(call.controller_id, item.id)


@pytest.mark.parametrize("done", ["nothing", "key", "row", "all"])
def test_a_destruction_is_finished_from_wherever_it_was_cut_off(done: str, care_line: Line, store: ObjectStore) -> None:
    call = take(care_line)
    (item, _) = _sound(call)
    intents = _intended(call, item)
    if done in {"key", "row"}:
        vault.delete_data_key(call.controller_id, item.id)
    if done == "row":
        with transaction.atomic():
            Item.objects.filter(id=item.id).delete()
            audit.conclude(intents[0])
    if done == "all":
        finish(intents)
    assert replay() == (1 if done in {"nothing", "key"} else 0)
    finish(intents)
    assert replay() == 0
    assert not Item.objects.filter(id=item.id).exists()
    assert not DataKey.objects.filter(id=item.id).exists()
    assert not store.exists(item.object_name)
    assert Intent.objects.exclude(concluded_at=None).count() == 1
    assert Entry.objects.filter(action="item.destroyed").count() == 2
    assert call.items.filter(kind=ItemKind.SHEET.value).exists()
