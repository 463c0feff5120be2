"""The object store: sealed objects and ledger tiles, each a name and bytes that are durable once a call returns.

``obstore`` reads, lists and deletes.
Its local store never calls fsync, so writing is done here: into a spool folder on the same file system, fsync, rename
into place, fsync of the folders.
A crash leaves at most a spool file, which ``sweep_spool`` removes.
Names of sealed objects are random and say nothing about what they hold.
"""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Self
from uuid import uuid4

import obstore
from django.conf import settings
from obstore.store import LocalStore

from callward.engine.errors import Error

__all__ = ["ObjectError", "ObjectSink", "ObjectSource", "ObjectStore", "object_store"]

_SPOOL = ".spool"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:[./][a-z0-9][a-z0-9_-]*)*")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class ObjectError(Error):
    """The object store refused: ``disk_full``, ``object_missing``, ``object_name``, ``object_range``."""


@contextmanager
def _disk() -> Iterator[None]:
    """Turn a full disk into its stable code; every other fault of the file system stays what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ObjectError("disk_full", "the object store has no space left; nothing was half-made") from None
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """A stored object that can be read at any place; satisfies the envelope engine's source protocol."""

    size: int
    _store: LocalStore
    _name: str

    def read_at(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes from ``offset``; ``object_range`` or, once deleted, ``object_missing``."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ObjectError("object_range", "the range lies outside the object")
        if length == 0:
            return b""
        try:
            data = bytes(obstore.get_range(self._store, self._name, start=offset, length=length))
        except FileNotFoundError:
            raise ObjectError("object_missing", "the object is gone") from None
        if len(data) != length:
            raise ObjectError("object_range", "the object is shorter than it was when opened")
        return data


class ObjectSink(io.FileIO):
    """A seekable spool file that becomes the object ``name`` on ``commit`` and nothing on ``discard``.

    Only ciphertext belongs here.
    Used as a context manager, leaving the block without a commit discards.
    """

    def __init__(self, store: ObjectStore, name: str) -> None:
        self.object_name = name
        self._store = store
        self._spooled = store.spool / secrets.token_hex(16)
        self._settled = False
        with _disk():
            handle = os.open(self._spooled, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        super().__init__(handle, "r+b", closefd=True)

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower on purpose
        """Write all of ``data`` at the present position; ``disk_full`` when there is no space."""
        view = memoryview(data).cast("B")
        done = 0
        with _disk():
            while done < len(view):
                done += super().write(view[done:]) or 0
        return done

    @property
    def size(self) -> int:
        """Bytes spooled so far; with ``read_at`` the sink is itself a source, to verify before committing."""
        return os.fstat(self.fileno()).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return ``length`` spooled bytes from ``offset``, the position left alone; ``object_range`` outside."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ObjectError("object_range", "the range lies outside the object")
        return os.pread(self.fileno(), length, offset)

    def commit(self) -> str:
        """Make the object durable under its name and return the name; ``disk_full`` leaves nothing."""
        self._store.commit_all([self])
        return self.object_name

    def sync(self) -> tuple[Path, str]:
        """Make the spooled bytes durable and close; return where they are and the name they are for."""
        os.fsync(self.fileno())
        self.close()
        return self._spooled, self.object_name

    def settled(self) -> None:
        """Take note that the spool file has become the object."""
        self._settled = True

    def discard(self) -> None:
        """Remove what was spooled; harmless after a commit and when called twice."""
        self.close()
        if not self._settled:
            self._spooled.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.discard()


class ObjectStore:
    """Objects under one local folder. Names are lower-case, with ``/`` between levels."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spool = root / _SPOOL
        self.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = LocalStore(prefix=root)

    def new_folder(self) -> str:
        """Return a fresh random folder (128 bits) for objects that are committed together, spread over two levels."""
        name = uuid4().hex
        return f"{name[:2]}/{name[2:]}"

    def new_object(self, folder: str = "") -> ObjectSink:
        """Open a sink under a fresh random name, in ``folder`` or one of its own."""
        return ObjectSink(self, f"{folder or self.new_folder()}/{uuid4().hex}")

    def commit_all(self, sinks: Sequence[ObjectSink]) -> None:
        """Make several objects durable at once, all or, when the disk is full, none (``disk_full``)."""
        try:
            with _disk():
                self.settle([sink.sync() for sink in sinks])
        except BaseException:
            for sink in sinks:
                (self.root / sink.object_name).unlink(missing_ok=True)
                sink.discard()
            raise
        for sink in sinks:
            sink.settled()

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``, replacing what was there; durable on return."""
        self.put_all({name: data})

    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Store several objects, each replaced as a whole; all durable on return, ``disk_full`` keeps what was there.

        They appear one by one: whoever needs an order between them makes two calls.
        """
        spooled: list[tuple[Path, str]] = []
        try:
            with _disk():
                for name, data in objects.items():
                    _check_name(name)
                    path = self.spool / secrets.token_hex(16)
                    spooled.append((path, name))
                    _write(path, data)
                # Synced after all are written, so that one journal commit of the file system carries most of them.
                for path, _ in spooled:
                    _sync_file(path)
                self.settle(spooled)
        except BaseException:
            for path, _ in spooled:
                path.unlink(missing_ok=True)
            raise

    def settle(self, spooled: Iterable[tuple[Path, str]]) -> None:
        """Rename synced spool files into place and sync every folder that changed."""
        changed: set[Path] = set()
        for path, name in spooled:
            target = self.root / name
            changed |= self._made_folders(target.parent)
            path.replace(target)
            changed.add(target.parent)
        for folder in changed:
            _sync_folder(folder)

    def open_object(self, name: str) -> ObjectSource:
        """Open a stored object for reading anywhere; ``object_missing`` when there is none."""
        _check_name(name)
        try:
            return ObjectSource(obstore.head(self._store, name)["size"], self._store, name)
        except FileNotFoundError:
            raise ObjectError("object_missing", "there is no such object") from None

    def get(self, name: str) -> bytes:
        """Read a whole small object; ``object_missing`` when there is none."""
        _check_name(name)
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            raise ObjectError("object_missing", "there is no such object") from None

    def exists(self, name: str) -> bool:
        """Say whether the object is there."""
        try:
            self.open_object(name)
        except ObjectError as error:
            if error.code == "object_missing":
                return False
            raise
        return True

    def written_at(self, name: str) -> datetime:
        """Say when the object was written; ``object_missing`` when there is none."""
        _check_name(name)
        try:
            return obstore.head(self._store, name)["last_modified"]
        except FileNotFoundError:
            raise ObjectError("object_missing", "there is no such object") from None

    def delete(self, name: str) -> None:
        """Remove the object durably; one that is already gone is no fault, so that an erase can be replayed."""
        _check_name(name)
        with suppress(FileNotFoundError):
            obstore.delete(self._store, name)
        folder = (self.root / name).parent
        if folder.is_dir():
            _sync_folder(folder)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of all objects below ``prefix`` (a whole level), in no order; the spool is not among them."""
        for page in obstore.list(self._store, prefix or None):
            for found in page:
                if not found["path"].startswith(_SPOOL):
                    yield found["path"]

    def sweep_spool(self, *, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
        """Remove what crashed writers left in the spool longer than ``older_than`` ago; return how many."""
        swept = 0
        for path in self.spool.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < (now - older_than).timestamp():
                    path.unlink()
                    swept += 1
        return swept

    def _made_folders(self, folder: Path) -> set[Path]:
        """Make ``folder`` and the missing ones above it; return the folders whose listing changed."""
        changed: set[Path] = set()
        missing = folder
        while not missing.is_dir():
            changed.add(missing.parent)
            missing = missing.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return changed


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ObjectError("object_name", "an object name is lower-case letters, digits and single separators")


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


@cache
def _opened(root: Path) -> ObjectStore:
    return ObjectStore(root)


def object_store() -> ObjectStore:
    """Return the platform's object store, ``objects`` under ``CALLWARD_HOME``."""
    return _opened(Path(settings.CALLWARD_HOME) / "objects")
