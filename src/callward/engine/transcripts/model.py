"""One transcript for every producer: turns of text with words placed in time.

Times are integer sample indices at ``Transcript.rate``, end exclusive, counted from the start of
the gapless PCM of the recording (design: "stretch of audio"). A transcript without audio uses the
rate it was parsed with as its time base.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callward.engine.errors import Error


class TranscriptError(Error):
    """A transcript was refused; see ``code``."""


class Timing(StrEnum):
    """How far the times of a turn can be trusted.

    WORD: the producer timed every word. TURN: only the turn (cue) was timed; word times are
    interpolated inside it and masking must take the whole turn. NONE: no times at all.
    """

    WORD = "word"
    TURN = "turn"
    NONE = "none"


class Speaker(StrEnum):
    """Who speaks a turn."""

    AGENT = "agent"
    CALLER = "caller"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``text == turn.text[offset:offset + len(text)]`` (Unicode code points)."""

    text: str
    offset: int
    start: int | None  # samples, or None when the turn has no times
    end: int | None  # samples, exclusive
    confidence: float | None = None  # 0..1


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party says without the other taking over."""

    speaker: Speaker
    text: str
    words: tuple[Word, ...]
    timing: Timing
    channel: int | None = None  # 0-based channel of the recording, None when unknown
    start: int | None = None  # samples
    end: int | None = None  # samples, exclusive


@dataclass(frozen=True, slots=True)
class Transcript:
    """The whole conversation in order of speaking."""

    turns: tuple[Turn, ...]
    rate: int  # samples a second, the unit of every time in it
    language: str | None = None  # ISO 639-1, or None when the producer did not say

    @property
    def timing(self) -> Timing:
        """The weakest timing of any turn that has words."""
        order = (Timing.NONE, Timing.TURN, Timing.WORD)
        found = {turn.timing for turn in self.turns if turn.words}
        return next((timing for timing in order if timing in found), Timing.NONE)
