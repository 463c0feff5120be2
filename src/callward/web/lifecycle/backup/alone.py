"""One writer at a time in a destination: a lock on a folder, a lease in a bucket.

A bucket has no lock that every S3-compatible store keeps: a conditional put is passed over by some where versions are
kept. So each writer puts a mark of its own and then lists: where there is another living mark it gives way. Of two who
come at once at least one sees the other, so never both go on. All times are the store's.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from callward.web.core.objects import BucketStore, ObjectError
from callward.web.lifecycle.backup.store import BackupError, Check

_MARKS = "writers"
_LEASE = timedelta(minutes=10)
_RENEWED = 60.0  # seconds


@contextmanager
def alone_in_folder(folder: Path) -> Iterator[Check]:
    """Keep every other writer out of a folder for the block. Raises BackupError ``backup_busy``."""
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _busy() from None
    else:
        yield lambda: None
    finally:
        os.close(handle)


@contextmanager
def alone_in_bucket(store: BucketStore) -> Iterator[Check]:
    """Keep every other writer out of a bucket's prefix for the block. Raises BackupError ``backup_busy``."""
    lease = _Lease(store)
    try:
        lease.take()
        with lease.renewed():
            yield lease.check
    finally:
        # Where the store does not answer any more the mark dies by itself.
        with suppress(ObjectError):
            store.delete(lease.mark)


class _Lease:
    def __init__(self, store: BucketStore) -> None:
        self.mark = f"{_MARKS}/{secrets.token_hex(16)}"
        self._store = store
        self._renewed_at = monotonic()

    def take(self) -> None:
        self._put()
        dead = self._store.written_at(self.mark) - _LEASE
        for other in set(self._store.list(_MARKS)) - {self.mark}:
            if self._lives(other, dead):
                raise _busy()
            self._store.delete(other)

    def _lives(self, mark: str, dead: datetime) -> bool:
        try:
            return self._store.written_at(mark) > dead
        except ObjectError as refused:
            if refused.code == "object_missing":  # it went while it was looked at
                return False
            raise

    def check(self) -> None:
        if monotonic() - self._renewed_at > _LEASE.total_seconds() / 2:
            raise BackupError("backup_busy", "the destination was out of reach too long: somebody else may write there")

    @contextmanager
    def renewed(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self._renew, args=(stop,), name="backup lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(_RENEWED):
            with suppress(ObjectError):
                self._put()

    def _put(self) -> None:
        before = monotonic()
        self._store.put(self.mark, b"")
        self._renewed_at = before


def _busy() -> BackupError:
    return BackupError("backup_busy", "another backup is being written there")
