"""A log as a folder of files, the way c2sp.org/tlog-tiles names them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from callward.engine.tlog import LogError


class LogFolder:
    """A ``TileStore`` over a folder that may be hostile: regular files only, never more than the limit read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str, limit: int) -> bytes:
        """The file below the folder; ``path`` is one that the engine made, never a stranger's."""
        return read_file(self._root / path, limit)


def read_file(path: Path, limit: int) -> bytes:
    """A regular file of at most ``limit`` bytes; ``LogError``: ``missing``, ``unreadable`` or ``file_too_large``."""
    try:
        # Not blocking, so that a pipe in the place of a file is found out instead of waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise LogError("missing", "no such file") from None
    except (OSError, ValueError):
        raise LogError("unreadable", "the file cannot be opened") from None
    with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise LogError("unreadable", "not a regular file")
        try:
            data = file.read(limit + 1)
        except OSError:
            raise LogError("unreadable", "the file cannot be read") from None
    if len(data) > limit:
        raise LogError("file_too_large", f"at most {limit} bytes are read")
    return data
