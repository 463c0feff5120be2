"""The trained weights of one language, as they lie in the package, and what they say about words."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from callward.engine.pii.names.context import OFFSETS, placed
from callward.engine.pii.names.words import Keys, Looks, Numbers, Word

LABELS = ("O", "X", "B-PERSON", "I-PERSON", "B-ADDRESS", "I-ADDRESS", "CITY", "B-ORGANISATION", "I-ORGANISATION")
"""What a token may be. X is a name that is not reported: a country, a brand, an organisation in the news."""

_PREFIX = 12  # bits of a key that are left out of the index


@dataclass(frozen=True, slots=True)
class Weights:
    """One language: ``keys`` in order with their row of ``table``, transitions, the looks of words, and thresholds.

    ``thresholds`` are the probabilities from which on a token counts, one for each of ``REPORTED`` and one row for
    text with capitals and one for text without.
    """

    keys: Keys
    table: npt.NDArray[np.int8]
    scale: float
    transitions: Numbers
    looks: Looks
    thresholds: Numbers
    index: npt.NDArray[np.uint32] = field(init=False, repr=False)
    """One more than the place of the first key that begins with such bits; 0 where none does."""

    most_alike: int = field(init=False, repr=False)
    """Keys that begin with the same bits, at most."""

    def __post_init__(self) -> None:
        prefixes, firsts, counts = np.unique(self.keys >> np.uint32(_PREFIX), return_index=True, return_counts=True)
        index = np.zeros(1 << (32 - _PREFIX), dtype=np.uint32)
        index[prefixes] = firsts + 1
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "most_alike", int(counts.max(initial=1)))

    def sums(self, keys: Keys, starts: npt.NDArray[np.int64]) -> Numbers:
        """Return the added rows of ``keys``, which lie in runs that begin at ``starts``."""
        return np.add.reduceat(self.rows(keys), starts, axis=0)

    def rows(self, keys: npt.NDArray[np.uint32]) -> Numbers:
        """Return the row of each key, zeros for keys without one."""
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        at[self.keys[at] != keys] = len(self.keys)  # the last row of the table is zeros
        return self.table[at].astype(np.float32) * np.float32(self.scale)

    def added(self, keys: npt.NDArray[np.uint32]) -> Numbers:
        """Return for each column of ``keys`` the sum of its rows. Most keys have none, and are told so quickly."""
        templates, size = keys.shape
        sums = np.zeros((size, len(LABELS)), dtype=np.float32)
        flat = keys.T.ravel()
        at = self.index.take(flat >> np.uint32(_PREFIX))
        likely = np.flatnonzero(at)
        wanted, at = flat.take(likely), at.take(likely) - np.uint32(1)
        for _ in range(self.most_alike - 1):
            at += self.keys.take(at, mode="clip") < wanted
        found = np.flatnonzero(self.keys.take(at, mode="clip") == wanted)
        tokens = likely.take(found) // templates
        if len(tokens):
            starts = np.flatnonzero(np.diff(tokens, prepend=-1))
            rows = self.table.take(at.take(found), axis=0).astype(np.float32)
            sums[tokens[starts]] = np.add.reduceat(rows, starts, axis=0)
        return sums * np.float32(self.scale)

    def word_rows(self, words: list[Word]) -> Numbers:
        """Return what each word adds at each of ``OFFSETS``: words by offsets by labels."""
        rows = np.empty((len(words), len(OFFSETS), len(LABELS)), dtype=np.float32)
        for column, offset in enumerate(OFFSETS):
            lists = [word.near if abs(offset) == 2 else word.beside if offset else word.here for word in words]
            starts = np.cumsum([0, *(len(row) for row in lists[:-1])])
            flat = np.fromiter((key for row in lists for key in row), dtype=np.uint32)
            rows[:, column] = self.sums(placed(flat, offset), starts)
        return rows


def read(data: bytes) -> Weights:
    """Return the weights that a model file holds."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        return Weights(
            held["keys"],
            held["table"],
            float(held["scale"]),
            held["transitions"],
            Looks(held["looks"], float(held["looks_scale"]), held["looks_bias"]),
            held["thresholds"],
        )


@cache
def weights(code: str) -> Weights:
    """Return the weights of a covered language; they are read once."""
    return read((files("callward.engine.pii.names") / f"{code}.npz").read_bytes())
