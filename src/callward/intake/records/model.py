"""One call as a telephone system wrote it down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from callward.intake.given import Direction, Disposition

_MOST: Final = 200  # of each: joining the legs of a hostile file must not take for ever
# Of several legs of one call the one that got furthest says how it ended.
_FURTHEST = (Disposition.ANSWERED, Disposition.BUSY, Disposition.NO_ANSWER, Disposition.FAILED)


@dataclass(frozen=True, slots=True, repr=False)
class CallRecord:
    """A call record, reduced to what is read of it. None of it shows in ``repr``.

    ``ids`` are the call's ids in its system, the one it is known by first. ``lines`` may name its line: a queue, an
    account. ``source`` and ``destination`` are numbers as they were written. ``duration`` is in seconds.
    ``recordings`` are names of files without folders. ``in_log``: the record is a call by itself, also without a
    recording; the others only describe one. ``sound`` is False where it describes something else, such as a screen.
    """

    ids: tuple[str, ...]
    source: str | None = None
    destination: str | None = None
    direction: Direction | None = None
    started: datetime | None = None
    duration: int | None = None
    disposition: Disposition | None = None
    agent: str | None = None
    caller_name: str | None = None
    lines: tuple[str, ...] = ()
    recordings: tuple[str, ...] = field(default=())
    in_log: bool = True
    sound: bool = True

    def __repr__(self) -> str:
        return "CallRecord(...)"

    def with_leg(self, other: CallRecord) -> CallRecord:
        """The same call with what another record of it says: the first start, the longest time, the best end."""
        ends = {self.disposition, other.disposition}
        begun = [time for time in (self.started, other.started) if time is not None]
        comparable = len({time.tzinfo is None for time in begun}) < 2
        return replace(
            self,
            ids=_union(self.ids, other.ids),
            source=self.source or other.source,
            destination=self.destination or other.destination,
            direction=self.direction or other.direction,
            started=(min(begun) if comparable else begun[0]) if begun else None,
            duration=max((time for time in (self.duration, other.duration) if time is not None), default=None),
            disposition=next((end for end in _FURTHEST if end in ends), None),
            agent=other.agent if _answers(other) and not _answers(self) else self.agent or other.agent,
            caller_name=self.caller_name or other.caller_name,
            lines=_union(self.lines, other.lines),
            recordings=_union(self.recordings, other.recordings),
            in_log=self.in_log or other.in_log,
            sound=self.sound and other.sound,
        )


def _answers(record: CallRecord) -> bool:
    return record.disposition is Disposition.ANSWERED


def _union(own: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*own, *others]))[:_MOST]
