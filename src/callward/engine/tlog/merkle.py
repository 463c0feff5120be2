"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1.1) over SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from callward.engine.tlog._strict import HASH_BYTES, MAX_SIZE
from callward.engine.tlog.errors import LogError

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree by its number of leaves and its 32-byte root."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise LogError("tree_head_malformed", "size or root out of range")


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below ``size``; ``size`` is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over the roots of perfect subtrees, largest first; the empty root of none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def mth(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree whose leaf hashes these are, in order."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


class CompactRange:
    """A growing tree reduced to the roots of its perfect subtrees, at most 63 hashes.

    ``hashes`` holds one root for each set bit of ``size``, largest subtree first. It is all the
    state an append-only tree needs to take further leaves and to name its root.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Resume at ``size`` leaves; raises ``LogError`` where the hashes cannot belong to it."""
        if not 0 <= size <= MAX_SIZE or len(hashes) != size.bit_count() or any(len(h) != HASH_BYTES for h in hashes):
            raise LogError("range_malformed", "one 32-byte hash for each set bit of the size")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        hashes, size = self._hashes, self._size
        while size & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        return fold(self._hashes)

    def head(self) -> TreeHead:
        return TreeHead(self._size, self.root())
