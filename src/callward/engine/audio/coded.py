"""FLAC, MP3 and Ogg through libsndfile, and the facts of their headers that it does not give."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

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
# An encoder as LAME begins with 576 samples of its own, the decoder of any layer III stream with 529 (the LAME tag's
# description names both). The decoder's are removed by libmpg123 only where it sees a tag.
_ENCODER_DELAY = 576
_DECODER_DELAY = 529
# What stands before the tag in an MPEG audio frame: the header, a checksum if any, and at most 32 bytes more.
_TAG_WITHIN = 64
_TAG_FRAMES, _TAG_BYTES, _TAG_PLACES, _TAG_QUALITY = 1, 2, 4, 8
# An Ogg page is at most 65,307 bytes (RFC 3533 section 6).
_OGG_PAGE = 65307


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile carries no types
    """Read from front to back only: soundfile otherwise seeks after every read, which streamed FLAC cannot."""

    def seekable(self) -> bool:
        return False


class Coded:
    """A recording that libsndfile decodes. ``frames`` None means that only decoding can tell.

    An MP3 without a tag that names its delay loses ``assumed_delay`` frames at the start: 1105, or 576 where a tag
    without a delay made the decoder remove its own 529. That is right to the sample for LAME 3.100 alone, through
    ffmpeg and through sox, at every rate from 8 to 48 kHz. Files of an encoder with another delay are off by the
    difference to 576 samples, as they are in every player that assumes it. The padding at the end stays, as nothing
    tells how long it is.
    """

    def __init__(self, stream: Source) -> None:
        self._stream = stream
        self._opus_rate = _named_opus_rate(stream)
        with self._open() as (file, _):
            self.codec = "flac" if file.format == "FLAC" else _CODECS.get(file.subtype, file.subtype.lower())
            self.channels = int(file.channels)
            self._native_rate = int(file.samplerate)
            frames = int(file.frames)
        self.rate = self._opus_rate or self._native_rate
        tag = _mp3_tag(stream) if self.codec == "mp3" else _NAMED
        self.assumed_delay = 0 if tag.delay else _ENCODER_DELAY + (0 if tag.present else _DECODER_DELAY)
        trusted = frames < _UNKNOWN_FRAMES and tag.delay and tag.frames
        self.frames = round(frames * self.rate / self._native_rate) if trusted else None

    def blocks(self, frames: int) -> Iterator[NDArray[np.int16]]:
        """Decoded from the start, ``frames`` at a time (the last one shorter)."""
        if self.assumed_delay:
            return _without(self._decoded(frames), self.assumed_delay)
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


@dataclass(frozen=True, slots=True)
class _Tag:
    """What the first frame of an MP3 tells instead of sound: whether it does, and whether it counts and names."""

    present: bool
    frames: bool  # how many frames follow
    delay: bool  # how many samples the encoder put before and behind the sound


_NAMED = _Tag(present=True, frames=True, delay=True)
_NO_TAG = _Tag(present=False, frames=False, delay=False)


def _mp3_tag(stream: Source) -> _Tag:
    """Read the Xing or Info tag, and the delay and padding behind it (the LAME tag; other encoders write it too)."""
    stream.seek(0)
    head = read_up_to(stream, 10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10 + sum((head[6 + place] & 0x7F) << 7 * (3 - place) for place in range(4))
    stream.seek(start)
    frame = read_up_to(stream, 2048)
    places = [
        place for place in (frame.find(b"Xing", 0, _TAG_WITHIN), frame.find(b"Info", 0, _TAG_WITHIN)) if place > 0
    ]
    if not places:
        return _NO_TAG
    place = min(places)
    flags = int.from_bytes(frame[place + 4 : place + 8])
    sizes = {_TAG_FRAMES: 4, _TAG_BYTES: 4, _TAG_PLACES: 100, _TAG_QUALITY: 4}
    encoder = place + 8 + sum(size for flag, size in sizes.items() if flags & flag)
    return _Tag(present=True, frames=bool(flags & _TAG_FRAMES), delay=any(frame[encoder + 21 : encoder + 24]))


def _without(blocks: Iterator[NDArray[np.int16]], frames: int) -> Iterator[NDArray[np.int16]]:
    """Leave out the first ``frames`` frames."""
    for block in blocks:
        kept = block[frames:]
        frames = max(0, frames - len(block))
        if len(kept):
            yield kept


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
