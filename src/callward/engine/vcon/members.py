"""The members of a vCon's arrays, each from its JSON object with today's names (core-03, sections of the same name)."""

from __future__ import annotations

from typing import Final

from callward.engine.vcon.content import NAMES, read_content, read_hashes
from callward.engine.vcon.document import JsonObject, JsonValue
from callward.engine.vcon.fields import Notes, expect, index, indices, moment, number, objects, require, text
from callward.engine.vcon.model import Analysis, Attachment, Deviation, Dialog, Party, Reference, VconError

# Only what is honoured stands here: an extension that is critical and not in this list refuses the vCon.
EXTENSIONS: Final = frozenset({"CC", "contact_center"})
DIALOG_TYPES: Final = frozenset({"recording", "recording-set", "text", "transfer", "incomplete"})
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


def read_reference(members: JsonObject, name: str, notes: Notes) -> Reference | None:
    """The earlier version that ``redacted`` or ``amended`` names; raises ``vcon_shape``."""
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


def read_party(members: JsonObject, extensions: tuple[str, ...], notes: Notes) -> Party:
    """One party."""
    expect(members, _PARTY, notes)
    if "role" in members and not EXTENSIONS & set(extensions):
        notes.add(Deviation.ROLE)
    names = ("tel", "sip", "mailto", "name", "uuid", "type", "org", "dept", "role")
    return Party(**{name: text(members, name, notes) for name in names})


def read_dialog(members: JsonObject, parties: int, notes: Notes) -> Dialog:
    """One dialog; raises VconError."""
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


def read_analysis(members: JsonObject, dialogs: int, notes: Notes) -> Analysis:
    """One analysis; raises VconError."""
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


def read_attachment(members: JsonObject, parties: int, dialogs: int, notes: Notes) -> Attachment:
    """One attachment; raises VconError."""
    expect(members, NAMES | {"purpose", "start", "party", "dialog"}, notes)
    require(members, ("start", "party", "dialog"), notes)
    return Attachment(
        purpose=text(members, "purpose", notes),
        start=moment(members, "start", notes),
        party=index(members.get("party"), parties, notes),
        dialog=index(members.get("dialog"), dialogs, notes),
        content=read_content(members, notes),
    )
