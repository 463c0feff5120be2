"""Typed reading of JSON members that notes every tolerated departure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from callward.engine.vcon.document import MAX_MEMBERS, JsonObject, JsonValue
from callward.engine.vcon.model import Deviation, VconError

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?\Z", re.ASCII)
_MAX_SECONDS: Final = 366 * 86400.0


class Notes:
    """The deviations met so far in one document."""

    def __init__(self) -> None:
        self._found: set[Deviation] = set()

    def add(self, deviation: Deviation) -> None:
        """Note a departure; the same one again changes nothing."""
        self._found.add(deviation)

    def forgive(self, deviation: Deviation) -> None:
        """Take back a departure that something read later allows."""
        self._found.discard(deviation)

    def in_order(self) -> tuple[Deviation, ...]:
        """All departures, by code."""
        return tuple(sorted(self._found))


def text(members: JsonObject, name: str, notes: Notes) -> str | None:
    """A string member; an empty string, a number or another type is noted and given as text or None."""
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        notes.add(Deviation.WRONG_TYPE)
        return str(value)
    if not isinstance(value, str):
        notes.add(Deviation.WRONG_TYPE)
        return None
    if not value:
        notes.add(Deviation.EMPTY_VALUE)
    return value or None


def objects(members: JsonObject, name: str) -> list[JsonObject]:
    """The members of a list of objects; raises ``vcon_shape`` or ``vcon_too_large``."""
    value = members.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise VconError("vcon_shape", f"{name} is no list")
    if len(value) > MAX_MEMBERS:
        raise VconError("vcon_too_large", f"{name} has over 10,000 members")
    found = [member for member in value if isinstance(member, dict)]
    if len(found) < len(value):
        raise VconError("vcon_shape", f"a member of {name} is no object")
    return found


def strings(members: JsonObject, name: str) -> tuple[str, ...]:
    """A list of strings; raises ``vcon_shape``: what it lists decides whether the vCon may be read."""
    value = members.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_MEMBERS:
        raise VconError("vcon_shape", f"{name} is no list")
    found = tuple(member for member in value if isinstance(member, str))
    if len(found) < len(value):
        raise VconError("vcon_shape", f"a member of {name} is no string")
    return found


def moment(members: JsonObject, name: str, notes: Notes) -> datetime | None:
    """An RFC 3339 time; without a zone it is noted and kept naive, unreadable it is noted and None."""
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 64 or not (found := _RFC3339.match(value)):
        notes.add(Deviation.TIME)
        return None
    if found.group(2) is None:
        notes.add(Deviation.TIME_ZONE)
    elif ":" not in found.group(2) and found.group(2) not in "Zz":
        notes.add(Deviation.TIME)
    try:
        return datetime.fromisoformat(_microseconds(value.upper()))
    except ValueError:
        notes.add(Deviation.TIME)
        return None


def _microseconds(value: str) -> str:
    return re.sub(r"(\.\d{1,6})\d*", r"\1", value)


def number(members: JsonObject, name: str, notes: Notes) -> float | None:
    """Seconds of at most a year; anything else is noted and None."""
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        notes.add(Deviation.WRONG_TYPE)
        return None
    if not math.isfinite(value) or not 0 <= value <= _MAX_SECONDS:
        notes.add(Deviation.WRONG_TYPE)
        return None
    return float(value)


def index(value: JsonValue, count: int, notes: Notes) -> int | None:
    """An index below ``count``; anything else is noted and None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
        notes.add(Deviation.INDEX)
        return None
    return value


def indices(value: JsonValue, count: int, notes: Notes) -> tuple[int, ...]:
    """An index or a list of them."""
    members = value if isinstance(value, list) else [value]
    if len(members) > MAX_MEMBERS:
        raise VconError("vcon_too_large", "a list of indices has over 10,000 members")
    found = (index(member, count, notes) for member in members)
    return tuple(member for member in found if member is not None)


def expect(members: JsonObject, known: Iterable[str], notes: Notes) -> None:
    """Note members that core-03 and the extensions we read do not define."""
    if not set(members) <= set(known):
        notes.add(Deviation.UNKNOWN_PARAMETER)


def require(members: JsonObject, names: Iterable[str], notes: Notes) -> None:
    """Note a member that core-03 requires and that is missing."""
    if any(members.get(name) is None for name in names):
        notes.add(Deviation.REQUIRED)
