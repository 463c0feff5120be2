"""Where backups go: names and bytes, durable once a call returns; and how a file is sealed there.

A folder (a disk, a share) or a bucket of an S3-compatible store. ``Destination`` alone knows which it is.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from callward.engine.envelope import EnvelopeError, Source, open_stream, seal_stream
from callward.engine.errors import Error
from callward.keyfile import read_key_file
from callward.web.core.objects import (
    BucketAddress,
    BucketStore,
    FolderStore,
    ObjectError,
    ObjectSource,
    ObjectStore,
    is_bucket,
)

FORMAT = 1
DATA, KEYS, WEB = "data", "keys", "web"
PIECE = 4 * 1024 * 1024
_HEADER_ROOM = 1024
_ID_TIME = 24  # characters of an id that say when it was made
_BOUND = b"callward backup\n"
Check = Callable[[], None]
"""Raises BackupError ``backup_busy`` once a place may be somebody else's."""


class BackupError(Error):
    """Making, reading or restoring a backup was refused; see ``code``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Size in bytes and SHA-256 (hexadecimal) of what lies in a store, as ciphertext.

    ``locked`` is the last day (its ordinal) until which the store keeps it against everybody; 0 for none.
    """

    size: int
    sha256: str
    locked: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Header:
    """The line in the clear before what is sealed: it says what this is and is bound to it."""

    kind: str
    id: str
    made_at: datetime

    def encode(self) -> bytes:
        told = {"callward": "backup", "format": FORMAT, "id": self.id, "kind": self.kind, "made_at": self.made_at}
        return orjson.dumps(told) + b"\n"


