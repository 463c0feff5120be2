"""Opening what others may replace, remove or swap for a device while we look."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from callward.engine.vcon import VconError, parse_vcon, recordings
from callward.intake.errors import IntakeError

CHUNK: Final = 1024 * 1024
MAX_VCON: Final = 256 * 1024 * 1024


class Files(Protocol):
    """Where the files of calls lie: on a disk, or wherever else they were put under their names."""

    def open(self, path: Path) -> BinaryIO:
        """A seekable stream of a file; raises IntakeError ``missing``, ``unreadable`` or ``not_a_file``."""

    def has(self, path: Path) -> bool:
        """Whether there is such a file."""


class _Disk:
    def open(self, path: Path) -> BinaryIO:
        return open_file(path)

    def has(self, path: Path) -> bool:
        return path.is_file()


DISK: Final[Files] = _Disk()


def open_file(path: Path) -> BinaryIO:
    """A regular file, opened for reading; raises IntakeError ``missing``, ``unreadable`` or ``not_a_file``."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise IntakeError("missing", "a file of the call is gone") from None
    except OSError:
        raise IntakeError("unreadable", "a file of the call cannot be read") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise IntakeError("not_a_file", "a path of the call is no file")
    return os.fdopen(handle, "rb")


def read_file(path: Path, limit: int, files: Files = DISK) -> bytes:
    """The bytes of a file, at most one more than ``limit``, so that the reader can refuse the excess."""
    with files.open(path) as stream:
        try:
            return stream.read(limit + 1)
        except OSError:
            raise IntakeError("unreadable", "a file of the call cannot be read") from None


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """All bytes of a seekable stream from its start; raises IntakeError ``unreadable``."""
    try:
        stream.seek(0)
        while data := stream.read(CHUNK):
            yield data
        stream.seek(0)
    except OSError:
        raise IntakeError("unreadable", "a file of the call cannot be read") from None


def media_names(path: Path, files: Files = DISK) -> tuple[str, ...]:
    """The file names of the recordings that a vCon holds outside itself; none where it cannot be read."""
    try:
        found = recordings(parse_vcon(read_file(path, MAX_VCON, files)))
    except (VconError, IntakeError):
        return ()
    return tuple(media.content.filename for media in found if media.content.data is None and media.content.filename)
