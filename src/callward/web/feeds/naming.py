"""How files in a feed say by their names which call they belong to and whether they are whole."""

from __future__ import annotations

from pathlib import Path

from callward.intake import Source, is_partial

_DONE = ".done"


def is_marker(name: str) -> bool:
    """Tell whether a file only says that the files of its name are whole: ``<stem>.done`` or ``<file>.done``."""
    return name.lower().endswith(_DONE) and len(name) > len(_DONE)


def stem_of(name: str) -> str:
    """The name that the files of one call share, also of a marker and of a file that is still being written."""
    if is_marker(name):
        name = name[: -len(_DONE)]
    elif is_partial(name):
        name = name[:-1] if name.endswith("~") else name.rpartition(".")[0]
    return Source(Path(name)).stem


def has_all(source: Source) -> bool:
    """Tell whether nothing more can come for a call: recording, transcript and facts are here."""
    return source.recording is not None and source.transcript is not None and source.facts is not None
