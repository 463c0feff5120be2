"""Where an object is written before it is one: a seekable spool file, of ciphertext alone."""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from callward.web.core.objects.errors import ObjectError

if TYPE_CHECKING:
    from callward.web.core.objects.store import ObjectStore

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def disk() -> Iterator[None]:
    """Turn a full disk into its stable code; every other fault of the file system stays what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ObjectError("disk_full", "the object store has no space left; nothing was half-made") from None
        raise


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
        with disk():
            handle = os.open(self._spooled, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        super().__init__(handle, "r+b", closefd=True)

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]  # narrower on purpose
        """Write all of ``data`` at the present position; ``disk_full`` when there is no space."""
        view = memoryview(data).cast("B")
        done = 0
        with disk():
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

    def ended(self, *, sync: bool) -> tuple[Path, str]:
        """Close, with the spooled bytes durable where ``sync`` asks for it; return where they are and their name."""
        handle = self.fileno()
        if sync:
            os.fsync(handle)
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
