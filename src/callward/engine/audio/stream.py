"""The guard between libsndfile's call-backs and the streams that callers hand in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

_Answer = TypeVar("_Answer")
_GATHERED = 1 << 16


class Source(Protocol):
    """A seekable stream of bytes to read: every binary file, and every raw stream."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


class Target(Protocol):
    """A seekable stream of bytes to write: every binary file, and every raw stream."""

    def write(self, data: bytes, /) -> int | None: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


class _Guard:
    """A stream that keeps what goes wrong inside a C call-back.

    An exception raised in a call-back of libsndfile is printed and lost, and the file then merely looks
    short. The guard keeps the first one, answers "nothing" from there on, and ``check`` raises it.
    """

    def __init__(self, stream: Source | Target) -> None:
        self._place = stream
        self._failure: BaseException | None = None

    def check(self) -> None:
        """Raises what the stream raised inside a call-back, if anything."""
        if self._failure is not None:
            raise self._failure

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._kept(lambda: self._place.seek(offset, whence), 0)

    def tell(self) -> int:
        return self._kept(self._place.tell, 0)

    def _kept(self, act: Callable[[], _Answer], nothing: _Answer) -> _Answer:
        if self._failure is None:
            try:
                return act()
            except BaseException as failure:  # noqa: BLE001 - raised again by check(), outside the call-back
                self._failure = failure
        return nothing


class GuardedSource(_Guard):
    """``ended`` tells whether a read ever came back short of what was asked for."""

    def __init__(self, stream: Source) -> None:
        super().__init__(stream)
        self._stream = stream
        self.ended = False

    def read(self, size: int) -> bytes:
        data = self._kept(lambda: read_up_to(self._stream, size), b"")
        self.ended = self.ended or len(data) < size
        return data


class GuardedTarget(_Guard):
    """Gathers what libsndfile writes in small pieces; ``flush`` passes the rest on."""

    def __init__(self, stream: Target) -> None:
        super().__init__(stream)
        self._stream = stream
        self._position = stream.tell()
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        if self._failure is not None:
            return 0
        self._pending += data
        self._position += len(data)
        if len(self._pending) >= _GATHERED:
            self.flush()
        return len(data)

    def flush(self) -> None:
        data = bytes(self._pending)
        self._pending.clear()
        self._kept(lambda: _write_all(self._stream, data), 0)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.flush()
        self._position = super().seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position


def read_up_to(stream: Source, size: int) -> bytes:
    """``size`` bytes, or fewer only at the end; raw streams may answer in smaller pieces."""
    data = stream.read(size)
    if len(data) == size or not data:
        return data
    pieces = [data]
    missing = size - len(data)
    while missing > 0 and (data := stream.read(missing)):
        pieces.append(data)
        missing -= len(data)
    return b"".join(pieces)


def _write_all(stream: Target, data: bytes) -> int:
    done = 0
    while done < len(data):
        written = stream.write(data[done:] if done else data)
        if not written:
            raise BlockingIOError
        done += written
    return done
