"""FreeSWITCH call detail records of mod_json_cdr and mod_xml_cdr.

``callflow`` is one object in older files and a list in newer ones; the values of ``variables`` are URL-encoded.
Variables hold what a caller keyed (``digits``, ``last_matching_digits``, results of ``read``): only those named here
are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from callward.intake.given import Direction, Disposition
from callward.intake.records import fields
from callward.intake.records.fields import JsonObject, JsonValue, member
from callward.intake.records.model import CallRecord

_MICRO: Final = 1_000_000
_RECORDERS: Final = frozenset({"record_session", "record"})
_NO_ANSWER: Final = frozenset(
    {"NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL", "ALLOTTED_TIMEOUT", "PROGRESS_TIMEOUT", "NORMAL_CLEARING"}
)
_DIRECTIONS: Final = {"inbound": Direction.IN, "outbound": Direction.OUT}


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is such a record."""
    return isinstance(value, dict) and isinstance(value.get("variables"), dict) and "callflow" in value


def record(value: JsonObject) -> CallRecord | None:
    """The record, or None where nothing names its call. A leg that another one made is a leg of that call."""
    told = _Variables(value.get("variables"))
    flows = list(_flows(value.get("callflow")))
    ids = fields.texts(
        told.of("call_uuid"), told.of("uuid"), *(member(flow, "caller_profile", "uuid") for flow in flows)
    )
    if not ids:
        return None
    asked = _first_asked(flows)
    begun = fields.epoch(told.of("start_uepoch"), unit=_MICRO) or fields.epoch(told.of("start_epoch"))
    return CallRecord(
        ids=ids,
        source=fields.number(told.of("effective_caller_id_number"))
        or fields.number(member(asked, "caller_profile", "caller_id_number")),
        destination=fields.number(member(asked, "caller_profile", "destination_number")),
        direction=_DIRECTIONS.get(told.of("call_direction") or ""),
        started=begun or fields.epoch(member(asked, "times", "created_time"), unit=_MICRO),
        duration=fields.seconds(told.of("duration")),
        disposition=_disposition(told),
        agent=fields.plain(told.of("cc_agent")) or fields.plain(told.of("last_sent_callee_id_number")),
        lines=fields.texts(told.of("cc_queue"), told.of("accountcode")),
        recordings=_recordings(told, flows),
    )


class _Variables:
    """The variables of a record, decoded one by one as they are asked for."""

    def __init__(self, value: JsonValue) -> None:
        self._value = value if isinstance(value, dict) else {}

    def of(self, name: str) -> str | None:
        found = self._value.get(name)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found)
        return unquote(found) if isinstance(found, str) else None


def _flows(value: JsonValue) -> Iterator[JsonObject]:
    yield from (flow for flow in _several(value) if isinstance(flow, dict))


def _several(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _first_asked(flows: list[JsonObject]) -> JsonObject:
    """The flow with the lowest profile index: what was dialled, before any transfer."""

    def index(flow: JsonObject) -> int:
        told = flow.get("profile_index")
        return int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 6 else 99_999

    return min(flows, key=index, default={})


def _disposition(told: _Variables) -> Disposition | None:
    answered = fields.epoch(told.of("answer_uepoch"), unit=_MICRO) or fields.epoch(told.of("answer_epoch"))
    if answered or (fields.seconds(told.of("billsec")) or 0) > 0:
        return Disposition.ANSWERED
    cause = told.of("hangup_cause")
    if cause is None:
        return None
    if cause == "USER_BUSY":
        return Disposition.BUSY
    return Disposition.NO_ANSWER if cause in _NO_ANSWER else Disposition.FAILED


def _recordings(told: _Variables, flows: list[JsonObject]) -> tuple[str, ...]:
    run: list[JsonValue] = [told.of("record_name"), told.of("recording_file"), told.of("record_file")]
    for flow in flows:
        for part in _several(flow.get("extension")):
            # JSON lists them as ``applications``; in XML they are repeated elements.
            for one in _several(member(part, "applications") or member(part, "application")):
                if member(one, "app_name") in _RECORDERS:
                    data = member(one, "app_data")
                    run.append(unquote(data).split(" ")[0] if isinstance(data, str) else None)
    return tuple(name for name in fields.names(run) if "." in name and "$" not in name)
