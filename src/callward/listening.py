"""One pass over a recording: what it is, where tones were keyed, where somebody speaks, how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from callward.engine import audio

PEAKS = 1200  # bins across the width of the drawn waveform


@dataclass(frozen=True, slots=True)
class Sound:
    """What one pass over a recording told."""

    info: audio.AudioInfo
    keyed: tuple[audio.Stretch, ...]  # to be muted, padding included
    keyed_count: int
    speech: tuple[audio.Stretch, ...]  # one channel each
    peaks: tuple[tuple[int, ...], ...]  # per channel, 0..255


def listen(stream: BinaryIO) -> Sound:
    """Read a recording once from its start.

    Raises ``AudioError`` when it cannot be read to its end.
    """
    stream.seek(0)
    reader = audio.open_audio(stream)
    info = reader.info
    scanner = audio.DtmfScanner(info.rate, info.channels, audio.DtmfProfile.MASKING)
    speech = audio.SpeechMeter(info.rate, info.channels)
    peaks = audio.PeakMeter(PEAKS, frames=info.frames, channels=info.channels)
    for _ in audio.heard_by(reader.blocks(), scanner.feed, speech.feed, peaks.feed):
        pass
    events = scanner.finish()
    keyed = audio.mute_stretches(events, rate=info.rate, frames=info.frames)
    return Sound(info, tuple(keyed), len(events), tuple(speech.finish()), tuple(map(tuple, peaks.finish().tolist())))


def echoing(stream: BinaryIO, stretches: Sequence[audio.Stretch], rate: int) -> frozenset[audio.Stretch]:
    """Say which one-channel stretches of a two-channel recording can be heard on the other channel too."""
    if not stretches:
        return frozenset()
    meter = audio.EchoMeter(stretches, rate=rate)
    for _ in audio.heard_by(audio.open_audio(stream).blocks(), meter.feed):
        pass
    return frozenset(echo.stretch for echo in meter.finish() if echo.audible)
