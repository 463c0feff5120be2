"""Twilio: its call and recording resources as JSON, and the form that its recording callback posts."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from callward.intake.given import Direction, Disposition
from callward.intake.records import fields
from callward.intake.records.fields import JsonObject, JsonValue
from callward.intake.records.model import CallRecord

_DISPOSITIONS: Final = {
    "completed": Disposition.ANSWERED,
    "no-answer": Disposition.NO_ANSWER,
    "canceled": Disposition.NO_ANSWER,
    "busy": Disposition.BUSY,
    "failed": Disposition.FAILED,
}
_DIRECTIONS: Final = {
    "inbound": Direction.IN,
    "outbound-api": Direction.OUT,
    "outbound-dial": Direction.OUT,
    "outbound": Direction.OUT,
}


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is a call or a recording of Twilio's API, or the fields of its callback."""
    if not isinstance(value, dict):
        return False
    sid, call = str(value.get("sid", "")), str(value.get("call_sid", value.get("CallSid", "")))
    return (sid.startswith("CA") and "account_sid" in value) or call.startswith("CA")


def record(value: JsonObject) -> CallRecord | None:
    """The record of a call, or what a recording says about its call."""
    if "call_sid" in value or "CallSid" in value:
        recording = fields.plain(value.get("sid", value.get("RecordingSid")))
        return CallRecord(
            ids=fields.texts(value.get("call_sid", value.get("CallSid")), recording),
            started=_time(value.get("start_time", value.get("RecordingStartTime"))),
            duration=fields.seconds(value.get("duration", value.get("RecordingDuration"))),
            recordings=fields.names([value.get("media_url"), value.get("RecordingUrl"), recording]),
            in_log=False,
        )
    return CallRecord(
        ids=fields.texts(value.get("sid")),
        source=fields.number(value.get("from")),
        destination=fields.number(value.get("to")),
        direction=_DIRECTIONS.get(str(value.get("direction"))),
        started=_time(value.get("start_time")) or _time(value.get("date_created")),
        duration=fields.seconds(value.get("duration")),
        disposition=_DISPOSITIONS.get(str(value.get("status"))),
    )


def _time(value: JsonValue) -> datetime | None:
    """The date of a mail (RFC 2822), as the API writes it, or ISO 8601."""
    told = fields.plain(value)
    if told is None:
        return None
    try:
        found = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return fields.moment(told)
    return found if found.year in fields.YEARS else None
