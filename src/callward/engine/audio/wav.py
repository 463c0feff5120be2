"""WAV: the RIFF header read with suspicion, PCM and G.711 decoded by NumPy (RFC 2361 tags, ITU-T G.711)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.model import AudioError
from callward.engine.audio.stream import Source, read_up_to

Decode = Callable[[bytes], NDArray[np.int16]]

# Writers that cannot seek back leave one of these, or slightly less, where the size belongs.
_UNKNOWN_SIZES = (0xFFFFFFFF, 0x7FFFFFFF)
_SIZE_SLACK = 0x1000
_MOST_CHUNKS = 1000
_EXTENSIBLE = 0xFFFE
_ALAW, _ULAW = 6, 7

# Codecs in WAV that are left to libsndfile.
_FOREIGN = {2: "ms_adpcm", 0x11: "ima_adpcm", 0x31: "gsm610", 0x55: "mp3"}


@dataclass(frozen=True, slots=True)
class WavHeader:
    """Where the samples lie and how one frame is coded. ``decode`` is None for what libsndfile must read."""

    rate: int
    channels: int
    codec: str
    frame_bytes: int
    start: int  # byte offset of the first sample
    size: int  # bytes of samples
    decode: Decode | None


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    rate: int
    frame_bytes: int
    bits: int


def read_header(stream: Source) -> WavHeader:
    """The header of a RIFF/WAVE stream, every size held against what is really there.

    Raises AudioError ``audio_truncated``, ``audio_header``, ``audio_empty`` or ``audio_codec``.
    """
    length = stream.seek(0, 2)
    stream.seek(0)
    riff_size = struct.unpack("<4xI4x", read_up_to(stream, 12))[0]
    layout: _Format | None = None
    position = 12
    for _ in range(_MOST_CHUNKS):
        stream.seek(position)
        head = read_up_to(stream, 8)
        if len(head) < 8:
            raise AudioError("audio_truncated", "the WAV header ends before any sound")
        name, size = struct.unpack("<4sI", head)
        position += 8
        if name == b"data":
            if layout is None:
                raise AudioError("audio_header", "the WAV header does not say how its samples are coded")
            return _placed(stream, layout, position, size, riff_size, length)
        if position + size > length:
            raise AudioError("audio_truncated", "the WAV header promises more than the file holds")
        if name == b"fmt ":
            layout = _format(read_up_to(stream, min(size, 40)))
        position += size + size % 2
    raise AudioError("audio_header", "the WAV header has too many parts")


def _format(data: bytes) -> _Format:
    if len(data) < 16:
        raise AudioError("audio_header", "the WAV header is too short to say how its samples are coded")
    tag, channels, rate, _, frame_bytes, bits = struct.unpack("<HHIIHH", data[:16])
    if tag == _EXTENSIBLE and len(data) >= 26:
        tag = struct.unpack("<H", data[24:26])[0]
    return _Format(tag, channels, rate, frame_bytes, bits)


def _placed(stream: Source, layout: _Format, start: int, size: int, riff_size: int, length: int) -> WavHeader:
    """The header, once the size of the samples has been settled."""
    codec, decode = _coding(layout)
    there = length - start
    if _unknown(size) or (size == 0 and (riff_size == 0 or _unknown(riff_size))):
        size = there - there % max(1, layout.frame_bytes)
    elif size > there:
        raise AudioError("audio_truncated", "the WAV header promises more sound than the file holds")
    else:
        _check_rest(stream, start + size + size % 2, length)
        if not _unknown(riff_size) and riff_size not in {0, size} and riff_size + 8 < start + size:
            raise AudioError("audio_header", "the sizes in the WAV header contradict each other")
    if size <= 0:
        raise AudioError("audio_empty", "the file holds no sound")
    if decode is not None and size % layout.frame_bytes:
        raise AudioError("audio_header", "the WAV header promises a part of a sample")
    return WavHeader(layout.rate, layout.channels, codec, layout.frame_bytes, start, size, decode)


def _unknown(size: int) -> bool:
    return any(marker - _SIZE_SLACK <= size <= marker for marker in _UNKNOWN_SIZES)


def _check_rest(stream: Source, position: int, length: int) -> None:
    """Behind the samples only whole chunks may follow: anything else means that their size was wrong."""
    for _ in range(_MOST_CHUNKS):
        if position >= length:
            return
        stream.seek(position)
        head = read_up_to(stream, 8)
        if not head.strip(b"\0"):
            return
        size = struct.unpack("<I", head[4:].ljust(4, b"\0"))[0]
        if len(head) < 8 or not (head[:4].isascii() and head[:4].decode("ascii").isprintable()):
            break
        if position + 8 + size > length:
            raise AudioError("audio_truncated", "the WAV file ends inside what follows its sound")
        position += 8 + size + size % 2
    raise AudioError("audio_header", "the WAV header promises less sound than the file holds")


def _coding(layout: _Format) -> tuple[str, Decode | None]:
    if layout.tag in _FOREIGN:
        return _FOREIGN[layout.tag], None
    known = _CODINGS.get((layout.tag, layout.bits))
    if known is None:
        raise AudioError("audio_codec", "the WAV file is coded in a way that is not supported")
    if layout.channels == 0 or layout.frame_bytes != layout.channels * (layout.bits // 8):
        raise AudioError("audio_header", "the WAV header contradicts itself about the size of a sample")
    return known


@cache
def _ulaw_table() -> NDArray[np.int16]:
    """ITU-T G.711 mu-law: a biased, complemented float of 3 exponent and 4 mantissa bits."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    signed: NDArray[np.int32] = np.where(code & 0x80, -size, size)
    return signed.astype(np.int16)


