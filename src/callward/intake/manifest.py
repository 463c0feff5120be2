"""``calls.csv``: the facts of many calls, one row a file, beside the files (docs/formats/call-facts.md)."""

from __future__ import annotations

import csv
import io
from typing import Final

from callward.intake.errors import IntakeError
from callward.intake.given import Given, given

MANIFEST: Final = "calls.csv"
MAX_BYTES: Final = 64 * 1024 * 1024
_COLUMNS: Final = {
    "file": "file",
    "id": "external_id",
    "line": "line",
    "caller_phone": "caller_phone",
    "caller_email": "caller_email",
    "caller_name": "caller_name",
    "caller_number": "caller_number",
    "agent": "agent",
    "started_at": "started",
    "direction": "direction",
    "language": "language",
    "agent_channel": "agent_channel",
    "voicemail": "voicemail",
    "kind": "kind",
}


def read_manifest(data: bytes) -> dict[str, Given | IntakeError]:
    """The facts by what stands in the column ``file``: a file's name, or its stem.

    A row with a bad value holds its refusal, so that the other calls are taken in. Raises
    IntakeError ``manifest_csv`` (not UTF-8, not CSV, a row with too many cells),
    ``manifest_column`` or ``manifest_duplicate``, which hold for the whole file.
    """
    if len(data) > MAX_BYTES:
        raise IntakeError("manifest_csv", "the manifest is over 64 MiB")
    try:
        rows = _rows(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error):
        raise IntakeError("manifest_csv", "the manifest is no CSV in UTF-8") from None
    names = [name.strip().lower() for name in rows[0]] if rows else []
    if "file" not in names or not set(names) <= set(_COLUMNS) or len(set(names)) < len(names):
        raise IntakeError("manifest_column", "the first row has no column file, or unknown or repeated columns")
    found: dict[str, Given | IntakeError] = {}
    for row in rows[1:]:
        if len(row) > len(names):
            raise IntakeError("manifest_csv", "a row has more cells than the first")
        cells = {_COLUMNS[name]: cell for name, cell in zip(names, row, strict=False)}
        key = cells.pop("file", "").strip()
        if key in found:
            raise IntakeError("manifest_duplicate", "two rows name the same file")
        found[key] = _row(cells)
    return found


def _row(cells: dict[str, str]) -> Given | IntakeError:
    try:
        return given(cells)
    except IntakeError as error:
        return error


def _rows(text: str) -> list[list[str]]:
    """Comma or semicolon: the one that the first row has more of."""
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]
