"""Strict core-03 JSON out of a value: nothing that reading would have to tolerate."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import orjson

from callward.engine.vcon.document import JsonValue
from callward.engine.vcon.model import (
    Analysis,
    Attachment,
    Content,
    Dialog,
    Encoding,
    Party,
    Reference,
    Vcon,
    VconError,
)
from callward.engine.vcon.reading import parse_vcon

_Members: TypeAlias = "Mapping[str, JsonValue]"


def write_vcon(vcon: Vcon) -> bytes:
    """The unsigned form of a vCon as compact JSON with sorted names.

    Reading it back gives the same value with no deviation; form, signature and deviations of the
    value given are not written. Raises ``vcon_write`` for a value that core-03 does not allow: no
    uuid or creation time, a time without a zone, an index beyond its array, a URL without a hash, both
    ``redacted`` and ``amended``, a role without its extension.
    """
    document: _Members = {
        "uuid": vcon.uuid,
        "created_at": _time(vcon.created_at),
        "updated_at": _time(vcon.updated_at),
        "subject": vcon.subject,
        "extensions": list(vcon.extensions) or None,
        "critical": list(vcon.critical) or None,
        "redacted": _reference(vcon.redacted),
        "amended": _reference(vcon.amended),
        "parties": [_party(party) for party in vcon.parties],
        "dialog": [_dialog(dialog) for dialog in vcon.dialogs],
        "analysis": [_analysis(analysis) for analysis in vcon.analyses],
        "attachments": [_attachment(attachment) for attachment in vcon.attachments],
    }
    try:
        data = orjson.dumps(_present(document), option=orjson.OPT_SORT_KEYS)
        deviations = parse_vcon(data).deviations
    except (orjson.JSONEncodeError, VconError):
        raise VconError("vcon_write", "the value cannot be written as a vCon") from None
    if deviations:
        raise VconError("vcon_write", "core-03 does not allow the value: " + ", ".join(deviations))
    return data


def _present(members: _Members) -> dict[str, JsonValue]:
    return {name: value for name, value in members.items() if value is not None}


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _party(party: Party) -> JsonValue:
    return _present(
        {
            "tel": party.tel,
            "sip": party.sip,
            "mailto": party.mailto,
            "name": party.name,
            "uuid": party.uuid,
            "type": party.type,
            "org": party.org,
            "dept": party.dept,
            "role": party.role,
        }
    )


def _dialog(dialog: Dialog) -> JsonValue:
    if dialog.direction is not None or dialog.key_presses:
        raise VconError("vcon_write", "core-03 has no place for a direction, and key presses are not written")
    return _present(
        {
            "type": dialog.type,
            "start": _time(dialog.start),
            "duration": dialog.duration,
            "parties": _channels(dialog),
            "originator": dialog.originator,
            "disposition": dialog.disposition,
            **_content(dialog.content),
        }
    )


def _channels(dialog: Dialog) -> JsonValue:
    if dialog.per_channel:
        return [list(channel) or None for channel in dialog.parties]
    return [index for party in dialog.parties for index in party] or None


def _analysis(analysis: Analysis) -> JsonValue:
    return _present(
        {
            "type": analysis.type,
            "vendor": analysis.vendor,
            "dialog": list(analysis.dialogs) or None,
            "product": analysis.product,
            "schema": analysis.schema,
            **_content(analysis.content),
        }
    )


def _attachment(attachment: Attachment) -> JsonValue:
    return _present(
        {
            "purpose": attachment.purpose,
            "start": _time(attachment.start),
            "party": attachment.party,
            "dialog": attachment.dialog,
            **_content(attachment.content),
        }
    )


def _reference(reference: Reference | None) -> JsonValue:
    if reference is None:
        return None
    return _present(
        {
            "uuid": reference.uuid,
            "type": reference.type,
            "url": reference.url,
            "content_hash": list(reference.hashes) or None,
        }
    )


def _content(content: Content) -> _Members:
    encoding = content.encoding
    return {
        "body": _body(content.data, encoding),
        "encoding": None if encoding is None else encoding.value,
        "url": content.url,
        "content_hash": list(content.hashes) or None,
        "mediatype": content.mediatype,
        "filename": content.filename,
    }


def _body(data: bytes | None, encoding: Encoding | None) -> JsonValue:
    if data is None or encoding is None:
        return None
    try:
        if encoding is Encoding.JSON:
            value: JsonValue = orjson.loads(data)
            return value
        if encoding is Encoding.NONE:
            return data.decode()
    except ValueError:
        raise VconError("vcon_write", "a body is not in its encoding") from None
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
