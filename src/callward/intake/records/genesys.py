"""Genesys Cloud's export to a bucket: one folder a conversation, beside each recording its ``_metadata.json``.

The folder ``conversation_id=<id>`` is a fact too; the member ``conversationId`` stands in where a file was moved.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from callward.intake.given import Direction
from callward.intake.records import fields
from callward.intake.records.fields import JsonObject, JsonValue
from callward.intake.records.model import CallRecord

METADATA: Final = "_metadata.json"
_FOLDER: Final = re.compile(r"conversation_id=([\w-]{1,80})\Z")
_DIRECTIONS: Final = {"inbound": Direction.IN, "outbound": Direction.OUT}
_SPEECH: Final = frozenset({"call", "voice", "audio", "callback"})


def conversation_of(path: Path) -> str | None:
    """The conversation that a path of the export names."""
    found = next((match for part in reversed(path.parent.parts) if (match := _FOLDER.match(part))), None)
    return found.group(1) if found else None


def reads(value: JsonValue, path: Path) -> bool:
    """Whether a JSON value is the metadata of a recording."""
    return isinstance(value, dict) and "mediaType" in value and path.name.lower().endswith(METADATA)


def record(value: JsonObject, path: Path) -> CallRecord | None:
    """The facts of the recording that the file lies beside."""
    recording = path.name[: -len(METADATA)]
    conversation = conversation_of(path) or fields.plain(value.get("conversationId"))
    media = str(value.get("mediaType")).lower()
    subtype = str(value.get("mediaSubtype")).lower()
    users = value.get("userIds")
    agents = fields.texts(*users) if isinstance(users, list) else ()
    begun = fields.moment(value.get("startTime"))
    ended = fields.moment(value.get("endTime"))
    comparable = begun is not None and ended is not None and (begun.tzinfo is None) == (ended.tzinfo is None)
    return CallRecord(
        # A conversation may have several recordings, and each is a call here: the recording's id comes first.
        ids=tuple(filter(None, (recording, f"{conversation}/{recording}" if conversation else None))),
        source=fields.number(value.get("ani")),
        destination=fields.number(value.get("dnis")),
        direction=_DIRECTIONS.get(str(value.get("direction", value.get("initialDirection"))).lower()),
        started=begun,
        duration=fields.seconds((ended - begun).total_seconds()) if comparable and begun and ended else None,
        agent=agents[0] if len(agents) == 1 else None,
        lines=fields.texts(value.get("queueName"), value.get("queueId")),
        recordings=fields.names([value.get("filePath"), value.get("fileName")]),
        in_log=False,
        sound=media in _SPEECH and subtype != "screen",
    )
