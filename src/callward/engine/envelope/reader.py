"""A file object that opens a sealed stream, anywhere in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from callward.engine.envelope.layout import (
    HEADER_SIZE,
    SEGMENT_ROOM,
    TAG_SIZE,
    SegmentCipher,
    parse_header,
    plain_size,
    segment_bounds,
    segment_count,
    segment_of,
)
from callward.engine.envelope.model import EnvelopeError, Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class SegmentOpener:
    """Opens single segments of one sealed stream. Checks length and header when made."""

    def __init__(self, key: bytes, source: Source, aad: bytes) -> None:
        self._source = source
        self._sealed = source.size
        self.size = plain_size(self._sealed)
        self.count = segment_count(self._sealed)
        self._cipher = SegmentCipher(key, aad, parse_header(source.read_at(0, HEADER_SIZE)))

    @property
    def room_of_last(self) -> int:
        """Bytes of plaintext in the last segment."""
        start, end = segment_bounds(self.count - 1, self._sealed)
        return end - start - TAG_SIZE

    def open_into(self, number: int, target: memoryview) -> memoryview:
        """Fill the front of ``target`` with the plaintext of a segment and return that part.

        Raises EnvelopeError ``sealed_truncated`` or ``sealed_tampered``; ``target`` then holds no plaintext.
        """
        start, end = segment_bounds(number, self._sealed)
        sealed = self._source.read_at(start, end - start)
        if len(sealed) != end - start:
            raise EnvelopeError("sealed_truncated", f"segment {number} is shorter than it was")
        plain = target[: end - start - TAG_SIZE]
        self._cipher.open_into(number, sealed, plain, last=number == self.count - 1)
        return plain


class SealedReader(io.RawIOBase):
    """Reads the plaintext of a sealed stream with random access.

    Making one checks the length and opens the first and the last segment, so that a wrong key, wrong associated data
    and a cut stream are noticed before any byte goes out. A changed, swapped or missing segment in between is refused
    when it is reached, and nothing of it is returned. One segment at most is held in the clear; ``close`` forgets it.
    The source stays the caller's to close.

    Raises EnvelopeError ``bad_key``, ``sealed_truncated``, ``sealed_header``, ``sealed_tampered``. A refusal sticks: it
    is raised again by every later read, and ``refused`` keeps it for callers behind a library that swallows exceptions.
    """

    def __init__(self, key: bytes, source: Source, aad: bytes) -> None:
        super().__init__()
        self.refused: EnvelopeError | None = None
        self._position = 0
        self._held = -1
        self._opener = SegmentOpener(key, source, aad)
        self._buffer = memoryview(bytearray(min(SEGMENT_ROOM, self._opener.size)))
        self._plain = self._buffer[:0]
        self._segment(self._opener.count - 1)
        self._segment(0)

    @property
    def size(self) -> int:
        """Bytes of plaintext."""
        return self._opener.size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise EnvelopeError("sealed_range", "no position before the beginning")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill ``buffer`` as far as there is plaintext, over segment borders."""
        self._checkClosed()
        target = memoryview(buffer).cast("B")
        filled = 0
        for piece in self._pieces(self._position, min(self._position + len(target), self.size)):
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
        self._position += filled
        return filled

    def read_range(self, start: int, stop: int) -> Iterator[bytes]:
        """Return the plaintext bytes ``[start, stop)`` in pieces of at most one segment each.

        The position is not used or moved. Raises EnvelopeError ``sealed_range`` at once when the range does not lie
        within the plaintext; a bad segment is refused when the iterator reaches it.
        """
        self._checkClosed()
        if not 0 <= start <= stop <= self.size:
            raise EnvelopeError("sealed_range", "the range does not lie within the plaintext")
        return (bytes(piece) for piece in self._pieces(start, stop))

    def close(self) -> None:
        if not self.closed:
            self._held = -1
            self._buffer = self._plain = memoryview(b"")
        super().close()

    def _pieces(self, start: int, stop: int) -> Iterator[memoryview]:
        while start < stop:
            self._checkClosed()
            number, place = segment_of(start)
            piece = self._segment(number)[place : place + stop - start]
            yield piece
            start += len(piece)

    def _segment(self, number: int) -> memoryview:
        if self.refused:
            raise EnvelopeError(self.refused.code, self.refused.detail)
        if self._held != number:
            self._held = -1
            try:
                self._plain = self._opener.open_into(number, self._buffer)
            except EnvelopeError as refused:
                self.refused = refused
                raise
            self._held = number
        return self._plain
