"""Which files make a call, and what is known about it. No Django."""

from callward.intake.errors import IntakeError
from callward.intake.facts import CallFacts, IntakeOptions, LineDefaults
from callward.intake.files import Files
from callward.intake.given import Direction, Given, given
from callward.intake.identifiers import normalise_email, normalise_number, normalise_phone
from callward.intake.loading import Intake, LoadedCall, gather_facts, load_call
from callward.intake.pattern import FilePattern, file_pattern
from callward.intake.sources import Source, discover, group

__all__ = [
    "CallFacts",
    "Direction",
    "FilePattern",
    "Files",
    "Given",
    "Intake",
    "IntakeError",
    "IntakeOptions",
    "LineDefaults",
    "LoadedCall",
    "Source",
    "discover",
    "file_pattern",
    "gather_facts",
    "given",
    "group",
    "load_call",
    "normalise_email",
    "normalise_number",
    "normalise_phone",
]
