"""Single fields of call records: hostile text to numbers, names, times and file names, or to nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from stdnum import luhn

from callward.intake.errors import IntakeError
from callward.intake.given import text

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

_NUMBER: Final = re.compile(r"\+?[\d ().-]{2,24}\Z")
_URI: Final = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
_LONGEST_NUMBER: Final = 15  # ITU-T E.164: a telephone number has no more digits
_SHORTEST_CARD: Final = 12
_OUTSIDE: Final = 7  # digits from which a number is one of the public network and no extension
_CHANNEL: Final = re.compile(r"(?:PJSIP|SIP|IAX2|DAHDI|Agent|Local|SCCP)/([\w.+-]+?)(?:-[0-9a-f]{6,10})?(?:@.*)?\Z")
_TRUNK: Final = re.compile(r"trunk|gateway|provider|carrier", re.IGNORECASE)
YEARS: Final = range(1990, 2200)
_LONGEST_CALL: Final = 7 * 24 * 3600


def plain(value: JsonValue) -> str | None:
    """A text of at most 500 characters without control characters, or None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return text(value) or None
    except IntakeError:
        return None


def number(value: JsonValue) -> str | None:
    """A telephone number or extension as it was written, or None.

    What is longer than any number, or reads as a payment card, was keyed for something else and is dropped.
    """
    told = plain(value)
    if told is None:
        return None
    told = _URI.sub("", told, count=1).split("@")[0].split(";")[0].strip()
    if not _NUMBER.match(told):
        return None
    digits = re.sub(r"\D", "", told)
    international = told.startswith(("+", "00"))
    reads_as_card = len(digits) >= _SHORTEST_CARD and not international and luhn.is_valid(digits)
    return None if reads_as_card or not 2 <= len(digits) <= _LONGEST_NUMBER + told.startswith("00") * 2 else told


def is_outside(value: str | None) -> bool:
    """Whether a number is one of the public network, and no extension of the house."""
    return value is not None and sum(sign.isdigit() for sign in value) >= _OUTSIDE


def seconds(value: JsonValue) -> int | None:
    """Whole seconds, rounded down, or None for anything that is no length of a call."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return int(found) if math.isfinite(found) and 0 <= found <= _LONGEST_CALL else None


def epoch(value: JsonValue, *, unit: int = 1) -> datetime | None:
    """A time counted from 1970 in seconds, or in parts of one (``unit`` of them a second); zero is None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = datetime.fromtimestamp(float(value) / unit, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year in YEARS else None


def moment(value: JsonValue) -> datetime | None:
    """A date and time in ISO 8601, with a space or a T, with or without a zone, or None."""
    told = plain(value)
    if told is None or not re.match(r"\d{4}-?\d\d-?\d\d[T ]\d", told):
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def file_name(value: JsonValue) -> str | None:
    """The last part of a path or an address, or None: folders of other systems say nothing here."""
    told = plain(value)
    if told is None:
        return None
    name = PurePosixPath(told.split("?")[0].replace("\\", "/")).name
    return name if name not in ("", ".", "..") else None


def device(value: JsonValue) -> str | None:
    """Whose telephone a channel such as ``PJSIP/204-0000002a`` is: ``204``; None for trunks and all else."""
    told = plain(value)
    found = _CHANNEL.match(told) if told else None
    name = found.group(1) if found else None
    return None if name is None or is_outside(name) or _TRUNK.search(name) else name


def texts(*values: JsonValue) -> tuple[str, ...]:
    """Those of the values that are texts, each once."""
    return tuple(dict.fromkeys(told for told in map(plain, values) if told is not None))


def names(values: Iterable[JsonValue]) -> tuple[str, ...]:
    """The file names among the values, each once."""
    return tuple(dict.fromkeys(told for told in map(file_name, values) if told is not None))


def member(value: JsonValue, *path: str) -> JsonValue:
    """The value at a path of members, or None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
