"""A vCon in any form and version to one value, tolerated departures noted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate

from callward.engine.vcon import legacy
from callward.engine.vcon.document import JsonObject, load_object
from callward.engine.vcon.fields import Notes, expect, moment, objects, strings, text
from callward.engine.vcon.members import (
    EXTENSIONS,
    read_analysis,
    read_attachment,
    read_dialog,
    read_party,
    read_reference,
)
from callward.engine.vcon.model import Deviation, Form, Signature, Vcon, VconError
from callward.engine.vcon.signing import verified_payload

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
    parties = tuple(read_party(legacy.party(entry, notes), extensions, notes) for entry in objects(members, "parties"))
    entries = objects(members, "dialog")
    dialogs = tuple(read_dialog(legacy.dialog(entry, notes), len(parties), notes) for entry in entries)
    analyses = tuple(
        read_analysis(legacy.analysis(entry, notes), len(dialogs), notes) for entry in objects(members, "analysis")
    )
    attachments = tuple(
        read_attachment(legacy.attachment(entry, notes), len(parties), len(dialogs), notes)
        for entry in objects(members, "attachments")
    )
    redacted, amended = read_reference(members, "redacted", notes), read_reference(members, "amended", notes)
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
