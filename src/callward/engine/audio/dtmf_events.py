"""From windows that look like a keyed tone to events: what is one key press, and what is none (ITU-T Q.24)."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_KEYS = ("123A", "456B", "789C", "*0#D")
_FREQUENCIES = ((697, 770, 852, 941), (1209, 1336, 1477, 1633))
_HOP_SECONDS = 0.01
# An interruption of 10 ms leaves at least this share of the amplitude in the window around it, a pause of 30 ms
# leaves one window without any.
_BRIDGE = 0.12
_FARTHEST = 3  # hops from one window to the next inside one event; both windows between are then known


@dataclass(frozen=True, slots=True)
class Frame:
    """One window of two hops that passed the gate; ``hop`` is the number of its first hop."""

    hop: int
    row: int
    column: int
    low: complex  # what the bank gave for the two frequencies
    high: complex
    before: float  # amplitude of the same two in the window before, here, and in the one after
    here: float
    after: float
    purity: float  # share of the window's energy that lies in the two tones


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run of windows must be to be an event: long, steady and in tune, or pure enough to need none of it."""

    shortest_hops: float
    steady_windows: int  # so many in a row must be steady and in tune; 0: all there are
    most_swing: float  # of either amplitude, loudest over quietest
    most_detune: float  # share of the nominal frequency
    sure: float  # one window of this purity is an event by itself


@dataclass(frozen=True, slots=True)
class Tone:
    """An event, in hops."""

    digit: str
    start: int
    end: int


def gather(frames: Sequence[Frame], limits: Limits) -> Iterator[Tone]:
    """The events in the windows of one channel."""
    for run in _runs(frames):
        if max(frame.purity for frame in run) >= limits.sure or _is_keyed(run, limits):
            yield Tone(_KEYS[run[0].row][run[0].column], run[0].hop, run[-1].hop + 2)


def _is_keyed(run: Sequence[Frame], limits: Limits) -> bool:
    if _length(run) < limits.shortest_hops:
        return False
    size = limits.steady_windows or len(run)
    parts = [run[at : at + size] for at in range(len(run) - size + 1)]
    return any(_swing(part) <= limits.most_swing and _in_tune(part, limits.most_detune) for part in parts)


def _runs(frames: Sequence[Frame]) -> Iterator[list[Frame]]:
    run: list[Frame] = []
    for frame in frames:
        if run and not _continues(run[-1], frame):
            yield run
            run = []
        run.append(frame)
    if run:
        yield run


def _continues(last: Frame, frame: Frame) -> bool:
    if (last.row, last.column) != (frame.row, frame.column) or frame.hop - last.hop > _FARTHEST:
        return False
    bridge = _BRIDGE * max(last.here, frame.here)
    return frame.hop - last.hop == 1 or (last.after >= bridge and frame.before >= bridge)


def _swing(run: Sequence[Frame]) -> float:
    low, high = [abs(frame.low) for frame in run], [abs(frame.high) for frame in run]
    return max(max(low) / min(low), max(high) / min(high))


def _length(run: Sequence[Frame]) -> float:
    """Duration in hops: the windows overlap so that the amplitudes of a tone add up to its length."""
    loudest = max(frame.here for frame in run)
    total = run[0].before + run[-1].after + sum(frame.here for frame in run)
    for last, frame in pairwise(run):
        if frame.hop - last.hop > 1:
            total += last.after
        if frame.hop - last.hop > 2:
            total += frame.before
    return total / loudest


def _in_tune(run: Sequence[Frame], most: float) -> bool:
    """Both frequencies within ``most`` of nominal, told by how far the phase moves from window to window."""
    pairs = [(a, b) for a, b in pairwise(run) if b.hop - a.hop == 1]
    if not pairs:
        return False
    for group, index in ((0, run[0].row), (1, run[0].column)):
        nominal = _FREQUENCIES[group][index]
        turned = sum((b.high * a.high.conjugate()) if group else (b.low * a.low.conjugate()) for a, b in pairs)
        expected = cmath.exp(-2j * math.pi * nominal * _HOP_SECONDS)
        detune = cmath.phase(turned * expected) / (2 * math.pi * _HOP_SECONDS)
        if abs(detune) > most * nominal:
            return False
    return True
