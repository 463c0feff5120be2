"""What one place says about a call, before the places are merged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from callward.intake.errors import IntakeError

MAX_TEXT: Final = 500
_KINDS: Final = {"call": False, "voicemail": True}
_DIRECTIONS: Final = {"in": "in", "inbound": "in", "incoming": "in", "out": "out", "outbound": "out", "outgoing": "out"}


class Direction(StrEnum):
    """Who called whom: ``in`` is the caller calling the centre."""

    IN = "in"
    OUT = "out"


class Disposition(StrEnum):
    """How a call ended, as far as its telephone system says."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """Facts as one place gives them; None where it says nothing. ``started`` may lack a zone."""

    external_id: str | None = None
    line: str | None = None
    caller_phone: str | None = None
    caller_email: str | None = None
    caller_name: str | None = None
    caller_number: str | None = None
    agent: str | None = None
    started: datetime | None = None
    direction: Direction | None = None
    language: str | None = None
    agent_channel: int | None = None
    voicemail: bool | None = None
    duration: int | None = None  # seconds, as a telephone system counted them
    disposition: Disposition | None = None

    def over(self, other: Given) -> Given:
        """These facts, and the other's where these say nothing."""
        names = [field.name for field in fields(Given)]
        own = {name: getattr(self, name) for name in names}
        return Given(**{name: getattr(other, name) if value is None else value for name, value in own.items()})


def given(values: Mapping[str, str]) -> Given:
    """Facts out of texts by field name; an empty text says nothing.

    Raises IntakeError ``facts_field`` for a name that is no field, ``facts_value`` for a value that
    cannot be one.
    """
    names = {field.name for field in fields(Given)} - {"duration", "disposition"} | {"kind"}
    if not set(values) <= names:
        raise IntakeError("facts_field", "a fact has an unknown name")
    plain = {name: text(value) for name, value in values.items() if value.strip()}
    return Given(
        external_id=plain.get("external_id"),
        line=plain.get("line"),
        caller_phone=plain.get("caller_phone"),
        caller_email=plain.get("caller_email"),
        caller_name=plain.get("caller_name"),
        caller_number=plain.get("caller_number"),
        agent=plain.get("agent"),
        started=moment(plain["started"]) if "started" in plain else None,
        direction=direction(plain["direction"]) if "direction" in plain else None,
        language=language(plain["language"]) if "language" in plain else None,
        agent_channel=channel(plain["agent_channel"]) if "agent_channel" in plain else None,
        voicemail=_voicemail(plain),
    )


def _voicemail(plain: Mapping[str, str]) -> bool | None:
    """Read the two ways in which a recording is called a voicemail; raises ``facts_value`` where they disagree."""
    told = {truth(plain["voicemail"])} if "voicemail" in plain else set()
    if "kind" in plain:
        if plain["kind"].lower() not in _KINDS:
            raise IntakeError("facts_value", "a kind is neither call nor voicemail")
        told.add(_KINDS[plain["kind"].lower()])
    if len(told) > 1:
        raise IntakeError("facts_value", "the kind and the fact voicemail disagree")
    return next(iter(told), None)


def text(value: str) -> str:
    """A text without space around it; raises ``facts_value`` for what is no text, or over 500 characters.

    Control characters and the halves of characters are no text: names of files and JSON escapes may hold them.
    """
    plain = value.strip()
    if len(plain) > MAX_TEXT or any(
        ord(sign) < 32 or ord(sign) == 127 or "\ud800" <= sign <= "\udfff" for sign in plain
    ):
        raise IntakeError("facts_value", "a text is over 500 characters or holds control characters")
    return plain


def moment(value: str) -> datetime:
    """An ISO 8601 date and time, with or without a zone; raises ``facts_value``."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise IntakeError("facts_value", "a start is no ISO 8601 date and time") from None
    if not re.search(r"\d[Tt ]\d", value):
        raise IntakeError("facts_value", "a start has no time of day")
    return found


def direction(value: str) -> Direction:
    """``in`` or ``out``, also as inbound and outgoing; raises ``facts_value``."""
    found = _DIRECTIONS.get(value.lower())
    if found is None:
        raise IntakeError("facts_value", "a direction is neither in nor out")
    return Direction(found)


def language(value: str) -> str:
    """The two letters of a language tag, lower case; raises ``facts_value``."""
    found = re.match(r"([A-Za-z]{2})(?:[-_][A-Za-z0-9_-]*)?\Z", value)
    if not found:
        raise IntakeError("facts_value", "a language is no ISO 639-1 code")
    return found.group(1).lower()


def channel(value: str) -> int:
    """0 or 1; raises ``facts_value``: only a recording of two channels says who is where."""
    if value not in ("0", "1"):
        raise IntakeError("facts_value", "the agent's channel is neither 0 nor 1")
    return int(value)


def truth(value: str) -> bool:
    """``yes`` or ``no``, also as true and false; raises ``facts_value``."""
    found = {"yes": True, "true": True, "no": False, "false": False}.get(value.lower())
    if found is None:
        raise IntakeError("facts_value", "a fact is neither yes nor no")
    return found
