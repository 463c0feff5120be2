"""Objects in a bucket of an S3-compatible store.

A put there is whole or not there, and durable once it is answered. What is written waits in a spool folder of this
machine, as ciphertext, and is sent when it is committed. Removing an object removes every version of it, where the
bucket ever kept any or the answer to a deletion tells that it does now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import obstore
from django.conf import settings
from obstore.store import S3Store

from callward.web.core.objects import posture
from callward.web.core.objects.address import BucketAddress, Connection, Patience, connect
from callward.web.core.objects.errors import ObjectError
from callward.web.core.objects.folder import swept
from callward.web.core.objects.sink import ObjectSink, disk
from callward.web.core.objects.store import ObjectStore, check_name, persistently

_AT_ONCE = 8  # requests under way together
_PART = 16 * 1024 * 1024  # bytes of one part of a long object; four are under way together
_PAGE = 1_000  # the most that one request deletes
_DENIED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "403", "401"})


@contextmanager
def asking() -> Iterator[None]:
    """Turn the faults of boto3 into ours; what it says itself may hold addresses and stays unsaid."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as fault:
        if fault.response.get("Error", {}).get("Code", "") in _DENIED:
            raise ObjectError("object_store_refused", "the object store refuses the credentials or a right") from None
        raise ObjectError("object_store_unreachable", "the object store could not do what it was asked") from None
    except BotoCoreError:
        raise ObjectError("object_store_unreachable", "the object store gave no whole answer in time") from None


class BucketStore(ObjectStore):
    """Objects in a bucket, below a prefix. Clients are made at the first request."""

    shareable = True

    def __init__(self, address: BucketAddress, *, spool: str = "objects", patience: Patience | None = None) -> None:
        self.address = address
        self.place = str(address)
        self._spool_name = spool
        self._patience = patience or Patience()
        self.within = self._patience.overall / 10

    @cached_property
    def connection(self) -> Connection:
        """The clients. Raises ObjectError as ``connect`` does."""
        return connect(self.address, self._patience)

    @property
    def _store(self) -> S3Store:  # type: ignore[override]  # made when it is needed
        return self.connection.objects

    @property
    def spool(self) -> Path:
        folder = Path(settings.CALLWARD_HOME) / "spool" / self._spool_name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def commit_all(self, sinks: Sequence[ObjectSink]) -> None:
        try:
            with disk():
                spooled = [sink.ended(sync=False) for sink in sinks]
            self._send([(name, path) for path, name in spooled])
        except BaseException:
            # Where the store does not answer what was sent stays behind, unreferenced, and is swept.
            with suppress(ObjectError):
                self.delete_all([sink.object_name for sink in sinks])
            for sink in sinks:
                sink.discard()
            raise
        for sink, (path, _) in zip(sinks, spooled, strict=True):
            sink.settled()
            path.unlink(missing_ok=True)

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        for name in objects:
            check_name(name)
        self._send(list(objects.items()))

    def delete_all(self, names: Iterable[str]) -> None:
        keys = []
        for name in names:
            check_name(name)
            keys.append(self.address.key(name))
        for start in range(0, len(keys), _PAGE):
            page = keys[start : start + _PAGE]
            # Where versions are known to be kept no mark is made first: cut off, it would hide what is left.
            for key in page if self._versioned else self._marked(page):
                self._delete_versions(key)

    def sweep_spool(self, *, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
        """Remove spool files of this machine, and the parts of long objects that were never put together."""
        before = now - older_than
        return swept(self.spool, before) + self._abort_unfinished(before)

    def refuse_unfit(self) -> None:
        connect(self.address, self._patience)

    def faults(self) -> list[str]:
        with asking():
            return posture.faults(self.connection, self.address)

    def below(self, name: str) -> str:
        return str(replace(self.address, prefix=self.address.key(name)))

    def versions(self, prefix: str = "") -> Iterator[posture.Version]:
        """Yield every version and every mark of a deletion below a prefix."""
        with asking():
            yield from posture.versions(self.connection, self.address, prefix)

    @cached_property
    def _versioned(self) -> bool:
        with asking():
            return bool(posture.versioning(self.connection, self.address))

    def list_ever(self, prefix: str = "") -> Iterator[str]:
        if self._versioned:
            level = f"{prefix}/" if prefix else ""
            yield from sorted({one.name for one in self.versions(level)})
        else:
            yield from self.list(prefix)

    def _send(self, sent: Sequence[tuple[str, Path | bytes]]) -> None:
        if len(sent) == 1:
            self._send_one(sent[0])
        elif sent:
            with ThreadPoolExecutor(min(_AT_ONCE, len(sent))) as threads:
                for _ in threads.map(self._send_one, sent):
                    pass

    def _send_one(self, one: tuple[str, Path | bytes]) -> None:
        name, data = one
        # Parts take their time, so what is long may be sent anew as long as a single request may be asked again.
        long = isinstance(data, Path) and data.stat().st_size > _PART
        within = self._patience.overall if long else self.within
        try:
            persistently(lambda: obstore.put(self._store, name, data, chunk_size=_PART, max_concurrency=4), within)
        except ObjectError as refused:
            if refused.code == "object_missing":
                raise ObjectError("object_store_unreachable", "the object store has no such bucket") from None
            raise

    def _marked(self, keys: Sequence[str]) -> list[str]:
        """Delete objects; return the keys of which the store only says that they are deleted: it keeps versions."""
        with asking():
            if len(keys) == 1:
                told = self.connection.client.delete_object(Bucket=self.address.bucket, Key=keys[0])
                return list(keys) if _keeps(told) else []
            told = self.connection.client.delete_objects(
                Bucket=self.address.bucket, Delete={"Objects": [{"Key": key} for key in keys]}
            )
        _refuse_undeleted(told)
        return [one["Key"] for one in told.get("Deleted", []) if _keeps(one)]

    def _delete_versions(self, key: str) -> None:
        name = self.address.name(key)
        found = [{"Key": key, "VersionId": one.id} for one in self.versions(name) if one.name == name]
        with asking():
            for start in range(0, len(found), _PAGE):
                _refuse_undeleted(
                    self.connection.client.delete_objects(
                        Bucket=self.address.bucket, Delete={"Objects": found[start : start + _PAGE]}
                    )
                )

    def _abort_unfinished(self, before: datetime) -> int:
        aborted = 0
        with asking():
            told = _pages(self.connection.client, "list_multipart_uploads", self.address)
            for upload in (one for page in told for one in page.get("Uploads", [])):
                if upload["Initiated"] <= before:
                    self.connection.client.abort_multipart_upload(
                        Bucket=self.address.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )
                    aborted += 1
        return aborted


def _pages(client: Any, verb: str, address: BucketAddress) -> Iterator[dict[str, Any]]:
    pages: Callable[..., Iterator[dict[str, Any]]] = client.get_paginator(verb).paginate
    yield from pages(Bucket=address.bucket, Prefix=address.key(""))


def _keeps(told: Mapping[str, Any]) -> bool:
    return bool(told.get("DeleteMarker"))


def _refuse_undeleted(told: Mapping[str, Any]) -> None:
    codes = {one.get("Code", "") for one in told.get("Errors", [])}
    if "AccessDenied" in codes:
        raise ObjectError("object_locked", "a version may not be deleted: it is locked, or the right to is missing")
    if codes - {"NoSuchKey", "NoSuchVersion"}:
        raise ObjectError("object_store_unreachable", "the object store did not delete what it was asked to")
