"""An item that retention has ended, against whoever kept copies: it opens from them until the turn, and not after."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast
from uuid import UUID

import pytest
from backups import key_file, place
from calls_at_work import HARMLESS, take
from django.db import connections
from django.test import override_settings

from callward.engine import envelope
from callward.engine.envelope import EnvelopeError, unwrap_key
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.calls import opening
from callward.web.calls.models import Item
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys.epochs import unwrap_in_epoch
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import PersonKey
from callward.web.lifecycle import purging, retention, turns
from callward.web.lifecycle.backup import postgresql
from callward.web.lifecycle.backup.keys_copy import renew_keys_due
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import KEYS, Destination

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@dataclass(frozen=True, slots=True)
class _Kept:
    """What somebody kept of a place of backups: wrapped keys of an item and of its person, and the sealed object."""

    controller: UUID
    person: UUID
    item: Item
    item_key: bytes
    person_key: bytes
    epoch: int
    place: Destination

    def opened_with_todays_keys(self) -> bytes:
        today = PersonKey.objects.get(id=self.person)
        return self._opened(unwrap_in_epoch(self.controller, today.epoch, today.wrapped))

    def opened_by_itself(self) -> bytes:
        """With the person's key of that day, as long as the root lives that it is wrapped under."""
        return self._opened(unwrap_in_epoch(self.controller, self.epoch, self.person_key))

    def _opened(self, person_key: bytes) -> bytes:
        key = unwrap_key(person_key, self.item_key)
        bound = envelope.associated_data(controller=self.controller, item=self.item.id, kind=self.item.kind)
        sealed = self.place.store.open_object(f"objects/{self.item.object_name}")
        with envelope.SealedReader(key, sealed, bound) as reader:
            return reader.readall()


def _kept(place: Destination, item: Item) -> _Kept:
    [copy] = place.ids(KEYS, KEYS)

    def write(target: BinaryIO) -> None:
        place.unseal(f"{KEYS}/{copy}/{KEYS}", KEYS, target)

    rows = _rows_of(write)
    wrapped, _ = rows["keys_datakey", item.id]
    above, epoch = rows["keys_personkey", item.call.person_id]
    return _Kept(item.call.controller_id, item.call.person_id, item, wrapped, above, epoch, place)


def _rows_of(write: Callable[[BinaryIO], None]) -> dict[tuple[str, UUID], tuple[bytes, int]]:
    """The wrapped keys of a copy with their epochs, by table and id."""
    tables = ("keys_personkey", "keys_datakey")
    if connections["keys"].vendor == "postgresql":
        return {
            (table, UUID(row["id"])): (bytes.fromhex(row["wrapped"][2:]), int(row["epoch"]))
            for table, row in postgresql.rows_in(write, tables)
        }
    with NamedTemporaryFile(suffix=".sqlite3") as file:
        write(cast("BinaryIO", file))
        file.flush()
        with closing(sqlite3.connect(file.name)) as opened:
            return {
                (table, UUID(one)): (wrapped, epoch)
                for table in tables
                for one, wrapped, epoch in opened.execute(f"select id, wrapped, epoch from {table}")
            }


def test_a_purged_item_opens_from_copies_that_somebody_kept_before_the_turn_and_not_after(
    place: Destination, key_file: Path, care_line: Line, tmp_path: Path
) -> None:
    call = take(care_line, HARMLESS)
    controller = call.controller
    purged = call.items.select_related("call").get(kind=ItemKind.RECORDING_ORIGINAL.value)
    with opening.open_item(call, purged) as reader:
        words = reader.readall()
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        create(place, audit.SYSTEM)
        kept = _kept(Destination.opened(shutil.copytree(place.folder, tmp_path / "kept"), key_file), purged)
        # Its time is over, and nothing else is: its person and the call's other items stay.
        today = retention.today_of(controller)
        Item.objects.filter(id=purged.id).update(retain_until=today - timedelta(days=1))
        assert purging.purge(controller).items == 1
        assert not Item.objects.filter(id=purged.id).exists()
        assert not object_store().exists(purged.object_name)
        assert renew_keys_due()
        with pytest.raises(KeyError):
            _kept(place, purged)
        assert kept.opened_with_todays_keys() == kept.opened_by_itself() == words
        turns.turn(controller, audit.SYSTEM)
    with pytest.raises(EnvelopeError):
        kept.opened_with_todays_keys()
    with pytest.raises(KeyUnavailable):
        kept.opened_by_itself()
    assert call.items.count() == 4
    for item in call.items.all():
        with opening.open_item(call, item) as reader:
            assert reader.readall()
