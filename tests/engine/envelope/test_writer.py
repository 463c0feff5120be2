"""Sealing through a file object whose beginning may be written again."""

from __future__ import annotations

import gc
import io
import tempfile

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from callward.engine.envelope import EnvelopeError, SealingWriter, new_key, open_bytes, sealed_size
from callward.engine.envelope.layout import FIRST_ROOM, SEGMENT_ROOM

_KEY = new_key()
_SIZES = [0, 1, FIRST_ROOM - 1, FIRST_ROOM, FIRST_ROOM + 1, FIRST_ROOM + SEGMENT_ROOM, FIRST_ROOM + SEGMENT_ROOM + 1]
_CHUNKS = [4096, 1 << 20, 3 << 20]


def _pattern(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest.mark.parametrize("chunk", _CHUNKS)
@pytest.mark.parametrize("size", _SIZES)
def test_what_was_written_opens(size: int, chunk: int) -> None:
    plain, target = _pattern(size), io.BytesIO()
    with SealingWriter(_KEY, target, b"here") as writer:
        for start in range(0, size, chunk):
            writer.write(plain[start : start + chunk])
        assert writer.tell() == size
    assert target.tell() == sealed_size(size)
    assert open_bytes(_KEY, target.getvalue(), b"here") == plain


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, FIRST_ROOM + 3),
    st.lists(st.tuples(st.integers(0, FIRST_ROOM), st.binary(max_size=2000)), max_size=6),
)
def test_the_first_segment_can_be_written_again(size: int, changes: list[tuple[int, bytes]]) -> None:
    model, target = io.BytesIO(), io.BytesIO()
    with SealingWriter(_KEY, target, b"") as writer:
        for file in (model, writer):
            file.write(_pattern(size))
        for place, data in changes:
            if place + len(data) <= min(size, FIRST_ROOM):
                for file in (model, writer):
                    file.seek(place)
                    file.write(data)
        for file in (model, writer):
            file.seek(0, io.SEEK_END)
            file.write(b"the end")
    assert open_bytes(_KEY, target.getvalue(), b"") == model.getvalue()


def test_an_overwrite_may_run_over_the_end_while_all_is_in_the_first_segment() -> None:
    target = io.BytesIO()
    with SealingWriter(_KEY, target, b"") as writer:
        writer.write(bytes(100))
        writer.seek(50)
        writer.write(_pattern(2 << 20))
    assert open_bytes(_KEY, target.getvalue(), b"") == bytes(50) + _pattern(2 << 20)


@pytest.mark.parametrize(
    ("size", "place", "length"), [(3 << 20, 2 << 20, 1), (2 << 20, FIRST_ROOM - 1, 2), (10, 11, 1)]
)
def test_a_write_behind_the_first_segment_is_refused_and_nothing_opens(size: int, place: int, length: int) -> None:
    target = io.BytesIO()
    writer = SealingWriter(_KEY, target, b"")
    writer.write(bytes(size))
    writer.seek(place)
    with pytest.raises(EnvelopeError, match="sealed_rewrite"):
        writer.write(bytes(length))
    # A codec library swallows exceptions of its callbacks, so closing has to refuse too.
    with pytest.raises(EnvelopeError, match="sealed_incomplete"):
        writer.close()
    assert writer.closed
    _assert_does_not_open(target)


def _assert_does_not_open(target: io.BytesIO) -> None:
    with pytest.raises(EnvelopeError, match=r"sealed_truncated|sealed_header"):
        open_bytes(_KEY, target.getvalue(), b"")


def test_leaving_by_an_exception_finishes_nothing() -> None:
    target = io.BytesIO()

    def cut_off() -> None:
        with SealingWriter(_KEY, target, b"") as writer:
            writer.write(bytes(3 << 20))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    _assert_does_not_open(target)


def test_giving_up_finishes_nothing() -> None:
    target = io.BytesIO()
    writer = SealingWriter(_KEY, target, b"")
    writer.write(b"half of what was to be said")
    writer.abort()
    writer.close()
    assert target.getvalue() == b""
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")


def test_a_forgotten_writer_finishes_nothing() -> None:
    target = io.BytesIO()
    SealingWriter(_KEY, target, b"").write(bytes(3 << 20))
    gc.collect()
    _assert_does_not_open(target)


class _Full(io.BytesIO):
    def write(self, data: object, /) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_target_is_reported_and_nothing_opens() -> None:
    target = _Full()
    writer = SealingWriter(_KEY, target, b"")
    with pytest.raises(OSError, match="No space"):
        writer.write(bytes(4 << 20))
    with pytest.raises(EnvelopeError, match="sealed_incomplete"):
        writer.close()
    _assert_does_not_open(target)


def test_a_target_that_fills_up_at_the_end_is_reported() -> None:
    target = _Full()
    writer = SealingWriter(_KEY, target, b"")
    writer.write(b"small")
    with pytest.raises(OSError, match="No space"):
        writer.close()
    assert writer.closed


def test_a_stream_may_begin_behind_something_else() -> None:
    target = io.BytesIO(b"envelope:")
    target.seek(0, io.SEEK_END)
    with SealingWriter(_KEY, target, b"") as writer:
        writer.write(_pattern(2 << 20))
    assert open_bytes(_KEY, target.getvalue()[9:], b"") == _pattern(2 << 20)


def test_no_plaintext_reaches_the_target() -> None:
    target = io.BytesIO()
    with SealingWriter(_KEY, target, b"") as writer:
        writer.write(b"what Dana said " * 200_000)
    assert b"what Dana said" not in target.getvalue()


@pytest.mark.parametrize(("form", "subtype"), [("FLAC", "PCM_16"), ("WAV", "ULAW"), ("OGG", "OPUS")])
def test_a_codec_library_writes_into_it(form: str, subtype: str) -> None:
    noise = np.random.default_rng(7).integers(-3000, 3000, (1_200_000, 2), dtype=np.int16)
    if subtype == "OPUS":
        noise = noise[:80_000]
    with tempfile.TemporaryFile() as target:
        with (
            SealingWriter(_KEY, target, b"") as writer,
            soundfile.SoundFile(writer, "w", samplerate=8000, channels=2, format=form, subtype=subtype) as file,
        ):
            for start in range(0, len(noise), 50_000):
                file.write(noise[start : start + 50_000])
        target.seek(0)
        with soundfile.SoundFile(io.BytesIO(open_bytes(_KEY, target.read(), b""))) as file:
            assert file.frames == len(noise)
            if form == "FLAC":
                assert np.array_equal(file.read(dtype="int16"), noise)


def test_memory_stays_flat_however_much_is_written() -> None:
    class _Nowhere(io.BytesIO):
        def write(self, data: object, /) -> int:
            return memoryview(data).nbytes  # type: ignore[arg-type] # a buffer

    writer = SealingWriter(_KEY, _Nowhere(), b"")
    for _ in range(64):
        writer.write(bytes(1 << 20))
    assert len(writer._first) + len(writer._pending) + len(writer._sealed) <= 3 << 20
    writer.abort()
