"""The waveform as numbers for an SVG: the agent above the middle, the caller mirrored below, masks over both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from callward.sheet import Doubted, Masked, Sheet

WIDTH, HEIGHT = 1180.0, 168.0
_TOP, _MIDDLE, _BOTTOM = 4.0, 75.0, 146.0
_BARS = 295
_GAP = 3.0  # keyed digits of one entry are closer than this many seconds: they are drawn as one stretch
_KEYED = "payment"  # a mask of this category without a finding covers a keyed tone
_LETTER_ROOM = 18.0
_QUIETEST = 48  # of 255: what fills the height at the least


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel as the path of its bars."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of sound as a rectangle. ``seconds`` is where playing starts when it is chosen."""

    x: float
    y: float
    width: float
    height: float
    seconds: float
    end: float
    category: str = ""
    lettered: bool = False

    @property
    def clock(self) -> str:
        return clock(self.seconds)


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Waveform:
    """Everything an SVG of WIDTH by HEIGHT needs."""

    duration: float
    lanes: tuple[Lane, ...]
    hatches: tuple[Box, ...]
    doubts: tuple[Box, ...]
    ticks: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    middle: float = _MIDDLE
    bottom: float = _BOTTOM

    @property
    def clock(self) -> str:
        return clock(self.duration)

    @property
    def hues(self) -> list[str]:
        """The categories that are drawn, each once."""
        return list(dict.fromkeys(hatch.category for hatch in self.hatches))


def draw(sheet: Sheet, agent_channel: int) -> Waveform | None:
    """Lay a sheet's peaks, masks and doubts out; None when the call has no sound."""
    if not sheet.rate or not sheet.frames:
        return None
    duration = sheet.frames / sheet.rate
    # A quiet recording is drawn as large as a loud one, but silence is not blown up into noise.
    loudest = max(_QUIETEST, *(max(lane, default=0) for lane in sheet.peaks))
    channels = {"both": 0} if sheet.channels == 1 else {"agent": agent_channel, "caller": 1 - agent_channel}
    return Waveform(
        duration,
        tuple(Lane(name, _path(sheet.peaks[channel], name, loudest)) for name, channel in channels.items()),
        tuple(_box(mask, sheet, channels) for mask in sorted(_joined(sheet.masks, sheet.rate), key=_start)),
        tuple(_box(doubt, sheet, channels) for doubt in sheet.doubts if doubt.start is not None),
        tuple(_ticks(duration)),
    )


def _path(peaks: Sequence[int], lane: str, loudest: int) -> str:
    """Draw one bar for the loudest peak of each share of the bins; softened, because speech is heard that way."""
    step, reach, bars = WIDTH / _BARS, _MIDDLE - _TOP, []
    for number in range(_BARS):
        first = number * len(peaks) // _BARS
        last = max((number + 1) * len(peaks) // _BARS, first + 1)
        height = max(1.0, (max(peaks[first:last], default=0) / loudest) ** 0.6 * reach)
        up = 0.0 if lane == "caller" else height
        down = 0.0 if lane == "agent" else height
        bars.append(f"M{(number + 0.5) * step:.1f} {_MIDDLE - up:.1f}V{_MIDDLE + down:.1f}")
    return "".join(bars)


def _joined(masks: Sequence[Masked], rate: int) -> Iterator[Masked]:
    """Join what lies together, is of one category and on the same channels: one entry of digits, one stretch."""
    current: Masked | None = None
    for mask in sorted(masks, key=lambda mask: (mask.category, mask.channels or (), mask.start)):
        if current is not None and (current.category, current.channels) == (mask.category, mask.channels):
            keyed = current.finding is None and mask.finding is None and mask.category == _KEYED
            room = rate * _GAP if keyed else 0
            if mask.start - current.end <= room:
                current = replace(current, end=max(current.end, mask.end))
                continue
        if current is not None:
            yield current
        current = mask
    if current is not None:
        yield current


def _start(mask: Masked) -> int:
    return mask.start


def _box(stretch: Masked | Doubted, sheet: Sheet, channels: dict[str, int]) -> Box:
    start, end = stretch.start or 0, stretch.end or 0
    scale = WIDTH / sheet.frames
    x, width = start * scale, max(3.0, (end - start) * scale)
    top, bottom = _TOP, _BOTTOM
    if stretch.channels is not None and len(stretch.channels) == 1 and len(channels) > 1:
        lane = next((name for name, channel in channels.items() if channel == stretch.channels[0]), "both")
        top, bottom = (_MIDDLE if lane == "caller" else _TOP), (_MIDDLE if lane == "agent" else _BOTTOM)
    return Box(
        round(min(x, WIDTH - width), 1),
        top,
        round(width, 1),
        bottom - top,
        round(start / sheet.rate, 2),
        round(end / sheet.rate, 2),
        stretch.category if isinstance(stretch, Masked) else "",
        width >= _LETTER_ROOM,
    )


def _ticks(duration: float) -> Iterator[Tick]:
    step = next((step for step in (5, 10, 15, 30, 60, 120, 300, 600, 1800) if duration / step <= 10), 3600)
    at = 0
    while at < duration - step * 0.3:
        yield Tick(round(at / duration * WIDTH, 1), clock(at))
        at += step


def clock(seconds: float) -> str:
    """Write a position as m:ss or h:mm:ss."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
