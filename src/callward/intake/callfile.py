"""``<stem>.call.json``: the facts of one call, beside its recording (docs/formats/call-facts.md)."""

from __future__ import annotations

from typing import Final, TypeAlias

import orjson

from callward.intake.errors import IntakeError
from callward.intake.given import Given, given

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"
MAX_BYTES: Final = 64 * 1024
_NAMES: Final = {
    "id": "external_id",
    "line": "line",
    "agent": "agent",
    "started_at": "started",
    "direction": "direction",
    "language": "language",
    "agent_channel": "agent_channel",
    "voicemail": "voicemail",
    "kind": "kind",
}
_PLAIN: Final = {"agent_channel": int, "voicemail": bool}
_CALLER: Final = {"phone": "caller_phone", "email": "caller_email", "name": "caller_name", "number": "caller_number"}


def read_call_file(data: bytes) -> Given:
    """The facts in a call file; raises IntakeError ``facts_json``, ``facts_field`` or ``facts_value``."""
    if len(data) > MAX_BYTES:
        raise IntakeError("facts_json", "the call file is over 64 KiB")
    try:
        value: _Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise IntakeError("facts_json", "the call file is not JSON") from None
    if not isinstance(value, dict):
        raise IntakeError("facts_json", "the call file is no JSON object")
    caller = value.pop("caller", None)
    if not isinstance(caller, dict | None):
        raise IntakeError("facts_value", "the caller is no object")
    return given({**_texts(value, _NAMES), **_texts(caller or {}, _CALLER)})


def _texts(members: dict[str, _Json], names: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in members.items():
        if name not in names:
            raise IntakeError("facts_field", "a fact has an unknown name")
        if value is None:
            continue
        if name in _PLAIN and type(value) is _PLAIN[name]:
            value = str(value)  # noqa: PLW2901 - the facts that are no text in JSON
        if not isinstance(value, str):
            raise IntakeError("facts_value", "a fact has the wrong type")
        found[names[name]] = value
    return found
