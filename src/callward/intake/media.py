"""The recordings that a vCon holds, or names and has beside it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from callward.engine.vcon import Content, Recording, check_content_hash
from callward.intake.errors import IntakeError
from callward.intake.files import Files, chunks
from callward.intake.source import Source


def open_recording(content: Content, source: Source, files: Files, *, alone: bool) -> BinaryIO | None:
    """The recording inside the vCon, or the file beside it with its name; None where it is neither.

    One that is ``alone`` may also be the file that shares the vCon's stem. Raises IntakeError, and VconError
    ``vcon_content_hash`` for another file than the one that was meant.
    """
    if content.data is not None:
        return io.BytesIO(content.data)
    path = _beside(source, content.filename, files) or (source.recording if alone else None)
    if path is None:
        return None
    stream = files.open(path)
    try:
        check_content_hash(content, chunks(stream))
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return stream


def open_one_of_several(recording: Recording, source: Source, files: Files) -> BinaryIO:
    """As ``open_recording``; raises IntakeError ``recording_elsewhere``, so that no call lacks a part of itself."""
    stream = open_recording(recording.content, source, files, alone=False)
    if stream is None:
        raise IntakeError("recording_elsewhere", "the vCon holds several recordings, and one of them is not here")
    return stream


def _beside(source: Source, filename: str | None, files: Files) -> Path | None:
    """A vCon names its media, but only within its own folder."""
    if filename and Path(filename).name == filename and not filename.startswith("."):
        named = source.path.parent / filename
        if files.has(named):
            return named
    return None
