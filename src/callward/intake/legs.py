"""The recordings of one vCon as one: on one time line, two sides of a leg as its channels."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from callward.engine import audio
from callward.engine.transcripts import Speaker, speaker_of
from callward.engine.vcon import Recording, Vcon, VconError, legs_of, seconds_between

_MOST_RECORDINGS: Final = 100
_MOST_BYTES: Final = 200 * 1024 * 1024  # of FLAC, which is held in memory
# What lies between two legs is on no recording: so much silence that a mask on one cannot reach into the other, and
# no more than anybody wants to wait for.
_SHORTEST_GAP: Final = 1.0
_LONGEST_GAP: Final = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class LaidLeg:
    """A leg and where it lies in the whole.

    ``late`` is how many frames later than the leg each side begins; ``agent`` the channel of the agent as the vCon
    tells, before any change of places; ``delay`` the most that was assumed of an MP3 in it (``AudioInfo``).
    """

    recordings: tuple[Recording, ...]
    place: audio.Stretch
    late: tuple[int, ...]
    channels: int
    agent: int | None
    swapped: bool
    delay: int

    @property
    def dialogs(self) -> frozenset[int]:
        return frozenset(recording.dialog for recording in self.recordings)

    @property
    def exact(self) -> bool:
        """Whether its sides lie beside each other as they were heard: starts in whole seconds are off by up to one."""
        sides = self.recordings
        return len(sides) == 1 or all(one.start is not None and one.start.microsecond for one in sides)

    @property
    def agent_after(self) -> int | None:
        """The channel of the agent in the whole."""
        return 1 - self.agent if self.agent is not None and self.swapped else self.agent


@dataclass(frozen=True, slots=True, repr=False)
class Legs:
    """Several recordings as the one of a call. ``parts`` are they as they came, in the vCon's order; close them."""

    recording: BinaryIO
    parts: tuple[BinaryIO, ...]
    rate: int
    laid: tuple[LaidLeg, ...]

    @property
    def agent_channel(self) -> int | None:
        """The agent's channel in every leg that tells one."""
        return next((leg.agent_after for leg in self.laid if leg.agent is not None), None)

    @property
    def started(self) -> datetime | None:
        """When the first leg began."""
        return self.laid[0].recordings[0].start


def join_legs(vcon: Vcon, opened: Callable[[Recording], BinaryIO]) -> Legs:
    """The recordings of a vCon one behind the other, two sides of one leg as its channels; the sound stays in memory.

    Raises VconError ``vcon_too_large`` for over 100, AudioError, and what ``opened`` raises.
    """
    found = legs_of(vcon)
    every = [recording for leg in found for recording in leg]
    if len(every) > _MOST_RECORDINGS:
        raise VconError("vcon_too_large", "the vCon holds over 100 recordings")
    streams: dict[int, BinaryIO] = {}
    try:
        for recording in every:
            streams[recording.dialog] = opened(recording)
        readers = {dialog: audio.open_audio(stream) for dialog, stream in streams.items()}
        target = io.BytesIO()
        laid, rate = _lay(vcon, _as_recorded(found, readers), readers, target)
    except BaseException:
        for stream in streams.values():
            stream.close()
        raise
    return Legs(target, tuple(streams[dialog] for dialog in sorted(streams)), rate, laid)


def _as_recorded(
    legs: Sequence[tuple[Recording, ...]], readers: Mapping[int, audio.Reader]
) -> list[tuple[Recording, ...]]:
    """Two sides of a leg are so only where each was recorded in one channel."""
    found: list[tuple[Recording, ...]] = []
    for leg in legs:
        one_each = all(readers[recording.dialog].info.channels == 1 for recording in leg)
        found += [leg] if one_each else [(recording,) for recording in leg]
    return found


def _lay(
    vcon: Vcon, legs: Sequence[tuple[Recording, ...]], readers: Mapping[int, audio.Reader], target: BinaryIO
) -> tuple[tuple[LaidLeg, ...], int]:
    """Write the sound and say where each leg lies; the agent keeps one channel throughout."""
    agents = [_agent(vcon, leg, readers) for leg in legs]
    side = next((agent for agent in agents if agent is not None), None)
    late = [[_seconds(leg[0], recording) for recording in leg] for leg in legs]
    lanes = [
        tuple(audio.Lane(readers[one.dialog], seconds) for one, seconds in zip(leg, later, strict=True))
        for leg, later in zip(legs, late, strict=True)
    ]
    gaps = [0.0, *(_gap(legs[n], legs[n + 1], lanes[n]) for n in range(len(legs) - 1))]
    swapped = [agent not in (None, side) for agent in agents]
    joined = audio.join(list(map(audio.Leg, lanes, gaps, swapped)), target, most=_MOST_BYTES)
    target.seek(0)
    laid = tuple(
        LaidLeg(
            leg,
            joined.legs[n],
            tuple(round(lane.late * joined.rate) for lane in lanes[n]),
            audio.Leg(lanes[n]).channels,
            agents[n],
            swapped[n],
            max(-(-lane.reader.info.assumed_delay * joined.rate // lane.reader.info.rate) for lane in lanes[n]),
        )
        for n, leg in enumerate(legs)
    )
    return laid, joined.rate


def _agent(vcon: Vcon, leg: tuple[Recording, ...], readers: Mapping[int, audio.Reader]) -> int | None:
    """The channel whose one party is the agent, in a leg of two channels with the caller on the other."""
    if len(leg) == 2:
        speakers = [speaker_of(vcon.parties[one.party].role) for one in leg if one.party is not None]
    else:
        speakers = [speaker_of(role) for role in leg[0].roles] if readers[leg[0].dialog].info.channels == 2 else []
    told = len(speakers) == 2 and set(speakers) == {Speaker.AGENT, Speaker.CALLER}
    return speakers.index(Speaker.AGENT) if told else None


def _seconds(first: Recording, second: Recording) -> float:
    return seconds_between(first, second) or 0.0


def _gap(leg: Sequence[Recording], following: Sequence[Recording], lanes: Sequence[audio.Lane]) -> float:
    lasted = audio.Leg(tuple(lanes)).seconds
    begun = seconds_between(leg[0], following[0])
    return _SHORTEST_GAP if begun is None else min(max(begun - lasted, _SHORTEST_GAP), _LONGEST_GAP)
