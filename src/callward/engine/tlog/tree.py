"""The tile tree at work: its growing right edge, and hashes read back from tiles and checked against a head."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from callward.engine.tlog._strict import HASH_BYTES
from callward.engine.tlog.errors import LogError, RefutedError
from callward.engine.tlog.merkle import CompactRange, TreeHead, mth, node_hash
from callward.engine.tlog.proofs import range_hash
from callward.engine.tlog.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    TileStore,
    edge_tiles,
    read_tile,
    split_tile,
)

_Pyramid = list[Sequence[bytes]]
_MAX_CACHED = 1_024


class TileHashes:
    """A ``HashReader`` over a tile store that returns only what the tree head commits to.

    The partial tiles name the root among themselves and are checked against it at once; a full tile
    is checked against its hash in the tile above. A store that lies raises ``RefutedError``.
    """

    def __init__(self, store: TileStore, head: TreeHead) -> None:
        self._store = store
        self._size = head.size
        self._edge = {(tile.level, tile.index): self._load(tile) for tile in edge_tiles(head.size)}
        self._inner: OrderedDict[tuple[int, int], _Pyramid] = OrderedDict()
        if range_hash(self, 0, head.size) != head.root:
            raise RefutedError("root_mismatch", "the tiles belong to another tree")

    def read(self, level: int, index: int) -> bytes:
        """See ``HashReader.read``; ``LogError`` outside the tree."""
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise LogError("index_out_of_range", "the tree has no such subtree")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, at = divmod(index << height, TILE_WIDTH)
        return self._pyramid(tile_level, tile_index)[height][at >> height]

    def _pyramid(self, level: int, index: int) -> _Pyramid:
        known = self._edge.get((level, index))
        if known is not None:
            return known
        known = self._inner.get((level, index))
        if known is None:
            known = self._load(Tile(level, index))
            if node_hash(*known[TILE_HEIGHT - 1]) != self.read(TILE_HEIGHT * (level + 1), index):
                raise RefutedError("tile_mismatch", "a tile does not hash to its place in the tree")
            self._inner[level, index] = known
            if len(self._inner) > _MAX_CACHED:
                self._inner.popitem(last=False)
        return known

    def _load(self, tile: Tile) -> _Pyramid:
        """The tile's hashes, and those of the perfect subtrees inside it, by height."""
        rows: _Pyramid = [split_tile(tile, read_tile(self._store, tile))]
        for _ in range(TILE_HEIGHT - 1):
            below = rows[-1]
            rows.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
        return rows


class Edge:
    """The right edge of a growing tile tree: what a sequencer keeps between batches.

    It holds the hashes of the partial tile of each level and the perfect subtrees of the whole tree;
    appending returns the tiles to write. The caller writes them durably before it signs a checkpoint.
    """

    def __init__(self, store: TileStore, head: TreeHead) -> None:
        """Resume from the stored tiles; raises ``RefutedError`` where they are not the tree of ``head``."""
        hashes = TileHashes(store, head)
        self._rows: list[list[bytes]] = [[] for _ in range(max(1, -(-head.size.bit_length() // TILE_HEIGHT)))]
        for tile in edge_tiles(head.size):
            start = tile.index * TILE_WIDTH
            self._rows[tile.level] = [hashes.read(TILE_HEIGHT * tile.level, start + at) for at in range(tile.width)]
        self._range = CompactRange(head.size, _perfect_roots(hashes, head.size))

    @property
    def size(self) -> int:
        return self._range.size

    def head(self) -> TreeHead:
        return self._range.head()

    def append(self, leaves: Sequence[bytes]) -> tuple[tuple[Tile, bytes], ...]:
        """Add leaf hashes; the tiles that came to be or grew, each once, with their bytes, lowest level first."""
        written: dict[tuple[int, int], tuple[Tile, bytes]] = {}
        counts = [self.size >> (TILE_HEIGHT * level) for level in range(len(self._rows))]
        if any(len(leaf) != HASH_BYTES for leaf in leaves):
            raise LogError("hash_malformed", "a hash is 32 bytes")
        self._range.extend(leaves)
        incoming = list(leaves)
        level = 0
        while incoming:
            if level == len(self._rows):
                self._rows.append([])
                counts.append(0)
            row = self._rows[level] + incoming
            index = counts[level] // TILE_WIDTH
            incoming = []
            while len(row) >= TILE_WIDTH:
                full, row = row[:TILE_WIDTH], row[TILE_WIDTH:]
                written[level, index] = (Tile(level, index), b"".join(full))
                incoming.append(mth(full))
                index += 1
            if row:
                written[level, index] = (Tile(level, index, len(row)), b"".join(row))
            self._rows[level] = row
            level += 1
        return tuple(written.values())


def _perfect_roots(hashes: TileHashes, size: int) -> list[bytes]:
    roots, start = [], 0
    while start < size:
        level = (size - start).bit_length() - 1
        roots.append(hashes.read(level, start >> level))
        start += 1 << level
    return roots
