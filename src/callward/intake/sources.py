"""Which files make a call: a recording with its transcript, a vCon with its media, either alone."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from callward.intake.errors import IntakeError
from callward.intake.files import media_names
from callward.intake.manifest import MANIFEST

_RECORDINGS: Final = (".wav", ".wave", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".au", ".aif", ".aiff", ".m4a", ".mp4")
_VCONS: Final = (".vcon.json", ".vcon.gz", ".vcon")
_TRANSCRIPTS: Final = (".transcript.json", ".json", ".vtt", ".srt")
_FACTS: Final = ".call.json"
_PARTIAL: Final = (".part", ".tmp", ".partial", ".filepart", ".crdownload", "~")


class Part(StrEnum):
    """What a file is to its call, by its name's ending; its content has the last word when it is read."""

    RECORDING = "recording"
    VCON = "vcon"
    TRANSCRIPT = "transcript"
    FACTS = "facts"


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """The files of one call, or the refusal of a path.

    ``path`` is the file that the call is named by, for people who look for it; it may hold a phone
    number, so it stays out of logs and ``repr``.
    """

    path: Path
    recording: Path | None = None
    transcript: Path | None = None
    vcon: Path | None = None
    facts: Path | None = None
    manifest: Path | None = None
    refusal: IntakeError | None = None

    @property
    def stem(self) -> str:
        """The name that the call's files share."""
        return _part(self.path.name)[1]


def discover(paths: Sequence[Path]) -> Iterator[Source]:
    """The calls in files and folders, each once, in order of path, folder by folder.

    Hidden and partial names (``.part``, ``.tmp``) are passed over, in folders also whatever is no
    call. A file that is named brings the files of the same stem beside it. What cannot be read comes
    as a Source with ``refusal`` (``unreadable``, ``missing``, ``not_a_file``, ``unknown_kind``,
    ``several_recordings``), and the rest goes on. A folder is walked once, so links cannot loop.
    """
    seen: set[tuple[int, int]] = set()
    done: set[Path] = set()
    for path in paths:
        for source in _walk(path, seen):
            if source.path not in done:
                done.add(source.path)
                yield source


def _walk(path: Path, seen: set[tuple[int, int]]) -> Iterator[Source]:
    try:
        status = path.stat()
    except FileNotFoundError:
        yield _refused(path, "missing", "there is nothing at the path")
        return
    except OSError:
        yield _refused(path, "unreadable", "the path cannot be read")
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, (status.st_dev, status.st_ino), seen)
    elif not stat.S_ISREG(status.st_mode):
        yield _refused(path, "not_a_file", "the path is neither a file nor a folder")
    else:
        yield from _named(path)


def _folder(path: Path, identity: tuple[int, int], seen: set[tuple[int, int]]) -> Iterator[Source]:
    if identity in seen:
        return
    seen.add(identity)
    try:
        names = sorted(os.listdir(path))  # noqa: PTH208 - names, not paths: they are filtered first
    except OSError:
        yield _refused(path, "unreadable", "the folder cannot be read")
        return
    files: list[Path] = []
    folders: list[Path] = []
    for entry in (path / name for name in names if _wanted(name)):
        if entry.is_dir():
            folders.append(entry)
        elif _part(entry.name)[0] is not None or entry.name == MANIFEST:
            files.append(entry)
    yield from _grouped(files)
    for folder in folders:
        yield from _walk(folder, seen)


def _named(path: Path) -> Iterator[Source]:
    """A file that was named, with its companions; an ending that says nothing is refused and not passed over."""
    part, stem = _part(path.name)
    if part is None or part is Part.FACTS:
        yield _refused(path, "unknown_kind", "the file's ending is none of a call")
        return
    try:
        beside = [entry for entry in path.parent.iterdir() if _wanted(entry.name)]
    except OSError:
        beside = []
    companions = {entry for entry in beside if _part(entry.name)[1] == stem and _part(entry.name)[0] is not None}
    manifests = {entry for entry in beside if entry.name == MANIFEST}
    yield from _grouped(sorted({path} | companions | manifests))


def _wanted(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(_PARTIAL)


def _part(name: str) -> tuple[Part | None, str]:
    """What a name's ending says, and the name without it."""
    lower = name.lower()
    for part, endings in (
        (Part.FACTS, (_FACTS,)),
        (Part.VCON, _VCONS),
        (Part.RECORDING, _RECORDINGS),
        (Part.TRANSCRIPT, _TRANSCRIPTS),
    ):
        for ending in endings:
            if lower.endswith(ending) and len(name) > len(ending):
                return part, name[: -len(ending)]
    return None, name


def _grouped(files: Iterable[Path]) -> Iterator[Source]:
    manifest: Path | None = None
    groups: defaultdict[str, defaultdict[Part, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for path in files:
        part, stem = _part(path.name)
        if path.name == MANIFEST:
            manifest = path
        elif part is not None:
            groups[stem][part].append(path)
    _claim_media(groups)
    for stem in sorted(groups):
        source = _source(groups[stem])
        yield source if source.refusal else replace(source, manifest=manifest)


def _claim_media(groups: dict[str, defaultdict[Part, list[Path]]]) -> None:
    """A recording that a vCon names belongs to that vCon, also where their names differ."""
    alone = {paths[Part.RECORDING][0].name: stem for stem, paths in groups.items() if set(paths) == {Part.RECORDING}}
    for parts in [parts for parts in groups.values() if Part.VCON in parts and Part.RECORDING not in parts]:
        for name in media_names(parts[Part.VCON][0]) if alone else ():
            if name in alone:
                parts[Part.RECORDING] = groups.pop(alone.pop(name))[Part.RECORDING]
                break


def _source(parts: dict[Part, list[Path]]) -> Source:
    recordings, vcons = parts.get(Part.RECORDING, []), parts.get(Part.VCON, [])
    transcripts = sorted(parts.get(Part.TRANSCRIPT, []), key=_preference)
    first = next(iter([*vcons, *recordings, *transcripts]), None)
    if first is None:
        return _refused(parts[Part.FACTS][0], "facts_without_call", "a call file has no call beside it")
    if len(recordings) > 1 or len(vcons) > 1:
        return _refused(first, "several_recordings", "several recordings or vCons share one name")
    return Source(
        first,
        recording=next(iter(recordings), None),
        transcript=next(iter(transcripts), None),
        vcon=next(iter(vcons), None),
        facts=next(iter(parts.get(Part.FACTS, [])), None),
    )


def _preference(path: Path) -> int:
    """JSON may time words, subtitles hardly ever do."""
    return next(place for place, ending in enumerate(_TRANSCRIPTS) if path.name.lower().endswith(ending))


def _refused(path: Path, code: str, detail: str) -> Source:
    return Source(path, refusal=IntakeError(code, detail))
