"""Versions 0.0.1 to 0.4.0 brought to the names of core-03, so that one reader serves all."""

from __future__ import annotations

from typing import Final

from callward.engine.vcon.document import JsonObject, JsonValue
from callward.engine.vcon.fields import Notes
from callward.engine.vcon.model import Deviation

CURRENT: Final = "0.4.0"
_TOP: Final = {"appended": "amended", "must_support": "critical", "must-support": "critical"}
_PARTY: Final = {"email": "mailto"}
_CONTENT: Final = {"mimetype": "mediatype", "content-hash": "content_hash"}
_DIALOG: Final = {
    **_CONTENT,
    "transfer-target": "transfer_target",
    "target-dialog": "target_dialog",
    "party-history": "party_history",
    "session-id": "session_id",
    "message-id": "message_id",
}
_ATTACHMENT: Final = {**_CONTENT, "type": "purpose"}
_ANALYSIS: Final = {**_CONTENT, "schema_version": "schema", "vendor_schema": "schema", "vendor-schema": "schema"}


def top(members: JsonObject, notes: Notes) -> JsonObject:
    """The top level with today's names; ``vcon`` is deprecated and only 0.4.0 is its legal value."""
    renamed = _renamed(members, _TOP, notes)
    if "vcon" in renamed and renamed.pop("vcon") != CURRENT:
        notes.add(Deviation.OLD_VERSION)
    if "group" in renamed:
        notes.add(Deviation.RESERVED_PARAMETER)
        del renamed["group"]
    return renamed


def party(members: JsonObject, notes: Notes) -> JsonObject:
    """A party with ``role`` out of ``meta`` and ``mailto`` for ``email``."""
    if "email" in members:
        notes.add(Deviation.EMAIL)
    renamed = _renamed(members, _PARTY, notes)
    return _without_meta(renamed, ("role",), notes)


def dialog(members: JsonObject, notes: Notes) -> JsonObject:
    """A dialog with ``content_hash`` for ``alg`` and ``signature`` and the members of ``meta``."""
    renamed = _hashed(_renamed(members, _DIALOG, notes), notes)
    return _without_meta(renamed, ("direction", "disposition"), notes)


def attachment(members: JsonObject, notes: Notes) -> JsonObject:
    """An attachment with ``purpose`` for ``type``."""
    return _without_meta(_hashed(_renamed(members, _ATTACHMENT, notes), notes), (), notes)


def analysis(members: JsonObject, notes: Notes) -> JsonObject:
    """An analysis with ``schema`` for its older names; one that is no string is left out."""
    renamed = _hashed(_renamed(members, _ANALYSIS, notes), notes)
    if not isinstance(renamed.get("schema"), str | None):
        notes.add(Deviation.WRONG_TYPE)
        del renamed["schema"]
    return _without_meta(renamed, (), notes)


def _renamed(members: JsonObject, names: dict[str, str], notes: Notes) -> JsonObject:
    """Today's name wins where both are there."""
    renamed: JsonObject = {}
    for name, value in members.items():
        today = names.get(name, name)
        if today != name:
            notes.add(Deviation.OLD_NAME)
            if today in members:
                continue
        renamed[today] = value
    return renamed


def _hashed(members: JsonObject, notes: Notes) -> JsonObject:
    """``alg: SHA-512`` and ``signature`` as ``content_hash: sha512-...``, unpadded."""
    if "alg" not in members and "signature" not in members:
        return members
    notes.add(Deviation.OLD_HASH)
    algorithm, digest = members.pop("alg", None), members.pop("signature", None)
    if isinstance(algorithm, str) and isinstance(digest, str) and "content_hash" not in members:
        members["content_hash"] = f"{algorithm.lower().replace('-', '')}-{digest.rstrip('=')}"
    return members


def _without_meta(members: JsonObject, wanted: tuple[str, ...], notes: Notes) -> JsonObject:
    meta: JsonValue = members.pop("meta", None)
    if meta is None:
        return members
    notes.add(Deviation.OLD_NAME)
    if isinstance(meta, dict):
        for name in wanted:
            if name in meta and name not in members:
                members[name] = meta[name]
    return members
