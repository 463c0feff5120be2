"""FLAC, MP3 and Ogg through libsndfile, and the facts of their headers that it does not give."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from callward.engine.audio.model import AudioError
from callward.engine.audio.stream import GuardedSource, Source, read_up_to

_UNKNOWN_FRAMES = 1 << 62
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_OPUS_RATE = 48000
_CODECS = {"MPEG_LAYER_III": "mp3"}
# An Ogg page is at most 65,307 bytes (RFC 3533 section 6).
_OGG_PAGE = 65307


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile carries no types
    """Read from front to back only: soundfile otherwise seeks after every read, which streamed FLAC cannot."""

    def seekable(self) -> bool:
        return False


class Coded:
    """A recording that libsndfile decodes. ``frames`` None means that only decoding can tell."""

    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self._opus_rate = _named_opus_rate(stream)
        with self._open() as (file, _):
            self.codec = "flac" if file.format == "FLAC" else _CODECS.get(file.subtype, file.subtype.lower())
            self.channels = int(file.channels)
            self._native_rate = int(file.samplerate)
            frames = int(file.frames)
        self.rate = self._opus_rate or self._native_rate
        trusted = frames < _UNKNOWN_FRAMES and (self.codec != "mp3" or _has_gapless_tag(stream))
        self.frames = round(frames * self.rate / self._native_rate) if trusted else None

    def blocks(self, frames: int) -> Iterator[NDArray[np.int16]]:
        """Decoded from the start, ``frames`` at a time (the last one shorter)."""
        if self.rate == self._native_rate:
            return self._decoded(frames)
        return self._resampled(frames)

    def _decoded(self, frames: int) -> Iterator[NDArray[np.int16]]:
        with self._open() as (file, guard):
            while True:
                try:
                    block: NDArray[np.int16] = file.read(frames, dtype="int16", always_2d=True)
                except soundfile.SoundFileError:
                    guard.check()
                    raise _broken(guard) from None
                guard.check()
                if not len(block):
                    return
                yield block

    def _resampled(self, frames: int) -> Iterator[NDArray[np.int16]]:
        resampler = soxr.ResampleStream(self._native_rate, self.rate, self.channels, dtype="int16")
        left = self.frames
        for block, last in _marking_last(self._decoded(frames)):
            done = resampler.resample_chunk(block, last=last).reshape(-1, self.channels)
            left_over = done if left is None else done[:left]
            left = None if left is None else left - len(left_over)
            if len(left_over):
                yield left_over

    def _open(self) -> _Opened:
        return _Opened(self._stream)


class _Opened:
    """One pass over the stream, as a context that gives the file and its guard."""

    def __init__(self, stream: Source) -> None:
        stream.seek(0)
        self._guard = GuardedSource(stream)
        try:
            self._file = _Forward(self._guard)
        except soundfile.SoundFileError:
            self._guard.check()
            raise AudioError("audio_unknown_format", "the file is not a recording in a known format") from None

    def __enter__(self) -> tuple[soundfile.SoundFile, GuardedSource]:
        return self._file, self._guard

    def __exit__(self, *_: object) -> None:
        self._file.close()


def check_ogg(stream: Source) -> None:
    """Ogg says no length, but its last page is marked as such, and belongs to the stream of the first.

    Raises AudioError ``audio_truncated`` or ``audio_chained``.
    """
    stream.seek(0)
    first = read_up_to(stream, 27)
    length = stream.seek(0, 2)
    stream.seek(max(0, length - _OGG_PAGE))
    tail = read_up_to(stream, _OGG_PAGE)
    place = tail.rfind(b"OggS")
    while place >= 0 and not _is_whole_page(tail, place):
        place = tail.rfind(b"OggS", 0, place)
    if place < 0 or not tail[place + 5] & 4:
        raise AudioError("audio_truncated", "the Ogg file ends before its last page")
    if tail[place + 14 : place + 18] != first[14:18]:
        raise AudioError("audio_chained", "the Ogg file holds more than one stream")


def _is_whole_page(data: bytes, place: int) -> bool:
    if place + 27 > len(data):
        return False
    table = data[place + 27 : place + 27 + data[place + 26]]
    return len(table) == data[place + 26] and place + 27 + len(table) + sum(table) <= len(data)


def is_mp3(head: bytes) -> bool:
    """An ID3 tag, or the header of an MPEG audio frame of layer III (ISO 11172-3 section 2.4.1.3)."""
    if head[:3] == b"ID3":
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3


def _has_gapless_tag(stream: Source) -> bool:
    """Whether the first frame counts the others and names delay and padding (the LAME tag)."""
    stream.seek(0)
    head = read_up_to(stream, 10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10 + sum((head[6 + place] & 0x7F) << 7 * (3 - place) for place in range(4))
    stream.seek(start)
    frame = read_up_to(stream, 2048)
    return b"Xing" in frame[:64] or b"Info" in frame[:64]


def _named_opus_rate(stream: Source) -> int | None:
    """The input rate in the OpusHead packet (RFC 7845 section 5.1); 48,000 where it is 0 or out of bounds."""
    stream.seek(0)
    head = read_up_to(stream, 128)
    place = head.find(b"OpusHead")
    if not head.startswith(b"OggS") or place < 0 or len(head) < place + 16:
        return None
    rate: int = struct.unpack_from("<I", head, place + 12)[0]
    return rate if _OPUS_RATES[0] <= rate <= _OPUS_RATE else _OPUS_RATE


def _marking_last(blocks: Iterator[NDArray[np.int16]]) -> Iterator[tuple[NDArray[np.int16], bool]]:
    held: NDArray[np.int16] | None = None
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


def _broken(guard: GuardedSource) -> AudioError:
    if guard.ended:
        return AudioError("audio_truncated", "the file ends before its sound does")
    return AudioError("audio_damaged", "the sound cannot be decoded to its end")
