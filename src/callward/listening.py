"""One pass over a recording: what it is, where tones were keyed, where somebody speaks, how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from callward.engine import audio

PEAKS = 1200  # bins across the width of the drawn waveform
# Up to this much sound stays decoded between the passes (half an hour of two-channel telephone sound), because
# decoding MP3 and Opus again costs more than everything else. Longer recordings are decoded again for each pass.
_KEPT_BYTES = 64 << 20

Block = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """What one pass over a recording told, and the recording for further passes."""

    info: audio.AudioInfo
    keyed: tuple[audio.Stretch, ...]  # to be muted, padding included
    keyed_count: int  # tones that the reporting limits confirm; the others may be speech, and are muted all the same
    speech: tuple[audio.Stretch, ...]  # one channel each
    peaks: tuple[tuple[int, ...], ...]  # per channel, 0..255
    _reader: audio.Reader = field(repr=False)
    _kept: tuple[Block, ...] | None = field(repr=False)

    def blocks(self) -> Iterator[Block]:
        """Give the recording again from its start, in blocks of shape (frames, channels)."""
        return iter(self._kept) if self._kept is not None else self._reader.blocks()

    def echoing(self, stretches: Sequence[audio.Stretch]) -> frozenset[audio.Stretch]:
        """Say which one-channel stretches of a two-channel recording can be heard on the other channel too."""
        if not stretches:
            return frozenset()
        meter = audio.EchoMeter(stretches, rate=self.info.rate)
        for block in self.blocks():
            meter.feed(block)
        return frozenset(echo.stretch for echo in meter.finish() if echo.audible)


def listen(stream: BinaryIO) -> Sound:
    """Read a recording once from its start.

    Raises ``AudioError`` when it cannot be read to its end.
    """
    reader = audio.open_audio(stream)
    info = reader.info
    scanner = audio.DtmfScanner(info.rate, info.channels, audio.DtmfProfile.MASKING)
    speech = audio.SpeechMeter(info.rate, info.channels)
    peaks = audio.PeakMeter(PEAKS, frames=info.frames, channels=info.channels)
    kept: list[Block] | None = [] if info.frames * info.channels * 2 <= _KEPT_BYTES else None
    for block in audio.heard_by(reader.blocks(), scanner.feed, speech.feed, peaks.feed):
        if kept is not None:
            kept.append(block)
    events = scanner.finish()
    return Sound(
        info,
        tuple(audio.mute_stretches(events, rate=info.rate, frames=info.frames)),
        sum(event.confirmed for event in events),
        tuple(speech.finish()),
        tuple(map(tuple, peaks.finish().tolist())),
        reader,
        None if kept is None else tuple(kept),
    )
