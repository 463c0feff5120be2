"""From a call record to call facts: which of the two numbers is the caller's, and which line was called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callward.intake.given import Direction, Given
from callward.intake.identifiers import normalise_phone
from callward.intake.records import fields
from callward.intake.records.model import CallRecord

if TYPE_CHECKING:
    from callward.intake.facts import LineDefaults


def given_of(record: CallRecord, lines: Mapping[str, LineDefaults]) -> Given:
    """The facts of a record.

    The line is the first of its queue, account and numbers that a line is known by. Who called whom is what the
    record says, else what the line's own number says, else that the one number of the public network is the caller's.
    Where none of these tells, nobody is named the caller.
    """
    line = next((name for name in record.lines if name in lines), None)
    line = line or _line_of(record.destination, lines) or _line_of(record.source, lines)
    direction = record.direction or _direction(record, lines)
    caller = {Direction.IN: record.source, Direction.OUT: record.destination}.get(direction) if direction else None
    return Given(
        external_id=record.ids[0],
        line=line,
        caller_phone=caller if fields.is_outside(caller) else None,
        caller_name=record.caller_name if direction is Direction.IN else None,
        agent=record.agent,
        started=record.started,
        direction=direction,
        duration=record.duration,
        disposition=record.disposition,
    )


def _direction(record: CallRecord, lines: Mapping[str, LineDefaults]) -> Direction | None:
    if _line_of(record.destination, lines):
        return Direction.IN
    if _line_of(record.source, lines):
        return Direction.OUT
    outside = (fields.is_outside(record.source), fields.is_outside(record.destination))
    return {(True, False): Direction.IN, (False, True): Direction.OUT}.get(outside)


def _line_of(number: str | None, lines: Mapping[str, LineDefaults]) -> str | None:
    if number is None:
        return None
    for name, line in lines.items():
        if number in line.numbers:
            return name
        if fields.is_outside(number) and line.numbers:
            read = normalise_phone(number, line.countries)
            if read is not None and any(normalise_phone(own, line.countries) == read for own in line.numbers):
                return name
    return None
