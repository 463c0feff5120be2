"""Backups in a bucket of a real S3 server: made, pruned of old keys, locked, restored, and one writer at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from backups import beside, key_file, rows
from calls_at_work import CARD, HARMLESS, take
from django.test import override_settings
from object_places import bucket_store, put_in_place, s3
from s3_server import S3Server

from callward.web import audit
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import BucketStore, ObjectError
from callward.web.lifecycle import erasing
from callward.web.lifecycle.backup import alone
from callward.web.lifecycle.backup.drill import drill
from callward.web.lifecycle.backup.examining import examine_backups
from callward.web.lifecycle.backup.locks import is_locked
from callward.web.lifecycle.backup.manifest import parts, read_manifest, snapshots
from callward.web.lifecycle.backup.restore import is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import KEYS, BackupError, Destination
from callward.web.lifecycle.backup.verifying import verify

__all__ = ["bucket_store", "key_file", "s3"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, CARD)


def _place(bucket: str, key_file: Path, lock_days: int = 0) -> Destination:
    return Destination.opened(f"s3://{bucket}/backups", key_file, lock_days)


def _store(place: Destination) -> BucketStore:
    assert isinstance(place.store, BucketStore)
    return place.store


def _refused(act: Callable[[], object]) -> str:
    with pytest.raises((BackupError, ObjectError)) as caught:
        act()
    return caught.value.code


def test_a_backup_of_a_bucket_in_another_is_verified_and_restored_into_a_third(
    s3: S3Server,
    bucket_store: BucketStore,
    key_file: Path,
    care_line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_in_place(bucket_store, monkeypatch)
    kept, gone = take(care_line, CARD), take(care_line, HARMLESS, phone="+447700900456")
    audit.sequence_all()
    place = _place(s3.bucket(), key_file)
    create(place, audit.SYSTEM)
    erasing.erase(gone.person, audit.SYSTEM, because="test")
    erasing.sweep()
    audit.sequence_all()
    made = create(place, audit.SYSTEM)
    assert made.copied == 0
    assert set(made.manifest.objects) == set(Item.objects.values_list("object_name", flat=True))
    assert verify(place, "", lambda total: lambda done: None) == []
    assert place.ids(KEYS, KEYS) == [made.keys]
    home, objects = tmp_path / "restored", f"s3://{s3.bucket()}/new"
    wanted = beside(home, ledger=bucket_store.below("ledger"), objects=objects, snapshot=snapshots(place)[0])
    report = restore(place, key_file, home, wanted)
    assert is_well(report)
    assert report["erased"] == {"persons": 1, "replayed": 1, "opened": 0, "kept_in_custody": 0}
    assert rows(home, "select id from calls_call") == [(kept.id.hex,)]
    assert not (home / "objects").exists()
    assert _refused(lambda: restore(place, key_file, tmp_path / "other", wanted)) == "objects_not_empty"


@pytest.mark.slow
def test_a_backup_of_a_bucket_in_another_is_rehearsed(
    s3: S3Server, bucket_store: BucketStore, key_file: Path, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(bucket_store, monkeypatch)
    take(care_line, CARD)
    audit.sequence_all()
    place = _place(s3.bucket(), key_file)
    create(place, audit.SYSTEM)
    drilled = drill(place, key_file, audit.SYSTEM)
    assert drilled.well
    assert drilled.report["living"]["calls"] == 1


def test_old_keys_are_destroyed_with_every_version_where_versions_are_kept(
    s3: S3Server, key_file: Path, call: Call
) -> None:
    place = _place(s3.bucket(versions=True), key_file)
    first = create(place, audit.SYSTEM).keys
    name = f"{KEYS}/{first}/left"
    _store(place).put(name, b"a copy that a deletion hid and did not end")
    s3.client().delete_object(Bucket=_store(place).address.bucket, Key=_store(place).address.key(name))
    second = create(place, audit.SYSTEM).keys
    assert {one.name.split("/")[1] for one in _store(place).versions(KEYS)} == {second}


def test_snapshots_and_objects_are_locked_and_keys_never(s3: S3Server, key_file: Path, call: Call) -> None:
    place = _place(s3.bucket(locks=True), key_file, lock_days=3)
    first = create(place, audit.SYSTEM)
    manifest = read_manifest(place, first.manifest.id)
    locked = [*parts(manifest.id), *(f"objects/{name}" for name in manifest.objects)]
    assert all(is_locked(place.store, name) for name in locked)
    assert all(_refused(partial(place.store.delete, name)) == "object_locked" for name in locked[:2])
    days = {one.locked - datetime.now(UTC).date().toordinal() for one in manifest.objects.values()}
    assert days <= {32, 33, 34}
    second = create(place, audit.SYSTEM)
    assert second.manifest.objects == manifest.objects
    assert {one.name.split("/")[1] for one in _store(place).versions(KEYS)} == {second.keys}


def test_a_snapshot_that_was_cut_off_before_its_lock_is_locked_by_the_next(
    s3: S3Server, key_file: Path, call: Call
) -> None:
    bucket = s3.bucket(locks=True)
    first = create(_place(bucket, key_file), audit.SYSTEM).manifest.id
    place = _place(bucket, key_file, lock_days=1)
    assert not any(is_locked(place.store, name) for name in parts(first))
    with override_settings(BACKUP=place.place, BACKUP_KEY_FILE=str(key_file), BACKUP_LOCK_DAYS=1):
        assert [well for well, _ in examine_backups()] == [True, False], "what should be locked is not"
        create(place, audit.SYSTEM)
        assert all(is_locked(place.store, name) for name in parts(first))
        [_, (well, told)] = examine_backups()
        assert well
        assert "newest snapshot is locked" in told
    with override_settings(BACKUP=place.place, BACKUP_KEY_FILE=str(key_file), BACKUP_LOCK_DAYS=0):
        assert "it could lock them" in list(examine_backups())[1][1]


def test_a_lock_is_made_longer_before_it_ends(
    s3: S3Server, key_file: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket(locks=True)
    first = create(_place(bucket, key_file, lock_days=3), audit.SYSTEM).manifest
    second = create(_place(bucket, key_file, lock_days=60), audit.SYSTEM).manifest
    for name in first.objects:
        assert second.objects[name].locked == first.objects[name].locked + 57


def test_where_locks_are_not_as_they_must_be_nothing_is_written(s3: S3Server, key_file: Path, call: Call) -> None:
    plain = _place(s3.bucket(), key_file, lock_days=3)
    assert _refused(lambda: create(plain, audit.SYSTEM)) == "backup_lock_missing"
    bucket = s3.bucket(locks=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    s3.client().put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    locking = _place(bucket, key_file)
    assert _refused(lambda: create(locking, audit.SYSTEM)) == "backup_keys_locked"
    assert not list(plain.store.list("snapshots")) + list(locking.store.list("snapshots"))
    for place, days, code in ((plain, 3, "backup_lock_missing"), (locking, 0, "backup_keys_locked")):
        with override_settings(BACKUP=place.place, BACKUP_KEY_FILE=str(key_file), BACKUP_LOCK_DAYS=days):
            *_, (well, told) = examine_backups()
            assert not well
            assert code in told


def test_two_writers_at_once_are_kept_apart(s3: S3Server, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = s3.bucket()
    one, other = _place(bucket, key_file), _place(bucket, key_file)
    with one.alone():
        assert _refused(lambda: other.alone().__enter__()) == "backup_busy"
    with other.alone():
        pass
    _store(one).put("writers/left-by-a-killed-one", b"")
    assert _refused(lambda: other.alone().__enter__()) == "backup_busy"
    monkeypatch.setattr(alone, "_LEASE", timedelta(seconds=-1))
    lease = alone._Lease(_store(one))
    lease.take()
    assert list(_store(one).list("writers")) == [lease.mark]


def test_who_lost_the_place_writes_no_more(s3: S3Server, key_file: Path, call: Call) -> None:
    place = _place(s3.bucket(), key_file)
    with place.alone():
        lease = place._still_alone
        assert lease() is None
        lease.__self__._renewed_at -= 600  # type: ignore[attr-defined]  # as if the store had been away so long
        assert _refused(lease) == "backup_busy"
