"""The object store: sealed objects and ledger tiles, each a name and bytes that are durable once a call returns.

It is a folder under the home, or a bucket of an S3-compatible store where ``CALLWARD_OBJECTS`` names one.
Names of sealed objects are random and say nothing about what they hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from callward.web.core.objects.address import BucketAddress, is_bucket
from callward.web.core.objects.bucket import BucketStore
from callward.web.core.objects.errors import ObjectError
from callward.web.core.objects.folder import FolderStore
from callward.web.core.objects.sink import ObjectSink
from callward.web.core.objects.store import ObjectSource, ObjectStore

__all__ = [
    "BucketAddress",
    "BucketStore",
    "FolderStore",
    "ObjectError",
    "ObjectSink",
    "ObjectSource",
    "ObjectStore",
    "is_bucket",
    "object_store",
    "store_at",
]


def store_at(place: str | Path) -> ObjectStore:
    """Return the store at a folder, or in a bucket where ``place`` begins with ``s3://``.

    Raises ObjectError ``object_store_address`` where an address makes no sense, OSError where a folder cannot be made.
    """
    if is_bucket(place):
        return BucketStore(BucketAddress.read(str(place)))
    return FolderStore(Path(place).absolute())


@cache
def _opened(place: str | Path) -> ObjectStore:
    return store_at(place)


def object_store() -> ObjectStore:
    """Return the platform's object store: what ``CALLWARD_OBJECTS`` names, or ``objects`` under the home."""
    return _opened(settings.OBJECTS or Path(settings.CALLWARD_HOME) / "objects")
