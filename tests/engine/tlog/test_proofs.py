from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_log import leaves_of, oracle

from callward.engine.tlog import (
    LogError,
    RefutedError,
    TreeHead,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)

# That library calls a proof from the empty tree useless and refuses it; C2SP's witness protocol asks for an empty one.
FROM_NOTHING = "consistency/additional/size1-is-zero-and-size2-is-not-zero.json"
VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"
LIMIT = 64
ENTRIES = leaves_of(LIMIT)
HEADS = [TreeHead(size, oracle(ENTRIES[:size])) for size in range(LIMIT + 1)]


class OracleHashes:
    """Perfect subtrees straight from the oracle."""

    def read(self, level: int, index: int) -> bytes:
        return oracle(ENTRIES[index << level : (index + 1) << level])


def oracle_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, recursive as written."""
    if len(leaves) == 1:
        return []
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < k:
        return [*oracle_path(index, leaves[:k]), oracle(leaves[k:])]
    return [*oracle_path(index - k, leaves[k:]), oracle(leaves[:k])]


def oracle_subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, recursive as written."""
    if old == len(leaves):
        return [] if whole else [oracle(leaves)]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    if old <= k:
        return [*oracle_subproof(old, leaves[:k], whole=whole), oracle(leaves[k:])]
    return [*oracle_subproof(old - k, leaves[k:], whole=False), oracle(leaves[:k])]


def published(name: str) -> list[Any]:
    rows = [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]
    return [pytest.param(row, id=row["case"]) for row in rows]


def hashes(texts: list[str | None] | None) -> list[bytes]:
    return [base64.b64decode(text or "") for text in texts or []]


def head(size: int, root: str | None) -> TreeHead:
    data = base64.b64decode(root or "")
    # One published case states a root by the words "don't care"; here a root is a hash by its type.
    return TreeHead(size, sha256(data).digest() if data.startswith(b"don't care") else data)


def test_every_inclusion_in_every_small_tree_is_proven_as_the_oracle_proves_it() -> None:
    for size in range(1, LIMIT + 1):
        for index in range(size):
            proof = prove_inclusion(OracleHashes(), index, size)
            assert list(proof) == oracle_path(index, ENTRIES[:size])
            verify_inclusion(leaf_hash(ENTRIES[index]), index, HEADS[size], proof)


def test_every_growth_of_every_small_tree_is_proven_as_the_oracle_proves_it() -> None:
    for new in range(LIMIT + 1):
        for old in range(new + 1):
            proof = prove_consistency(OracleHashes(), old, new)
            assert list(proof) == (oracle_subproof(old, ENTRIES[:new], whole=True) if old else [])
            verify_consistency(HEADS[old], HEADS[new], proof)


@pytest.mark.parametrize("row", published("inclusion.jsonl"))
def test_published_inclusion_proofs_are_judged_as_published(row: dict[str, Any]) -> None:
    def check() -> None:
        leaf = base64.b64decode(row["leafHash"] or "")
        verify_inclusion(leaf, row["leafIdx"], head(row["treeSize"], row["root"]), hashes(row["proof"]))

    if row["wantErr"]:
        with pytest.raises(LogError):
            check()
    else:
        check()


@pytest.mark.parametrize("row", published("consistency.jsonl"))
def test_published_consistency_proofs_are_judged_as_published(row: dict[str, Any]) -> None:
    def check() -> None:
        old, new = head(row["size1"], row["root1"]), head(row["size2"], row["root2"])
        verify_consistency(old, new, hashes(row["proof"]))

    if row["wantErr"] and row["case"] != FROM_NOTHING:
        with pytest.raises(LogError):
            check()
    else:
        check()


@given(st.data())
def test_a_changed_bit_anywhere_in_an_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LIMIT))
    index = data.draw(st.integers(0, size - 1))
    proof = list(prove_inclusion(OracleHashes(), index, size))
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    proof[at] = (int.from_bytes(proof[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    with pytest.raises(RefutedError):
        verify_inclusion(leaf_hash(ENTRIES[index]), index, HEADS[size], proof)


@given(st.data())
def test_a_proof_is_good_for_no_other_position(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LIMIT))
    index, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    proof = prove_inclusion(OracleHashes(), index, size)
    with pytest.raises(RefutedError):
        verify_inclusion(leaf_hash(ENTRIES[index]), other, HEADS[size], proof)


@given(st.data())
def test_a_consistency_proof_that_lost_or_won_a_hash_is_refused(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, LIMIT))
    old = data.draw(st.integers(1, new - 1))
    proof = list(prove_consistency(OracleHashes(), old, new))
    at = data.draw(st.integers(0, len(proof) - 1))
    changed = proof[:at] + proof[at + 1 :] if data.draw(st.booleans()) else [*proof[:at], b"\0" * 32, *proof[at:]]
    with pytest.raises(RefutedError):
        verify_consistency(HEADS[old], HEADS[new], changed)


def test_a_smaller_tree_is_a_rollback() -> None:
    with pytest.raises(RefutedError) as refused:
        verify_consistency(HEADS[5], HEADS[4], ())
    assert refused.value.code == "rolled_back"


def test_two_trees_of_one_size_are_a_split_view() -> None:
    with pytest.raises(RefutedError) as refused:
        verify_consistency(HEADS[5], TreeHead(5, b"\1" * 32), ())
    assert refused.value.code == "split_view"


def test_nothing_is_proven_outside_the_tree() -> None:
    with pytest.raises(LogError):
        prove_inclusion(OracleHashes(), 5, 5)
    with pytest.raises(LogError):
        prove_consistency(OracleHashes(), 6, 5)


def test_a_proof_longer_than_the_way_is_called_so() -> None:
    proof = prove_inclusion(OracleHashes(), 3, 8)
    with pytest.raises(RefutedError) as refused:
        verify_inclusion(leaf_hash(ENTRIES[3]), 3, HEADS[8], [*proof, bytes(32)])
    assert refused.value.code == "proof_length"
