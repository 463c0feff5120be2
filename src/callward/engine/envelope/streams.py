"""Whole streams: seal and open from one end to the other, on one thread or several."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Protocol

from callward.engine.envelope.layout import (
    FIRST_ROOM,
    PIECE_BUFFER,
    SEGMENT_ROOM,
    SEGMENT_SIZE,
    TAG_SIZE,
    Header,
    SegmentCipher,
    new_header,
    segment_room,
)
from callward.engine.envelope.model import BytesSource, EnvelopeError, Octets, Source
from callward.engine.envelope.reader import SegmentOpener
from callward.engine.envelope.writer import Target, write_all


class Plaintext(Protocol):
    """Where plaintext comes from in order; every binary file is one."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...


def seal_bytes(key: bytes, plaintext: Octets, aad: bytes) -> bytes:
    """Return the sealed stream of ``plaintext``. Raises EnvelopeError ``bad_key``."""
    sealed = io.BytesIO()
    seal_stream(key, plaintext, sealed, aad)
    return sealed.getvalue()


def open_bytes(key: bytes, sealed: Octets, aad: bytes) -> bytes:
    """Return the plaintext of a sealed stream, whole or not at all. Raises EnvelopeError as ``open_stream``."""
    plain = io.BytesIO()
    open_stream(key, BytesSource(sealed), plain, aad)
    return plain.getvalue()


def seal_stream(key: bytes, source: Plaintext | Octets, target: Target, aad: bytes, *, threads: int = 1) -> int:
    """Seal everything left in ``source`` into ``target``, in order and without seeking; return the plaintext length.

    Bytes already in memory are sealed where they are, a file through buffers of 1 MiB (two a thread, and one). Threads
    pay where the source is quicker than the cipher. When it fails half-way, what lies in ``target`` lacks its last
    segment and does not open; removing it is the caller's duty. Raises EnvelopeError ``bad_key``, ``sealed_too_long``;
    errors of source and target pass through.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        pieces = _slices(memoryview(source).cast("B"))
    else:
        pieces = _reads(source, threads)
    return _seal(key, pieces, target, aad, new_header(), threads)


def open_stream(key: bytes, source: Source, target: Target, aad: bytes, *, threads: int = 1) -> int:
    """Open a whole sealed stream into ``target``, in order; return the plaintext length.

    Length, first and last segment are checked before a byte goes out. A bad segment in between is refused when it is
    reached: earlier segments have then been written, and discarding them is the caller's duty. Raises EnvelopeError
    ``bad_key``, ``sealed_truncated``, ``sealed_header``, ``sealed_tampered``; errors of ``target`` pass through.
    """
    opener = SegmentOpener(key, source, aad)
    buffers = _buffers(threads, min(SEGMENT_ROOM, opener.size))
    end = opener.open_into(opener.count - 1, _buffers(1, opener.room_of_last)[0])
    if opener.count > 1:
        write_all(target, opener.open_into(0, buffers[0]))
    tasks = (partial(opener.open_into, number, buffers[number % threads]) for number in range(1, opener.count - 1))
    for plain in _in_order(tasks, threads):
        write_all(target, plain)
    write_all(target, end)
    return opener.size


def _seal(
    key: bytes,
    pieces: Iterator[tuple[int, memoryview, bool]],
    target: Target,
    aad: bytes,
    header: Header,
    threads: int,
) -> int:
    cipher = SegmentCipher(key, aad, header)
    if threads == 1:
        return _seal_alone(cipher, pieces, target, header)
    buffers = _buffers(threads, SEGMENT_SIZE)

    def seal(number: int, plain: memoryview, last: bool) -> memoryview:
        sealed = buffers[number % threads][: len(plain) + TAG_SIZE]
        cipher.seal_into(number, plain, sealed, last=last)
        return sealed

    write_all(target, header.encode())
    length = 0
    for sealed in _in_order((partial(seal, *piece) for piece in pieces), threads):
        write_all(target, sealed)
        length += len(sealed) - TAG_SIZE
    return length


def _seal_alone(
    cipher: SegmentCipher, pieces: Iterator[tuple[int, memoryview, bool]], target: Target, header: Header
) -> int:
    [buffer] = _buffers(1, PIECE_BUFFER)
    write_all(target, header.encode())
    length = 0
    for number, plain, last in pieces:
        for sealed in cipher.seal_pieces(number, plain, buffer, last=last):
            write_all(target, sealed)
        length += len(plain)
    return length


def _in_order(tasks: Iterator[Callable[[], memoryview]], threads: int) -> Iterator[memoryview]:
    """Run tasks on ``threads`` threads and yield their results in order, at most ``threads`` of them unclaimed."""
    if threads == 1:
        for task in tasks:
            yield task()
        return
    running: deque[Future[memoryview]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for task in tasks:
            running.append(pool.submit(task))
            if len(running) == threads:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _slices(plain: memoryview) -> Iterator[tuple[int, memoryview, bool]]:
    number, start = 0, 0
    while True:
        stop = start + segment_room(number)
        yield number, plain[start:stop], stop >= len(plain)
        if stop >= len(plain):
            return
        number, start = number + 1, stop


def _reads(source: Plaintext, threads: int) -> Iterator[tuple[int, memoryview, bool]]:
    """Read one segment ahead, since only the end of the source says which segment is the last.

    Beside the segment ahead and the one handed out, ``threads - 1`` may still be at work; their buffers wait.
    """
    ring = _buffers(threads + 1, SEGMENT_ROOM)
    number, plain = 0, _fill(source, ring[0][:FIRST_ROOM])
    while True:
        number += 1
        full = len(plain) == segment_room(number - 1)
        ahead = _fill(source, ring[number % len(ring)]) if full else plain[:0]
        yield number - 1, plain, not ahead
        if not ahead:
            return
        plain = ahead


def _fill(source: Plaintext, buffer: memoryview) -> memoryview:
    filled = 0
    while filled < len(buffer):
        found = source.readinto(buffer[filled:])
        if found is None:
            raise BlockingIOError
        if not found:
            break
        filled += found
    return buffer[:filled]


def _buffers(count: int, size: int) -> list[memoryview]:
    if count < 1:
        raise EnvelopeError("bad_threads", "at least one thread")
    return [memoryview(bytearray(size)) for _ in range(count)]
