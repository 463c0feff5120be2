"""Object Lock: what a bucket keeps against everybody, for a time or under a hold."""

from __future__ import annotations

from django.utils import timezone

from callward.web.core.objects import BucketStore, ObjectStore
from callward.web.core.objects.bucket import asking


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
