"""Asterisk CDR and CEL as its CSV back ends write them, CEL also as JSON.

A CDR file has no first row of names. Its columns stand in the order of cdr_csv unless the file itself, or the
``.columns`` file beside it, names them. ``lastdata`` and ``appdata`` may hold what a caller keyed: of them only the
file name that MixMonitor or Monitor writes to is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from callward.intake.errors import IntakeError, refused_row
from callward.intake.given import Direction, Disposition
from callward.intake.records import fields
from callward.intake.records.fields import JsonObject, JsonValue
from callward.intake.records.model import CallRecord

CDR_COLUMNS: Final = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"),
)
CEL_COLUMNS: Final = (
    *("eventtype", "eventtime", "cidname", "cidnum", "ani", "rdnis", "dnid", "exten", "context", "channame"),
    *("appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "bridgepeer", "userfield"),
    *("userdeftype", "extra"),
)
_KNOWN: Final = frozenset({*CDR_COLUMNS, "linkedid", "peeraccount", "sequence", "did", "cnum", "cnam", "recordingfile"})
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\Z|\d{9,11}\.\d+\Z")
_MONITORS: Final = frozenset({"mixmonitor", "monitor"})
_CLID: Final = re.compile(r'"([^"]*)"\s*<')
_EVENTS: Final = frozenset(
    {
        *("CHAN_START", "CHAN_END", "ANSWER", "HANGUP", "APP_START", "APP_END", "BRIDGE_ENTER", "BRIDGE_EXIT"),
        *("PARK_START", "PARK_END", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP", "FORWARD", "LINKEDID_END"),
        *("LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "USER_DEFINED", "STREAM_BEGIN", "STREAM_END", "DTMF"),
    }
)
_DISPOSITIONS: Final = {
    "ANSWERED": Disposition.ANSWERED,
    "NO ANSWER": Disposition.NO_ANSWER,
    "NOANSWER": Disposition.NO_ANSWER,
    "BUSY": Disposition.BUSY,
    "FAILED": Disposition.FAILED,
    "CONGESTION": Disposition.FAILED,
}
_INWARD: Final = re.compile(r"from-(?:trunk|pstn|external|did|outside)|inbound|incoming|\Aext-did|\Apublic\Z")
_OUTWARD: Final = re.compile(r"from-internal|outbound|outgoing|outrt|macro-dialout")


def cdr_columns(row: Sequence[str], told: Sequence[str] | None) -> tuple[Sequence[str], bool] | None:
    """The columns of a CDR file by its first row, and whether that row only names them; None when it is no CDR."""
    named = [cell.strip().lower() for cell in row]
    if {"src", "dst", "start"} <= set(named) and set(named) <= _KNOWN:
        return named, True
    if told is not None:
        return told, False
    shaped = 16 <= len(row) <= 21 and bool(_TIME.match(row[9])) and bool(_TIME.match(row[11]))
    return (CDR_COLUMNS, False) if shaped and row[14] in _DISPOSITIONS else None


def cel_columns(row: Sequence[str]) -> Sequence[str] | None:
    """The columns of a CEL file by its first row: an event, perhaps one literal, then a time; None when it is none."""
    if len(row) < 16 or row[0] not in _EVENTS:
        return None
    if _TIME.match(row[1]):
        return CEL_COLUMNS
    return (CEL_COLUMNS[0], "", *CEL_COLUMNS[1:]) if _TIME.match(row[2]) else None


def cdr(rows: Iterable[dict[str, str]], first: int = 1) -> Iterator[CallRecord | IntakeError]:
    """One record a row, the first of them the row ``first`` of its file. The rows of one call are joined later."""
    for number, row in enumerate(rows, first):
        started = _time(row.get("start", ""))
        channel = fields.plain(row.get("channel", ""))
        unique = fields.texts(row.get("linkedid"), row.get("uniqueid"))
        if started is None or not (unique or channel):
            yield refused_row(number, "a row of the call records has no time, or nothing that tells it apart")
            continue
        direction = _direction(row.get("dcontext", ""))
        monitor = row.get("lastapp", "").strip().lower() in _MONITORS
        yield CallRecord(
            # Without an id the channel and its start tell a leg apart: Asterisk gives each channel a new suffix.
            ids=unique or (f"{channel} {started.isoformat()}",),
            source=fields.number(row.get("src")),
            destination=fields.number(row.get("did")) or fields.number(row.get("dst")),
            direction=direction,
            started=started,
            duration=fields.seconds(row.get("duration")),
            disposition=_DISPOSITIONS.get(row.get("disposition", "").strip().upper()),
            agent=_agent(row, direction),
            caller_name=_caller_name(row.get("clid", "")),
            lines=fields.texts(row.get("accountcode")),
            recordings=fields.names(
                [
                    _monitored(row.get("lastdata", "")) if monitor else None,
                    _recorded(row.get("userfield", "")),
                    _recorded(row.get("recordingfile", "")),
                ]
            ),
        )


def cel(events: Iterable[JsonObject]) -> Iterator[CallRecord | IntakeError]:
    """One record a call: the events of one ``linkedid``, from the first to the last. Keyed digits are passed over."""
    calls: dict[str, CallRecord] = {}
    last: dict[str, datetime] = {}
    for number, event in enumerate(events, 1):
        told = {name.lower(): value for name, value in event.items()}
        when = _event_time(told.get("eventtime"))
        linked = fields.texts(told.get("linkedid")) or fields.texts(told.get("uniqueid"))
        if not linked or when is None:
            yield refused_row(number, "an event of the call records has no time or no id")
            continue
        leg = _of_event(told, linked[0], when)
        known = calls.get(linked[0])
        calls[linked[0]] = known.with_leg(leg) if known else leg
        last[linked[0]] = max(when, last[linked[0]]) if _comparable(when, last.get(linked[0])) else when
    for call, record in calls.items():
        begun = record.started
        length = (last[call] - begun).total_seconds() if begun and _comparable(last[call], begun) else None
        yield replace(record, duration=fields.seconds(length))


def _of_event(told: JsonObject, call: str, when: datetime) -> CallRecord:
    """What one event says. The first channel of a call has the call's id; an answer counts on any other channel."""
    kind = str(told.get("eventtype", told.get("eventname", ""))).upper()
    own = told.get("uniqueid", call) == call
    first, answers = kind == "CHAN_START" and own, kind == "ANSWER" and not own
    monitors = kind == "APP_START" and str(told.get("appname", told.get("application", ""))).lower() in _MONITORS
    return CallRecord(
        ids=(call,),
        source=fields.number(told.get("cidnum")) if first else None,
        destination=fields.number(told.get("exten")) if first else None,
        direction=_direction(str(told.get("context", ""))) if first else None,
        started=when,
        disposition=Disposition.ANSWERED if answers else Disposition.NO_ANSWER if first else None,
        agent=fields.device(told.get("channame")) if answers else None,
        caller_name=fields.plain(told.get("cidname")) if first else None,
        lines=fields.texts(told.get("accountcode")) if first else (),
        recordings=fields.names([_monitored(str(told.get("appdata", "")))]) if monitors else (),
    )