@cache
def _alaw_table() -> NDArray[np.int16]:
    """ITU-T G.711 A-law: even bits inverted, the lowest segment linear."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent = code >> 4 & 7
    size: NDArray[np.int32] = ((code & 0x0F) << 4) + 8 + np.where(exponent, 0x100, 0) << np.maximum(exponent - 1, 0)
    signed: NDArray[np.int32] = np.where(code & 0x80, size, -size)
    return signed.astype(np.int16)


def _ulaw(data: bytes) -> NDArray[np.int16]:
    return np.take(_ulaw_table(), np.frombuffer(data, np.uint8))


def _alaw(data: bytes) -> NDArray[np.int16]:
    return np.take(_alaw_table(), np.frombuffer(data, np.uint8))


def _pcm8(data: bytes) -> NDArray[np.int16]:
    centred: NDArray[np.int16] = np.frombuffer(data, np.uint8).astype(np.int16) - np.int16(128)
    return centred * np.int16(256)


def _pcm16(data: bytes) -> NDArray[np.int16]:
    return np.frombuffer(data, "<i2").astype(np.int16, copy=False)


def _pcm24(data: bytes) -> NDArray[np.int16]:
    """The two upper bytes of three."""
    octets = np.frombuffer(data, np.uint8).reshape(-1, 3)
    return np.ascontiguousarray(octets[:, 1:]).view("<i2").ravel().astype(np.int16, copy=False)


def _pcm32(data: bytes) -> NDArray[np.int16]:
    return np.frombuffer(data, "<i2")[1::2].astype(np.int16)


def _float(data: bytes, kind: str) -> NDArray[np.int16]:
    """Full scale is 1.0; louder is clipped, what is no number is silence."""
    level = np.nan_to_num(np.frombuffer(data, kind), nan=0.0, posinf=1.0, neginf=-1.0)
    scaled: NDArray[np.float64] = np.rint(level.clip(-1.0, 1.0) * 32768.0).clip(-32768, 32767)
    return scaled.astype(np.int16)


_CODINGS: dict[tuple[int, int], tuple[str, Decode]] = {
    (1, 8): ("pcm_u8", _pcm8),
    (1, 16): ("pcm_s16", _pcm16),
    (1, 24): ("pcm_s24", _pcm24),
    (1, 32): ("pcm_s32", _pcm32),
    (3, 32): ("pcm_f32", lambda data: _float(data, "<f4")),
    (3, 64): ("pcm_f64", lambda data: _float(data, "<f8")),
    (_ALAW, 8): ("alaw", _alaw),
    (_ULAW, 8): ("ulaw", _ulaw),
}
