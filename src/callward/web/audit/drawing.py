"""The tree as pictures: a few levels one can walk, and the way of one entry to the root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callward.engine import tlog

_LEVELS = 4
_SLOT, _ROW, _BOX_W, _BOX_H = 121, 68, 112, 40
_STEP, _LANE = 84, 56


@dataclass(frozen=True, slots=True)
class Box:
    """A subtree drawn as a box: entries ``first`` to ``last``, its hash, and where it stands in the picture."""

    first: int
    last: int
    hash: str
    x: int
    y: int
    parent: tuple[int, int] | None

    width = _BOX_W
    height = _BOX_H

    @property
    def middle(self) -> int:
        return self.x + _BOX_W // 2

    @property
    def hash_y(self) -> int:
        return self.y + 31

    @property
    def label_y(self) -> int:
        return self.y + 16

    @property
    def turn(self) -> int:
        return self.y - (_ROW - _BOX_H) // 2

    @property
    def leaf(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class TreeDrawing:
    """Four levels below one subtree, and the ranges from the root down to the chosen one."""

    boxes: tuple[Box, ...]
    way: tuple[tuple[int, int], ...]
    width: int
    height: int

    @property
    def chosen(self) -> tuple[int, int]:
        return self.way[-1]


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a proof: the hash so far, the hash beside it (None at the root), and on which side that lies."""

    height: int
    first: int
    last: int
    hash: str
    beside: str
    beside_first: int
    beside_last: int
    left: bool
    x: int
    y: int
    beside_y: int
    next_x: int

    @property
    def own_text(self) -> int:
        return self.y + 24

    @property
    def beside_x(self) -> int:
        return self.x - 7

    @property
    def beside_top(self) -> int:
        return self.beside_y - 7

    @property
    def beside_text(self) -> int:
        return self.beside_y - 13 if self.left else self.beside_y + 22


def draw_tree(hashes: tlog.HashReader, size: int, first: int, last: int) -> TreeDrawing:
    """Draw the smallest subtree that holds entries ``first`` to ``last``, and up to three levels below it.

    A single entry is drawn under the branch it hangs on.
    """
    way = [(0, size)]
    while True:
        start, end = way[-1]
        children = _children(start, end)
        inside = [child for child in children if child[0] <= first and last < child[1]]
        if not inside:
            break
        way.append(inside[0])
    top = way[-2] if way[-1][1] - way[-1][0] == 1 and len(way) > 1 else way[-1]
    boxes: list[Box] = []
    depth = min(_LEVELS - 1, (top[1] - top[0] - 1).bit_length())
    slots = 1 << depth
    _place(hashes, top, 0, slots, 0, depth, None, boxes)
    return TreeDrawing(tuple(boxes), tuple((a, b - 1) for a, b in way), slots * _SLOT + 12, depth * _ROW + _BOX_H + 8)


def draw_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> tuple[Stop, ...]:
    """Draw the way from a leaf to the root, leaf first; the last stop is the root."""
    ranges = [(0, size)]
    while ranges[-1][1] - ranges[-1][0] > 1:
        ranges.append(next(child for child in _children(*ranges[-1]) if child[0] <= index < child[1]))
    ranges.reverse()
    stops: list[Stop] = []
    current = leaf
    for at, (start, end) in enumerate(ranges):
        x, y = 40 + at * _STEP, 24 + _LANE
        if at == len(proof):
            stops.append(Stop(at, start, end - 1, current.hex(), "", 0, 0, False, x, y, y, x))
            break
        above = ranges[at + 1]
        left = above[0] < start
        beside = (above[0], start) if left else (end, above[1])
        stops.append(
            Stop(
                at, start, end - 1, current.hex(), proof[at].hex(), beside[0], beside[1] - 1, left,
                x, y, y - _LANE if left else y + _LANE, x + _STEP,
            )
        )  # fmt: skip
        current = tlog.node_hash(proof[at], current) if left else tlog.node_hash(current, proof[at])
    return tuple(stops)


def _place(
    hashes: tlog.HashReader,
    span: tuple[int, int],
    slot: int,
    slots: int,
    row: int,
    depth: int,
    parent: tuple[int, int] | None,
    boxes: list[Box],
) -> None:
    x = slot * _SLOT + (slots * _SLOT - _BOX_W) // 2 + 6
    y = row * _ROW + 4
    boxes.append(Box(span[0], span[1] - 1, _subtree(hashes, *span).hex(), x, y, parent))
    children = _children(*span)
    if row == depth or not children:
        return
    half = slots // 2
    for at, child in enumerate(children):
        _place(hashes, child, slot + at * half, half, row + 1, depth, (x + _BOX_W // 2, y + _BOX_H), boxes)


def _children(start: int, end: int) -> list[tuple[int, int]]:
    """RFC 6962 section 2.1: the left child holds the largest power of two below the size."""
    size = end - start
    if size < 2:
        return []
    middle = start + (1 << ((size - 1).bit_length() - 1))
    return [(start, middle), (middle, end)]


def _subtree(hashes: tlog.HashReader, start: int, end: int) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return hashes.read(level, start >> level)
    (_, middle), _ = _children(start, end)
    return tlog.node_hash(_subtree(hashes, start, middle), _subtree(hashes, middle, end))
