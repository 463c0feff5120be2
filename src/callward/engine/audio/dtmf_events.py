"""From windows that look like a keyed tone to events: what is one key press, and what is none (ITU-T Q.24)."""

from __future__ import annotations

import cmath
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

_KEYS = ("123A", "456B", "789C", "*0#D")
_LOW, _HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_HOP_SECONDS = 0.01
# An interruption of 10 ms leaves at least this share of the amplitude in the window around it, a pause of 30 ms
# leaves one window without any.
_BRIDGE = 0.12
_LONGEST = 500  # windows that are kept before a run is judged
_NEAR_HOPS = 200  # two seconds
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
    steady_windows: int  # so many in a row must be steady, pure and in tune
    most_swing: float  # of either amplitude, loudest over quietest
    most_detune: float  # share of the nominal frequency
    purest: float  # one window at least has this purity
    sure: float  # one window of this purity is an event by itself
    near: float  # and of this one where another event is near: keys are pressed in rows


@dataclass(frozen=True, slots=True)
class Tone:
    """An event, in hops."""

    digit: str
    start: int
    end: int

    def is_among(self, tones: Sequence[Tone]) -> bool:
        """Say whether the same key is one of ``tones``, which are in order and apart, at the same time."""
        first = bisect_right(tones, self.start, key=lambda tone: tone.end)
        near = takewhile(lambda tone: tone.start < self.end, islice(tones, first, None))
        return any(tone.digit == self.digit for tone in near)


class Gathering:
    """The windows of one channel, taken in order and made into events; a tone that never ends takes no memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._run: list[Frame] = []
        self._tones: list[tuple[Tone, bool]] = []  # what is an event by itself, and what is one near another

    def add(self, frame: Frame) -> None:
        if self._run and not (len(self._run) < _LONGEST and _continues(self._run[-1], frame)):
            self._close()
        self._run.append(frame)

    def finish(self) -> Iterator[Tone]:
        """The events, in order."""
        self._close()
        places = [tone.start for tone, keyed in self._tones if keyed]
        held: Tone | None = None
        for tone, keyed in self._tones:
            if not (keyed or _is_near(places, tone.start)):
                continue
            if held is not None and held.digit == tone.digit and tone.start < held.end:
                held = Tone(held.digit, held.start, tone.end)
                continue
            if held is not None:
                yield held
            held = tone
        if held is not None:
            yield held

    def _close(self) -> None:
        run, self._run = self._run, []
        if not run:
            return
        keyed = _is_keyed(run, self._limits)
        if keyed or _purity(run) >= self._limits.near:
            self._tones.append((Tone(_KEYS[run[0].row][run[0].column], run[0].hop, run[-1].hop + 2), keyed))


def _is_near(places: Sequence[int], hop: int) -> bool:
    at = bisect_left(places, hop)
    return any(abs(place - hop) <= _NEAR_HOPS for place in places[max(0, at - 1) : at + 1])


def _purity(run: Sequence[Frame]) -> float:
    return max(frame.purity for frame in run)


def _is_keyed(run: Sequence[Frame], limits: Limits) -> bool:
    if _purity(run) >= limits.sure:
        return True
    if _length(run) < limits.shortest_hops:
        return False
    size = limits.steady_windows
    parts = [run[at : at + size] for at in range(len(run) - size + 1)]
    return any(_swing(part) <= limits.most_swing and _in_tune(part, limits) for part in parts)


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


def _in_tune(run: Sequence[Frame], limits: Limits) -> bool:
    """Both frequencies near nominal, and what is not theirs little enough."""
    seen = 0.0
    for low, nominal in ((True, _LOW[run[0].row]), (False, _HIGH[run[0].column])):
        detune = _detune([frame.low if low else frame.high for frame in run], [frame.hop for frame in run], nominal)
        if detune is None or abs(detune) > limits.most_detune * nominal:
            return False
        seen += _response(detune) ** 2 / 2
    # A tone beside the nominal frequency is seen weaker than it is: the demand is lowered by as much.
    return _purity(run) >= limits.purest * seen


def _detune(tone: Sequence[complex], hops: Sequence[int], nominal: int) -> float | None:
    """Hertz beside nominal, told by how far the phase moves from one window to the next; None without a pair."""
    pairs = [(a, b) for (a, b), (i, j) in zip(pairwise(tone), pairwise(hops), strict=True) if j - i == 1]
    if not pairs:
        return None
    turned = sum(b * a.conjugate() for a, b in pairs)
    expected = cmath.exp(-2j * math.pi * nominal * _HOP_SECONDS)
    return cmath.phase(turned * expected) / (2 * math.pi * _HOP_SECONDS)


def _response(hertz: float) -> float:
    """How much of a tone's amplitude a Hamming window of two hops lets through so far beside its frequency."""
    x = abs(hertz) * 2 * _HOP_SECONDS
    if x < 1e-6 or abs(x - 1) < 1e-6:
        return 1.0 if x < 0.5 else 0.426
    return abs(math.sin(math.pi * x) / (math.pi * x) * (1 + 0.852 * x * x / (1 - x * x)))
