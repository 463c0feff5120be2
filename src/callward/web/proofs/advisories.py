"""Known vulnerabilities of what is installed, from a file of OSV records (ossf.github.io/osv-schema, 1.7).

The file is brought by whoever runs this: a zip of JSON records as OSV publishes them for PyPI, or one record a line.
Nothing is fetched here. Versions are compared as PEP 440 orders them; what cannot be compared counts as affected.
"""

from __future__ import annotations

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import distributions
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils import timezone

from callward.engine.errors import Error
from callward.web.proofs.model import Proof

_MOST_BYTES = 8 * 1024 * 1024  # of one record
_MOST_RECORDS = 500_000
_FRESH = 30  # days: there are new records every day, so an older file proves nothing
_SHOWN = 8
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ORDER = ("fixed", "introduced", "last_affected")  # where several stand at one version


class AdvisoryError(Error):
    """The file cannot be used: ``advisories_unreadable``, ``advisories_damaged``, ``advisories_empty``,
    ``advisories_too_many``, ``packaging_missing``.
    """


@dataclass(frozen=True, slots=True)
class Held:
    """Records held against what is installed: packages with their advisories, how many were read, the newest's day."""

    found: dict[str, list[str]]
    read: int
    newest: str


def prove(path: Path) -> Proof:
    """Hold every record against what is installed. Raises ``AdvisoryError``."""
    held = affected(path, installed())
    found = held.found
    if not held.read:
        raise AdvisoryError("advisories_empty", "the file has no advisory for PyPI")
    if not found:
        told = f"none of {held.read} advisories, up to {held.newest or 'no date'}, is about what is installed"
        fresh = held.newest >= f"{timezone.now() - timedelta(days=_FRESH):%Y-%m-%d}"
        return Proof("advisories", fresh, told if fresh else f"{told}: fetch the file again")
    shown = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in islice(sorted(found.items()), _SHOWN))
    more = f" and {len(found) - _SHOWN} more packages" if len(found) > _SHOWN else ""
    return Proof("advisories", False, f"update {shown}{more}")


def installed() -> dict[str, str]:
    """What is installed beside this process: normalised names and versions. Of two the first is what is imported."""
    present: dict[str, str] = {}
    for found in distributions():
        if found.name:
            present.setdefault(_normal(found.name), found.version)
    return present


def affected(path: Path, present: Mapping[str, str]) -> Held:
    """Name the packages that an advisory is about, each with the advisories."""
    found: dict[str, set[str]] = {}
    read, newest = 0, ""
    for record in _records(path):
        parts = [part for part in _list(record, "affected") if _package(part)]
        read += bool(parts)
        newest = max(newest, _day(record)) if parts else newest
        if record.get("withdrawn"):
            continue
        for part in parts:
            name = _package(part)
            if name in present and _is_affected(part, present[name]):
                found.setdefault(f"{name} {present[name]}", set()).add(str(record.get("id", "unnamed"))[:64])
    return Held({name: sorted(ids) for name, ids in found.items()}, read, newest)


def _day(record: Mapping[str, Any]) -> str:
    day = str(record.get("modified", ""))[:10]
    return day if _DAY.fullmatch(day) else ""


def _package(part: Any) -> str:
    package = part.get("package") if isinstance(part, dict) else None
    if not isinstance(package, dict) or str(package.get("ecosystem")).partition(":")[0] != "PyPI":
        return ""
    return _normal(str(package.get("name", "")))


def _normal(name: str) -> str:
    """Give a name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_affected(part: Mapping[str, Any], version: str) -> bool:
    listed = [str(one) for one in _list(part, "versions")]
    ranges = [one for one in _list(part, "ranges") if isinstance(one, dict) and one.get("type") == "ECOSYSTEM"]
    if version in listed:
        return True
    mine = _version(version)
    if mine is None:
        return bool(listed or ranges)
    return mine in map(_version, listed) or any(_is_within(_list(one, "events"), mine) for one in ranges)


def _is_within(events: list[Any], mine: Any) -> bool:
    """Walk a range's events in order of version: introduced opens, fixed closes before, last_affected after.

    The version "0" stands before every other, pre-releases of 0 too; behind a limit nothing is affected.
    """
    inside, steps, limits = False, [], []
    for kind, where in (
        (kind, str(where)) for event in events if isinstance(event, dict) for kind, where in event.items()
    ):
        place = _version(where)
        if kind == "introduced" and where == "0":
            inside = True
        elif kind in _ORDER and place is None:
            return True
        elif kind in _ORDER:
            steps.append((place, _ORDER.index(kind), kind))
        elif kind == "limit" and where != "*":
            limits.append(place)
    for place, _, kind in sorted(steps):
        if kind == "introduced" and place <= mine:
            inside = True
        elif (kind == "fixed" and place <= mine) or (kind == "last_affected" and place < mine):
            inside = False
    return inside and (not limits or any(place is None or mine < place for place in limits))


def _version(text: str) -> Any:
    """Give a version without its local part, which no advisory speaks of; None where it is none (PEP 440)."""
    version_of, invalid = _versions()
    try:
        return version_of(version_of(text).public)
    except invalid:
        return None


def _versions() -> tuple[Any, type[Exception]]:
    try:
        from packaging.version import InvalidVersion, Version
    except ImportError:
        raise AdvisoryError("packaging_missing", "comparing versions needs: pip install packaging") from None
    return Version, InvalidVersion


def _records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        if zipfile.is_zipfile(path):
            yield from _zipped(path)
        else:
            with path.open("rb") as lines:
                while line := lines.readline(_MOST_BYTES + 1):
                    if line.strip():
                        yield _parsed(line)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError):
        raise AdvisoryError("advisories_unreadable", "the file cannot be read") from None


def _zipped(path: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > _MOST_RECORDS:
            raise AdvisoryError("advisories_too_many", "the file has more records than are read")
        for entry in archive.infolist():
            if entry.filename.endswith(".json"):
                with archive.open(entry) as file:
                    yield _parsed(file.read(_MOST_BYTES + 1))


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        record = json.loads(text) if len(text) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise AdvisoryError("advisories_damaged", "a record is no JSON object; fetch the file again")
    return record


def _list(record: Mapping[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    return value if isinstance(value, list) else []
