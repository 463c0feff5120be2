from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_log import MemoryStore, grow, leaves_of, oracle

from callward.engine.tlog import (
    NOTHING_SEEN,
    Edge,
    LogError,
    RefutedError,
    Tile,
    TileHashes,
    TreeHead,
    edge_tiles,
    format_bundle,
    grown_tiles,
    leaf_hash,
    mth,
    parse_bundle,
    parse_tile_path,
    prove_consistency,
    prove_inclusion,
    read_bundle,
    tile_width,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(entry) for entry in leaves_of(70_000)]

tiles = st.builds(Tile, st.integers(-1, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
        (Tile(-1, 1000), "tile/entries/x001/000"),
    ],
)
def test_a_tile_stands_where_the_specification_puts_it(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@given(tiles)
def test_a_tile_path_reads_back(tile: Tile) -> None:
    assert parse_tile_path(tile.path) == tile


@given(st.text(alphabet="tile/entrisx0123456789.p-", max_size=90) | st.text())
def test_no_other_text_is_a_tile_path(text: str) -> None:
    try:
        tile = parse_tile_path(text)
    except LogError:
        return
    assert tile.path == text


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/../000",
        "tile/0/000\n",
    ],
)
def test_a_path_in_another_form_is_refused(path: str) -> None:
    with pytest.raises(LogError):
        parse_tile_path(path)


def test_seventy_thousand_leaves_make_the_tiles_of_the_specification() -> None:
    assert edge_tiles(70_000) == (Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1))
    assert len(list(grown_tiles(0, 70_000, 0))) == 274
    assert edge_tiles(256) == (Tile(1, 0, 1),)
    assert [tile_width(0, 0, 256), tile_width(1, 0, 256), tile_width(0, 1, 256)] == [256, 1, 0]


def test_a_tree_in_tiles_has_the_root_of_its_leaves(store: MemoryStore) -> None:
    head = grow(store, LEAVES, batch=997)
    assert head == TreeHead(70_000, mth(LEAVES))
    wanted = {tile.path for level in range(3) for tile in grown_tiles(0, 70_000, level)}
    assert wanted <= set(store)


def test_the_tiles_that_grow_are_those_foretold(store: MemoryStore) -> None:
    rng = random.Random(7)
    edge = Edge(store, NOTHING_SEEN)
    while edge.size < 70_000:
        old = edge.size
        written = edge.append(LEAVES[old : old + rng.choice([1, 2, 100, 255, 256, 257, 3_000])])
        assert [tile for tile, _ in written] == [
            tile for level in range(3) for tile in grown_tiles(old, edge.size, level)
        ]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_an_edge_resumes_from_its_tiles(size: int, store: MemoryStore) -> None:
    head = grow(store, LEAVES[:size], batch=4_096)
    edge = Edge(store, head)
    assert edge.head() == head
    edge.append(LEAVES[size : size + 300])
    assert edge.head().root == mth(LEAVES[: size + 300])


def test_an_edge_does_not_resume_from_another_tree(store: MemoryStore) -> None:
    head = grow(store, LEAVES[:300])
    with pytest.raises(RefutedError):
        Edge(store, TreeHead(300, bytes(32)))
    with pytest.raises(LogError):
        Edge(store, TreeHead(301, head.root))


def test_proofs_out_of_tiles_hold(store: MemoryStore) -> None:
    head = grow(store, LEAVES, batch=8_192)
    hashes = TileHashes(store, head)
    rng = random.Random(3)
    for index in [0, 255, 256, 65_535, 65_536, 69_999, *rng.sample(range(70_000), 40)]:
        verify_inclusion(LEAVES[index], index, head, prove_inclusion(hashes, index, head.size))
    for old in [1, 255, 256, 257, 65_536, 69_999, *rng.sample(range(1, 70_000), 20)]:
        old_head = TreeHead(old, mth(LEAVES[:old]))
        verify_consistency(old_head, head, prove_consistency(hashes, old, head.size))


@pytest.mark.parametrize("size", [1, 3, 256, 300, 65_537])
def test_a_store_that_lies_in_any_tile_is_found_out(size: int, store: MemoryStore) -> None:
    head = grow(store, LEAVES[:size], batch=size)
    for path, honest in list(store.items()):
        at = len(honest) // 2
        store[path] = honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]
        tile = parse_tile_path(path)
        with pytest.raises(RefutedError):
            TileHashes(store, head).read(8 * tile.level, 256 * tile.index)
        store[path] = honest


def test_a_tile_of_the_wrong_length_is_refused(store: MemoryStore) -> None:
    head = grow(store, LEAVES[:300], batch=300)
    store["tile/0/000"] += bytes(32)
    with pytest.raises(LogError):
        TileHashes(store, head).read(0, 0)


def test_a_partial_tile_that_is_gone_is_taken_from_the_full_one(store: MemoryStore) -> None:
    old = grow(store, LEAVES[:300], batch=300)
    grow(store, LEAVES[:600], batch=600)
    del store["tile/0/001.p/44"]
    assert TileHashes(store, old).read(0, 299) == LEAVES[299]


def test_nothing_is_read_outside_the_tree(store: MemoryStore) -> None:
    hashes = TileHashes(store, grow(store, LEAVES[:5]))
    for level, index in [(0, 5), (3, 0), (2, 1), (-1, 0), (0, -1)]:
        with pytest.raises(LogError):
            hashes.read(level, index)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    assert parse_bundle(format_bundle(entries), len(entries)) == tuple(entries)


@given(st.binary(max_size=200), st.integers(-1, 257))
def test_no_other_bytes_are_a_bundle(data: bytes, width: int) -> None:
    try:
        entries = parse_bundle(data, width)
    except LogError:
        return
    assert format_bundle(entries) == data


def test_a_bundle_takes_the_largest_entry_and_no_larger() -> None:
    entry = b"x" * 65_535
    assert parse_bundle(format_bundle([entry]), 1) == (entry,)
    with pytest.raises(LogError):
        format_bundle([entry + b"x"])


def test_a_partial_bundle_that_is_gone_is_taken_from_the_full_one(store: MemoryStore) -> None:
    entries = leaves_of(256)
    store["tile/entries/000"] = format_bundle(entries)
    assert read_bundle(store, 0, 10) == tuple(entries[:10])
    with pytest.raises(LogError):
        read_bundle(store, 1, 300)


def test_the_oracle_agrees_on_a_tree_of_several_tiles(store: MemoryStore) -> None:
    assert grow(store, LEAVES[:1_000]).root == oracle(leaves_of(1_000))


@pytest.mark.parametrize("data", [b"\0\1a\0", b"\0\1a\0\2b", b"\0\1a\0\1bc", b"\0\1a"])
def test_a_bundle_cut_short_or_with_more_behind_it_is_refused(data: bytes) -> None:
    with pytest.raises(LogError):
        parse_bundle(data, 2)
