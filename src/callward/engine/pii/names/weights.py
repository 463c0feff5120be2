"""The trained weights of one language, as they lie in the package, and what they say about words."""

from __future__ import annotations

import io
from collections.abc import Callable
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

_Places = npt.NDArray[np.int64]
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
    index: npt.NDArray[np.unsignedinteger] = field(init=False, repr=False)
    """One more than the place of the first key that begins with such bits; 0 where none does."""

    most_alike: int = field(init=False, repr=False)
    """Keys that begin with the same bits, at most."""

    def __post_init__(self) -> None:
        begin = self.keys >> np.uint32(_PREFIX)  # in order, as the keys are
        firsts = np.flatnonzero(np.concatenate((np.ones(min(1, len(begin)), bool), begin[1:] != begin[:-1])))
        counts = np.diff(firsts, append=len(begin))
        index = np.zeros(1 << (32 - _PREFIX), dtype=np.min_scalar_type(len(self.keys)))
        index[begin[firsts]] = firsts + 1
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "most_alike", int(counts.max(initial=1)))

    def added(self, keys: npt.NDArray[np.uint32]) -> Numbers:
        """Return for each column of ``keys`` the sum of its rows."""
        templates, size = keys.shape
        return self._sums(keys.T.ravel(), size, lambda places: places // templates)

    def _sums(self, keys: Keys, size: int, owner: Callable[[_Places], _Places]) -> Numbers:
        """Return the sum of the rows of the keys of each of ``size`` owners, who lie in order.

        Most keys have no row, and are told so quickly. ``owner`` returns the owners of the keys at some places.
        """
        sums = np.zeros((size, len(LABELS)), dtype=np.float32)
        at = self.index.take(keys >> np.uint32(_PREFIX))
        likely = np.flatnonzero(at)
        wanted, at = keys.take(likely), at.take(likely) - np.uint32(1)
        for _ in range(self.most_alike - 1):
            at += self.keys.take(at, mode="clip") < wanted
        found = np.flatnonzero(self.keys.take(at, mode="clip") == wanted)
        owners = owner(likely.take(found))
        if len(owners):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            rows = self.table.take(at.take(found), axis=0).astype(np.float32)
            sums[owners[starts]] = np.add.reduceat(rows, starts, axis=0)
        return sums * np.float32(self.scale)

    def word_rows(self, words: list[Word]) -> Numbers:
        """Return what each word adds at each of ``OFFSETS``: words by offsets by labels."""
        rows = np.empty((len(words), len(OFFSETS), len(LABELS)), dtype=np.float32)
        features = ([word.here for word in words], [word.beside for word in words], [word.near for word in words])
        for far, lists in enumerate(features):
            keys = np.fromiter(chain.from_iterable(lists), dtype=np.uint32)
            owners = np.repeat(np.arange(len(words)), list(map(len, lists)))
            for offset in {far, -far}:
                rows[:, OFFSETS.index(offset)] = self._sums(placed(keys, offset), len(words), owners.take)
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
