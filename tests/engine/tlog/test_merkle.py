from __future__ import annotations

import json
from pathlib import Path

import pytest
from memory_log import leaves_of, oracle

from callward.engine.tlog import EMPTY_ROOT, CompactRange, LogError, TreeHead, leaf_hash, mth

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"


def test_the_published_tree_has_the_published_roots() -> None:
    published = json.loads((VECTORS / "roots.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in published["leaves"]]
    assert [mth(leaves[:size]).hex() for size in range(9)] == published["roots"]


def test_every_small_tree_agrees_with_the_slow_oracle_while_it_grows() -> None:
    entries = leaves_of(257)
    tree = CompactRange()
    for size in range(258):
        assert tree.root() == oracle(entries[:size])
        if size < 257:
            tree.append(leaf_hash(entries[size]))


def test_a_tree_resumes_from_its_perfect_subtrees() -> None:
    leaves = [leaf_hash(entry) for entry in leaves_of(70)]
    for stop in range(71):
        first = CompactRange()
        first.extend(leaves[:stop])
        resumed = CompactRange(first.size, first.hashes)
        resumed.extend(leaves[stop:])
        assert resumed.head() == head_of(leaves)


def head_of(leaves: list[bytes]) -> TreeHead:
    tree = CompactRange()
    tree.extend(leaves)
    return tree.head()


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == EMPTY_ROOT


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, []), (3, [b"x" * 32]), (2, [b"x" * 31]), (-1, []), (2**63, [b"x" * 32])]
)
def test_a_tree_does_not_resume_from_hashes_of_another_size(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(LogError):
        CompactRange(size, hashes)
