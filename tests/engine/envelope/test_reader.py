"""Reading a sealed stream anywhere, without what lies before."""

from __future__ import annotations

import io

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from callward.engine.envelope import BytesSource, EnvelopeError, SealedReader, new_key, seal_bytes
from callward.engine.envelope.layout import FIRST_ROOM, SEGMENT_ROOM, SEGMENT_SIZE

_KEY = new_key()
_PLAIN = (bytes(range(251)) * 13_000)[: FIRST_ROOM + 2 * SEGMENT_ROOM + 1000]
_SEALED = seal_bytes(_KEY, _PLAIN, b"here")
_NEAR_BORDERS = st.one_of(
    st.integers(0, len(_PLAIN)),
    st.sampled_from([FIRST_ROOM, FIRST_ROOM + SEGMENT_ROOM, len(_PLAIN)]).flatmap(
        lambda border: st.integers(border - 2, min(border + 2, len(_PLAIN)))
    ),
)


class _Counting(BytesSource):
    """Remembers which bytes were asked for."""

    def __init__(self, sealed: bytes) -> None:
        super().__init__(sealed)
        self.read: list[tuple[int, int]] = []

    def read_at(self, offset: int, length: int) -> memoryview:
        self.read.append((offset, length))
        return super().read_at(offset, length)


def _reader() -> SealedReader:
    return SealedReader(_KEY, BytesSource(_SEALED), b"here")


@settings(max_examples=60, deadline=None)
@given(_NEAR_BORDERS, _NEAR_BORDERS)
def test_every_range_is_the_plaintexts_own(one: int, other: int) -> None:
    start, stop = sorted((one, other))
    with _reader() as reader:
        pieces = list(reader.read_range(start, stop))
        assert b"".join(pieces) == _PLAIN[start:stop]
        assert max((len(piece) for piece in pieces), default=0) <= SEGMENT_ROOM
        reader.seek(start)
        assert reader.read(stop - start) == _PLAIN[start:stop]
        assert reader.tell() == stop


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 4), (0, len(_PLAIN) + 1), (len(_PLAIN) + 1, len(_PLAIN) + 1)])
def test_a_range_outside_is_refused_at_once(start: int, stop: int) -> None:
    with _reader() as reader, pytest.raises(EnvelopeError, match="sealed_range"):
        reader.read_range(start, stop)


def test_reading_reads_no_segment_that_is_not_needed() -> None:
    source = _Counting(_SEALED)
    with SealedReader(_KEY, source, b"here") as reader:
        assert sorted(offset for offset, _ in source.read) == [0, 40, 3 * SEGMENT_SIZE]
        source.read.clear()
        reader.seek(FIRST_ROOM + SEGMENT_ROOM + 5)
        assert reader.read(7) == _PLAIN[FIRST_ROOM + SEGMENT_ROOM + 5 :][:7]
        assert reader.read(7) == _PLAIN[FIRST_ROOM + SEGMENT_ROOM + 12 :][:7]
        assert source.read == [(2 * SEGMENT_SIZE, SEGMENT_SIZE)]


def test_it_behaves_like_a_file() -> None:
    with _reader() as reader:
        assert reader.readable()
        assert reader.seekable()
        assert not reader.writable()
        assert reader.read() == _PLAIN
        assert reader.read(1) == b""
        assert reader.seek(-5, io.SEEK_END) == len(_PLAIN) - 5
        assert reader.read() == _PLAIN[-5:]
        assert reader.seek(-10, io.SEEK_CUR) == len(_PLAIN) - 10
        assert reader.seek(len(_PLAIN) + 50) == len(_PLAIN) + 50
        assert reader.read(5) == b""
        with pytest.raises(EnvelopeError, match="sealed_range"):
            reader.seek(-1)


def test_an_empty_plaintext_reads_as_nothing() -> None:
    with SealedReader(_KEY, BytesSource(seal_bytes(_KEY, b"", b"")), b"") as reader:
        assert (reader.size, reader.read(), list(reader.read_range(0, 0))) == (0, b"", [])


def test_a_closed_reader_gives_nothing_and_holds_nothing() -> None:
    reader = _reader()
    ahead = reader.read_range(0, len(_PLAIN))
    next(ahead)
    reader.close()
    assert len(reader._buffer) == 0
    for use in (lambda: reader.read(1), lambda: reader.read_range(0, 1), lambda: next(ahead)):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_a_refusal_sticks() -> None:
    broken = bytearray(_SEALED)
    broken[SEGMENT_SIZE + 100] ^= 1
    with SealedReader(_KEY, BytesSource(broken), b"here") as reader:
        assert reader.refused is None
        assert b"".join(reader.read_range(0, FIRST_ROOM)) == _PLAIN[:FIRST_ROOM]
        pieces = reader.read_range(FIRST_ROOM - 1, FIRST_ROOM + 1)
        assert next(pieces) == _PLAIN[FIRST_ROOM - 1 : FIRST_ROOM]
        with pytest.raises(EnvelopeError, match="sealed_tampered"):
            next(pieces)
        assert reader.refused is not None
        reader.seek(0)
        with pytest.raises(EnvelopeError, match="sealed_tampered"):
            reader.read(1)


def test_sealed_audio_is_decoded_without_a_file_in_the_clear() -> None:
    wav = io.BytesIO()
    with soundfile.SoundFile(wav, "w", samplerate=8000, channels=2, format="WAV", subtype="PCM_16") as file:
        file.buffer_write(bytes(range(256)) * 8000, "int16")
    sealed = seal_bytes(_KEY, wav.getvalue(), b"")
    with SealedReader(_KEY, BytesSource(sealed), b"") as reader, soundfile.SoundFile(reader) as file:
        assert file.frames == 512_000
        assert bytes(file.buffer_read(-1, "int16")) == bytes(range(256)) * 8000
