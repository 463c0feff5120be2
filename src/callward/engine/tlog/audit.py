"""A whole log recomputed from its entries and held against what was signed, now and before."""

from __future__ import annotations

from collections.abc import Sequence

from callward.engine.tlog.errors import RefutedError
from callward.engine.tlog.merkle import TreeHead, leaf_hash
from callward.engine.tlog.tiles import TILE_WIDTH, Tile, TileStore, edge_tiles, read_bundle, read_tile
from callward.engine.tlog.tree import Edge
from callward.engine.tlog.witness import NOTHING_SEEN


def audit_log(store: TileStore, head: TreeHead, held: Sequence[TreeHead] = ()) -> None:
    """Nothing if the stored entries hash to ``head``, every tile to its place, and every held tree is a beginning.

    ``RefutedError`` where they do not; ``LogError`` where an entry bundle or a tile is missing or malformed.
    Caller's duty: the heads come from checkpoints whose signatures were verified.
    """
    marks = sorted({tree.size for tree in held} | {head.size})
    if marks[-1] > head.size:
        raise RefutedError("rolled_back", "the log is smaller than a checkpoint that is held")
    edge, partial = Edge(store, NOTHING_SEEN), set(edge_tiles(head.size))
    _check_held(edge, held)
    for index in range(-(-head.size // TILE_WIDTH)):
        leaves = [leaf_hash(entry) for entry in read_bundle(store, index, head.size)]
        start = edge.size
        for stop in sorted({*(mark for mark in marks if start < mark <= start + len(leaves)), start + len(leaves)}):
            for tile, data in edge.append(leaves[edge.size - start : stop - start]):
                _check_tile(store, tile, data, partial)
            _check_held(edge, held)
    if edge.head() != head:
        raise RefutedError("root_mismatch", "the entries are not those of the checkpoint")


def _check_tile(store: TileStore, tile: Tile, data: bytes, partial: set[Tile]) -> None:
    # A partial tile that a later entry outgrew need not be kept.
    if (tile.width == TILE_WIDTH or tile in partial) and read_tile(store, tile) != data:
        raise RefutedError("tile_mismatch", "a tile does not hold the hashes of the entries")


def _check_held(edge: Edge, held: Sequence[TreeHead]) -> None:
    if any(tree.size == edge.size and tree != edge.head() for tree in held):
        raise RefutedError("history_rewritten", "the log is not a continuation of a checkpoint that is held")
