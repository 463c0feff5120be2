"""Inclusion and consistency proofs: RFC 6962 sections 2.1.1 and 2.1.2, verified as RFC 9162 section 2.1 writes it.

Proving trusts its ``HashReader``; ``TileHashes`` is one that checks what it reads against a tree head.
Verifying trusts nothing but the heads that the caller holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from callward.engine.tlog._strict import HASH_BYTES
from callward.engine.tlog.errors import LogError, RefutedError
from callward.engine.tlog.merkle import EMPTY_ROOT, TreeHead, fold, node_hash, split

MAX_PROOF_HASHES = 63


class HashReader(Protocol):
    """The roots of the perfect subtrees of one tree."""

    def read(self, level: int, index: int) -> bytes:
        """The root over the leaves ``index * 2**level`` up to ``(index + 1) * 2**level``."""
        ...


def range_hash(reader: HashReader, start: int, end: int) -> bytes:
    """The root over leaves ``start`` to ``end``, exclusive; ``start`` is a multiple of every subtree inside."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(reader.read(level, start >> level))
        start += 1 << level
    return fold(hashes)


def prove_inclusion(reader: HashReader, index: int, size: int) -> tuple[bytes, ...]:
    """The hashes beside the way from leaf ``index`` up to the root of the first ``size`` leaves, leaf side first."""
    if not 0 <= index < size:
        raise LogError("index_out_of_range", "the tree has no such leaf")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_hash(reader, middle, end))
            end = middle
        else:
            path.append(range_hash(reader, start, middle))
            start = middle
    return tuple(reversed(path))


def prove_consistency(reader: HashReader, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the first ``old`` of ``new`` leaves are the old tree; empty from nothing and to itself."""
    if not 0 <= old <= new:
        raise LogError("size_out_of_range", "the old tree is not smaller")
    if old in {0, new}:
        return ()
    path = []
    start, end = 0, new
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_hash(reader, middle, end))
            end = middle
        else:
            path.append(range_hash(reader, start, middle))
            start = middle
    # The verifier holds the old root itself, so it is left out where the walk ended on the whole old tree.
    if start:
        path.append(range_hash(reader, start, end))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, head: TreeHead, proof: Sequence[bytes]) -> None:
    """Nothing if the leaf hash stands at ``index`` in the tree of ``head``; else ``RefutedError`` or ``LogError``."""
    _check_hashes(proof)
    if not 0 <= index < head.size:
        raise RefutedError("index_out_of_range", "the tree has no such leaf")
    root = leaf
    for sibling, before in _climb(index, head.size - 1, proof):
        root = node_hash(sibling, root) if before else node_hash(root, sibling)
    if root != head.root:
        raise RefutedError("root_mismatch", "the proof leads to another root")


def verify_consistency(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    """Nothing if the tree of ``old`` is the beginning of the tree of ``new``; else ``RefutedError`` or ``LogError``."""
    _check_hashes(proof)
    if old.size > new.size:
        raise RefutedError("rolled_back", "the newer tree is smaller")
    if any(head.size == 0 and head.root != EMPTY_ROOT for head in (old, new)):
        raise RefutedError("root_mismatch", "the empty tree has one root")
    if old.size == new.size and old.root != new.root:
        raise RefutedError("split_view", "two trees of one size with different roots")
    if old.size in {0, new.size}:
        if proof:
            raise RefutedError("proof_length", "nothing needs proving, yet there is a proof")
        return
    _walk_consistency(old, new, proof)


def _walk_consistency(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    # A perfect old tree is itself the first node of the walk and is not repeated in the proof.
    path = list(proof) if old.size & (old.size - 1) else [old.root, *proof]
    if not proof:
        raise RefutedError("proof_length", "the proof is empty")
    position, last = old.size - 1, new.size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling, before in _climb(position, last, path[1:]):
        if before:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
        else:
            new_root = node_hash(new_root, sibling)
    if old_root != old.root or new_root != new.root:
        raise RefutedError("root_mismatch", "the proof leads to other roots")


def _climb(position: int, last: int, siblings: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each sibling on the way to the root, with whether it stands before the node climbed from.

    ``position`` and ``last`` are the places of that node and of the last node in their row; a node without
    a sibling rises by itself. Raises ``RefutedError`` where the siblings are too many or too few.
    """
    for sibling in siblings:
        if last == 0:
            raise RefutedError("proof_length", "the proof is longer than the way to the root")
        before = bool(position & 1) or position == last
        yield sibling, before
        while before and position and not position & 1:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    if last != 0:
        raise RefutedError("proof_length", "the proof is shorter than the way to the root")


def _check_hashes(proof: Sequence[bytes]) -> None:
    if len(proof) > MAX_PROOF_HASHES or any(len(item) != HASH_BYTES for item in proof):
        raise LogError("proof_malformed", "a proof is at most 63 hashes of 32 bytes")
