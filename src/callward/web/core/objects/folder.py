"""Objects in a local folder, each fsynced before it counts.

``obstore`` reads and lists.
Its local store never calls fsync, so writing is done here: into a spool folder on the same file system, fsync, rename
into place, fsync of the folders.
A crash leaves at most a spool file, which ``sweep_spool`` removes.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from obstore.store import LocalStore

from callward.web.core.objects.sink import ObjectSink, disk
from callward.web.core.objects.store import ObjectStore, check_name

_SPOOL = ".spool"


class FolderStore(ObjectStore):
    """Objects under one local folder, for the account that runs Callward alone."""

    shareable = False

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = str(root)
        self._spool = root / _SPOOL
        self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = LocalStore(prefix=root)

    @property
    def spool(self) -> Path:
        return self._spool

    def commit_all(self, sinks: Sequence[ObjectSink]) -> None:
        try:
            with disk():
                self._settle([sink.ended(sync=True) for sink in sinks])
        except BaseException:
            for sink in sinks:
                (self.root / sink.object_name).unlink(missing_ok=True)
                sink.discard()
            raise
        for sink in sinks:
            sink.settled()

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """See ``ObjectStore.put_all``; ``disk_full`` keeps what was there."""
        spooled: list[tuple[Path, str]] = []
        try:
            with disk():
                for name, data in objects.items():
                    check_name(name)
                    path = self._spool / secrets.token_hex(16)
                    spooled.append((path, name))
                    _write(path, data)
                # Synced after all are written, so that one journal commit of the file system carries most of them.
                for path, _ in spooled:
                    _sync_file(path)
                self._settle(spooled)
        except BaseException:
            for path, _ in spooled:
                path.unlink(missing_ok=True)
            raise

    def delete_all(self, names: Iterable[str]) -> None:
        changed: set[Path] = set()
        for name in names:
            check_name(name)
            path = self.root / name
            path.unlink(missing_ok=True)
            changed.add(path.parent)
        for folder in changed:
            if folder.is_dir():
                _sync_folder(folder)

    def sweep_spool(self, *, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
        return swept(self._spool, now - older_than)

    def below(self, name: str) -> str:
        return str(self.root / name)

    def refuse_unfit(self) -> None:
        return

    def faults(self) -> list[str]:
        return []

    def _settle(self, spooled: Iterable[tuple[Path, str]]) -> None:
        """Rename synced spool files into place and sync every folder that changed."""
        changed: set[Path] = set()
        for path, name in spooled:
            target = self.root / name
            changed |= self._made_folders(target.parent)
            path.replace(target)
            changed.add(target.parent)
        for folder in changed:
            _sync_folder(folder)

    def _made_folders(self, folder: Path) -> set[Path]:
        """Make ``folder`` and the missing ones above it; return the folders whose listing changed."""
        changed: set[Path] = set()
        missing = folder
        while not missing.is_dir():
            changed.add(missing.parent)
            missing = missing.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return changed


def swept(spool: Path, before: datetime) -> int:
    """Remove spool files that were last written before a moment; return how many."""
    many = 0
    for path in spool.iterdir() if spool.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                many += 1
    return many


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
