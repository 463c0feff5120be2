"""Copying sealed objects there and back: ciphertext under random names, so what is whole there stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from callward.web.core.objects import ObjectError, ObjectSink, ObjectStore
from callward.web.lifecycle.backup.store import BackupError, Destination, Stored, digest_of, pieces

PREFIX = "objects"
_BATCH = 64  # objects made durable together
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a backup cannot be used, by name and code."""

    name: str
    code: str

    def as_dict(self) -> dict[str, str]:
        return {"name": self.name, "code": self.code}


@dataclass(frozen=True, slots=True)
class Copied:
    """What lies there now, what had to be copied for it, and what the store had lost."""

    objects: Mapping[str, Stored]
    copied: int
    missing: tuple[str, ...]


def copy_objects(
    source: ObjectStore, destination: Destination, names: Iterable[str], known: Mapping[str, Stored], progress: Progress
) -> Copied:
    """Copy what is not there yet, each read back; ``known`` is what earlier manifests say of objects that are.

    An object of which no manifest tells, left by a run that was cut off, is taken only if it has the right digest.
    """
    there = {name.removeprefix(f"{PREFIX}/") for name in destination.store.list(PREFIX)}
    stored: dict[str, Stored] = {}
    missing: list[str] = []
    waiting: list[str] = []
    copied = 0

    def flush() -> None:
        stored.update(_copy(source, destination.store, waiting, missing))
        progress(len(waiting))
        waiting.clear()

    for name in names:
        if name in there and (whole := _whole(source, destination.store, name, known.get(name))):
            stored[name] = whole
            progress(1)
            continue
        waiting.append(name)
        copied += 1
        if len(waiting) == _BATCH:
            flush()
    flush()
    return Copied(stored, copied - len(missing), tuple(missing))


def put_back_objects(
    destination: Destination, target: ObjectStore, wanted: Mapping[str, Stored], progress: Progress
) -> list[Damage]:
    """Copy objects into a home, each held against its manifest; return those that could not be."""
    damaged = []
    for name, expected in wanted.items():
        if not _is(target, name, expected):
            fault = _put_back(destination, target, name, expected)
            damaged += [Damage(name, fault)] if fault else []
        progress(1)
    return damaged


def check_objects(destination: Destination, wanted: Mapping[str, Stored], progress: Progress) -> list[Damage]:
    """Read every object of a manifest; return those that are not what they were."""
    damaged = []
    for name, expected in wanted.items():
        fault = _fault(destination, name, expected)
        damaged += [Damage(name, fault)] if fault else []
        progress(1)
    return damaged


def _copy(source: ObjectStore, target: ObjectStore, names: Iterable[str], missing: list[str]) -> dict[str, Stored]:
    sinks: list[ObjectSink] = []
    stored: dict[str, Stored] = {}
    try:
        for name in names:
            sink = target.sink(_there(name))
            sinks.append(sink)
            try:
                stored[name] = _pour(source, name, sink)
            except ObjectError as refused:
                if refused.code != "object_missing":
                    raise
                sinks.pop().discard()
                missing.append(name)
        target.commit_all(sinks)
    except BaseException:
        for sink in sinks:
            sink.discard()
        raise
    for name, expected in stored.items():
        if digest_of(target.open_object(_there(name))) != expected:
            raise BackupError("backup_not_read_back", "an object does not read back as it was written")
    return stored


def _put_back(destination: Destination, target: ObjectStore, name: str, expected: Stored) -> str:
    """Copy one object back; return why it could not be, or nothing."""
    with target.sink(name) as sink:
        try:
            found = _pour(destination.store, _there(name), sink)
        except ObjectError as refused:
            if refused.code in {"object_missing", "object_range"}:
                return refused.code
            raise
        if found != expected:
            return "object_damaged"
        sink.commit()
    return ""


def _fault(destination: Destination, name: str, expected: Stored) -> str:
    try:
        return "" if digest_of(destination.store.open_object(_there(name))) == expected else "object_damaged"
    except ObjectError as refused:
        if refused.code in {"object_missing", "object_range"}:
            return refused.code
        raise


def _pour(source: ObjectStore, name: str, sink: ObjectSink) -> Stored:
    hashed = hashlib.sha256()
    opened = source.open_object(name)
    for piece in pieces(opened):
        hashed.update(piece)
        sink.write(piece)
    return Stored(opened.size, hashed.hexdigest())


def _whole(source: ObjectStore, target: ObjectStore, name: str, known: Stored | None) -> Stored | None:
    """What lies there, if it is what it should be."""
    try:
        if known is not None:
            return known if target.open_object(_there(name)).size == known.size else None
        expected = digest_of(source.open_object(name))
    except ObjectError:
        return None
    return expected if _is(target, _there(name), expected) else None


def _is(store: ObjectStore, name: str, expected: Stored) -> bool:
    try:
        opened = store.open_object(name)
        return opened.size == expected.size and digest_of(opened) == expected
    except ObjectError:
        return False


def _there(name: str) -> str:
    return f"{PREFIX}/{name}"
