"""Whether what one side says can be heard on the other side's channel too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.model import AudioError, Stretch

_ECHO_RATE = 8000
_REACH_MS = 500
_PIECE_SECONDS = 4
_EMPHASIS = 0.95
# Measured on synthesised speech (tests/engine/audio/test_echo.py repeats it): over 60 draws of each length, voices that
# have nothing to do with each other reached 0.30 in half a second (median 0.12) and 0.16 in two seconds (0.05); an echo
# 40 dB down in a quiet channel never fell under 0.42, one 20 dB down beneath another voice lay at 0.3 (0.16 at worst).
# A false echo masks a little too much, a missed one leaks: hence the lower end.
ECHO_THRESHOLD = 0.2


@dataclass(frozen=True, slots=True)
class Echo:
    """How much of a stretch is found again on another channel."""

    stretch: Stretch
    correlation: float  # 0 to 1, of the whitened sound at the best lag
    level_db: float  # of the echo against its source
    lag: int  # frames by which the echo is later

    @property
    def audible(self) -> bool:
        return self.correlation >= ECHO_THRESHOLD


class EchoMeter:
    """Measures, while a two-channel recording streams by, the echo of each stretch on the other channel.

    Every stretch names the one channel of its source. Memory is bounded by four seconds a stretch under way.
    """

    def __init__(self, stretches: Sequence[Stretch], *, rate: int) -> None:
        self._rate = rate
        self._stretches = tuple(stretches)
        self._reach = rate * _REACH_MS // 1000
        self._waiting = sorted(
            (
                _Piece(number, start, min(stretch.end, start + rate * _PIECE_SECONDS), _source(stretch), self._reach)
                for number, stretch in enumerate(stretches)
                for start in range(stretch.start, max(stretch.start + 1, stretch.end), rate * _PIECE_SECONDS)
            ),
            key=lambda piece: piece.start,
        )
        self._open: list[_Piece] = []
        self._best: dict[int, Echo] = {}
        self._position = 0

    def feed(self, block: NDArray[np.int16]) -> None:
        """The next block of shape (frames, 2)."""
        if block.shape[1:] != (2,):
            raise AudioError("audio_channels", "an echo is measured between two channels")
        begin, self._position = self._position, self._position + len(block)
        while self._waiting and self._waiting[0].start - self._reach < self._position:
            self._open.append(self._waiting.pop(0))
        for piece in self._open:
            piece.take(block, begin)
        for piece in [p for p in self._open if p.end + self._reach <= self._position]:
            self._open.remove(piece)
            self._judge(piece)

    def finish(self) -> list[Echo]:
        """One measurement for each stretch, in their order; of a long one, its worst piece."""
        for piece in self._open:
            self._judge(piece)
        self._open.clear()
        nothing = ((number, Echo(stretch, 0.0, -np.inf, 0)) for number, stretch in enumerate(self._stretches))
        return [self._best.get(number, none) for number, none in nothing]

    def _judge(self, piece: _Piece) -> None:
        correlation, level, lag = _measure(piece.source, piece.other, self._rate)
        best = self._best.get(piece.number)
        if best is None or correlation > best.correlation:
            self._best[piece.number] = Echo(self._stretches[piece.number], correlation, level, lag)


class _Piece:
    """A part of a stretch: its own sound, and the other channel's from before it to after it."""

    def __init__(self, number: int, start: int, end: int, channel: int, reach: int) -> None:
        self.number = number
        self.start, self.end = start, end
        self._channel, self._reach = channel, reach
        self.source = np.zeros(0, np.int16)
        self.other = np.zeros(0, np.int16)

    def take(self, block: NDArray[np.int16], begin: int) -> None:
        if not len(self.source):
            self.source = np.zeros(self.end - self.start, np.int16)
            self.other = np.zeros(self.end - self.start + 2 * self._reach, np.int16)
        _copy(block[:, self._channel], begin, self.source, self.start)
        _copy(block[:, 1 - self._channel], begin, self.other, self.start - self._reach)


def echo_level(blocks: Iterable[NDArray[np.int16]], stretch: Stretch, from_channel: int, *, rate: int) -> Echo:
    """The echo of one stretch of ``from_channel`` on the other one; for several use ``EchoMeter``."""
    meter = EchoMeter([Stretch(stretch.start, stretch.end, (from_channel,))], rate=rate)
    for block in blocks:
        meter.feed(block)
    return meter.finish()[0]


def _source(stretch: Stretch) -> int:
    if stretch.channels is None or len(stretch.channels) != 1 or stretch.channels[0] not in {0, 1}:
        raise AudioError("audio_stretch_outside", "the source of an echo is one channel of two")
    return stretch.channels[0]


def _copy(sound: NDArray[np.int16], begin: int, target: NDArray[np.int16], place: int) -> None:
    start, end = max(begin, place), min(begin + len(sound), place + len(target))
    if start < end:
        target[start - place : end - place] = sound[start - begin : end - begin]


def _measure(source: NDArray[np.int16], other: NDArray[np.int16], rate: int) -> tuple[float, float, int]:
    """Best normalised cross-correlation of the whitened sounds, the echo's level (dB) and its lag (frames)."""
    step = max(1, rate // _ECHO_RATE)
    near, far = _whitened(source, step), _whitened(other, step)
    if not len(near) or len(far) <= len(near):
        return 0.0, -np.inf, 0
    energy = float(near @ near)
    size = 1 << (len(far) + len(near)).bit_length()
    product = np.fft.irfft(np.fft.rfft(far, size) * np.conj(np.fft.rfft(near, size)), size)[: len(far) - len(near) + 1]
    sums = np.concatenate(([0.0], np.cumsum(far.astype(np.float64) ** 2)))
    around = np.maximum(sums[len(near) :] - sums[: -len(near)], 0.0)
    # One step of 16-bit sound is the least energy that counts, so that silence correlates with nothing.
    found = np.abs(product) / np.sqrt(np.maximum(around, len(near)) * max(energy, len(near)))
    best = int(np.argmax(found))
    gain = abs(float(product[best])) / max(energy, 1.0)
    level = 20 * float(np.log10(gain)) if gain > 0 else -np.inf
    return min(1.0, float(found[best])), level, best * step - rate * _REACH_MS // 1000


def _whitened(sound: NDArray[np.int16], step: int) -> NDArray[np.float32]:
    whole = len(sound) - len(sound) % step
    coarse: NDArray[np.float32] = sound[:whole].reshape(-1, step).mean(axis=1, dtype=np.float32)
    return coarse[1:] - coarse[:-1] * np.float32(_EMPHASIS)