class Destination:
    """A place for backups and the key that seals them. Raises BackupError and ``KeyFileError``."""

    def __init__(self, place: Path | str, key: bytes, lock_days: int = 0) -> None:
        self.store = _store_at(place)
        self.place = self.store.place
        self.lock_days = lock_days
        self._key = key
        self._still_alone: Check = _nobody_else

    @classmethod
    def opened(cls, place: Path | str, key_file: Path | None, lock_days: int = 0) -> Destination:
        """Open a destination with the key of a file that nobody else can read; snapshots are locked for some days."""
        if key_file is None:
            raise BackupError(
                "backup_key_missing",
                "name the backup key: --key FILE or CALLWARD_BACKUP_KEY_FILE (32 bytes, mode 0600)",
            )
        return cls(place, read_key_file(key_file), lock_days)

    @property
    def folder(self) -> Path:
        """The folder; only of a destination that is one."""
        assert isinstance(self.store, FolderStore)
        return self.store.root

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other writer out for the block; BackupError ``backup_busy`` where one is at work."""
        with self._alone() as self._still_alone:
            yield
        self._still_alone = _nobody_else

    def _alone(self) -> AbstractContextManager[Check]:
        from callward.web.lifecycle.backup.alone import alone_in_bucket, alone_in_folder

        if isinstance(self.store, BucketStore):
            return alone_in_bucket(self.store)
        return alone_in_folder(self.folder)

    def sweep(self, now: datetime) -> None:
        """Remove what a writer that was cut off left; only for who is ``alone``."""
        self.store.sweep_spool(now=now, older_than=timedelta(0))

    def seal(self, name: str, header: Header, plain: BinaryIO) -> Stored:
        """Seal a file under ``name``, read it back and open it; return what lies there."""
        line = header.encode()
        with self.store.sink(name) as sink:
            sink.write(line)
            length = seal_stream(self._key, cast("io.BufferedReader", plain), sink, _BOUND + line)
            self._still_alone()
            sink.commit()
        with suppress(BackupError):
            if self.unseal(name, header.kind, NOWHERE) == (header, length):
                return digest_of(self.store.open_object(name))
        raise BackupError("backup_not_read_back", "what was written there does not read back as it was")

    def unseal(self, name: str, kind: str, target: BinaryIO) -> tuple[Header, int]:
        """Open a sealed file into ``target``; return its header and the plaintext's length.

        Raises BackupError: ``<kind>_missing``, ``<kind>_damaged``, ``backup_newer`` (of a later version of Callward).
        What has gone into ``target`` by then is the caller's to discard.
        """
        try:
            source = self.store.open_object(name)
            line, header = _read_header(source, kind)
            return header, open_stream(self._key, _Behind(source, len(line)), target, _BOUND + line)
        except ObjectError as refused:
            if refused.code == "object_missing":
                raise BackupError(f"{kind}_missing", f"{name} is not there") from None
            raise
        except EnvelopeError:
            raise BackupError(
                f"{kind}_damaged", f"{name} does not open: it was changed, or the key is another"
            ) from None

    def ids(self, prefix: str, last: str) -> list[str]:
        """Return the ids below ``prefix`` that have a file called ``last``, the oldest first."""
        found = [name.split("/") for name in self.store.list(prefix)]
        return sorted(parts[1] for parts in found if len(parts) == 3 and parts[2] == last)


class _Behind:
    """A source without its first bytes."""

    def __init__(self, source: Source, skipped: int) -> None:
        self._source, self._skipped = source, skipped

    @property
    def size(self) -> int:
        return max(0, self._source.size - self._skipped)

    def read_at(self, offset: int, length: int) -> bytes:
        wanted = max(0, min(length, self.size - offset))
        return bytes(self._source.read_at(self._skipped + offset, wanted))


class _Nowhere:
    """Takes plaintext that is opened only to see that it opens."""

    def write(self, data: memoryview, /) -> int:
        return len(data)


NOWHERE = cast("BinaryIO", _Nowhere())


def digest_of(source: Source) -> Stored:
    """Read all of an object and return what it is."""
    hashed = hashlib.sha256()
    for piece in pieces(source):
        hashed.update(piece)
    return Stored(source.size, hashed.hexdigest())


def pieces(source: Source) -> Iterator[bytes]:
    """Give all bytes of a source in order, some MiB at a time."""
    for start in range(0, source.size, PIECE):
        yield bytes(source.read_at(start, min(PIECE, source.size - start)))


def _store_at(place: Path | str) -> ObjectStore:
    if is_bucket(place):
        # What it spools has a folder of its own: a sweep of the destination must not take what intake is writing.
        spool = f"backup-{hashlib.sha256(str(place).encode()).hexdigest()[:16]}"
        return BucketStore(BucketAddress.read(str(place)), spool=spool)
    try:
        return FolderStore(Path(place).absolute())
    except OSError:
        raise BackupError("backup_unreachable", f"{place} cannot be made or written") from None


def _nobody_else() -> None:
    """Nobody is kept out, so nobody can have come in."""


def new_id(now: datetime) -> str:
    """Return a fresh id: ids sort by the time they were made at."""
    return f"{now:%Y-%m-%dt%H%M%S}-{now.microsecond:06d}-{os.urandom(3).hex()}"


def moment(now: datetime, ids: Sequence[str]) -> datetime:
    """Return ``now``, or where a clock was set back a moment after the newest of ``ids``: order is kept."""
    return max(now, made_at(ids[-1]) + timedelta(microseconds=1)) if ids else now


def made_at(identity: str) -> datetime:
    """Return when an id was made. Raises BackupError ``backup_id``."""
    try:
        return datetime.strptime(identity[:_ID_TIME], "%Y-%m-%dt%H%M%S-%f").replace(tzinfo=UTC)
    except ValueError:
        raise BackupError("backup_id", "this is not the id of a snapshot") from None


def _read_header(source: ObjectSource, kind: str) -> tuple[bytes, Header]:
    head = source.read_at(0, min(_HEADER_ROOM, source.size))
    line, end, _ = head.partition(b"\n")
    try:
        told = orjson.loads(line)
        header = Header(str(told["kind"]), str(told["id"]), datetime.fromisoformat(told["made_at"]))
        version = told["format"]
    except (ValueError, KeyError, TypeError):
        raise BackupError(f"{kind}_damaged", "the first line is not that of a backup") from None
    if not isinstance(version, int) or version > FORMAT:
        raise BackupError("backup_newer", "this was written by a later version of Callward")
    if header.kind != kind:
        raise BackupError(f"{kind}_damaged", "this is another part of a backup")
    return line + end, header
