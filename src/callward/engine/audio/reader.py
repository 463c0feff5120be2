"""Recordings of any supported format as int16 PCM in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.coded import Coded, check_ogg, is_mp3
from callward.engine.audio.model import AudioError, AudioInfo
from callward.engine.audio.stream import Source, read_up_to
from callward.engine.audio.wav import WavHeader, read_header

MAX_CHANNELS = 2
MIN_RATE, MAX_RATE = 8000, 48000
MAX_SECONDS = 12 * 3600
BLOCK_FRAMES = 32768  # the scans are quickest where a block still fits the cache

Blocks = Iterator[NDArray[np.int16]]


class Reader:
    """A recording that can be read from the start as often as needed, one pass at a time."""

    def __init__(self, info: AudioInfo, source: Callable[[int], Blocks]) -> None:
        self.info = info
        self._source = source

    def blocks(self, frames: int = BLOCK_FRAMES) -> Blocks:
        """Blocks of shape (frames, channels), int16, the last one shorter; every call begins at the start.

        Raises AudioError ``audio_truncated`` or ``audio_damaged`` where the sound ends before or behind its header's
        promise, and whatever the stream itself raises.
        """
        left = self.info.frames
        for block in self._source(frames):
            left -= len(block)
            if left < 0:
                raise AudioError("audio_header", "the file holds more sound than its header promises")
            yield block
        if left:
            raise AudioError("audio_truncated", "the file ends before its sound does")


def open_audio(stream: Source) -> Reader:
    """The recording in a seekable stream, by what it holds and not by its name.

    WAV (PCM of 8, 16, 24, 32 bits, float, mu-law, A-law, and what libsndfile knows beside), FLAC, MP3, Ogg/Opus and
    Ogg/Vorbis; one or two channels, 8 to 48 kHz, at most 12 hours. Encoder delay and padding that the file names
    are removed, so that frame n is n / rate seconds after the start of what was recorded. An MP3 that names none is
    taken for one of LAME's: ``info.assumed_delay`` frames are removed (``Coded`` says for which files that is exact).

    The stream is read only while ``open_audio`` or ``blocks`` run and must stay open between them.
    Raises AudioError: ``audio_empty``, ``audio_unknown_format``, ``audio_codec``, ``audio_header``,
    ``audio_truncated``, ``audio_damaged``, ``audio_chained``, ``audio_channels``, ``audio_rate``, ``audio_too_long``.
    """
    stream.seek(0)
    head = read_up_to(stream, 16)
    if not head:
        raise AudioError("audio_empty", "the file is empty")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        header = read_header(stream)
        return _wav(stream, header) if header.decode is not None else _coded(stream, "wav")
    if head[:4] == b"fLaC":
        return _coded(stream, "flac")
    if head[:4] == b"OggS":
        check_ogg(stream)
        return _coded(stream, "ogg")
    if is_mp3(head):
        return _coded(stream, "mp3")
    raise AudioError("audio_unknown_format", "the file is not a recording in a known format")


def _wav(stream: Source, header: WavHeader) -> Reader:
    _check(header.rate, header.channels, header.size // header.frame_bytes)
    info = AudioInfo(header.rate, header.channels, header.size // header.frame_bytes, "wav", header.codec)
    return Reader(info, lambda frames: _wav_blocks(stream, header, frames))


def _wav_blocks(stream: Source, header: WavHeader, frames: int) -> Blocks:
    assert header.decode is not None
    position, end = header.start, header.start + header.size
    while position < end:
        # The place is kept here, so that a pass survives whatever else reads the stream between two blocks.
        stream.seek(position)
        data = read_up_to(stream, min(frames * header.frame_bytes, end - position))
        whole = len(data) - len(data) % header.frame_bytes
        if not whole:
            return
        position += whole
        yield header.decode(data[:whole]).reshape(-1, header.channels)


def _coded(stream: Source, container: str) -> Reader:
    coded = Coded(stream)
    frames = coded.frames
    _check(coded.rate, coded.channels, frames or 0)
    if frames is None:
        frames = _count(coded)
    if frames == 0:
        raise AudioError("audio_empty", "the file holds no sound")
    info = AudioInfo(coded.rate, coded.channels, frames, container, coded.codec, coded.assumed_delay)
    return Reader(info, coded.blocks)


def _count(coded: Coded) -> int:
    """Decoded once only to be counted, where no header says how long the recording is."""
    frames = 0
    for block in coded.blocks(BLOCK_FRAMES):
        frames += len(block)
        _check(coded.rate, coded.channels, frames)
    return frames


def _check(rate: int, channels: int, frames: int) -> None:
    if not 1 <= channels <= MAX_CHANNELS:
        raise AudioError("audio_channels", f"a recording has 1 or {MAX_CHANNELS} channels, this one {channels}")
    if not MIN_RATE <= rate <= MAX_RATE:
        raise AudioError("audio_rate", f"a recording has {MIN_RATE} to {MAX_RATE} samples a second, this one {rate}")
    if frames > MAX_SECONDS * rate:
        raise AudioError("audio_too_long", f"a recording lasts at most {MAX_SECONDS // 3600} hours")


def heard_by(blocks: Blocks, *listeners: Callable[[NDArray[np.int16]], None]) -> Blocks:
    """The same blocks, each shown to every listener on its way, so that one pass serves several checks."""
    for block in blocks:
        for listener in listeners:
            listener(block)
        yield block
