"""Object Lock: what a bucket keeps against everybody, for a time or under a hold.

Snapshots and the objects that they have may be locked, so that nobody who has the bucket's credentials can take them
away before their time. The copy of the keys never is: an erasure is final only when the old ones can be destroyed. So a
bucket that locks everything by itself is refused. Locks of objects that live on are made longer before they end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from callward.web.core.objects import BucketStore, ObjectStore, posture
from callward.web.core.objects.bucket import asking
from callward.web.lifecycle.backup.store import BackupError, Destination, Stored

_RENEWAL = 30  # days that a lock lasts longer than asked for, so that it is not renewed with every backup
_AT_ONCE = 8


def is_locked(store: ObjectStore, name: str) -> bool:
    """Say whether an object may not be deleted yet; in a folder nothing is locked. Raises ObjectError.

    It is asked before a deletion: a bucket that keeps versions would hide a locked object and call it deleted.
    """
    if not isinstance(store, BucketStore):
        return False
    with asking():
        told = store.connection.client.head_object(Bucket=store.address.bucket, Key=store.address.key(name))
    until = told.get("ObjectLockRetainUntilDate")
    return told.get("ObjectLockLegalHoldStatus") == "ON" or (until is not None and until > timezone.now())


def can_lock(store: ObjectStore) -> bool:
    """Say whether objects there can be locked. Raises ObjectError."""
    if not isinstance(store, BucketStore):
        return False
    with asking():
        return posture.lock(store.connection, store.address)[0]


def refuse_unfit(destination: Destination) -> None:
    """Refuse a place whose locks are not as they must be.

    Raises BackupError: ``backup_keys_locked`` where the bucket locks everything, and so the keys, by itself;
    ``backup_lock_missing`` where locks are asked for and it has none.
    """
    store, possible, by_itself = destination.store, False, False
    if isinstance(store, BucketStore):
        with asking():
            possible, by_itself = posture.lock(store.connection, store.address)
    if by_itself:
        raise BackupError(
            "backup_keys_locked",
            "the bucket locks every object by itself, and old copies of the keys could not be destroyed: "
            "take its default retention away and set --lock-days",
        )
    if destination.lock_days and not possible:
        raise BackupError("backup_lock_missing", f"nothing can be locked in {destination.place}: unset --lock-days")


def lock_objects(
    destination: Destination, objects: Mapping[str, Stored], prefix: str, now: datetime
) -> Mapping[str, Stored]:
    """Lock the objects of a snapshot for the days of the destination; return them with the day until which each is.

    Those whose lock lasts long enough are passed over. Raises ObjectError.
    """
    if not destination.lock_days:
        return objects
    least = now.date().toordinal() + destination.lock_days
    due = [name for name, stored in objects.items() if stored.locked < least]
    _lock(destination.store, [f"{prefix}/{name}" for name in due], least + _RENEWAL)
    return {**objects, **{name: replace(objects[name], locked=least + _RENEWAL) for name in due}}


def lock_parts(destination: Destination, names: Iterable[str], now: datetime) -> None:
    """Lock the parts of a snapshot that are not locked yet. Raises ObjectError."""
    if destination.lock_days:
        due = [name for name in names if not is_locked(destination.store, name)]
        _lock(destination.store, due, now.date().toordinal() + destination.lock_days + _RENEWAL)


def _lock(store: ObjectStore, names: Iterable[str], day: int) -> None:
    assert isinstance(store, BucketStore)
    until = datetime.combine(date.fromordinal(day), time.min, UTC) + timedelta(days=1)

    def lock(name: str) -> None:
        with asking():
            store.connection.client.put_object_retention(
                Bucket=store.address.bucket,
                Key=store.address.key(name),
                Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until},
            )

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(lock, names):
            pass
