"""Backups: what is in them, what stays when making one fails, and what is named as damaged."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast
from uuid import UUID

import pytest
from backups import key_file, place, spoil
from calls_at_work import CARD, HARMLESS, take
from destroyed import destroy_items
from django.db import connections, transaction
from django.test import override_settings
from django.utils import timezone

from callward.engine import tlog
from callward.keyfile import KeyFileError
from callward.logfolder import LogFolder
from callward.web import StartError, audit, prepare
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.calls.models import Call, Item
from callward.web.core.models import Controller, Line
from callward.web.core.objects import ObjectError, object_store
from callward.web.keys import vault
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import CustodyKey, Epoch
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import erasing, holds, purging, turns
from callward.web.lifecycle.backup import keys_copy, postgresql
from callward.web.lifecycle.backup.keys_proof import open_copy
from callward.web.lifecycle.backup.ledger_copy import copy_ledger
from callward.web.lifecycle.backup.manifest import read_manifest, snapshots
from callward.web.lifecycle.backup.objects import Damage
from callward.web.lifecycle.backup.snapshot import create, create_due
from callward.web.lifecycle.backup.store import KEYS, BackupError, Destination
from callward.web.lifecycle.backup.verifying import verify
from callward.web.lifecycle.models import Hold

__all__ = ["key_file", "place"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def _verified(place: Destination) -> list[Damage]:
    return verify(place, "", lambda total: lambda done: None)


def _refused(act: Callable[[], object]) -> str:
    with pytest.raises(BackupError) as caught:
        act()
    return caught.value.code


def test_a_snapshot_has_the_objects_rows_trees_and_epochs_and_reads_back(place: Destination, call: Call) -> None:
    made = create(place, audit.SYSTEM)
    manifest = read_manifest(place, made.manifest.id)
    assert manifest == made.manifest
    assert set(manifest.objects) == set(Item.objects.values_list("object_name", flat=True))
    assert manifest.rows["calls_call"] == 1
    [state] = manifest.controllers
    assert (state.id, state.epoch, state.origin) == (str(call.controller_id), 1, call.controller.origin)
    assert state.size > 0
    assert state.checkpoint
    assert _verified(place) == []
    assert Entry.objects.filter(action="backup.made").count() == 1


def test_nothing_in_a_destination_is_in_the_clear(place: Destination, call: Call) -> None:
    create(place, audit.SYSTEM)
    for path in place.folder.glob("snapshots/*/*"):
        assert b"SQLite format" not in path.read_bytes()
    for path in place.folder.glob("keys/*/*"):
        assert b"SQLite format" not in path.read_bytes()
    assert not list((place.folder / ".spool").iterdir())


def test_what_is_there_is_not_copied_again(place: Destination, call: Call, care_line: Line) -> None:
    first = create(place, audit.SYSTEM)
    assert first.copied == len(first.manifest.objects) > 0
    assert create(place, audit.SYSTEM).copied == 0
    other = take(care_line, HARMLESS)
    assert create(place, audit.SYSTEM).copied == other.items.count()
    assert len(snapshots(place)) == 3


def test_only_the_newest_keys_copy_stays(place: Destination, call: Call) -> None:
    first = create(place, audit.SYSTEM).keys
    second = create(place, audit.SYSTEM).keys
    assert first < second
    assert place.ids(KEYS, KEYS) == [second]


def test_an_older_keys_copy_stays_until_the_newer_one_was_opened(
    place: Destination, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create(place, audit.SYSTEM).keys
    with monkeypatch.context() as patched:
        patched.setattr(FileProvider, "unwrap", _root_wrong)
        assert _refused(lambda: create(place, audit.SYSTEM)) == "keys_not_opened"
    assert place.ids(KEYS, KEYS) == [first]
    assert len(snapshots(place)) == 1


def _root_wrong(*_: object) -> bytes:
    raise KeyUnavailable("root_wrong", "not the root of this epoch")


def test_a_destination_is_refused_under_a_key_that_others_can_read(tmp_path: Path, key_file: Path) -> None:
    key_file.chmod(0o640)
    with pytest.raises(KeyFileError) as caught:
        Destination.opened(tmp_path / "backups", key_file)
    assert caught.value.code == "key_file_open_permissions"
    assert _refused(lambda: Destination.opened(tmp_path / "backups", None)) == "backup_key_missing"


def test_another_key_opens_nothing(place: Destination, call: Call) -> None:
    create(place, audit.SYSTEM)
    assert (
        _refused(lambda: read_manifest(Destination(place.folder, bytes(32)), snapshots(place)[0])) == "manifest_damaged"
    )


def test_the_worker_makes_a_backup_when_the_newest_has_had_its_time(
    place: Destination, key_file: Path, call: Call
) -> None:
    assert not create_due()
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        assert create_due()
        assert not create_due()
        with override_settings(BACKUP_HOURS=0):
            assert create_due()
            with place.alone():
                assert not create_due()
    assert len(snapshots(place)) == 2


def test_the_worker_renews_the_keys_copy_when_somebody_was_erased(
    place: Destination, key_file: Path, call: Call
) -> None:
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        assert not keys_copy.renew_keys_due()
        before = create(place, audit.SYSTEM).keys
        assert not keys_copy.renew_keys_due()
        erasing.erase(call.person, audit.SYSTEM, because="test")
        assert keys_copy.renew_keys_due()
    [now] = place.ids(KEYS, KEYS)
    assert now > before


def _destroys_an_item(call: Call, _: Hold) -> None:
    destroy_items(call, list(call.items.all()))


def _purges(call: Call, hold: Hold) -> None:
    Hold.objects.filter(id=hold.id).delete()
    purging.purge(call.controller, today=timezone.localdate() + timedelta(days=40_000))


def _releases_a_hold_on_somebody_erased(_: Call, hold: Hold) -> None:
    holds.release(hold, audit.SYSTEM)


@pytest.mark.parametrize("act", [_destroys_an_item, _purges, _releases_a_hold_on_somebody_erased])
def test_what_was_destroyed_since_is_in_no_copy_of_the_keys(
    act: Callable[[Call, Hold], None],
    place: Destination,
    key_file: Path,
    call: Call,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        with _ago(timedelta(hours=1), monkeypatch):
            day = timezone.localdate() + timedelta(days=90)
            hold = holds.place(
                call.person, call=call, kind="legal", reason="Case 12", owner=alice, review_on=day, by=alice
            )
            if act is _releases_a_hold_on_somebody_erased:
                erasing.erase(call.person, audit.SYSTEM, because="test")
                audit.sequence_all()
        with _ago(timedelta(minutes=30), monkeypatch):
            create(place, audit.SYSTEM)
        assert not keys_copy.renew_keys_due(), "nothing was destroyed since"
        before = _ids_in_the_keys_copy(place)
        items = {str(item.id) for item in call.items.all()}
        custody = {str(row.id) for row in CustodyKey.objects.all()}
        assert items
        assert items | custody <= before
        act(call, hold)
        assert keys_copy.renew_keys_due()
        assert not (items | custody) & _ids_in_the_keys_copy(place)


def test_an_item_whose_destruction_has_its_place_in_the_log_is_known_as_well(
    place: Destination, key_file: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        with _ago(timedelta(minutes=30), monkeypatch):
            create(place, audit.SYSTEM)
        destroy_items(call, list(call.items.all()))
        audit.sequence_all()
        assert not Entry.objects.filter(index=None).exists()
        assert keys_copy.renew_keys_due()
        with _ago(timedelta(minutes=-6), monkeypatch):
            assert keys_copy.renew_keys_due(), "an act may be a moment younger than its time"
            assert not keys_copy.renew_keys_due()


def test_a_person_who_was_ended_is_in_no_copy_of_the_keys(
    place: Destination, key_file: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = timezone.localdate() + timedelta(days=40_000)
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        with _ago(timedelta(minutes=30), monkeypatch):
            create(place, audit.SYSTEM)
        assert str(call.person_id) in _ids_in_the_keys_copy(place)
        purging.purge(call.controller, today=last)
        assert Entry.objects.filter(action="person.ended", outcome="done").exists()
        assert keys_copy.renew_keys_due()
        assert str(call.person_id) not in _ids_in_the_keys_copy(place)


@contextmanager
def _ago(age: timedelta, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it be earlier for the block."""
    then = timezone.now() - age
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: then)
        yield


