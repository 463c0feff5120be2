"""Which files make a call: a recording with its transcript, a vCon with its media, either alone."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import replace
from pathlib import Path

from callward.intake.errors import IntakeError
from callward.intake.files import DISK, Files, media_names
from callward.intake.joining import COLUMNS, RecordFiles, joined
from callward.intake.manifest import MANIFEST
from callward.intake.records import RecordFile
from callward.intake.source import TRANSCRIPTS, Part, Source, is_wanted, part_of, refused


def discover(paths: Sequence[Path]) -> Iterator[Source]:
    """The calls in files and folders, each once, in order of path, folder by folder.

    Hidden and partial names (``.part``, ``.tmp``) are passed over, in folders also whatever is no
    call. A file that is named brings the files of the same stem beside it. What cannot be read comes
    as a Source with ``refusal`` (``unreadable``, ``missing``, ``not_a_file``, ``unknown_kind``,
    ``several_recordings``), and the rest goes on. A folder is walked once, so links cannot loop.
    """
    walk = _Walk()
    found: dict[str, Source] = {}
    for path in paths:
        for source in walk.sources(path):
            found.setdefault(os.path.abspath(source.path), source)  # noqa: PTH100 - links stay as they are named
    yield from joined(list(found.values()), walk.records)


def group(
    paths: Iterable[Path], files: Files, remembered: MutableMapping[Path, RecordFile | None] | None = None
) -> Iterator[Source]:
    """The calls in files that lie together, as ``discover`` finds them in folders: files of one call share a folder.

    A file that makes no call, by its name, comes as a Source with ``refusal`` ``unknown_kind``. ``remembered`` holds
    the call records of files that were read before and are the same still; what is read now is added to it.
    """
    wanted, records = [], RecordFiles(files, remembered)
    for path in paths:
        if records.take(path):
            continue
        if path.name == MANIFEST or path.suffix == COLUMNS or (part_of(path.name)[0] and is_wanted(path.name)):
            wanted.append(path)
        else:
            yield refused(path, "unknown_kind", "the file's ending is none of a call")
    folders: defaultdict[Path, list[Path]] = defaultdict(list)
    for path in wanted:
        folders[path.parent].append(path)
    sources = [source for folder in folders.values() for source in _grouped(folder, files)]
    yield from joined(sources, records)


class _Walk:
    """One run over files and folders, each folder walked and listed once."""

    def __init__(self) -> None:
        self._walked: set[tuple[int, int]] = set()
        self._listed: dict[Path, tuple[Source, ...]] = {}
        self.records = RecordFiles(DISK)

    def sources(self, path: Path) -> Iterator[Source]:
        """The calls at a path."""
        try:
            status = path.stat()
        except FileNotFoundError:
            yield refused(path, "missing", "there is nothing at the path")
            return
        except OSError:
            yield refused(path, "unreadable", "the path cannot be read")
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, (status.st_dev, status.st_ino))
        elif not stat.S_ISREG(status.st_mode):
            yield refused(path, "not_a_file", "the path is neither a file nor a folder")
        elif path.name != MANIFEST and not self.records.take(path):
            yield self._named(path)

    def _folder(self, path: Path, identity: tuple[int, int]) -> Iterator[Source]:
        if identity in self._walked:
            return
        self._walked.add(identity)
        try:
            names = _names(path)
        except OSError:
            yield refused(path, "unreadable", "the folder cannot be read")
            return
        entries = [path / name for name in names]
        folders = {entry for entry in entries if entry.is_dir()}
        files = [entry for entry in entries if entry not in folders]
        yield from _grouped(entry for entry in files if not self.records.take(entry))
        for folder in sorted(folders):
            yield from self.sources(folder)

    def _named(self, path: Path) -> Source:
        """The call that a file belongs to; an ending that says nothing is refused and not passed over."""
        if part_of(path.name)[0] is None or not is_wanted(path.name):
            return refused(path, "unknown_kind", "the file's ending is none of a call")
        if path.parent not in self._listed:
            try:
                names = _names(path.parent)
            except OSError:
                names = [path.name]
            self._listed[path.parent] = tuple(_grouped(path.parent / name for name in names))
        gone = refused(path, "missing", "there is nothing at the path")
        return next((source for source in self._listed[path.parent] if path in source.files), gone)


def _names(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if is_wanted(name))  # noqa: PTH208 - names, filtered before paths


def _grouped(paths: Iterable[Path], files: Files = DISK) -> Iterator[Source]:
    manifest: Path | None = None
    groups: defaultdict[str, defaultdict[Part, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in paths:
        part, stem = part_of(path.name)
        if path.name == MANIFEST:
            manifest = path
        elif part is not None:
            groups[stem][part].append(path)
    _claim_media(groups, files)
    for stem in sorted(groups):
        source = _source(groups[stem])
        yield source if source.refusal else replace(source, manifest=manifest)


def _claim_media(groups: dict[str, defaultdict[Part, list[Path]]], files: Files) -> None:
    """The recordings that a vCon names belong to that vCon, also where their names differ."""
    alone = {
        path.name: (stem, path)
        for stem, parts in groups.items()
        if set(parts) == {Part.RECORDING}
        for path in parts[Part.RECORDING]
    }
    for parts in [parts for parts in groups.values() if Part.VCON in parts]:
        for name in media_names(parts[Part.VCON][0], files) if alone else ():
            if name in alone:
                stem, path = alone.pop(name)
                parts[Part.FURTHER if Part.RECORDING in parts else Part.RECORDING].append(path)
                groups[stem][Part.RECORDING].remove(path)
                if not groups[stem][Part.RECORDING]:
                    del groups[stem]


def _source(parts: dict[Part, list[Path]]) -> Source:
    recordings, vcons = parts.get(Part.RECORDING, []), parts.get(Part.VCON, [])
    transcripts = sorted(parts.get(Part.TRANSCRIPT, []), key=_preference)
    facts, beside = parts.get(Part.FACTS, []), [*parts.get(Part.NOTE, []), *parts.get(Part.FORM, [])]
    every = (*vcons, *recordings, *parts.get(Part.FURTHER, []), *transcripts, *facts, *beside)
    refusal: IntakeError | None = None
    if every[0] in (*facts, *beside):
        refusal = IntakeError("facts_without_call", "a call file has no call beside it")
    elif len(recordings) > 1 or len(vcons) > 1 or len(facts) > 1:
        refusal = IntakeError("several_recordings", "several recordings or vCons share one name")
    chosen = [next(iter(paths), None) for paths in (recordings, transcripts, vcons, facts)]
    note, form = (next(iter(parts.get(part, [])), None) for part in (Part.NOTE, Part.FORM))
    others = tuple(path for path in every if path not in (*chosen, note, form))
    recording, transcript, vcon, call_file = chosen
    return Source(every[0], recording, transcript, vcon, call_file, note, form, others=others, refusal=refusal)


def _preference(path: Path) -> int:
    """JSON may time words, subtitles hardly ever do."""
    return next(place for place, ending in enumerate(TRANSCRIPTS) if path.name.lower().endswith(ending))