def _comparable(one: datetime, other: datetime | None) -> bool:
    return other is not None and (one.tzinfo is None) == (other.tzinfo is None)


def is_event(value: JsonValue) -> bool:
    """Whether a JSON value is one event of CEL."""
    if not isinstance(value, dict):
        return False
    names = {name.lower() for name in value}
    return {"eventtime", "linkedid"} <= names and bool({"eventtype", "eventname"} & names)


def _event_time(value: JsonValue) -> datetime | None:
    return _time(str(value)) if isinstance(value, str | int | float) else None


def _time(value: str) -> datetime | None:
    """Local time without a zone, or seconds since 1970."""
    told = value.strip()
    return fields.epoch(told) if re.fullmatch(r"\d{9,11}(?:\.\d+)?", told) else fields.moment(told)


def _direction(context: str) -> Direction | None:
    told = context.strip().lower()
    if _INWARD.search(told):
        return Direction.IN
    return Direction.OUT if _OUTWARD.search(told) else None


def _agent(row: dict[str, str], direction: Direction | None) -> str | None:
    """Whose telephone spoke: the one that called out, or the one that a call from outside reached and that answered."""
    if direction is Direction.OUT:
        return fields.device(row.get("channel"))
    answered = row.get("disposition", "").strip().upper() == "ANSWERED"
    return fields.device(row.get("dstchannel")) if answered else None


def _caller_name(clid: str) -> str | None:
    found = _CLID.match(clid.strip())
    name = fields.plain(found.group(1)) if found else None
    return name if name and not re.search(r"\d{4}", name) else None


def _monitored(data: str) -> str:
    """The file in the data of MixMonitor: the part before its options."""
    return re.split(r"[,|]", data, maxsplit=1)[0]


def _recorded(value: str) -> str | None:
    """A user field that names a recording; every other user field is somebody's own and is not read."""
    found = re.match(
        r"(?:audio:|recording:)?\s*([^\s,|]+\.(?:wav|wav49|gsm|mp3|ogg|opus))\Z", value.strip(), re.IGNORECASE
    )
    return found.group(1) if found else None
