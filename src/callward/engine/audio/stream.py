"""The guard between libsndfile's call-backs and the streams that callers hand in."""

from __future__ import annotations

from typing import BinaryIO


class Guard:
    """A seekable binary stream that keeps what goes wrong inside a C call-back.

    An exception raised in a call-back of libsndfile is printed and lost, and the file then merely looks
    short. The guard remembers the first one, answers "nothing" from there on, and ``check`` raises it.
    ``ended`` tells whether a read ever came back short of what was asked for.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._failure: BaseException | None = None
        self.ended = False

    def check(self) -> None:
        """Raises what the stream raised inside a call-back, if anything."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def read(self, size: int = -1) -> bytes:
        if self._failure is not None:
            return b""
        try:
            data = read_up_to(self._stream, size)
        except BaseException as failure:  # noqa: BLE001 - raised again by check(), outside the call-back
            self._failure = failure
            return b""
        self.ended = self.ended or len(data) < size
        return data

    def write(self, data: bytes) -> int:
        if self._failure is None:
            try:
                return _write_all(self._stream, data)
            except BaseException as failure:  # noqa: BLE001 - raised again by check(), outside the call-back
                self._failure = failure
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        if self._failure is None:
            try:
                return self._stream.seek(offset, whence)
            except BaseException as failure:  # noqa: BLE001 - raised again by check(), outside the call-back
                self._failure = failure
        return 0

    def tell(self) -> int:
        if self._failure is None:
            try:
                return self._stream.tell()
            except BaseException as failure:  # noqa: BLE001 - raised again by check(), outside the call-back
                self._failure = failure
        return 0


def read_up_to(stream: BinaryIO, size: int) -> bytes:
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


def _write_all(stream: BinaryIO, data: bytes) -> int:
    view = memoryview(data)
    done = 0
    while done < len(view):
        done += stream.write(view[done:])
    return done
