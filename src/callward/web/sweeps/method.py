"""With what a sweep searches: the version of the detector and of the lines' rules, each as a digest."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import orjson

from callward import __version__
from callward.web.core.models import Controller, Line

_PARTS = ("callward.engine.pii", "callward.engine.audio")
_RULES = ("slug", "language", "countries", "keep_original", "audio_fill", "pad_ms", "mask_policy")


@cache
def detector() -> str:
    """Name the detector of this process: its version and a digest of its code and weights.

    Two processes that give the same name find the same things in the same words and sound.
    """
    digest = hashlib.sha256()
    for part in _PARTS:
        for name, file in sorted(_files(files(part), part)):
            digest.update(f"{name}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{__version__} {digest.hexdigest()[:16]}"


def _files(folder: Traversable, name: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        inside = f"{name}/{entry.name}"
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _files(entry, inside)
        elif entry.name.endswith((".py", ".npz")):
            found.append((inside, entry))
    return found


def rules_digest(controller: Controller) -> str:
    """Give a digest of what the lines of a controller say is masked and kept."""
    lines = Line.objects.for_controller(controller).order_by("slug").values(*_RULES)
    return hashlib.sha256(orjson.dumps(list(lines), option=orjson.OPT_SORT_KEYS)).hexdigest()
