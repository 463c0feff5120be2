"""An object that the store lost or changed comes back from the backup, and not what the backup pretends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from backups import key_file, place
from calls_at_work import HARMLESS, take
from django.test import override_settings

from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.calls import damage
from callward.web.calls.doctor import examine
from callward.web.calls.models import Item
from callward.web.core.models import Damage, Line
from callward.web.core.objects import FolderStore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def item(care_line: Line, place: Destination, key_file: object) -> Iterator[Item]:
    """An item of which the configured backup has a copy."""
    call = take(care_line, HARMLESS)
    create(place, audit.SYSTEM)
    with override_settings(BACKUP=str(place.place), BACKUP_KEY_FILE=str(key_file)):
        yield call.items.select_related("call").order_by("id")[0]


def _change(store: FolderStore, name: str) -> None:
    data = bytearray((store.root / name).read_bytes())
    data[60] ^= 1
    (store.root / name).write_bytes(data)


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_the_doctor_brings_an_object_back(fault: str, item: Item, store: FolderStore) -> None:
    whole = (store.root / item.object_name).read_bytes()
    if fault == "missing":
        store.delete(item.object_name)
    else:
        _change(store, item.object_name)
    checks = {check.name: check for check in examine()}
    assert all(check.well for check in checks.values())
    assert checks["mended"].told == "1 items are whole again"
    assert (store.root / item.object_name).read_bytes() == whole
    assert list(Entry.objects.filter(action__startswith="item.").values_list("action", flat=True)) == [
        damage.FOUND,
        damage.MENDED,
    ]
    assert not Damage.objects.exists()


def test_a_copy_that_does_not_open_is_not_believed(item: Item, store: FolderStore, place: Destination) -> None:
    _change(store, item.object_name)
    changed = (store.root / item.object_name).read_bytes()
    place.store.put(f"objects/{item.object_name}", changed)
    assert damage.look_at(item) is damage.Standing.CHANGED
    assert Damage.objects.get().fault == "changed"
    store.delete(item.object_name)
    place.store.delete(f"objects/{item.object_name}")
    assert damage.look_at(item) is damage.Standing.MISSING
    assert Damage.objects.get().fault == "missing"


def test_a_backup_that_is_away_leaves_the_damage_as_it_is(item: Item, store: FolderStore) -> None:
    store.delete(item.object_name)
    with override_settings(BACKUP="/nonexistent/backups"):
        assert damage.look_at(item) is damage.Standing.MISSING
    assert damage.look_at(item) is damage.Standing.MENDED
