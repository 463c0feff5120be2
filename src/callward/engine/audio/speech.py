"""Where somebody speaks: sound energy over an adaptive noise floor, to be held against the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.model import Stretch

_HOPS_A_SECOND = 50
_FULL_SCALE_DBM0 = 3.17 + 20 * np.log10(2**0.5)  # of a mean square of 1.0 (a full-scale sine has one half)
# Telephone speech lies at -30 to -10 dBm0, its pauses 20 dB and more lower; comfort noise is at -65 to -50 dBm0.
_QUIETEST = -50.0  # nothing below is speech
_OVER_FLOOR = 9.0  # dB
_HIGHEST_FLOOR = -38.0  # where speech leaves no pause, its own level must not become the floor
_FLOOR_HOPS = 500  # 10 s
_FLOOR_PERCENT = 10
_BRIDGE_HOPS = 10  # pauses inside speech up to 200 ms
_SHORTEST_HOPS = 5  # clicks are shorter than 100 ms
_STEADY_DB = 3.0  # a tone or a fan varies less than that between its 10th and 90th percentile, speech much more
_STEADY_HOPS = 20


class SpeechMeter:
    """Stretches with speech energy on each channel, in steps of 20 ms.

    It tells sound from silence and from steady tones, not speech from music: what it finds and no word covers is for
    a person to hear.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._hop = rate // _HOPS_A_SECOND
        self._rest = np.zeros((0, channels), np.int16)
        self._levels: list[NDArray[np.float32]] = []
        self._channels = channels

    def feed(self, block: NDArray[np.int16]) -> None:
        """The next block of shape (frames, channels)."""
        if len(self._rest):
            block = np.concatenate((self._rest, block))
        whole = len(block) - len(block) % self._hop
        self._rest = block[whole:].copy()
        sound = np.ascontiguousarray(block[:whole].T, np.float32).reshape(self._channels, -1, self._hop)
        # The mean is taken away because a constant offset is no sound.
        mean = np.vecdot(sound, np.full(self._hop, 1 / self._hop, np.float32))
        self._levels.append(np.vecdot(sound, sound) / np.float32(self._hop) - mean**2)

    def finish(self) -> list[Stretch]:
        """The stretches, each naming its one channel, in order of channel and start."""
        if not self._levels:
            return []
        power = np.concatenate(self._levels, axis=1)
        levels = 10 * np.log10(np.maximum(power, np.float32(1e-3)) / 32768**2) + np.float32(_FULL_SCALE_DBM0)
        return [
            Stretch(start * self._hop, end * self._hop, (channel,))
            for channel in range(self._channels)
            for start, end in _spoken(levels[channel])
        ]


def _spoken(levels: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    loud = levels >= np.maximum(_floor(levels) + _OVER_FLOOR, _QUIETEST)
    edges = np.flatnonzero(np.diff(loud, prepend=False, append=False))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] <= _BRIDGE_HOPS:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    for start, end in runs:
        if np.count_nonzero(loud[start:end]) >= _SHORTEST_HOPS and not _steady(levels[start:end]):
            yield start, end


def _floor(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The noise floor at every hop: a low percentile of its ten seconds or of a neighbour's, whichever is lower."""
    whole = len(levels) - len(levels) % _FLOOR_HOPS
    lows = _low(levels[:whole].reshape(-1, _FLOOR_HOPS))
    if whole < len(levels):
        lows = np.concatenate((lows, _low(levels[None, -_FLOOR_HOPS:])))
    padded = np.concatenate((lows[:1], lows, lows[-1:]))
    calm = np.minimum(np.minimum(padded[:-2], padded[1:-1]), padded[2:])
    return np.repeat(np.minimum(calm, np.float32(_HIGHEST_FLOOR)), _FLOOR_HOPS)[: len(levels)]


def _low(spans: NDArray[np.float32]) -> NDArray[np.float32]:
    """A low percentile of every row."""
    place = spans.shape[1] * _FLOOR_PERCENT // 100
    lowest: NDArray[np.float32] = np.partition(spans, place, axis=1)[:, place]
    return lowest


def _steady(levels: NDArray[np.float32]) -> bool:
    if len(levels) < _STEADY_HOPS:
        return False
    tenth = len(levels) // 10
    ordered = np.sort(levels)
    return bool(ordered[-1 - tenth] - ordered[tenth] < _STEADY_DB)


def uncovered(stretches: Sequence[Stretch], covers: Sequence[Stretch], *, longer_than: int) -> list[Stretch]:
    """The parts of ``stretches`` that no cover touches and that last longer than so many frames.

    Both lists belong to one channel, in order and without overlap (see ``merge``). With speech first and words as
    covers it gives speech without words; the other way round, words over silence.
    """
    found = []
    for stretch in stretches:
        inside = [c for c in covers if c.end > stretch.start and c.start < stretch.end]
        edges = [stretch.start, *(edge for c in inside for edge in (c.start, c.end)), stretch.end]
        gaps = [(start, end) for index, (start, end) in enumerate(pairwise(edges)) if index % 2 == 0]
        found += [Stretch(start, end, stretch.channels) for start, end in gaps if end - start > longer_than]
    return found
