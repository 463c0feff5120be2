"""The sheet of a call: what was found and masked where, and how its sound looks. Holds no values.

It is sealed beside the redacted copies and read by the call page and the review queue. Positions in text refer to
the redacted transcript (code points, end exclusive), positions in sound to frames.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import orjson

from callward.engine.errors import Error

VERSION = 1


class SheetError(Error):
    """A stored sheet cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands in the redacted transcript; ``part`` counts from 0 within the finding."""

    turn: int
    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class Found:
    """A finding without its value. ``label`` is what may be shown of it, such as the last four digits of a card."""

    type: str
    category: str
    about: str
    score: float
    rule: str
    spoken: bool
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked stretch of the released recording; ``channels`` None means all."""

    start: int
    end: int
    channels: tuple[int, ...] | None
    category: str
    type: str
    finding: int | None  # index into ``Sheet.findings``; None for keyed tones


@dataclass(frozen=True, slots=True)
class Doubted:
    """What a person is asked to look at: a reason code and its place."""

    code: str
    turn: int | None
    start: int | None
    end: int | None
    channels: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the call page draws beside the sound and the words."""

    rate: int
    channels: int
    frames: int
    peaks: tuple[tuple[int, ...], ...]  # per channel, 0..255
    masks: tuple[Masked, ...]
    findings: tuple[Found, ...]
    doubts: tuple[Doubted, ...]
    keyed: int


def dump_sheet(sheet: Sheet) -> bytes:
    """Write a sheet as JSON."""
    # One level only: the writer reads dataclasses itself, and a copy of every peak and mask costs more than it does.
    return orjson.dumps({"v": VERSION} | {one.name: getattr(sheet, one.name) for one in fields(sheet)})


def load_sheet(data: bytes) -> Sheet:
    """Read what ``dump_sheet`` wrote.

    Raises ``SheetError`` (``sheet_unreadable``) for anything else.
    """
    try:
        raw = orjson.loads(data)
        if raw.pop("v") != VERSION:
            raise SheetError("sheet_unreadable", "the sheet is of another version")
        return Sheet(
            rate=raw["rate"],
            channels=raw["channels"],
            frames=raw["frames"],
            peaks=tuple(tuple(lane) for lane in raw["peaks"]),
            masks=tuple(Masked(**_channels(mask)) for mask in raw["masks"]),
            findings=tuple(_found(found) for found in raw["findings"]),
            doubts=tuple(Doubted(**_channels(doubt)) for doubt in raw["doubts"]),
            keyed=raw["keyed"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SheetError("sheet_unreadable", "the sheet is not in its own format") from error


def _channels(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "channels": None if raw["channels"] is None else tuple(raw["channels"])}


def _found(raw: dict[str, Any]) -> Found:
    return Found(**{**raw, "places": tuple(Place(**place) for place in raw["places"])})
