"""The values of audio: PCM in whole samples, stretches, DTMF events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callward.engine.errors import Error


class AudioError(Error):
    """Audio was refused; see ``code``."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Frames ``[start, end)`` of a recording. ``channels`` None means all of them."""

    start: int
    end: int
    channels: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a recording is, read from its header and confirmed while decoding."""

    rate: int  # samples a second; for Opus the input rate named in its header
    channels: int
    frames: int  # gapless: encoder delay, padding and Opus pre-skip removed
    container: str  # "wav" | "flac" | "mp3" | "ogg"
    codec: str  # "pcm_s16" | "ulaw" | "alaw" | "flac" | "mp3" | "opus" | "vorbis" | ...
    # Frames removed at the start by assumption, for want of a tag that names the delay (MP3). Times that another
    # program took from the same file may count them in: what they name then lies as much earlier here.
    assumed_delay: int = 0


class Fill(StrEnum):
    """What is written over a masked stretch."""

    SILENCE = "silence"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class DtmfEvent:
    """A keyed tone. ``digit`` is personal data (card entry): count and place may be kept, the digit may not.

    ``confirmed``: the reporting profile finds the same key there. What masking alone hears may be speech; it is
    masked all the same, but only confirmed events may be called keyed tones before a person.
    """

    digit: str
    start: int  # frames
    end: int
    channel: int
    confirmed: bool = True
