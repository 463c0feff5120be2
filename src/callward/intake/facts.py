"""The facts of a call, merged from vCon, call file, manifest, file name and options (design section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callward.intake.errors import IntakeError
from callward.intake.given import Direction, Disposition, Given
from callward.intake.identifiers import normalise_email, normalise_number, normalise_phone
from callward.intake.pattern import FilePattern


@dataclass(frozen=True, slots=True)
class LineDefaults:
    """What a line says for its calls: IANA zone, ISO 3166 countries of its numbers, language."""

    zone: str = "UTC"
    countries: tuple[str, ...] = ()
    language: str | None = None
    agent_channel: int | None = None
    numbers: tuple[str, ...] = ()  # its own telephone numbers, in any writing
    voicemail: bool = False


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """What was told for a whole run: facts where no other place has them, and the lines by name.

    ``days_later`` moves every start by so many days of its line's calendar, backwards where it is negative: made
    calls have fixed dates, and a demonstration is of these days. Raises IntakeError ``facts_zone``: what holds
    for every call is refused once, before the first.
    """

    given: Given = field(default_factory=Given)
    pattern: FilePattern | None = None
    zone: str | None = None
    lines: Mapping[str, LineDefaults] = field(default_factory=dict)
    days_later: int = 0

    def __post_init__(self) -> None:
        if self.zone:
            _zone(self.zone)


_YEARS: Final = range(1971, 2900)


@dataclass(frozen=True, slots=True, repr=False)
class CallFacts:
    """The merged facts of one call. None of them shows in ``repr``.

    ``caller_phone`` is as given and ``caller_phone_e164`` normalised, None when it is no number that
    the line's countries know. ``started_at`` is UTC; ``zone_assumed`` says that its zone is the line's.
    ``agent_channel`` is the channel of a two-channel recording that the agent speaks on.
    """

    external_id: str | None = None
    line: str | None = None
    caller_phone: str | None = None
    caller_phone_e164: str | None = None
    caller_email: str | None = None
    caller_email_normalised: str | None = None
    caller_name: str | None = None
    caller_number: str | None = None
    caller_number_normalised: str | None = None
    agent: str | None = None
    started_at: datetime | None = None
    zone_assumed: bool = False
    direction: Direction | None = None
    language: str | None = None
    agent_channel: int | None = None
    voicemail: bool = False
    duration: int | None = None
    disposition: Disposition | None = None

    def __repr__(self) -> str:
        return "CallFacts(...)"


def merged(places: tuple[Given, ...], options: IntakeOptions) -> CallFacts:
    """The facts of several places, the first that says something wins, normalised with what the line says.

    Raises IntakeError ``facts_zone`` or ``facts_value``.
    """
    found = Given()
    for place in (*places, options.given):
        found = found.over(place)
    line = options.lines.get(found.line or "", LineDefaults())
    started, assumed = _in_utc(found.started, options.zone or line.zone, options.days_later)
    return CallFacts(
        external_id=found.external_id,
        line=found.line,
        caller_phone=found.caller_phone,
        caller_phone_e164=normalise_phone(found.caller_phone, line.countries) if found.caller_phone else None,
        caller_email=found.caller_email,
        caller_email_normalised=normalise_email(found.caller_email) if found.caller_email else None,
        caller_name=found.caller_name,
        caller_number=found.caller_number,
        caller_number_normalised=normalise_number(found.caller_number) if found.caller_number else None,
        agent=found.agent,
        started_at=started,
        zone_assumed=assumed,
        direction=found.direction,
        language=found.language or line.language,
        agent_channel=line.agent_channel if found.agent_channel is None else found.agent_channel,
        voicemail=line.voicemail if found.voicemail is None else found.voicemail,
        duration=found.duration,
        disposition=found.disposition,
    )


def _in_utc(started: datetime | None, zone: str, days_later: int) -> tuple[datetime | None, bool]:
    if started is None:
        return None, False
    assumed = started.tzinfo is None
    try:
        aware = started.replace(tzinfo=_zone(zone)) if assumed else started
        if days_later:  # by the clock on the wall, which a change to summer time must not move
            aware = aware.astimezone(_zone(zone)) + timedelta(days=days_later)
        found = aware.astimezone(UTC)
    except (OverflowError, ValueError):
        found = None
    # What lies further out has no day in every zone, and none to delete it on.
    if found is None or found.year not in _YEARS:
        raise IntakeError("facts_value", "a start is out of range")
    return found, assumed


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise IntakeError("facts_zone", "the time zone is unknown") from None
