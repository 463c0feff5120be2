"""What arrives and what became of it: the words that taking in and those who ask for it share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Final
from uuid import UUID

from callward.engine.errors import Error
from callward.engine.transcripts import Transcript
from callward.web.core.models import Line
from callward.web.people import finding

# The doubt of a recording that was joined of several and waits for its words: no times that come later are its own.
SEVERAL_RECORDINGS: Final = "several_recordings"


class ArrivalError(Error):
    """An arrival is refused by the platform.

    ``input_erased``, ``line_missing``, ``line_unknown``, ``note_after_call``, ``recording_lost``,
    ``record_without_id``.
    """


class Status(StrEnum):
    """What became of an input."""

    TAKEN_IN = "taken_in"
    DUPLICATE = "duplicate"
    RENEWED = "renewed"  # the call was kept already, and its note or form is another one now


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call as it arrived. ``chunks`` gives the bytes that tell it from every other input."""

    line: Line
    started_at: datetime
    zone_assumed: bool
    direction: str
    language: str | None
    voicemail: bool
    caller: finding.Caller
    labels: dict[str, str]  # external id, agent, source name: sealed as they are
    recording: BinaryIO | None
    transcript: Callable[[int], Transcript] | None
    chunks: Callable[[], Iterator[bytes]]
    recording_alone: Callable[[], Iterator[bytes]]  # what ``chunks`` gives when the recording comes by itself
    written: Sequence[str] = ()  # the lines of the agent's note
    filled_in: Sequence[str] = ()  # the fields of its form, one a line
    duration: int = 0  # seconds, as a telephone system counted them
    disposition: str = ""
    doubts: Sequence[str] = ()  # codes of what keeps it from being released unseen

    @property
    def log_only(self) -> bool:
        """Whether there is nothing but a call record: it becomes a row of the call log."""
        return self.recording is None and self.transcript is None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done with an input, without content."""

    status: Status
    call: UUID
    state: str
    reasons: tuple[str, ...] = ()
    categories: dict[str, int] | None = None
    masks: int = 0
    seconds: float = 0.0
