"""``<stem>.note.txt`` and ``<stem>.form.json``: what an agent wrote beside a call, and the fields of its appointment.

Both become lines without times, so that they are redacted as words are: a field is a line ``name: value``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import orjson

from callward.engine.transcripts import Transcript, Utterance, assemble
from callward.engine.vcon import Vcon
from callward.intake.errors import IntakeError

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"
MAX_BYTES: Final = 1024 * 1024
_MAX_LINES: Final = 2000
_MAX_LINE: Final = 4000
_MAX_DEPTH: Final = 8
_RATE: Final = 8000  # the time base of what has no times
_NOTES: Final = frozenset({"note", "notes", "agent_note", "agent_notes", "comment", "wrap_up"})
_FORMS: Final = frozenset({"form", "appointment", "crm", "case", "ticket"})


def note_lines(data: bytes) -> tuple[str, ...]:
    """The lines of a note that hold anything; raises IntakeError ``note_text`` (not UTF-8, over 1 MiB, too long)."""
    if len(data) > MAX_BYTES:
        raise IntakeError("note_text", "the note is over 1 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntakeError("note_text", "the note is not UTF-8") from None
    return _bounded(line.strip() for line in text.splitlines())


def form_lines(data: bytes) -> tuple[str, ...]:
    """The fields of a form, one a line, each under the names that lead to it; raises IntakeError ``form_json``."""
    if len(data) > MAX_BYTES:
        raise IntakeError("form_json", "the form is over 1 MiB")
    try:
        value: _Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise IntakeError("form_json", "the form is not JSON") from None
    if not isinstance(value, dict):
        raise IntakeError("form_json", "the form is no JSON object")
    return _bounded(_fields(value, (), 0))


def attached(vcon: Vcon) -> tuple[bytes | None, bytes | None]:
    """The note and the form among the attachments of a vCon, told by their purpose; None where there is none."""
    note = form = None
    for attachment in vcon.attachments:
        purpose = (attachment.purpose or "").strip().lower()
        data = attachment.content.data
        if data is not None and purpose in _NOTES:
            note = data if note is None else note + b"\n" + data
        elif data is not None and purpose in _FORMS and form is None:
            form = data
    return note, form


def as_words(lines: Iterable[str], language: str | None) -> Transcript:
    """Lines as what an agent said, without times; raises TranscriptError."""
    return assemble((Utterance(line, label="agent") for line in lines), rate=_RATE, language=language)


def _fields(value: _Json, names: tuple[str, ...], depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        raise IntakeError("form_json", "the form is nested over 8 levels")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _fields(inner, (*names, name.strip()), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, names, depth + 1)
    elif isinstance(value, bool) or (value is not None and value != ""):
        told = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        yield f"{' '.join(names).replace('_', ' ')}: {' '.join(told.split())}"


def _bounded(lines: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        if not line:
            continue
        if len(found) >= _MAX_LINES or len(line) > _MAX_LINE:
            raise IntakeError("note_text", "a note has over 2,000 lines, or a line of over 4,000 characters")
        found.append(line)
    return tuple(found)
