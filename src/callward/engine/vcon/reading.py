"""A vCon in any form and version to one value, tolerated departures noted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate

from callward.engine.vcon import legacy
from callward.engine.vcon.content import NAMES, read_content, read_hashes
from callward.engine.vcon.document import JsonObject, JsonValue, load_object
from callward.engine.vcon.fields import Notes, expect, index, indices, moment, number, objects, require, strings, text
from callward.engine.vcon.model import (
    Analysis,
    Attachment,
    Deviation,
    Dialog,
    Form,
    Party,
    Reference,
    Signature,
    Vcon,
    VconError,
)
from callward.engine.vcon.signing import verified_payload

EXTENSIONS: Final = frozenset({"CC", "contact_center", "lawful_basis"})
DIALOG_TYPES: Final = frozenset({"recording", "recording-set", "text", "transfer", "incomplete"})
_ARRAYS: Final = ("parties", "dialog", "analysis", "attachments")
_MAX_WRAPS: Final = 4
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")
_TOP: Final = frozenset(
    {
        "uuid",
        "created_at",
        "updated_at",
        "subject",
        "extensions",
        "critical",
        "redacted",
        "amended",
        "parties",
        "dialog",
        "analysis",
        "attachments",
    }
)
_PARTY: Final = frozenset(
    {
        "tel",
        "sip",
        "stir",
        "mailto",
        "name",
        "did",
        "validation",
        "gmlpos",
        "civicaddress",
        "uuid",
        "type",
        "org",
        "dept",
        "role",
        "contact_list",
    }
)
_DIALOG: Final = NAMES | frozenset(
    {
        "type",
        "start",
        "duration",
        "parties",
        "originator",
        "recordings",
        "recording_set",
        "disposition",
        "session_id",
        "application",
        "message_id",
        "party_history",
        "transferee",
        "transferor",
        "transfer_target",
        "original",
        "consultation",
        "target_dialog",
        "interaction_type",
        "interaction_id",
        "campaign",
        "skill",
    }
)
_HISTORY: Final = frozenset({"join", "drop", "hold", "unhold", "mute", "unmute", "keydown", "keyup"})


def parse_vcon(data: bytes, *, anchors: Sequence[Certificate] = (), at: datetime | None = None) -> Vcon:
    """The conversation in JSON or gzip bytes: unsigned or signed, core-03 or older.

    ``anchors`` are the certificates whose signatures are trusted and ``at`` the time at which the
    chain must be valid; without anchors a verified signature is ``signed_untrusted``. Raises
    VconError: ``vcon_encrypted`` (a key is needed), ``vcon_critical_extension``, ``vcon_signature``,
    ``vcon_form`` (no vCon) and others that start with ``vcon_``.
    """
    members = load_object(data)
    notes = Notes()
    form, state = Form.UNSIGNED, Signature.NONE
    for _ in range(_MAX_WRAPS):
        if "ciphertext" in members or "recipients" in members:
            raise VconError("vcon_encrypted", "the vCon is encrypted and needs a key")
        if "signatures" not in members:
            return _unsigned(members, form, state, notes)
        payload, found = verified_payload(members, notes, anchors, at)
        state = found if form is Form.UNSIGNED or found is Signature.UNTRUSTED else state
        form = Form.SIGNED
        members = load_object(payload)
    raise VconError("vcon_signature", "signatures are wrapped over four deep")


def _unsigned(members: JsonObject, form: Form, signature: Signature, notes: Notes) -> Vcon:
    members = legacy.top(members, notes)
    if not any(isinstance(members.get(name), list) for name in _ARRAYS):
        raise VconError("vcon_form", "the JSON has neither the arrays of a vCon nor a signature")
    expect(members, _TOP, notes)
    critical = strings(members, "critical")
    if not set(critical) <= EXTENSIONS:
        raise VconError("vcon_critical_extension", "a critical extension is not known here")
    extensions = strings(members, "extensions")
    parties = tuple(_party(legacy.party(entry, notes), extensions, notes) for entry in objects(members, "parties"))
    entries = objects(members, "dialog")
    dialogs = tuple(_dialog(legacy.dialog(entry, notes), len(parties), notes) for entry in entries)
    analyses = tuple(
        _analysis(legacy.analysis(entry, notes), len(dialogs), notes) for entry in objects(members, "analysis")
    )
    attachments = tuple(
        _attachment(legacy.attachment(entry, notes), len(parties), len(dialogs), notes)
        for entry in objects(members, "attachments")
    )
    redacted, amended = _reference(members, "redacted", notes), _reference(members, "amended", notes)
    if redacted and amended:
        notes.add(Deviation.REDACTED_AND_AMENDED)
    if redacted:
        notes.forgive(Deviation.NO_CONTENT)
    if redacted and not redacted.type:
        notes.add(Deviation.REDACTED_TYPE)
    return Vcon(
        uuid=_uuid(members, notes),
        created_at=_created(members, notes),
        updated_at=moment(members, "updated_at", notes),
        subject=text(members, "subject", notes),
        parties=parties,
        dialogs=dialogs,
        analyses=analyses,
        attachments=attachments,
        extensions=extensions,
        critical=critical,
        redacted=redacted,
        amended=amended,
        form=form,
        signature=signature,
        deviations=notes.in_order(),
    )


def _uuid(members: JsonObject, notes: Notes) -> str | None:
    value = text(members, "uuid", notes)
    if value is None or not _UUID.match(value):
        notes.add(Deviation.UUID)
        return None
    return value.lower()


def _created(members: JsonObject, notes: Notes) -> datetime | None:
    value = moment(members, "created_at", notes)
    if value is None:
        notes.add(Deviation.CREATED_AT)
    return value


def _reference(members: JsonObject, name: str, notes: Notes) -> Reference | None:
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise VconError("vcon_shape", f"{name} is no object")
    if not value:
        notes.add(Deviation.EMPTY_REFERENCE)
        return None
    url, hashes = text(value, "url", notes), read_hashes(value, notes)
    if url is not None and not hashes:
        notes.add(Deviation.URL_HASH)
    return Reference(text(value, "uuid", notes), text(value, "type", notes), url, hashes)


def _party(members: JsonObject, extensions: tuple[str, ...], notes: Notes) -> Party:
    expect(members, _PARTY, notes)
    if "role" in members and not EXTENSIONS & set(extensions):
        notes.add(Deviation.ROLE)
    names = ("tel", "sip", "mailto", "name", "uuid", "type", "org", "dept", "role")
    return Party(**{name: text(members, name, notes) for name in names})


def _dialog(members: JsonObject, parties: int, notes: Notes) -> Dialog:
    expect(members, _DIALOG | {"direction"}, notes)
    if "direction" in members:
        notes.add(Deviation.UNKNOWN_PARAMETER)
    require(members, ("type", "start"), notes)
    kind = text(members, "type", notes) or ""
    if kind not in DIALOG_TYPES:
        notes.add(Deviation.DIALOG_TYPE)
    content = read_content(members, notes)
    if kind in ("recording", "text") and content.data is None and content.url is None:
        notes.add(Deviation.NO_CONTENT)
    return Dialog(
        type=kind,
        start=moment(members, "start", notes),
        duration=number(members, "duration", notes),
        parties=_channels(members.get("parties"), parties, notes),
        per_channel=_per_channel(members.get("parties")),
        originator=index(members.get("originator"), parties, notes),
        content=content,
        disposition=text(members, "disposition", notes),
        direction=text(members, "direction", notes),
        key_presses=_key_presses(members, notes),
    )


def _channels(value: JsonValue, count: int, notes: Notes) -> tuple[tuple[int, ...], ...]:
    """One entry a party or channel; null is an unused channel (core-03, Dialog parties)."""
    if value is None:
        return ()
    members = value if isinstance(value, list) else [value]
    if len(members) > count + 256:
        raise VconError("vcon_shape", "a dialog names more parties than there are")
    return tuple(() if member is None else indices(member, count, notes) for member in members)


def _per_channel(value: JsonValue) -> bool:
    """A plain list names the parties; only one with a nested list or a null names them channel by channel."""
    return isinstance(value, list) and any(member is None or isinstance(member, list) for member in value)


def _key_presses(members: JsonObject, notes: Notes) -> int:
    """How many keys were pressed; which ones is never read."""
    presses = 0
    for event in objects(members, "party_history"):
        if event.get("event") not in _HISTORY:
            notes.add(Deviation.UNKNOWN_PARAMETER)
        presses += event.get("event") == "keydown"
    return presses


def _analysis(members: JsonObject, dialogs: int, notes: Notes) -> Analysis:
    expect(members, NAMES | {"type", "dialog", "attachment", "vendor", "product", "schema"}, notes)
    require(members, ("type", "vendor"), notes)
    return Analysis(
        type=text(members, "type", notes) or "",
        vendor=text(members, "vendor", notes),
        dialogs=indices(members.get("dialog"), dialogs, notes),
        product=text(members, "product", notes),
        schema=text(members, "schema", notes),
        content=read_content(members, notes),
    )


def _attachment(members: JsonObject, parties: int, dialogs: int, notes: Notes) -> Attachment:
    expect(members, NAMES | {"purpose", "start", "party", "dialog"}, notes)
    require(members, ("start", "party", "dialog"), notes)
    return Attachment(
        purpose=text(members, "purpose", notes),
        start=moment(members, "start", notes),
        party=index(members.get("party"), parties, notes),
        dialog=index(members.get("dialog"), dialogs, notes),
        content=read_content(members, notes),
    )
