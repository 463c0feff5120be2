"""The files of one call, and what a file is to its call by its name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from callward.intake.errors import IntakeError
from callward.intake.records import CallRecord

# Endings of formats that are read, then of those that are not: a recording must be refused, never passed over.
RECORDINGS: Final = (
    *(".wav", ".wave", ".flac", ".mp3", ".ogg", ".oga", ".opus"),
    *(".3gp", ".aac", ".aif", ".aifc", ".aiff", ".amr", ".au", ".awb", ".caf", ".gsm", ".m4a", ".mka", ".mkv"),
    *(".mov", ".mp4", ".snd", ".vox", ".webm", ".wma"),
)
VCONS: Final = (".vcon.json", ".vcon.gz", ".vcon")
TRANSCRIPTS: Final = (".transcript.json", ".json", ".vtt", ".srt")
FACTS: Final = ".call.json"
NOTE: Final = ".note.txt"
FORM: Final = ".form.json"
_PARTIAL: Final = (".part", ".tmp", ".partial", ".filepart", ".crdownload", "~")


class Part(StrEnum):
    """What a file is to its call, by its name's ending; its content has the last word when it is read."""

    RECORDING = "recording"
    VCON = "vcon"
    TRANSCRIPT = "transcript"
    FACTS = "facts"
    NOTE = "note"
    FORM = "form"
    FURTHER = "further"  # a recording that a vCon names beside its first; no ending tells it


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """The files of one call, or the refusal of a path.

    ``others`` share the stem and are not read, or are the further recordings that a vCon names.

    ``path`` is the file that the call is named by, for people who look for it; it may hold a phone
    number, so it stays out of logs and ``repr``. ``record`` is what a telephone system wrote down of it,
    and ``record_file`` where: a file that often holds other calls too.
    """

    path: Path
    recording: Path | None = None
    transcript: Path | None = None
    vcon: Path | None = None
    facts: Path | None = None
    note: Path | None = None
    form: Path | None = None
    manifest: Path | None = None
    record: CallRecord | None = None
    record_file: Path | None = None
    others: tuple[Path, ...] = ()
    refusal: IntakeError | None = None

    @property
    def log_only(self) -> bool:
        """Whether there is nothing but a call record: a row of the call log."""
        return self.record_file is not None and not any((self.recording, self.transcript, self.vcon))

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are this call's alone."""
        if self.log_only:
            return self.others
        own = (self.path, self.recording, self.transcript, self.vcon, self.facts, self.note, self.form, *self.others)
        return tuple(path for path in own if path is not None)

    @property
    def stem(self) -> str:
        """The name that the call's files share."""
        return part_of(self.path.name)[1]


def part_of(name: str) -> tuple[Part | None, str]:
    """What a name's ending says, and the name without it."""
    lower = name.lower()
    for part, endings in (
        (Part.FACTS, (FACTS,)),
        (Part.NOTE, (NOTE,)),
        (Part.FORM, (FORM,)),
        (Part.VCON, VCONS),
        (Part.RECORDING, RECORDINGS),
        (Part.TRANSCRIPT, TRANSCRIPTS),
    ):
        for ending in endings:
            if lower.endswith(ending) and len(name) > len(ending):
                return part, name[: -len(ending)]
    return None, name


def is_partial(name: str) -> bool:
    """Tell by its name whether a file is still being written, such as ``call.wav.part``."""
    return name.lower().endswith(_PARTIAL)


def is_wanted(name: str) -> bool:
    """Tell by its name whether a file is neither hidden nor still being written."""
    return not name.startswith(".") and not is_partial(name)


def refused(path: Path, code: str, detail: str) -> Source:
    """The refusal of a path."""
    return Source(path, refusal=IntakeError(code, detail))
