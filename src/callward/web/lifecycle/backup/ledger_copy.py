"""The ledger in a backup: the newest tree, tile by tile, and never an older one in its place.

It lies there as it is served (c2sp.org/tlog-tiles), so `callward verify log` reads it where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from callward.engine import tlog
from callward.web.audit.tiles import CHECKPOINT, LedgerTiles
from callward.web.core.objects import ObjectStore
from callward.web.keys.vault import service_key
from callward.web.lifecycle.backup.store import BackupError

_BATCH = 256
_HASH = 32
_TILE = tlog.TILE_WIDTH * _HASH


def copy_ledger(controller: UUID, store: ObjectStore) -> tlog.Checkpoint | None:
    """Bring the copy of a log up to its published tree; return the checkpoint, or None before the first.

    Raises BackupError: ``ledger_smaller`` where the copy is ahead of the log, ``ledger_forked`` where it is another
    tree; the ledger engine's ``LogError`` where the log's own files are damaged.
    """
    log, copy = LedgerTiles(controller), LedgerTiles(controller, store)
    text = log.read_checkpoint()
    if not text:
        return None
    checkpoint = verified(controller, text)
    start = _held(controller, checkpoint, log, copy)
    files: dict[str, bytes] = {}
    for tile in _grown(start, checkpoint.head.size):
        files[tile.path] = _read(log, tile, checkpoint.head.size)
        if len(files) == _BATCH:
            copy.write(files)
            files.clear()
    if files:
        copy.write(files)
    copy.write({CHECKPOINT: text.encode()})
    _drop_outgrown(controller, store, start, checkpoint.head.size)
    return checkpoint


def verified(controller: UUID, text: str) -> tlog.Checkpoint:
    """Return a checkpoint that this controller's ledger key signed, under whatever origin it was then.

    Raises ``LogError`` and ``RefutedError`` where it is none.
    """
    origin = text.partition("\n")[0]
    key = tlog.SigningKey(origin, tlog.KeyKind.ED25519, service_key(controller, "ledger"))
    return tlog.open_checkpoint(text.encode(), key.verifier)[0]


def _held(controller: UUID, newest: tlog.Checkpoint, log: LedgerTiles, copy: LedgerTiles) -> int:
    """Return the size up to which the copy stands, once it is known to be a beginning of the log."""
    text = copy.read_checkpoint()
    if not text:
        return 0
    held = verified(controller, text).head
    if held.size > newest.head.size:
        raise BackupError("ledger_smaller", "the ledger there is longer than the one here: this home was set back")
    try:
        proof = tlog.prove_consistency(tlog.TileHashes(log, newest.head), held.size, newest.head.size)
        tlog.verify_consistency(held, newest.head, proof)
    except tlog.RefutedError:
        raise BackupError("ledger_forked", "the ledger there is not a beginning of the one here") from None
    return held.size


def _grown(old: int, new: int) -> Iterator[tlog.Tile]:
    yield from tlog.grown_tiles(old, new, -1)
    level = 0
    while new >> (8 * level):
        yield from tlog.grown_tiles(old, new, level)
        level += 1


def _drop_outgrown(controller: UUID, store: ObjectStore, start: int, size: int) -> None:
    """Remove the narrower versions of tiles that were partial before; they are no part of the newest tree."""
    for tile in _grown(start, size):
        hashes = start >> (8 * max(tile.level, 0))
        if hashes % tlog.TILE_WIDTH and tile.index == hashes // tlog.TILE_WIDTH:
            for name in list(store.list(f"ledger/{controller.hex}/{tile.full.path}.p")):
                if not name.endswith(f"/{tile.path}"):
                    store.delete(name)


def _read(log: LedgerTiles, tile: tlog.Tile, size: int) -> bytes:
    """A tile as it is in the tree of ``size``, though it may have grown since."""
    if tile.level < 0:
        return tlog.format_bundle(tlog.read_bundle(log, tile.index, size))
    try:
        return log.read(tile.path, _TILE)
    except tlog.LogError as refused:
        if refused.code != "missing" or tile.width == tlog.TILE_WIDTH:
            raise
    return log.read(tile.full.path, _TILE)[: tile.width * _HASH]
