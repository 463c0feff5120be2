"""What stands around a token: its neighbours two and three at a time, the length of its turn, the question before.

All of it is a handful of 32-bit keys a token, worked out for a whole block of turns at once.
"""

from __future__ import annotations

from typing import NamedTuple

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


class Surroundings(NamedTuple):
    """For each token of a block: ``question`` and ``length`` of its turn, cues before and after it, words asked."""

    question: Keys
    length: Keys
    number: Keys
    after: Keys
    before: Keys
    asked: npt.NDArray[np.uint32]  # LAST_WORDS rows


_VALUES = ("kind-2", "kind-1", "kind", "kind+1", "word-2", "word-1", "word", "word+1", "word+2", "question", "length",
           "number", "after", "before", "asked-3", "asked-2", "asked-1")  # fmt: skip
_TEMPLATES = (
    (13, "question length kind-1 kind kind+1"),
    (3, "kind-1 kind kind+1"),
    (4, "kind-2 kind-1 kind"),
    (8, "word-2 word-1 kind"),
    (1, "kind-1 kind"),
    (2, "kind kind+1"),
    (5, "word-1 kind"),
    (6, "word+1 kind"),
    (7, "word-2 word-1"),
    (9, "word-1 word"),
    (10, "word+1 word+2"),
    (11, "question kind"),
    (12, "length kind"),
    (14, "number kind"),
    (16, "question word"),
    (17, "after kind"),
    (18, "before kind"),
    (20, "word-1 word+1"),
    (21, "asked-3 kind"),
    (21, "asked-2 kind"),
    (21, "asked-1 kind"),
)
"""What makes one key together, under the number of its template; those of most values come first."""

_NUMBERS = np.array([[(number * 0x2545F491) & 0xFFFFFFFF] for number, _ in _TEMPLATES], dtype=np.uint32)
_PLACES = [[_VALUES.index(name) for name in names.split()] for _, names in _TEMPLATES]
_STEPS = [np.array([row[step] for row in _PLACES if len(row) > step]) for step in range(len(_PLACES[0]))]
"""The first values of all templates, the second ones of those that have two, and so on."""


def _values(marks: Keys, kinds: Keys, around: Surroundings) -> npt.NDArray[np.uint32]:
    """Return ``_VALUES`` of each position; beyond the edges of a block, which are paddings, stands nothing."""
    values = np.zeros((len(_VALUES), len(marks)), dtype=np.uint32)
    for row, held in ((2, kinds), (6, marks)):
        values[row - 2, 2:] = held[:-2]
        values[row - 1, 1:] = held[:-1]
        values[row] = held
        values[row + 1, :-1] = held[1:]
    values[8, :-2] = marks[2:]
    values[9:14] = around.question, around.length, around.number, around.after, around.before
    values[14:] = around.asked
    return values


def context_keys(marks: Keys, kinds: Keys, around: Surroundings) -> npt.NDArray[np.uint32]:
    """Return the keys of each position, one row a template. ``marks`` and ``kinds`` are those of ``Word``."""
    values = _values(marks, kinds, around)
    keys = np.repeat(_NUMBERS, len(marks), axis=1)
    for places in _STEPS:
        reached = keys[: len(places)]
        reached ^= values.take(places, axis=0)
        reached *= _GOLDEN
        reached ^= reached >> np.uint32(15)
        reached *= _MIX
    return keys
