"""Every broken recording is refused by its own code, and nothing else comes out."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sounds import encoded, noise, ulaw_header, wav_bytes

from callward.engine.audio import AudioError, FlacWriter, open_audio

_SOUND = b"\xd5" * 16000


def _flac() -> bytes:
    target = io.BytesIO()
    with FlacWriter(target, 8000, 1) as writer:
        writer.write(noise(20000))
    return target.getvalue()


def _changed(data: bytes, place: int, layout: str, value: int) -> bytes:
    copy = bytearray(data)
    struct.pack_into(layout, copy, place, value)
    return bytes(copy)


def _broken() -> Iterator[tuple[str, bytes, str]]:
    good = ulaw_header(len(_SOUND)) + _SOUND
    pcm = wav_bytes(noise(8000, 2))
    yield "nothing at all", b"", "audio_empty"
    yield "a WAV without sound", ulaw_header(0), "audio_empty"
    yield "a streamed WAV without sound", ulaw_header(0xFFFFFFFF), "audio_empty"
    yield "a WAV cut in its sound", good[:-1], "audio_truncated"
    yield "a WAV cut in its header", good[:30], "audio_truncated"
    yield "a WAV cut before its sound", good[:36], "audio_truncated"
    yield "a FLAC cut in half", _flac()[:10000], "audio_truncated"
    yield "a data size that is too large", _changed(good, 40, "<I", 16001), "audio_truncated"
    yield "a data size that is too small", _changed(good, 40, "<I", 8000), "audio_header"
    yield "a data size within a frame", _changed(pcm[:-2], 40, "<I", len(pcm) - 46), "audio_header"
    yield "a RIFF size smaller than its sound", _changed(good, 4, "<I", 100), "audio_header"
    yield "a fmt chunk that ends nowhere", _changed(good, 16, "<I", 0x7FFF0000), "audio_truncated"
    yield "a fmt chunk of four bytes", b"RIFF\0\0\0\0WAVEfmt \4\0\0\0\7\0\1\0data\0\0\0\0", "audio_header"
    yield "sound before its format", good[:12] + b"data\4\0\0\0abcd", "audio_header"
    yield "a frame size that lies", _changed(good, 32, "<H", 3), "audio_header"
    yield "no channels", _changed(_changed(good, 22, "<H", 0), 32, "<H", 0), "audio_header"
    yield "endless empty chunks", good[:12] + b"junk\0\0\0\0" * 5000, "audio_header"
    yield "an unknown coding", _changed(good, 20, "<H", 0x1234), "audio_codec"
    yield "three channels", wav_bytes(noise(800, 3)), "audio_channels"
    yield "a rate too low", _changed(good, 24, "<I", 7999), "audio_rate"
    yield "a rate too high", _changed(good, 24, "<I", 48001), "audio_rate"
    yield "a page of 0xFF", b"\xff" * 50000, "audio_unknown_format"
    yield "an MP3 head before 0xFF", b"\xff\xfb\x90\x00" + b"\xff" * 50000, "audio_unknown_format"
    yield "an ID3 tag before nothing", b"ID3\4\0\0\0\0\0\0", "audio_unknown_format"
    yield "words", b"This is no recording at all, but a letter.", "audio_unknown_format"
    yield "an AIFF", b"FORM\0\0\0\0AIFFCOMM" + bytes(100), "audio_unknown_format"
    yield "an Ogg head without pages", b"OggS" + bytes(100), "audio_truncated"
    yield "a FLAC head before nothing", b"fLaC" + bytes(100), "audio_unknown_format"


@pytest.mark.parametrize(("data", "code"), [pytest.param(data, code, id=name) for name, data, code in _broken()])
def test_a_broken_recording_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(AudioError) as refusal:
        list(open_audio(io.BytesIO(data)).blocks())
    assert refusal.value.code == code
    assert len(refusal.value.detail) > 10
    assert "\n" not in refusal.value.detail


@pytest.mark.parametrize("name", ["cut.mp3", "cut.opus", "cut.ogg"])
def test_a_cut_compressed_recording_is_refused(tmp_path: Path, name: str) -> None:
    data = encoded(tmp_path, noise(160000), 16000, name)
    with pytest.raises(AudioError, match="audio_truncated"):
        list(open_audio(io.BytesIO(data[: len(data) // 2])).blocks())


def test_two_ogg_streams_in_a_row_are_refused(tmp_path: Path) -> None:
    first = encoded(tmp_path, noise(16000), 16000, "one.opus", "-serial_offset", "1")
    second = encoded(tmp_path, noise(16000), 16000, "two.opus", "-serial_offset", "99")
    with pytest.raises(AudioError, match="audio_chained"):
        open_audio(io.BytesIO(first + second))


class _Endless(io.BytesIO):
    """A WAV whose header is real and whose sound would fill a disk."""

    def __init__(self, hours: float) -> None:
        self._size = int(hours * 3600 * 16000)
        super().__init__(ulaw_header(self._size))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return 44 + self._size if whence == 2 else super().seek(offset, whence)


def test_a_recording_of_more_than_twelve_hours_is_refused() -> None:
    assert open_audio(_Endless(12)).info.frames == 12 * 3600 * 8000
    with pytest.raises(AudioError, match="audio_too_long"):
        open_audio(_Endless(12.001))


def test_metadata_behind_the_sound_is_no_fault() -> None:
    good = ulaw_header(len(_SOUND)) + _SOUND
    assert open_audio(io.BytesIO(good + b"LIST\4\0\0\0abcd")).info.frames == 8000
    assert open_audio(io.BytesIO(good + bytes(3))).info.frames == 8000
    with pytest.raises(AudioError, match="audio_truncated"):
        open_audio(io.BytesIO(good + b"LIST\xff\0\0\0abcd"))


_GOOD = {
    "wav": wav_bytes(noise(400, 2)),
    "ulaw": ulaw_header(400) + b"\xd5" * 400,
    "flac": _flac()[:3000],
}


@pytest.mark.parametrize("kind", sorted(_GOOD))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_hostile_bytes_raise_nothing_but_an_audio_error(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(_GOOD[kind])
    places = data.draw(st.lists(st.integers(0, min(len(damaged), 80) - 1), min_size=1, max_size=6))
    for place in places:
        damaged[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        for block in open_audio(io.BytesIO(bytes(damaged[:cut]))).blocks():
            assert block.dtype == "int16"
    except AudioError:
        pass
