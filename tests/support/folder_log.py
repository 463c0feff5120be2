"""A log written to a folder by the engine, for the tests of the verbs that read one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from callward.engine.tlog import (
    NOTHING_SEEN,
    Checkpoint,
    Edge,
    KeyKind,
    SigningKey,
    Tile,
    TreeHead,
    edge_tiles,
    format_bundle,
    format_note,
    format_vkey,
    grown_tiles,
    leaf_hash,
    sign_checkpoint,
)
from callward.logfolder import LogFolder

LOG = SigningKey("ledger.example/north", KeyKind.ED25519, b"\x01" * 32)
WITNESS = SigningKey("witness.example/w1", KeyKind.COSIGNATURE, b"\x02" * 32)
VKEY = format_vkey(LOG.verifier)
WITNESS_VKEY = format_vkey(WITNESS.verifier)


def entries_of(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def sign(head: TreeHead, key: SigningKey = LOG) -> bytes:
    return format_note(sign_checkpoint(Checkpoint(key.name, head), key))


def write_log(folder: Path, entries: Sequence[bytes], old: TreeHead = NOTHING_SEEN) -> TreeHead:
    """Grow the log in the folder to these entries, beginning from ``old``; writes and signs its checkpoint."""
    edge = Edge(LogFolder(folder), old)
    for tile, data in edge.append([leaf_hash(entry) for entry in entries[old.size :]]):
        _write(folder / tile.path, data)
    for bundle in grown_tiles(old.size, len(entries), -1):
        start = bundle.index * 256
        _write(folder / bundle.path, format_bundle(entries[start : start + bundle.width]))
    _write(folder / "checkpoint", sign(edge.head()))
    return edge.head()


def newest_tile(head: TreeHead) -> Tile:
    return edge_tiles(head.size)[0]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
