"""Known vulnerabilities of what is installed, from a file of OSV records (ossf.github.io/osv-schema, 1.7).

The file is brought by whoever runs this: a zip of JSON records as OSV publishes them for PyPI, or one record a line.
Nothing is fetched here. Versions are compared as PEP 440 orders them.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from itertools import islice
from pathlib import Path
from typing import Any

from callward.engine.errors import Error
from callward.web.proofs.model import Proof

_MOST_BYTES = 8 * 1024 * 1024  # of one record
_MOST_RECORDS = 500_000
_SHOWN = 8


class AdvisoryError(Error):
    """The file cannot be used: ``advisories_unreadable``, ``advisories_damaged``, ``advisories_empty``,
    ``packaging_missing``.
    """


def prove(path: Path) -> Proof:
    """Hold every record against what is installed. Raises ``AdvisoryError``."""
    found, read = affected(path, installed())
    if not read:
        raise AdvisoryError("advisories_empty", "the file has no advisory for PyPI")
    if not found:
        return Proof("advisories", True, f"none of {read} advisories is about what is installed")
    shown = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in islice(sorted(found.items()), _SHOWN))
    more = f" and {len(found) - _SHOWN} more packages" if len(found) > _SHOWN else ""
    return Proof("advisories", False, f"update {shown}{more}")


def installed() -> dict[str, str]:
    """What is installed beside this process: normalised names and versions."""
    return {_normal(found.name): found.version for found in distributions() if found.name}


def affected(path: Path, present: Mapping[str, str]) -> tuple[dict[str, list[str]], int]:
    """Name the packages that an advisory is about, each with the advisories; and how many records were read."""
    found: dict[str, set[str]] = {}
    read = 0
    for record in _records(path):
        parts = [part for part in _list(record, "affected") if _package(part)]
        read += bool(parts)
        if record.get("withdrawn"):
            continue
        for part in parts:
            name = _package(part)
            if name in present and _is_affected(part, present[name]):
                found.setdefault(f"{name} {present[name]}", set()).add(str(record.get("id", "unnamed"))[:64])
    return {name: sorted(ids) for name, ids in found.items()}, read


def _package(part: Any) -> str:
    package = part.get("package") if isinstance(part, dict) else None
    if not isinstance(package, dict) or package.get("ecosystem") != "PyPI":
        return ""
    return _normal(str(package.get("name", "")))


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _is_affected(part: Mapping[str, Any], version: str) -> bool:
    if version in _list(part, "versions"):
        return True
    ranges = [one for one in _list(part, "ranges") if isinstance(one, dict) and one.get("type") == "ECOSYSTEM"]
    return any(_is_within(_list(one, "events"), version) for one in ranges)


def _is_within(events: list[Any], version: str) -> bool:
    """Walk a range's events in order of version: introduced opens, fixed closes before, last_affected after."""
    version_of, invalid = _versions()
    try:
        mine = version_of(version)
        steps = [
            (version_of("0" if where == "0" else str(where)), kind)
            for event in events
            if isinstance(event, dict)
            for kind, where in event.items()
        ]
    except invalid:
        return False
    inside = False
    for where, kind in sorted(steps, key=lambda step: step[0]):
        if kind == "introduced" and where <= mine:
            inside = True
        elif (kind == "fixed" and where <= mine) or (kind == "last_affected" and where < mine):
            inside = False
    return inside


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
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise AdvisoryError("advisories_unreadable", "the file cannot be read") from None


def _zipped(path: Path) -> Iterator[dict[str, Any]]:
    with zipfile.ZipFile(path) as archive:
        for entry in islice(archive.infolist(), _MOST_RECORDS):
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
