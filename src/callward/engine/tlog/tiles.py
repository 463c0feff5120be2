"""Tiles and entry bundles: c2sp.org/tlog-tiles, their coordinates, paths and bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from callward.engine.tlog._strict import HASH_BYTES, MAX_SIZE, parse_decimal
from callward.engine.tlog.errors import LogError

TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_ENTRY_BYTES = 65_535
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)
MAX_LEVEL = 63
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")
_MAX_PATH = 80


class TileStore(Protocol):
    """Where the files of a log are read: a folder, an object store, a cache before either."""

    def read(self, path: str, limit: int) -> bytes:
        """The whole file; ``LogError`` with code ``missing`` or ``file_too_large`` (beyond ``limit`` bytes)."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile, or with level -1 one entry bundle; ``width`` hashes or entries, 256 when full."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (-1 <= self.level <= MAX_LEVEL and 0 <= self.index <= MAX_SIZE and 1 <= self.width <= TILE_WIDTH):
            raise LogError("tile_malformed", "level, index or width out of range")

    @property
    def path(self) -> str:
        """The path below the log's prefix, such as ``tile/0/x001/234.p/17``."""
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level < 0 else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @property
    def full(self) -> Tile:
        """The same place at full width."""
        return Tile(self.level, self.index)


def parse_tile_path(path: str) -> Tile:
    """The dual of ``Tile.path``; raises ``LogError`` for anything that would not print back to ``path``."""
    found = _PATH.fullmatch(path) if len(path) <= _MAX_PATH and path.isascii() else None
    if found is None:
        raise LogError("tile_path_malformed", "not the path of a tile")
    level, groups, width = found.groups()
    index = int(groups.replace("/", "").replace("x", ""))
    tile = Tile(
        -1 if level == "entries" else parse_decimal(level), index, parse_decimal(width) if width else TILE_WIDTH
    )
    if tile.path != path:
        raise LogError("tile_path_malformed", "the path is not in its one form")
    return tile


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes tile ``index`` of ``level`` holds in a tree of ``size`` leaves: 0 (none) to 256."""
    hashes = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def edge_tiles(size: int) -> tuple[Tile, ...]:
    """The partial tiles of a tree, lowest level first: together they name its root."""
    tiles = []
    level = 0
    while size >> (TILE_HEIGHT * level):
        count = size >> (TILE_HEIGHT * level)
        if count % TILE_WIDTH:
            tiles.append(Tile(level, count // TILE_WIDTH, count % TILE_WIDTH))
        level += 1
    return tuple(tiles)


def grown_tiles(old: int, new: int, level: int) -> Iterator[Tile]:
    """The tiles of ``level`` (-1: entry bundles) that a growth from ``old`` to ``new`` leaves writes, in order."""
    if not 0 <= old <= new <= MAX_SIZE:
        raise LogError("size_out_of_range", "a log only grows")
    shift = TILE_HEIGHT * max(level, 0)
    before, after = old >> shift, new >> shift
    if before == after:
        return
    for index in range(before // TILE_WIDTH, (after - 1) // TILE_WIDTH + 1):
        yield Tile(level, index, tile_width(level, index, new))


def split_tile(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """The hashes of a tile's bytes; raises ``LogError`` unless it is exactly as wide as its coordinates say."""
    if len(data) != tile.width * HASH_BYTES:
        raise LogError("tile_malformed", "the tile is not as long as its width")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: each a big-endian uint16 length and its bytes."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise LogError("bundle_malformed", "a bundle holds 1 to 256 entries")
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise LogError("entry_too_large", "an entry is at most 65,535 bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def parse_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The dual of ``format_bundle``; the bundle must hold exactly ``width`` entries and nothing after them."""
    if not 1 <= width <= TILE_WIDTH or len(data) > MAX_BUNDLE_BYTES:
        raise LogError("bundle_malformed", "a bundle holds 1 to 256 entries")
    entries = []
    at = 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    # A length that points behind the end, or a length cut off itself, leaves the position there too.
    if at != len(data):
        raise LogError("bundle_malformed", "the bundle does not end with its last entry")
    return tuple(entries)


def read_tile(store: TileStore, tile: Tile) -> bytes:
    """A tile's bytes; a partial tile that is gone is taken from the full one, as the specification allows."""
    limit = TILE_WIDTH * HASH_BYTES
    try:
        return store.read(tile.path, limit)
    except LogError as refused:
        if refused.code != "missing" or tile.width == TILE_WIDTH:
            raise
    return store.read(tile.full.path, limit)[: tile.width * HASH_BYTES]


def read_bundle(store: TileStore, index: int, size: int) -> tuple[bytes, ...]:
    """The entries of bundle ``index`` in a log of ``size`` entries; unchecked: hash them against a tree."""
    bundle = Tile(-1, index, tile_width(-1, index, size))
    try:
        return parse_bundle(store.read(bundle.path, MAX_BUNDLE_BYTES), bundle.width)
    except LogError as refused:
        if refused.code != "missing" or bundle.width == TILE_WIDTH:
            raise
    return parse_bundle(store.read(bundle.full.path, MAX_BUNDLE_BYTES), TILE_WIDTH)[: bundle.width]
