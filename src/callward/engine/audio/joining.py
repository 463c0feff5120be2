"""Several recordings as one: one behind the other, or side by side where they sound at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import soxr
from numpy.typing import NDArray

from callward.engine.audio.flac import FlacWriter
from callward.engine.audio.model import AudioError, Stretch
from callward.engine.audio.reader import BLOCK_FRAMES, MAX_SECONDS, Blocks, Reader
from callward.engine.audio.stream import Target


@dataclass(frozen=True, slots=True)
class Lane:
    """A recording within its leg; it begins ``late`` seconds after the leg does."""

    reader: Reader
    late: float = 0.0

    @property
    def seconds(self) -> float:
        return self.reader.info.frames / self.reader.info.rate


@dataclass(frozen=True, slots=True)
class Leg:
    """One recording, or two of one channel each that sound at once and become channels 0 and 1.

    ``gap`` is the silence before it in seconds. ``swapped`` lets the channels of one recording change places.
    """

    lanes: tuple[Lane, ...]
    gap: float = 0.0
    swapped: bool = False

    @property
    def channels(self) -> int:
        return max(len(self.lanes), *(lane.reader.info.channels for lane in self.lanes))

    @property
    def seconds(self) -> float:
        return max(lane.late + lane.seconds for lane in self.lanes)


@dataclass(frozen=True, slots=True)
class Joined:
    """What was written: samples a second, channels, and where each leg lies."""

    rate: int
    channels: int
    legs: tuple[Stretch, ...]


def join(legs: Sequence[Leg], target: Target, *, most: int) -> Joined:
    """Write the legs as one FLAC recording at the rate of the longest; two channels where any leg has two.

    A leg of one channel stands on both. Sound of that rate is written sample by sample as it is read.
    Raises AudioError ``audio_too_long`` beyond the length of a single recording or ``most`` bytes written,
    ``audio_channels`` where two recordings that sound at once have more than one channel each, and what reading raises.
    """
    if any(len(leg.lanes) > 1 and lane.reader.info.channels > 1 for leg in legs for lane in leg.lanes):
        raise AudioError("audio_channels", "recordings that sound at once have one channel each")
    # A short leg of a higher rate must not make an hour of the others many times as large.
    longest = max((lane for leg in legs for lane in leg.lanes), key=lambda lane: (lane.seconds, lane.reader.info.rate))
    rate = longest.reader.info.rate
    if sum(leg.gap + leg.seconds for leg in legs) > MAX_SECONDS:
        raise _too_long()
    channels = max(leg.channels for leg in legs)
    places: list[Stretch] = []
    position = 0
    with FlacWriter(target, rate, channels) as written:
        for leg in legs:
            start = position + round(leg.gap * rate)
            for blocks in (_silence(start - position, channels), _sound(leg, rate, channels)):
                for block in blocks:
                    position += len(block)
                    written.write(block)
                    if position > MAX_SECONDS * rate or target.tell() > most:
                        raise _too_long()
            places.append(Stretch(start, position))
    return Joined(rate, channels, tuple(places))


def _too_long() -> AudioError:
    return AudioError("audio_too_long", "the recordings are too long to be joined")


def _sound(leg: Leg, rate: int, channels: int) -> Blocks:
    lanes = [_lane(lane, rate) for lane in leg.lanes]
    for block in _side_by_side(*lanes) if len(lanes) == 2 else lanes[0]:
        if block.shape[1] < channels:
            yield np.repeat(block, channels, axis=1)
        else:
            yield np.ascontiguousarray(block[:, ::-1]) if leg.swapped else block


def _lane(lane: Lane, rate: int) -> Blocks:
    info = lane.reader.info
    yield from _silence(round(lane.late * rate), info.channels)
    if info.rate == rate:
        yield from lane.reader.blocks()
        return
    resampler = soxr.ResampleStream(info.rate, rate, info.channels, dtype="int16")
    for block in lane.reader.blocks():
        yield resampler.resample_chunk(block).reshape(-1, info.channels)
    end = np.empty((0, info.channels), np.int16)
    yield resampler.resample_chunk(end, last=True).reshape(-1, info.channels)


def _side_by_side(first: Blocks, second: Blocks) -> Blocks:
    nothing = np.empty((0, 1), np.int16)
    for pair in zip_longest(_even(first), _even(second), fillvalue=nothing):
        block = np.zeros((max(map(len, pair)), 2), np.int16)
        for channel, lane in enumerate(pair):
            block[: len(lane), channel] = lane[:, 0]
        yield block


def _even(blocks: Blocks) -> Blocks:
    """The same sound in blocks of one size, the last one shorter."""
    held: list[NDArray[np.int16]] = []
    for block in blocks:
        held.append(block)
        if sum(map(len, held)) >= BLOCK_FRAMES:
            whole = np.concatenate(held)
            full = len(whole) - len(whole) % BLOCK_FRAMES
            yield from (whole[start : start + BLOCK_FRAMES] for start in range(0, full, BLOCK_FRAMES))
            held = [whole[full:]]
    rest = np.concatenate(held) if held else np.empty((0, 1), np.int16)
    if len(rest):
        yield rest


def _silence(frames: int, channels: int) -> Iterator[NDArray[np.int16]]:
    for start in range(0, frames, BLOCK_FRAMES):
        yield np.zeros((min(BLOCK_FRAMES, frames - start), channels), np.int16)
