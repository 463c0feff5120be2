"""Keyed tones (DTMF, ITU-T Q.23): every window of a call against eight frequencies, as one matrix product."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import soxr
from numpy.typing import NDArray

from callward.engine.audio.dtmf_events import Frame, Gathering, Limits
from callward.engine.audio.model import DtmfEvent

_LOW = (697, 770, 852, 941)
_HIGH = (1209, 1336, 1477, 1633)
_RATE = 8000  # everything is listened to at this rate
_HOP = 80  # 10 ms; a window is two hops
_FULL_SCALE_DBM0 = 3.17  # ITU-T G.711: the level of a sine of full scale
# OpenBLAS divides larger products among threads, which costs more than it brings for so little work.
_PRODUCT_HOPS = 100
_SHORTEST = 4  # hops that a step needs: one window, and one on each side of it


class DtmfProfile(StrEnum):
    """What a scan is for: a miss in masking leaks a digit, a false digit in a report accuses somebody."""

    MASKING = "masking"
    REPORTING = "reporting"


@dataclass(frozen=True, slots=True)
class _Gate:
    """What one window must be like. Ratios are of powers."""

    purity: float  # share of the window's energy that lies in the two tones
    floor_dbm0: float
    high_over_low: float
    low_over_high: float
    dominance: float  # how far the best frequency of a group stands over the others

    def passes(self, low: float, high: float, energy: float) -> bool:
        """Say whether a window passes in which the two tones have these powers."""
        return (
            low + high >= self.purity * energy
            and min(low, high) >= _power_of(self.floor_dbm0)
            and high <= self.high_over_low * low
            and low <= self.low_over_high * high
        )


_GATES = {
    DtmfProfile.MASKING: _Gate(0.35, -45.0, 10.0, 10.0, 4.0),
    DtmfProfile.REPORTING: _Gate(0.60, -42.0, 10**0.55, 10**0.95, 4.0),
}
# Measured on 52 minutes of recorded calls in MP3 and Opus, 45 of synthetic speech, and digits beneath both: windows of
# speech reach a purity of 0.74 and swing, keyed digits reach 0.9 in 10 dB of noise and hold still.
_LIMITS = {
    DtmfProfile.MASKING: Limits(
        shortest_hops=0.0, steady_windows=4, most_swing=1.25, most_detune=0.015, purest=0.0, sure=0.70, near=0.50
    ),
    DtmfProfile.REPORTING: Limits(
        shortest_hops=3.1,
        steady_windows=3,
        most_swing=math.inf,
        most_detune=0.02,
        purest=0.80,
        sure=math.inf,
        near=math.inf,
    ),
}


class DtmfScanner:
    """Finds keyed tones on every channel of a recording that streams by.

    MASKING: windows of 20 ms every 10 ms, twist within 10 dB, down to -45 dBm0. A single window counts when 70 % of
    its energy lies in the two tones, or half of it within two seconds of another event; beneath speech or noise 35 %
    are enough where the tones hold still for 50 ms.
    REPORTING: the limits of ITU-T Q.24 - frequencies within 1.5 % accepted and off by 3.5 % refused, the upper tone
    at most 4 dB over and 8 dB under the lower, 40 ms accepted and 23 ms refused, interruptions of 10 ms bridged,
    pauses of 30 ms kept apart. Recordings of other rates than 8 kHz are resampled on the way.

    A window that REPORTING takes is one that MASKING takes, so a masking scan judges by both in its one pass and says
    of each event whether reporting confirms it.
    """

    def __init__(self, rate: int, channels: int, profile: DtmfProfile) -> None:
        self._rate = rate
        self._channels = channels
        self._gate = _GATES[profile]
        self._resampler = (
            None if rate == _RATE else soxr.ResampleStream(rate, _RATE, channels, dtype="float32", quality="LQ")
        )
        # Two hops of silence stand before the first sample, so that a tone at the very start is a whole event.
        self._sound = np.zeros((channels, 2 * _HOP), np.float32)
        self._hop = -2  # number of the first hop in self._sound
        self._found = [Gathering(_LIMITS[profile]) for _ in range(channels)]
        self._reports = (
            [Gathering(_LIMITS[DtmfProfile.REPORTING]) for _ in range(channels)]
            if profile is DtmfProfile.MASKING
            else []
        )

    def feed(self, block: NDArray[np.int16]) -> None:
        """Listens to the next block of shape (frames, channels)."""
        if self._resampler is None:
            self._listen(block)
        else:
            self._listen(self._resampler.resample_chunk(block.astype(np.float32)).reshape(-1, self._channels))

    def finish(self) -> list[DtmfEvent]:
        """All events in order of their start; positions in frames of the recording's own rate."""
        if self._resampler is not None:
            rest = self._resampler.resample_chunk(np.zeros((0, self._channels), np.float32), last=True)
            self._listen(rest.reshape(-1, self._channels))
        self._listen(np.zeros((_SHORTEST * _HOP, self._channels), np.float32))
        events = []
        for channel, found in enumerate(self._found):
            reported = [*self._reports[channel].finish()] if self._reports else None
            for tone in found.finish():
                start, end = (max(0, place * _HOP * self._rate // _RATE) for place in (tone.start, tone.end))
                confirmed = reported is None or tone.is_among(reported)
                events.append(DtmfEvent(tone.digit, round(start), round(end), channel, confirmed))
        return sorted(events, key=lambda event: (event.start, event.channel))

    def _listen(self, block: NDArray[np.int16] | NDArray[np.float32]) -> None:
        held = self._sound.shape[1]
        sound = np.empty((self._channels, held + len(block)), np.float32)
        sound[:, :held] = self._sound
        sound[:, held:] = block.T
        hops = sound.shape[1] // _HOP
        if hops >= _SHORTEST:
            for channel in range(self._channels):
                self._look(channel, sound[channel, : hops * _HOP].reshape(hops, _HOP))
            # Three hops stay: the window after the last one judged, and the hop before it.
            sound = sound[:, (hops - 3) * _HOP :].copy()
            self._hop += hops - 3
        self._sound = sound

    def _look(self, channel: int, hops: NDArray[np.float32]) -> None:
        """Judges every window of one channel's ``hops``, of shape (hops, samples), but the first and the last."""
        gate = self._gate
        squares = _WINDOW_POWER @ np.square(hops).T
        energy = squares[0, :-1] + squares[1, 1:]
        floor = np.float32(_power_of(gate.floor_dbm0))
        # Half of a call is one side's silence: two tones at the floor hold twice its energy, noise on the line less.
        if energy.max() * _PURE < floor:
            return
        halves = np.empty((len(_BANK), len(hops)), np.float32)
        for start in range(0, len(hops), _PRODUCT_HOPS):
            part = slice(start, start + _PRODUCT_HOPS)
            halves[:, part] = _BANK @ hops[part].T
        bank = halves[:16, :-1] + halves[16:, 1:]
        power = np.square(bank[:8])
        power += np.square(bank[8:])
        low = np.maximum(np.maximum(power[0], power[1]), np.maximum(power[2], power[3]))
        high = np.maximum(np.maximum(power[4], power[5]), np.maximum(power[6], power[7]))
        good = low + high >= np.float32(gate.purity * _PURE) * energy
        good &= np.minimum(low, high) >= floor
        good &= high <= np.float32(gate.high_over_low) * low
        good &= low <= np.float32(gate.low_over_high) * high
        for place in (np.flatnonzero(good[1:-1]) + 1).tolist():
            self._keep(channel, place, bank[:, place], power[:, place - 1 : place + 2], float(energy[place]) * _PURE)

    def _keep(
        self, channel: int, place: int, bank: NDArray[np.float32], power: NDArray[np.float32], energy: float
    ) -> None:
        """Keeps a window, unless another frequency of the group is nearly as strong as its best."""
        here = power[:, 1].tolist()
        row, column = here.index(max(here[:4])), here.index(max(here[4:]), 4)
        for best, group in ((row, here[:4]), (column, here[4:])):
            if sorted(group)[2] * self._gate.dominance > here[best]:
                return
        before, _, after = np.sqrt(power[row] + power[column]).tolist()
        frame = Frame(
            self._hop + place,
            row,
            column - 4,
            complex(bank[row], bank[8 + row]),
            complex(bank[column], bank[8 + column]),
            before,
            math.sqrt(here[row] + here[column]),
            after,
            (here[row] + here[column]) / energy,
        )
        self._found[channel].add(frame)
        if self._reports and _GATES[DtmfProfile.REPORTING].passes(here[row], here[column], energy):
            self._reports[channel].add(frame)


def _bank() -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """The eight frequencies as cosines and sines under a Hamming window, cut into its two halves.

    Cut, because the windows overlap by half: each hop is multiplied once and its halves are added, where copying
    out overlapping windows would cost more than the product itself.
    """
    places = np.arange(2 * _HOP)
    window = 0.54 - 0.46 * np.cos(2 * np.pi * places / (2 * _HOP))
    turns = 2 * np.pi * np.outer((*_LOW, *_HIGH), places) / _RATE
    waves = np.concatenate((np.cos(turns), -np.sin(turns))) * window
    halves = np.concatenate((waves[:, :_HOP], waves[:, _HOP:])).astype(np.float32)
    squares = (window**2).reshape(2, _HOP).astype(np.float32)
    return halves, squares, float(window.sum() ** 2 / (2 * (window**2).sum()))


_BANK, _WINDOW_POWER, _PURE = _bank()


def _power_of(level: float) -> float:
    """What a sine of this level (dBm0) gives in its own row of the bank."""
    peak = 32768 * 10 ** ((level - _FULL_SCALE_DBM0) / 20)
    return float((peak * 1.08 * _HOP / 2) ** 2)
