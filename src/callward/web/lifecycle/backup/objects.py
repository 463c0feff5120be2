"""Copying sealed objects there and back: ciphertext under random names, so what is whole there stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from callward.web.core.objects import ObjectError, ObjectSink, ObjectStore
from callward.web.lifecycle.backup.store import BackupError, Destination, Stored, digest_of, pieces

PREFIX = "objects"
_BATCH = 64  # objects made durable together
_AT_ONCE = 8
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
    damaged: list[Damage] = []
    names = list(wanted)
    for start in range(0, len(names), _BATCH):
        batch = names[start : start + _BATCH]
        lacking = {name: wanted[name] for name in batch if not _is(target, name, wanted[name])}
        damaged += _put_back(destination, target, lacking)
        progress(len(batch))
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
    """Copy objects side by side, and make them durable together: a store over a network answers late, not slowly."""
    sinks = {name: target.sink(_there(name)) for name in names}
    try:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            poured = dict(zip(sinks, threads.map(lambda name: _poured(source, name, sinks[name]), sinks), strict=True))
            stored = {name: expected for name, expected in poured.items() if expected is not None}
            missing.extend(name for name in sinks if name not in stored)
            target.commit_all([sinks[name] for name in stored])
            back = threads.map(lambda name: digest_of(target.open_object(_there(name))), stored)
            if list(back) != list(stored.values()):
                raise BackupError("backup_not_read_back", "an object does not read back as it was written")
    finally:
        for sink in sinks.values():
            sink.discard()
    return stored


def _poured(source: ObjectStore, name: str, sink: ObjectSink) -> Stored | None:
    """Pour one object; None where the store has lost it."""
    try:
        return _pour(source, name, sink)
    except ObjectError as refused:
        if refused.code != "object_missing":
            raise
        return None


def _put_back(destination: Destination, target: ObjectStore, wanted: Mapping[str, Stored]) -> list[Damage]:
    """Copy objects back, made durable together; return those that could not be, and why."""
    sinks: list[ObjectSink] = []
    damaged: list[Damage] = []
    try:
        for name, expected in wanted.items():
            sink = target.sink(name)
            sinks.append(sink)
            if fault := _poured_back(destination, name, expected, sink):
                sinks.pop().discard()
                damaged.append(Damage(name, fault))
        target.commit_all(sinks)
    except BaseException:
        for sink in sinks:
            sink.discard()
        raise
    return damaged


def _poured_back(destination: Destination, name: str, expected: Stored, sink: ObjectSink) -> str:
    try:
        return "" if _pour(destination.store, _there(name), sink) == expected else "object_damaged"
    except ObjectError as refused:
        if refused.code in {"object_missing", "object_range"}:
            return refused.code
        raise


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
    except ObjectError as refused:
        if refused.unanswered:
            raise
        return None
    return expected if _is(target, _there(name), expected) else None


def _is(store: ObjectStore, name: str, expected: Stored) -> bool:
    try:
        opened = store.open_object(name)
        return opened.size == expected.size and digest_of(opened) == expected
    except ObjectError as refused:
        if refused.unanswered:
            raise
        return False


def _there(name: str) -> str:
    return f"{PREFIX}/{name}"
