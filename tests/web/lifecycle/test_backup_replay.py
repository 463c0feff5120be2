"""What had ended before a restore has ended after it, though rows and keys are older: the ledger says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from backups import key_file, place, rows, with_ledger
from calls_at_work import HARMLESS, take
from destroyed import destroy_items
from django.db.models import Model
from django.utils import timezone
from pyrage.x25519 import Identity

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.calls import opening
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.keys.models import CustodyKey, DataKey, PersonKey, Tombstone
from callward.web.lifecycle import erasing, holds, purging, retention
from callward.web.lifecycle.backup.replaying import Replayed, proof_of_destroyed, replay
from callward.web.lifecycle.backup.restore import is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination
from callward.web.lifecycle.escrow import share_out
from callward.web.lifecycle.models import Hold
from callward.web.people.models import Person

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
OTHER = "+447700900456"
SOUND = ItemKind.RECORDING_ORIGINAL.value
OF_PERSONS: Sequence[type[Model]] = (Tombstone, CustodyKey, DataKey, PersonKey)


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, HARMLESS)


def _hold(call: Call, by: User, item_kind: str = "") -> Hold:
    return holds.place(
        call.person,
        call=call,
        item_kind=item_kind,
        kind="legal",
        reason="Case 12",
        owner=by,
        review_on=timezone.localdate() + timedelta(days=90),
        by=by,
    )


class _Older:
    """The keys of persons and some rows as they are now, to be put in the place of what they become."""

    def __init__(self, *kept: Model) -> None:
        self._keys = {model: list(model._default_manager.all()) for model in OF_PERSONS}
        self._rows = [type(row)._default_manager.get(pk=row.pk) for row in kept]

    def put_back(self) -> None:
        for model, kept in self._keys.items():
            model._default_manager.all().delete()
            model._default_manager.bulk_create(kept)
        for row in self._rows:
            row.save()


def _opens(item: Item) -> bool:
    try:
        with opening.open_item(item.call, item) as reader:
            return bool(reader.readall())
    except vault.KeyGone:
        return False


def test_a_restore_with_older_keys_brings_back_no_item_that_was_destroyed_and_no_hold_that_was_released(
    place: Destination, key_file: Path, call: Call, care_line: Line, alice: User, tmp_path: Path
) -> None:
    held = take(care_line, HARMLESS, seconds=7.0, phone=OTHER)
    released, standing = _hold(call, alice), _hold(held, alice)
    create(place, audit.SYSTEM)  # rows and keys from before everything that follows
    holds.release(released, alice)
    gone = call.items.get(kind=SOUND)
    destroy_items(call, [gone])
    erasing.erase(held.person, audit.SYSTEM, because="test")
    officers = [str(Identity.generate().to_public()) for _ in range(3)]
    share_out(care_line.controller, officers, 2, tmp_path / "shares", audit.SYSTEM)
    audit.sequence_all()
    home = tmp_path / "home"
    report = restore(place, key_file, home, with_ledger(home))
    assert is_well(report), report
    assert report["destroyed"] == {"replayed": 1, "items": 1, "opened": 0}
    assert report["released"] == {"replayed": 1}
    assert report["living"]["items_opened"] == call.items.count() == 4
    assert rows(home, f"select count(*) from calls_item where id = '{gone.id.hex}'") == [(0,)]
    keys = {key for (key,) in rows(home, "select id from keys_datakey", "keys")}
    assert not keys & {gone.id.hex, released.id.hex}
    assert standing.id.hex in keys
    marked = rows(home, "select id from keys_personkey where marked", "keys")
    assert marked == [(call.person_id.hex,)]  # so that the next turn makes it final
    open_holds = rows(home, "select id from lifecycle_hold where released_at is null")
    assert open_holds == [(standing.id.hex,)]
    facts = json.loads(rows(home, "select body from audit_entry where action = 'backup.restored'")[0][0])["facts"]
    assert (facts["erased_again"], facts["destroyed_again"], facts["released_again"]) == (1, 1, 1)
    # What a hold keeps of who is erased is there as well, and nothing else is.
    assert rows(home, "select epoch, first, shares, threshold from lifecycle_escrow") == [(1, 1, 3, 2)]
    names = {name for (name,) in rows(home, "select object_name from calls_item")}
    assert len(names) == call.items.count() + held.items.count() == 9
    assert {str(path.relative_to(home / "objects")) for path in (home / "objects").glob("??/*/*")} == names


def test_an_item_is_destroyed_again_and_again_without_harm(call: Call) -> None:
    gone = call.items.get(kind=SOUND)
    older = _Older(gone)
    destroy_items(call, [gone])
    older.put_back()
    assert proof_of_destroyed(call.controller) == (1, 1)
    assert replay(call.controller) == Replayed(persons=0, items=1, holds=0)
    assert replay(call.controller) == Replayed(persons=0, items=0, holds=0)
    assert proof_of_destroyed(call.controller) == (1, 0)
    assert not Item.objects.filter(id=gone.id).exists()
    assert all(map(_opens, call.items.all()))


def test_an_item_whose_row_alone_or_whose_key_alone_is_older_goes_as_well(call: Call) -> None:
    first, second = call.items.order_by("id")[:2]
    older = _Older(first)
    destroy_items(call, [first, second])
    older.put_back()
    DataKey.objects.filter(id=first.id).delete()
    assert replay(call.controller) == Replayed(persons=0, items=2, holds=0)
    assert not Item.objects.filter(id__in=[first.id, second.id]).exists()
    assert not DataKey.objects.filter(id__in=[first.id, second.id]).exists()


def test_what_a_released_hold_had_kept_of_the_living_is_left_to_the_purge(call: Call, alice: User) -> None:
    hold = _hold(call, alice)
    older = _Older(hold)
    holds.release(hold, alice)
    hold.refresh_from_db()
    at = hold.released_at
    older.put_back()
    assert replay(call.controller) == Replayed(persons=0, items=0, holds=1)
    assert replay(call.controller) == Replayed(persons=0, items=0, holds=0)
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert at is not None
    assert abs(hold.released_at - at) < timedelta(seconds=60)
    assert holds.reason_of(hold) == ""
    assert all(map(_opens, call.items.all()))
    after = retention.today_of(call.controller) + timedelta(days=10_000)
    assert purging.purge(call.controller, today=after).items == 5


@pytest.mark.parametrize("since", ["before the erasure", "between erasure and release"])
@pytest.mark.parametrize("other", [True, False])
def test_a_hold_released_after_an_erasure_takes_its_custody_along_and_leaves_that_of_another(
    since: str, other: bool, call: Call, alice: User
) -> None:
    hold = _hold(call, alice)
    if other:
        _hold(call, alice, SOUND)
    person = Person.objects.get(id=call.person_id)
    before = _Older(person, hold)
    erasing.erase(person, audit.SYSTEM, because="test")
    after = _Older(hold)
    holds.release(hold, alice)
    (before if since == "before the erasure" else after).put_back()
    assert replay(call.controller) == Replayed(persons=int(since == "before the erasure"), items=0, holds=1)
    assert replay(call.controller) == Replayed(persons=0, items=0, holds=0)
    kept = {item.kind for item in call.items.all() if _opens(item)}
    assert kept == ({SOUND} if other else set())
    assert not CustodyKey.objects.filter(ground=f"hold {hold.id}").exists()
