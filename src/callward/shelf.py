"""What is kept of a call, and the place the main job puts it.

The main job never sees a key or a store: it writes to and reads from a shelf. The platform's shelf seals every
item under its own data key while it is written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import BinaryIO, Protocol


class ItemKind(StrEnum):
    """The items a call may be kept as."""

    RECORDING_ORIGINAL = "recording.original"
    RECORDING_REDACTED = "recording.redacted"
    TRANSCRIPT_ORIGINAL = "transcript.original"
    TRANSCRIPT_REDACTED = "transcript.redacted"
    NOTE_ORIGINAL = "note.original"  # what agents wrote beside the call
    NOTE_REDACTED = "note.redacted"
    FORM_ORIGINAL = "form.original"  # the fields of an appointment or a case
    FORM_REDACTED = "form.redacted"
    SHEET = "sheet"  # what was found and masked where, with the waveform; no values


class Shelf(Protocol):
    """Write-once places, one per item kind, that can be read back before they are committed."""

    def writer(self, kind: ItemKind, mediatype: str) -> BinaryIO:
        """Give a seekable writer; seeking back is allowed within the first MiB. Closing it completes the item."""

    def reader(self, kind: ItemKind) -> BinaryIO:
        """Give a seekable reader of a completed item."""

    def discard(self, kind: ItemKind) -> None:
        """Take an item off the shelf; nothing of it may be kept."""
