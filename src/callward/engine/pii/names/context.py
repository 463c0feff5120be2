"""What stands around a token: its neighbours two and three at a time, the length of its turn, the question before.

All of it is a handful of 32-bit keys a token, worked out for a whole block of turns at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from callward.engine.pii.names.words import Keys

OFFSETS = (-2, -1, 0, 1, 2)
"""Where a word may stand from the token it says something about, in the order of the columns of a word's row."""

EDGE = 2
"""Paddings between two turns in a block."""

LAST_WORDS = 3
"""Words at the end of the turn before that are looked at."""

_SALTS = {-2: 0x1B873593, -1: 0xCC9E2D51, 0: 0, 1: 0x38B34AE5, 2: 0x85EBCA6B}
_GOLDEN = np.uint32(0x9E3779B1)
_MIX = np.uint32(0x85EBCA77)


def placed(keys: Keys, offset: int) -> Keys:
    """Return the keys of word features as features of the token that stands ``-offset`` from the word."""
    return (keys ^ np.uint32(_SALTS[offset])) * _GOLDEN


@dataclass(frozen=True, slots=True)
class Surroundings:
    """For each token of a block: ``question`` and ``length`` of its turn, cues before and after it, words asked."""

    question: Keys
    length: Keys
    number: Keys
    after: Keys
    before: Keys
    asked: npt.NDArray[np.uint32]  # LAST_WORDS rows


def _together(name: int, *parts: Keys) -> Keys:
    """Return one key for several values in a row, under the number of their template."""
    key: Keys = np.full(parts[0].shape, np.uint32((name * 0x2545F491) & 0xFFFFFFFF), dtype=np.uint32)
    for part in parts:
        key = (key ^ part) * _GOLDEN
        key ^= key >> np.uint32(15)
        key = key * _MIX
    return key


def _shifted(values: Keys, by: int) -> Keys:
    """Return for each position the value ``by`` positions on; the edges of a block are paddings anyway."""
    return np.roll(values, -by)


def context_keys(marks: Keys, kinds: Keys, around: Surroundings) -> npt.NDArray[np.uint32]:
    """Return the keys of each position, one row a template. ``marks`` and ``kinds`` are those of ``Word``."""
    before2, before1 = _shifted(marks, -2), _shifted(marks, -1)
    after1, after2 = _shifted(marks, 1), _shifted(marks, 2)
    kind2, kind1, kind_after = _shifted(kinds, -2), _shifted(kinds, -1), _shifted(kinds, 1)
    question, length = around.question, around.length
    rows = [
        _together(1, kind1, kinds),
        _together(2, kinds, kind_after),
        _together(3, kind1, kinds, kind_after),
        _together(4, kind2, kind1, kinds),
        _together(5, before1, kinds),
        _together(6, after1, kinds),
        _together(7, before2, before1),
        _together(8, before2, before1, kinds),
        _together(9, before1, marks),
        _together(10, after1, after2),
        _together(11, question, kinds),
        _together(12, length, kinds),
        _together(13, question, length, kind1, kinds, kind_after),
        _together(14, around.number, kinds),
        _together(16, question, marks),
        _together(17, around.after, kinds),
        _together(18, around.before, kinds),
        _together(20, before1, after1),
        *(_together(21, words, kinds) for words in around.asked),
    ]
    return np.stack(rows)
