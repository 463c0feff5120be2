"""A file object that seals what is written to it."""

from __future__ import annotations

import io
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from callward.engine.envelope.layout import (
    FIRST_ROOM,
    PIECE_BUFFER,
    SEGMENT_ROOM,
    SEGMENT_SIZE,
    SegmentCipher,
    new_header,
    sealed_size,
)
from callward.engine.envelope.model import EnvelopeError, Octets


class Target(Protocol):
    """Where sealed bytes go in order; every binary file is one. ``write`` may take less than it was given."""

    def write(self, sealed: memoryview, /) -> int | None: ...


def write_all(target: Target, sealed: Octets) -> None:
    """Write all of ``sealed``, also to an unbuffered file that takes less at a time."""
    view = memoryview(sealed)
    while view:
        written = target.write(view)
        if written == len(view):
            return
        if not written:
            raise BlockingIOError
        view = view[written:]


class SealingWriter(io.RawIOBase):
    """Seals what is written to it into ``target``, from the target's present position.

    Later segments are written as they fill; header and first segment are kept in memory until ``close``, because some
    formats (FLAC, WAV) finish their own header only then. So ``target`` must be seekable, and ``seek`` is allowed
    anywhere while writing is allowed at the end and, again and again, within the first 1,048,520 bytes.

    Nothing opens until ``close`` has succeeded: leaving a ``with`` block by an exception, ``abort``, a failed write or
    being forgotten leaves ``target`` without a header. Removing those bytes is the caller's duty, as are closing and
    fsyncing ``target``. Little over 2 MiB are held at most, whatever is written.

    Raises EnvelopeError ``bad_key``, ``sealed_rewrite`` (a write where none is allowed), ``sealed_too_long``,
    ``sealed_incomplete`` (``close`` after a failed write); errors of ``target`` pass through.
    """

    def __init__(self, key: bytes, target: BinaryIO, aad: bytes) -> None:
        super().__init__()
        self._failed = False
        self._header = new_header()
        self._cipher = SegmentCipher(key, aad, self._header)
        self._target = target
        self._origin = target.tell()
        self._first = bytearray()
        self._number = 1  # of the segment that is being filled behind the first one
        self._pending = memoryview(b"")  # its plaintext, as long as a segment once there is any
        self._filled = 0
        self._sealed = memoryview(b"")
        self._position = 0
        self._size = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise self._refuse("sealed_rewrite", "no position before the beginning")
        self._position = start + offset
        return self._position

    def write(self, data: Octets, /) -> int:  # type: ignore[override]  # any contiguous buffer, as every caller has
        self._checkClosed()
        view = memoryview(data).cast("B")
        end = self._position + len(view)
        if not (self._position == self._size or self._overwrites_first(end)):
            raise self._refuse("sealed_rewrite", "only the first segment and the end can be written")
        try:
            head = view[: max(0, FIRST_ROOM - self._position)]
            self._first[self._position : self._position + len(head)] = head
            self._append(view[len(head) :])
        except BaseException:
            self._failed = True
            raise
        self._position, self._size = end, max(end, self._size)
        return len(view)

    def close(self) -> None:
        """Write the last segment, then header and first segment; leave ``target`` behind the sealed stream."""
        if self.closed:
            return
        try:
            if self._failed:
                raise EnvelopeError("sealed_incomplete", "an earlier write failed; nothing was finished")
            self._finish()
        finally:
            self.abort()

    def abort(self) -> None:
        """Give up: the header is never written, so what lies in ``target`` cannot be opened."""
        self._first, self._pending, self._sealed = bytearray(), memoryview(b""), memoryview(b"")
        super().close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()

    def __enter__(self) -> Self:
        return self

    def __del__(self) -> None:
        # The base class would close, and so finish a stream whose writer was forgotten half-way.
        super().close()

    def _overwrites_first(self, end: int) -> bool:
        return self._position < self._size and min(end, self._size) <= FIRST_ROOM

    def _append(self, view: memoryview) -> None:
        while view:
            if self._filled == SEGMENT_ROOM:
                self._emit(self._pending, last=False)
                self._filled = 0
            if not self._filled and len(view) > SEGMENT_ROOM:
                self._emit(view[:SEGMENT_ROOM], last=False)
                view = view[SEGMENT_ROOM:]
                continue
            if not self._pending:
                self._pending = memoryview(bytearray(SEGMENT_ROOM))
            taken = view[: SEGMENT_ROOM - self._filled]
            self._pending[self._filled : self._filled + len(taken)] = taken
            self._filled += len(taken)
            view = view[len(taken) :]

    def _emit(self, plaintext: Octets, *, last: bool) -> None:
        if self._number == 1:
            self._target.seek(self._origin + SEGMENT_SIZE)
        self._write(self._number, plaintext, last=last)
        self._number += 1

    def _write(self, number: int, plaintext: Octets, *, last: bool) -> None:
        if not self._sealed:
            self._sealed = memoryview(bytearray(PIECE_BUFFER))
        for piece in self._cipher.seal_pieces(number, plaintext, self._sealed, last=last):
            write_all(self._target, piece)

    def _finish(self) -> None:
        end = self._origin + sealed_size(self._size)
        if self._filled:
            self._emit(self._pending[: self._filled], last=True)
        self._target.seek(self._origin)
        write_all(self._target, self._header.encode())
        self._write(0, self._first, last=self._size <= FIRST_ROOM)
        self._target.seek(end)

    def _refuse(self, code: str, detail: str) -> EnvelopeError:
        # A library that calls back into this object may swallow the exception: closing must still refuse.
        self._failed = True
        return EnvelopeError(code, detail)
