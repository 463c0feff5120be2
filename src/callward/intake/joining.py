"""Call records and recordings brought together: over all folders of a run, by the file they name or by their ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from callward.intake.errors import IntakeError
from callward.intake.files import Files, read_file
from callward.intake.manifest import MANIFEST
from callward.intake.records import CallRecord, RecordFile, RecordIndex, looks_like_records, read_records
from callward.intake.source import FACTS, FORM, VCONS, Part, Source, is_wanted, part_of, refused

COLUMNS: Final = ".columns"
_ENDINGS: Final = (".csv", ".tsv", ".xml", ".json", ".jsonl", ".ndjson", "")
_HEAD: Final = 64 * 1024
_MOST: Final = 256 * 1024 * 1024
# What is wrong with the file itself is said by whoever opens it next.
_ELSEWHERE: Final = frozenset({"missing", "unreadable", "not_a_file", "upload_broken"})
_LENS: Final = re.compile(r"([0-9a-f-]{36})_analysis(_redacted)?_[\w:.+-]+\Z")
_CONNECT: Final = re.compile(r"([0-9a-f-]{36})_(?:call_)?(?:recording_)?(?:redacted_)?\d{8}T[\d:_.]+_UTC\Z")


class RecordFiles:
    """The files of call records that a run comes by, read once.

    ``remembered`` says what reading a path gave before, and is added to: whoever hands it in knows that those files
    are the same still.
    """

    def __init__(self, files: Files, remembered: MutableMapping[Path, RecordFile | None] | None = None) -> None:
        self._files = files
        self._remembered = {} if remembered is None else remembered
        self.records: list[tuple[CallRecord, Path]] = []
        self.refused: list[Source] = []
        self._taken: set[Path] = set()

    def take(self, path: Path) -> bool:
        """Read a file where it holds call records; False where it is something else and somebody else's to read."""
        if path in self._taken:
            return True
        try:
            found = self._read(path) if _may_hold(path) else None
        except IntakeError as error:
            if error.code in _ELSEWHERE:
                return False
            self._taken.add(path)
            self.refused.append(Source(path, refusal=error))
            return True
        if found is None:
            return False
        self._taken.add(path)
        self.records += [(one, path) for one in found.records if isinstance(one, CallRecord)]
        rows = [one for one in found.records if isinstance(one, IntakeError)]
        self.refused += [Source(path, record_file=path, refusal=one) for one in rows]
        return True

    def _read(self, path: Path) -> RecordFile | None:
        if path not in self._remembered:
            self._remembered[path] = self._read_anew(path)
        return self._remembered[path]

    def _read_anew(self, path: Path) -> RecordFile | None:
        if not looks_like_records(path, read_file(path, _HEAD, self._files)):
            return None
        beside = path.with_suffix(COLUMNS)
        known = path.suffix and self._files.has(beside)
        columns = read_file(beside, _HEAD, self._files).decode("utf-8", "replace") if known else None
        return read_records(path, read_file(path, _MOST, self._files), columns)


def joined(sources: Sequence[Source], found: RecordFiles) -> Iterator[Source]:
    """The sources with their call records, then the calls that only the records know, then what was refused.

    A record that only describes a recording, without one, is refused as ``facts_without_call``, and a recording of
    something else than speech as ``not_a_call``.
    """
    sources = _with_analyses(sources)
    index = RecordIndex(record for record, _path in found.records)
    files = _RecordFilesOf(found)
    claimed: set[str] = set()
    for source in sources:
        record = index.of(_name(source)) if source.refusal is None and len(index) else None
        if record is None:
            yield source
            continue
        claimed.add(record.ids[0])
        if record.sound:
            yield _with(source, record, files)
        else:
            yield Source(source.path, others=source.files, refusal=_no_call())
    for record in index.without(claimed):
        if not record.in_log:
            yield refused(files.of(record), "facts_without_call", "a file of facts has no recording with it")
        elif not _is_internal(record):
            yield _with(Source(files.of(record)), record, files)
    yield from found.refused


class _RecordFilesOf:
    """Where records stand, and which files hold a single call."""

    def __init__(self, found: RecordFiles) -> None:
        self._paths = {one: path for record, path in found.records for one in record.ids}
        self._calls = Counter(path for _record, path in found.records)
        self._calls.update(source.path for source in found.refused)

    def of(self, record: CallRecord) -> Path:
        return self._paths[record.ids[0]]

    def alone(self, record: CallRecord) -> tuple[Path, ...]:
        """The files that hold this call and no other."""
        paths = dict.fromkeys(self._paths[one] for one in record.ids if one in self._paths)
        return tuple(path for path in paths if self._calls[path] == 1)


def _with(source: Source, record: CallRecord, files: _RecordFilesOf) -> Source:
    others = tuple(dict.fromkeys([*source.others, *files.alone(record)]))
    return replace(source, record=record, record_file=files.of(record), others=others)


def _no_call() -> IntakeError:
    return IntakeError("not_a_call", "the recording is none of speech, such as one of a screen")


def _name(source: Source) -> str:
    return (source.recording or source.transcript or source.path).name


def _is_internal(record: CallRecord) -> bool:
    """Whether the house called itself: both ends are known extensions."""
    ends = (record.source, record.destination)
    return all(end is not None and end.isascii() and end.isdigit() and len(end) <= 6 for end in ends)


def _may_hold(path: Path) -> bool:
    name = path.name.lower()
    if not is_wanted(name) or path.name == MANIFEST or name.endswith((FACTS, FORM, *VCONS, ".transcript.json")):
        return False
    return path.suffix.lower() in _ENDINGS and part_of(name)[0] in (None, Part.TRANSCRIPT)


def _with_analyses(sources: Sequence[Source]) -> list[Source]:
    """Contact Lens names its files otherwise than the recordings of Connect: the contact's id brings them together.

    The unredacted analysis goes before the redacted one, because here it is redacted once more and with all rules.
    """
    recorded = {match[1]: s for s in sources if (match := _CONNECT.match(s.stem)) and s.recording and not s.transcript}
    analyses: dict[str, list[tuple[bool, Source]]] = {}
    for source in sources:
        match = _LENS.match(source.stem)
        if match and source.transcript and not source.recording:
            analyses.setdefault(match[1], []).append((bool(match[2]), source))
    told: dict[int, Source | None] = {}
    for contact, found in analyses.items():
        best, *others = (source for _redacted, source in sorted(found, key=lambda one: one[0]))
        spare = tuple(path for other in others for path in other.files)
        told |= {id(other): None for other in others}
        told[id(best)] = replace(best, others=(*best.others, *spare))
        if contact in recorded:
            told[id(best)] = None
            recording = recorded[contact]
            told[id(recording)] = replace(recording, transcript=best.transcript, others=(*recording.others, *spare))
    return [one for source in sources if (one := told.get(id(source), source)) is not None]
