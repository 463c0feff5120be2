"""Which files make a call, and what is known about it. No Django."""

from callward.intake.errors import IntakeError
from callward.intake.facts import CallFacts, IntakeOptions, LineDefaults
from callward.intake.files import DISK, Files
from callward.intake.given import Direction, Disposition, Given, given
from callward.intake.identifiers import normalise_email, normalise_number, normalise_phone
from callward.intake.joining import COLUMNS
from callward.intake.jottings import as_words, note_lines
from callward.intake.loading import Intake, LoadedCall, gather_facts, load_call
from callward.intake.manifest import MANIFEST
from callward.intake.pattern import FilePattern, file_pattern
from callward.intake.records import CallRecord, RecordFile
from callward.intake.source import Source, is_partial
from callward.intake.sources import discover, group

__all__ = [
    "COLUMNS",
    "DISK",
    "MANIFEST",
    "CallFacts",
    "CallRecord",
    "Direction",
    "Disposition",
    "FilePattern",
    "Files",
    "Given",
    "Intake",
    "IntakeError",
    "IntakeOptions",
    "LineDefaults",
    "LoadedCall",
    "RecordFile",
    "Source",
    "as_words",
    "discover",
    "file_pattern",
    "gather_facts",
    "given",
    "group",
    "is_partial",
    "load_call",
    "normalise_email",
    "normalise_number",
    "normalise_phone",
    "note_lines",
]
