"""What this package refuses with, and what it reads bytes from."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, Protocol

from callward.engine.errors import Error

Octets = bytes | bytearray | memoryview


class EnvelopeError(Error):
    """A key, a sealed value or a sealed stream was refused; see ``code``.

    ``bad_key``            a key is not 32 bytes
    ``bad_address``        associated data cannot be built from these names
    ``unwrap_failed``      a wrapped key does not open under this key
    ``sealed_truncated``   the length is one that no sealed stream has, or bytes are missing while reading
    ``sealed_header``      the first bytes are not the header of a sealed stream
    ``sealed_tampered``    a segment or value does not authenticate: changed, moved, cut, wrong key or associated data
    ``sealed_range``       a range outside the plaintext was asked for
    ``sealed_rewrite``     a write behind the first segment, or past the end, while sealing
    ``sealed_too_long``    more plaintext than the format can number
    ``sealed_incomplete``  an earlier write failed, so the stream was not finished
    ``bad_threads``        fewer than one thread was asked for
    ``sealed_value``       a sealed column holds something else than a sealed value
    """


class Source(Protocol):
    """Sealed bytes with random access. ``read_at`` returns fewer bytes than asked only at the end."""

    @property
    def size(self) -> int: ...

    def read_at(self, offset: int, length: int) -> Octets: ...


class BytesSource:
    """A source over bytes already in memory; nothing is copied."""

    def __init__(self, sealed: Octets) -> None:
        self._view = memoryview(sealed).cast("B")

    @property
    def size(self) -> int:
        return len(self._view)

    def read_at(self, offset: int, length: int) -> memoryview:
        return self._view[offset : offset + length]


class FileSource:
    """A source over an open file, read with ``pread`` so that its position is never moved.

    The file stays the caller's to close. Its size is taken once: bytes appended later are not seen.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._descriptor = file.fileno()
        self._size = os.fstat(self._descriptor).st_size

    @property
    def size(self) -> int:
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        found = os.pread(self._descriptor, length, offset)
        if len(found) == length:
            return found
        whole = io.BytesIO()
        while found:
            whole.write(found)
            found = os.pread(self._descriptor, length - whole.tell(), offset + whole.tell())
        return whole.getvalue()
