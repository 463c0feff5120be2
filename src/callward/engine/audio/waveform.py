"""The picture of a recording: one small number per channel and bin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.model import AudioError


class PeakMeter:
    """Peaks for drawing, gathered while a recording of known length streams by."""

    def __init__(self, bins: int, *, frames: int, channels: int) -> None:
        self._edges = np.arange(bins + 1, dtype=np.int64) * frames // bins
        self._peaks = np.zeros((channels, bins), np.int32)
        self._frames = frames
        self._position = 0

    def feed(self, block: NDArray[np.int16]) -> None:
        """The next block of shape (frames, channels). Raises AudioError ``audio_duration_changed`` past the end."""
        begin, end = self._position, self._position + len(block)
        if end > self._frames:
            raise AudioError("audio_duration_changed", "more sound came than was announced")
        self._position = end
        if not len(block):
            return
        first = int(np.searchsorted(self._edges, begin, side="right")) - 1
        last = int(np.searchsorted(self._edges, end, side="left"))
        starts = np.maximum(self._edges[first:last], begin) - begin
        # Bins shorter than a frame begin where the next one does; reduceat gives them that frame.
        sound = np.ascontiguousarray(block.T)
        high = np.maximum.reduceat(sound, starts, axis=1).astype(np.int32)
        low = np.minimum.reduceat(sound, starts, axis=1).astype(np.int32)
        part = self._peaks[:, first:last]
        np.maximum(part, np.maximum(high, -low), out=part)

    def finish(self) -> NDArray[np.uint8]:
        """Shape (channels, bins), 0 (silence) to 255 (full scale), linear."""
        small: NDArray[np.int32] = np.minimum(self._peaks >> 7, 255)
        return small.astype(np.uint8)
