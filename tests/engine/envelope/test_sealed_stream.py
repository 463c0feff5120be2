"""The sealed stream: its layout, its borders, and everything that must not open."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callward.engine.envelope import (
    BytesSource,
    EnvelopeError,
    FileSource,
    SealedReader,
    new_key,
    open_bytes,
    open_stream,
    plain_size,
    seal_bytes,
    seal_stream,
    sealed_size,
)
from callward.engine.envelope.layout import (
    FIRST_ROOM,
    HEADER_SIZE,
    PIECE_BUFFER,
    PIECE_SIZE,
    SEGMENT_ROOM,
    SEGMENT_SIZE,
    TAG_SIZE,
    SegmentCipher,
    new_header,
    parse_header,
)
from callward.engine.envelope.streams import _seal, _slices

_VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sealed" / "tink.json").read_text())
_BORDERS = [0, 1, FIRST_ROOM - 1, FIRST_ROOM, FIRST_ROOM + 1]
_BORDERS += [FIRST_ROOM + n * SEGMENT_ROOM + d for n in (1, 2) for d in (-1, 0, 1)]
_KEY = hashlib.sha256(b"one key for the file").digest()
_THREE = seal_bytes(_KEY, bytes(FIRST_ROOM + 2 * SEGMENT_ROOM), b"here")


def _pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


class _Trickle(io.RawIOBase):
    """A source that gives as much as it likes, as a pipe does."""

    def __init__(self, plain: bytes) -> None:
        super().__init__()
        self._plain = io.BytesIO(plain)
        self._sizes = itertools.cycle((1, 70_001, 1 << 20, 3))

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what the streams hand in
        return self._plain.readinto(buffer[: next(self._sizes)])


class _Stingy(io.RawIOBase):
    """A target that takes less than it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = bytearray()

    def write(self, data: memoryview, /) -> int:  # type: ignore[override]  # what the streams hand out
        self.taken += data[:300_007]
        return min(len(data), 300_007)


@pytest.mark.parametrize("vector", _VECTORS, ids=lambda vector: str(vector["plaintext_size"]))
def test_tink_vectors_are_reproduced_byte_for_byte(vector: dict[str, str | int]) -> None:
    key, aad, header = (bytes.fromhex(str(vector[name])) for name in ("key", "aad", "header"))
    plain, sealed = _pattern(int(vector["plaintext_size"])), io.BytesIO()
    _seal(key, _slices(memoryview(plain)), sealed, aad, parse_header(header), threads=1)
    assert hashlib.sha256(sealed.getvalue()).hexdigest() == vector["sealed_sha256"]
    assert open_bytes(key, sealed.getvalue(), aad) == plain
    if "sealed" in vector:
        assert sealed.getvalue().hex() == vector["sealed"]


@pytest.mark.parametrize("size", [0, 1, PIECE_SIZE - 1, PIECE_SIZE, PIECE_SIZE + 1, 3 * PIECE_SIZE, SEGMENT_ROOM])
def test_a_segment_sealed_in_pieces_is_the_one_sealed_at_once(size: int) -> None:
    cipher, plain, whole = SegmentCipher(_KEY, b"aad", new_header()), _pattern(size), bytearray(size + TAG_SIZE)
    cipher.seal_into(7, plain, whole, last=True)
    pieces = cipher.seal_pieces(7, plain, memoryview(bytearray(PIECE_BUFFER)), last=True)
    assert b"".join(map(bytes, pieces)) == whole


@pytest.mark.parametrize("size", _BORDERS)
def test_tink_opens_ours_and_ours_opens_tinks(size: int) -> None:
    peer = pytest.importorskip("tink_peer", reason="the tink package is not installed", exc_type=ImportError)
    plain, aad = _pattern(size), b"associated data"
    assert peer.tink_open(_KEY, seal_bytes(_KEY, plain, aad), aad) == plain
    assert open_bytes(_KEY, peer.tink_seal(_KEY, plain, aad), aad) == plain


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("size", _BORDERS)
def test_streams_round_trip_at_every_border(size: int, threads: int) -> None:
    plain, sealed, opened = _pattern(size), _Stingy(), _Stingy()
    assert seal_stream(_KEY, _Trickle(plain), sealed, b"aad", threads=threads) == size
    assert len(sealed.taken) == sealed_size(size)
    assert open_stream(_KEY, BytesSource(sealed.taken), opened, b"aad", threads=threads) == size
    assert opened.taken == plain


def test_sealing_begins_where_the_source_stands() -> None:
    source, sealed = io.BytesIO(b"before after"), io.BytesIO()
    source.seek(7)
    assert seal_stream(_KEY, source, sealed, b"") == 5
    assert open_bytes(_KEY, sealed.getvalue(), b"") == b"after"


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_opens(plain: bytes, aad: bytes) -> None:
    assert open_bytes(_KEY, seal_bytes(_KEY, plain, aad), aad) == plain


@given(st.integers(0, 1 << 52))
def test_sizes_are_each_others_inverse(size: int) -> None:
    if size > FIRST_ROOM + ((1 << 32) - 1) * SEGMENT_ROOM:
        with pytest.raises(EnvelopeError, match="sealed_too_long"):
            sealed_size(size)
    else:
        assert plain_size(sealed_size(size)) == size


@pytest.mark.parametrize("base", [0, SEGMENT_SIZE, 2 * SEGMENT_SIZE, 7 * SEGMENT_SIZE])
def test_lengths_that_no_stream_has_are_refused(base: int) -> None:
    least = 57 if base == 0 else base + 18
    # After a full segment there is either nothing, or a tag and at least one byte.
    for length in range(base + 1, least - 1):
        with pytest.raises(EnvelopeError, match="sealed_truncated"):
            plain_size(length)
    assert plain_size(least) == plain_size(least - 1) + 1
    with pytest.raises(EnvelopeError, match="sealed_truncated"):
        plain_size(0)