def _ids_in_the_keys_copy(place: Destination) -> set[str]:
    """The ids of all persons, grounds and items that the one copy has a wrapped key of."""
    [copy] = place.ids(KEYS, KEYS)
    tables = ("keys_personkey", "keys_custodykey", "keys_datakey")

    def write(target: BinaryIO) -> None:
        place.unseal(f"{KEYS}/{copy}/{KEYS}", KEYS, target)

    if connections["keys"].vendor == "postgresql":
        return {str(UUID(str(row["id"]))) for _, row in postgresql.rows_in(write, tables)}
    with NamedTemporaryFile(suffix=".sqlite3") as file:
        write(cast("BinaryIO", file))
        file.flush()
        with closing(sqlite3.connect(file.name)) as opened:
            asked = " union all ".join(f"select id from {table}" for table in tables)
            return {str(UUID(one)) for (one,) in opened.execute(asked)}


def test_what_is_made_after_a_clock_was_set_back_is_still_the_newest(
    place: Destination, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = create(place, audit.SYSTEM)
    yesterday = timezone.now() - timedelta(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: yesterday)
        second = create(place, audit.SYSTEM)
    assert snapshots(place) == [first.manifest.id, second.manifest.id]
    assert first.keys < second.keys


def test_two_writers_at_once_are_kept_apart(place: Destination, call: Call) -> None:
    with place.alone():
        assert _refused(lambda: create(Destination(place.folder, bytes(32)), audit.SYSTEM)) == "backup_busy"


@pytest.mark.parametrize("part", ["data", "manifest", "keys", "web"])
def test_a_changed_byte_of_a_sealed_part_is_named(place: Destination, call: Call, part: str) -> None:
    create(place, audit.SYSTEM)
    [path] = place.folder.glob(f"*/*/{part}")
    spoil(path)
    assert _verified(place) == [Damage(str(path.relative_to(place.folder)), f"{part}_damaged")]


def test_a_changed_header_is_named(place: Destination, call: Call) -> None:
    create(place, audit.SYSTEM)
    [path] = place.folder.glob("snapshots/*/data")
    path.write_bytes(path.read_bytes().replace(b'"made_at":"2', b'"made_at":"1', 1))
    assert [one.code for one in _verified(place)] == ["data_damaged"]


def test_a_changed_or_lost_object_is_named_and_mended_by_the_next_backup(place: Destination, call: Call) -> None:
    create(place, audit.SYSTEM)
    first, second, *_ = Item.objects.order_by("object_name").values_list("object_name", flat=True)
    spoil(place.folder / "objects" / first)
    (place.folder / "objects" / second).unlink()
    found = _verified(place)
    assert found == [Damage(first, "object_damaged"), Damage(second, "object_missing")]
    (place.folder / "objects" / first).unlink()
    assert create(place, audit.SYSTEM).copied == 2
    assert _verified(place) == []


def test_an_object_that_the_store_has_lost_is_named(place: Destination, call: Call) -> None:
    lost = Item.objects.values_list("object_name", flat=True)[0]
    object_store().delete(lost)
    made = create(place, audit.SYSTEM)
    assert made.manifest.missing == (lost,)
    assert lost not in made.manifest.objects


def test_a_full_disk_at_any_moment_leaves_the_former_backup_whole(
    place: Destination, call: Call, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(place, audit.SYSTEM)
    take(care_line, HARMLESS)
    failed = 0
    for after in range(200):
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", _full_after(after))
            try:
                create(place, audit.SYSTEM)
                break
            except (ObjectError, OSError):
                failed += 1
        assert _verified(place) == []
        assert len(snapshots(place)) == 1
    assert failed > 10
    assert _verified(place) == []
    assert len(snapshots(place)) == 2


def _full_after(calls: int) -> Callable[[int], None]:
    left = [calls]
    real = os.fsync

    def sync(handle: int) -> None:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "full")
        left[0] -= 1
        real(handle)

    return sync


def test_the_copy_of_the_ledger_follows_it_over_full_tiles(place: Destination, acme: Controller) -> None:
    vault.open_controller(acme.id)
    log = LogFolder(place.folder / "ledger" / acme.id.hex)
    for more in (3, 250, 5, 600):
        _act(acme, more)
        audit.sequence(acme)
        checkpoint = copy_ledger(acme.id, place.store)
        assert checkpoint is not None
        tlog.audit_log(log, checkpoint.head)
    partial = sorted(str(path.relative_to(place.folder)) for path in place.folder.glob("ledger/*/tile/**/*.p/*"))
    assert [one.split("/tile/")[1] for one in partial] == ["0/003.p/90", "1/000.p/3", "entries/003.p/90"]


def _act(controller: Controller, many: int) -> None:
    with transaction.atomic():
        acts = [audit.Act("controller.changed", audit.SYSTEM, controller) for _ in range(many)]
        audit.record_many(acts, controller=controller)


def test_a_ledger_that_was_set_back_never_overwrites_the_longer_one(place: Destination, call: Call) -> None:
    create(place, audit.SYSTEM)
    log = Path(object_store().below("ledger"))
    kept = log.with_name("kept")
    shutil.copytree(log, kept)
    audit.sequence_all()
    create(place, audit.SYSTEM)
    shutil.rmtree(log)
    kept.rename(log)
    assert _refused(lambda: copy_ledger(call.controller_id, place.store)) == "ledger_smaller"


def test_a_turn_renews_the_keys_copy_and_the_old_one_opens_no_more(
    place: Destination, key_file: Path, call: Call, tmp_path: Path
) -> None:
    old = create(place, audit.SYSTEM).keys
    shutil.copytree(place.folder / "keys", tmp_path / "old" / "keys")
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        turns.turn(call.controller, audit.SYSTEM)
    [now] = place.ids(KEYS, KEYS)
    assert now > old
    open_copy(place, now)
    kept = Destination.opened(tmp_path / "old", key_file)
    assert _refused(lambda: open_copy(kept, old)) == "keys_not_opened"


def test_no_root_goes_before_the_keys_copy_is_renewed(
    place: Destination, key_file: Path, call: Call, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    root = FileProvider(Path(_home())).path(call.controller_id, 1)
    with override_settings(BACKUP=str(tmp_path / "file" / "no"), BACKUP_KEY_FILE=str(key_file)):
        assert _refused(lambda: turns.turn(call.controller, audit.SYSTEM)) == "backup_unreachable"
    assert root.exists()
    assert Epoch.objects.get(number=1).state == Epoch.State.TURNING
    with override_settings(BACKUP=str(place.folder), BACKUP_KEY_FILE=str(key_file)):
        assert turns.resume() == 1
    assert not root.exists()
    assert len(place.ids(KEYS, KEYS)) == 1


def _home() -> Path:
    from django.conf import settings

    home: Path = settings.CALLWARD_HOME
    return home


def test_a_home_whose_restore_has_not_ended_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "restoring").touch()
    with override_settings(CALLWARD_HOME=tmp_path), pytest.raises(StartError) as caught:
        prepare()
    assert caught.value.code == "restore_unfinished"
