"""The trained weights of one language, as they lie in the package, and what they say about words."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pkgutil import get_data

import numpy as np
import numpy.typing as npt

from callward.engine.pii.names.context import OFFSETS, placed
from callward.engine.pii.names.words import Keys, Looks, Numbers, Word

LABELS = ("O", "X", "B-PERSON", "I-PERSON", "B-ADDRESS", "I-ADDRESS", "CITY", "B-ORGANISATION", "I-ORGANISATION")
"""What a token may be. X is a name that is not reported: a country, a brand, an organisation in the news."""

_Places = npt.NDArray[np.unsignedinteger]
_PREFIX = 13  # bits of a key that are left out of the index


@dataclass(frozen=True, slots=True)
class Weights:
    """One language: ``keys`` in order with their row of ``table``, transitions, the looks of words, and thresholds.

    ``table`` has one row more than there are keys, of zeros.

    ``thresholds`` are the probabilities from which on a token counts, one for each of ``REPORTED`` and one row for
    text with capitals and one for text without.
    """

    keys: Keys
    table: npt.NDArray[np.int8]
    scale: float
    transitions: Numbers
    looks: Looks
    thresholds: Numbers
    index: _Places = field(init=False, repr=False)
    """The place of the first key that begins with such bits; that of the last row of ``table`` where none does."""

    most_alike: int = field(init=False, repr=False)
    """Keys that begin with the same bits, at most."""

    def __post_init__(self) -> None:
        begin = self.keys >> np.uint32(_PREFIX)  # in order, as the keys are
        firsts = np.flatnonzero(np.concatenate((np.ones(min(1, len(begin)), bool), begin[1:] != begin[:-1])))
        counts = np.diff(firsts, append=len(begin))
        none = len(self.keys)
        index = np.full(1 << (32 - _PREFIX), none, dtype=np.min_scalar_type(none))
        index[begin[firsts]] = firsts
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "most_alike", int(counts.max(initial=1)))

    def added(self, keys: npt.NDArray[np.uint32]) -> Numbers:
        """Return for each column of ``keys`` the sum of its rows."""
        templates, size = keys.shape
        rows = self.table.take(self._places(keys.ravel()), axis=0).reshape(templates, size, len(LABELS))
        return self._scaled(rows.sum(axis=0, dtype=np.int16))

    def _scaled(self, sums: npt.NDArray[np.int16]) -> Numbers:
        return sums * np.float32(self.scale)

    def _places(self, keys: Keys) -> _Places:
        """Return the row of each key: the last one, which is zero, for a key that has none.

        Nearly every key is the first that begins with its bits, or there is none; only the others are looked for.
        """
        none = len(self.keys)
        at = self.index.take(keys >> np.uint32(_PREFIX))
        others = np.flatnonzero((self.keys.take(at, mode="clip") != keys) & (at != none))
        wanted, behind = keys.take(others), at.take(others)
        for _ in range(self.most_alike - 1):
            behind += self.keys.take(behind, mode="clip") < wanted
        behind[self.keys.take(behind, mode="clip") != wanted] = none
        at[others] = behind
        return at

    def word_rows(self, words: list[Word]) -> Numbers:
        """Return what each word adds at each of ``OFFSETS``: words by offsets by labels."""
        rows = np.empty((len(words), len(OFFSETS), len(LABELS)), dtype=np.float32)
        features = ([word.here for word in words], [word.beside for word in words], [word.near for word in words])
        for far, lists in enumerate(features):
            keys = np.fromiter(chain.from_iterable(lists), dtype=np.uint32)
            starts = np.cumsum([0, *map(len, lists[:-1])])
            for offset in {far, -far}:
                held = self.table.take(self._places(placed(keys, offset)), axis=0)
                rows[:, OFFSETS.index(offset)] = self._scaled(np.add.reduceat(held, starts, axis=0, dtype=np.int16))
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
    return read(get_data("callward.engine.pii.names", f"{code}.npz") or b"")