def test_the_longest_stream_is_numbered_to_the_end() -> None:
    longest = FIRST_ROOM + ((1 << 32) - 1) * SEGMENT_ROOM
    assert plain_size(sealed_size(longest)) == longest
    calls: list[Callable[[], int]] = [
        lambda: sealed_size(longest + 1),
        lambda: plain_size((1 << 52) + 18),
        lambda: sealed_size(-1),
    ]
    for call in calls:
        with pytest.raises(EnvelopeError, match="sealed_too_long"):
            call()


@pytest.mark.parametrize("length", [*range(60), SEGMENT_SIZE - 1, SEGMENT_SIZE, 2 * SEGMENT_SIZE, len(_THREE) - 1])
def test_a_cut_stream_is_refused_before_any_byte_goes_out(length: int) -> None:
    target = io.BytesIO()
    with pytest.raises(EnvelopeError, match=r"sealed_truncated|sealed_tampered"):
        open_stream(_KEY, BytesSource(_THREE[:length]), target, b"here")
    assert target.getvalue() == b""
    with pytest.raises(EnvelopeError, match=r"sealed_truncated|sealed_tampered"):
        SealedReader(_KEY, BytesSource(_THREE[:length]), b"here")


def _segments(sealed: bytes) -> list[bytes]:
    return [sealed[start : start + SEGMENT_SIZE] for start in range(0, len(sealed), SEGMENT_SIZE)]


_BROKEN: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "first missing": lambda s: [s[0][:HEADER_SIZE] + s[1][HEADER_SIZE:], s[2]],
    "middle missing": lambda s: [s[0], s[2]],
    "last missing": lambda s: [s[0], s[1]],
    "swapped": lambda s: [s[0], s[2], s[1]],
    "repeated": lambda s: [s[0], s[1], s[1], s[2]],
    "last repeated": lambda s: [s[0], s[1], s[2], s[2]],
    "byte appended": lambda s: [*s, b"\0"],
    "segment appended": lambda s: [*s, bytes(50)],
    "of another stream": lambda s: [s[0], _segments(seal_bytes(_KEY, bytes(3 << 20), b"here"))[1], s[2]],
}


@pytest.mark.parametrize("fault", _BROKEN)
def test_missing_swapped_and_foreign_segments_are_refused(fault: str) -> None:
    broken = b"".join(_BROKEN[fault](_segments(_THREE)))
    with pytest.raises(EnvelopeError, match=r"sealed_truncated|sealed_tampered"):
        open_bytes(_KEY, broken, b"here")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_THREE) * 8 - 1))
def test_every_changed_bit_is_refused(bit: int) -> None:
    broken = bytearray(_THREE)
    broken[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EnvelopeError, match=r"sealed_header|sealed_tampered"):
        open_bytes(_KEY, broken, b"here")


@given(st.binary(max_size=200))
def test_what_is_no_sealed_stream_is_refused(found: bytes) -> None:
    for sealed in (found, bytes((HEADER_SIZE,)) + found):
        with pytest.raises(EnvelopeError, match=r"sealed_truncated|sealed_header|sealed_tampered"):
            open_bytes(_KEY, sealed, b"")


def test_wrong_key_and_wrong_associated_data_are_refused_before_any_byte_goes_out() -> None:
    for key, aad in ((new_key(), b"here"), (_KEY, b"there"), (_KEY, b"")):
        target = io.BytesIO()
        with pytest.raises(EnvelopeError, match="sealed_tampered"):
            open_stream(key, BytesSource(_THREE), target, aad)
        assert target.getvalue() == b""


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    with pytest.raises(EnvelopeError, match="bad_key"):
        seal_bytes(bytes(size), b"", b"")
    with pytest.raises(EnvelopeError, match="bad_key"):
        open_bytes(bytes(size), _THREE, b"here")


def test_fewer_than_one_thread_is_refused() -> None:
    with pytest.raises(EnvelopeError, match="bad_threads"):
        seal_stream(_KEY, io.BytesIO(), io.BytesIO(), b"", threads=0)


def test_the_same_plaintext_never_looks_the_same() -> None:
    sealed = [seal_bytes(_KEY, b"Dana", b"") for _ in range(50)]
    assert len({stream[:HEADER_SIZE] for stream in sealed}) == len({stream[HEADER_SIZE:] for stream in sealed}) == 50


def test_no_plaintext_stays_behind_a_refused_segment() -> None:
    broken = bytearray(_THREE)
    broken[SEGMENT_SIZE + 5] ^= 1
    with SealedReader(_KEY, BytesSource(broken), b"here") as reader:
        reader._buffer[:] = b"\xff" * len(reader._buffer)
        reader.seek(FIRST_ROOM)
        with pytest.raises(EnvelopeError, match="sealed_tampered"):
            reader.read(1)
        assert bytes(reader._buffer) == bytes(len(reader._buffer))


def test_a_file_is_a_source_wherever_it_stands() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(_THREE)
        file.flush()
        target = io.BytesIO()
        assert open_stream(_KEY, FileSource(file), target, b"here") == plain_size(len(_THREE))
        assert file.tell() == len(_THREE)
        source = FileSource(file)
        assert source.read_at(len(_THREE) - 3, 10) == _THREE[-3:]
        file.truncate(SEGMENT_SIZE + 100)
        with pytest.raises(EnvelopeError, match="sealed_truncated"):
            open_stream(_KEY, source, io.BytesIO(), b"here")
