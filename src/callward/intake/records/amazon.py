"""Amazon Connect contact records. ``Attributes`` and everything else that may hold a customer's data is never read.

Records come at least once, and new members may come at any time. Names in the bucket begin with the contact's id:
``<contact id>_<time>_UTC.wav`` for the recording, ``<contact id>_analysis_<time>.json`` for what Contact Lens made.
"""

from __future__ import annotations

from collections.abc import Iterator

from callward.intake.given import Direction, Disposition
from callward.intake.records import fields
from callward.intake.records.fields import JsonObject, JsonValue, member
from callward.intake.records.model import CallRecord

_DIRECTIONS = {
    "INBOUND": Direction.IN,
    "OUTBOUND": Direction.OUT,
    "CALLBACK": Direction.OUT,
    "API": Direction.OUT,
    "EXTERNAL_OUTBOUND": Direction.OUT,
    "QUEUE_TRANSFER": Direction.IN,
    "TRANSFER": Direction.IN,
}


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is a contact record."""
    if not isinstance(value, dict) or not isinstance(value.get("ContactId"), str) or "Transcript" in value:
        return False
    return "InitiationMethod" in value or "AWSContactTraceRecordFormatVersion" in value


def record(value: JsonObject) -> CallRecord | None:
    """The record, or None for contacts without speech: chats, tasks and mails are no calls."""
    if value.get("Channel", "VOICE") != "VOICE":
        return None
    begun = fields.moment(value.get("InitiationTimestamp"))
    ended = fields.moment(value.get("DisconnectTimestamp"))
    customer = fields.number(member(value, "CustomerEndpoint", "Address"))
    own = fields.number(member(value, "SystemEndpoint", "Address"))
    direction = _DIRECTIONS.get(str(value.get("InitiationMethod")))
    comparable = begun is not None and ended is not None and (begun.tzinfo is None) == (ended.tzinfo is None)
    length = (ended - begun).total_seconds() if comparable and begun and ended else None
    return CallRecord(
        ids=fields.texts(value.get("ContactId")),
        source=own if direction is Direction.OUT else customer,
        destination=customer if direction is Direction.OUT else own,
        direction=direction,
        started=begun,
        duration=fields.seconds(length),
        disposition=_disposition(value, direction),
        agent=fields.plain(member(value, "Agent", "Username")),
        lines=fields.texts(member(value, "Queue", "Name")),
        recordings=fields.names(_locations(value)),
    )


def _disposition(value: JsonObject, direction: Direction | None) -> Disposition | None:
    reason = str(value.get("DisconnectReason"))
    if reason in {"OUTBOUND_DESTINATION_ENDPOINT_ERROR", "OUTBOUND_RESOURCE_ERROR", "TELECOM_PROBLEM"}:
        return Disposition.FAILED
    if reason in {"OUTBOUND_PREVIEW_DISCARDED", "CALL_REJECTED"}:
        return Disposition.BUSY
    connected = member(value, "Agent", "ConnectedToAgentTimestamp") or (
        value.get("ConnectedToSystemTimestamp") if direction is Direction.OUT else None
    )
    return Disposition.ANSWERED if connected else Disposition.NO_ANSWER


def _locations(value: JsonObject) -> Iterator[JsonValue]:
    yield member(value, "Recording", "Location")
    every = value.get("Recordings")
    for one in every if isinstance(every, list) else []:
        yield member(one, "Location")
