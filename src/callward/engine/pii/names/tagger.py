"""The sequence model at work: words to rows, rows to scores, scores to the probability of each label."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from callward.engine.pii.lexicon import language
from callward.engine.pii.names.context import EDGE, LAST_WORDS, OFFSETS, Surroundings, context_keys
from callward.engine.pii.names.sheet import Stretch
from callward.engine.pii.names.weights import LABELS, Weights, weights
from callward.engine.pii.names.words import PAD, Keys, Lexicon, Numbers, describe

_MOST_WORDS = 60_000
_LOWEST = np.float32(-40.0)  # what is less likely counts as this likely: nothing underflows
_EVERY = 8  # steps between two scalings; in double precision twelve cannot vanish
_HERE = OFFSETS.index(0)


class Tagged(NamedTuple):
    """The probability of each label for each token of a stretch, and how much of the decision the word itself made."""

    stretch: Stretch
    probabilities: Numbers
    own: Numbers


class Vocabulary:
    """What each word met so far adds to the score of the tokens around it. Bounded.

    It outlives the call, so it holds no words: they are told apart by their hashes, which have a key of the process.
    """

    def __init__(self, held: Weights, lexicon: Lexicon, *, cased: bool) -> None:
        self._held, self._lexicon, self._cased = held, lexicon, cased
        self._clear()

    def _clear(self) -> None:
        self._numbers: dict[int, int] = {}
        self.marks = np.zeros(0, dtype=np.uint32)
        self.kinds = np.zeros(0, dtype=np.uint32)
        self.rows = np.zeros((len(OFFSETS), 0, len(LABELS)), dtype=np.float32)
        self._filled = 0
        self._learn([PAD])

    def look_up(self, words: list[str]) -> npt.NDArray[np.int64]:
        """Return the number of each word; new ones are learned. Numbers hold until the next call."""
        if not self._cased:
            words = list(map(str.lower, words))
        if len(self._numbers) > _MOST_WORDS:
            self._clear()
        hashes = list(map(hash, words))
        known = list(map(self._numbers.get, hashes))
        if None in known:
            new = {one: word for one, word, number in zip(hashes, words, known, strict=True) if number is None}
            self._learn(list(new.values()))
            known = list(map(self._numbers.get, hashes))
        return np.array(known, dtype=np.int64)

    def _learn(self, words: list[str]) -> None:
        alphabetic = [word for word in words if word[0].isalpha()]
        looks = dict(zip(alphabetic, self._held.looks.of([word.lower() for word in alphabetic]), strict=True))
        described = [describe(word, looks.get(word), self._lexicon, cased=self._cased) for word in words]
        self._reserve(self._filled + len(words))
        new = slice(self._filled, self._filled + len(words))
        self.marks[new] = [word.mark for word in described]
        self.kinds[new] = [word.kind for word in described]
        self.rows[:, new] = self._held.word_rows(described).transpose(1, 0, 2)
        self._numbers.update((hash(word), number) for number, word in enumerate(words, self._filled))
        self._filled += len(words)

    def _reserve(self, size: int) -> None:
        if size <= len(self.marks):
            return
        grown = max(size, 2 * len(self.marks), 1024) - len(self.marks)
        self.marks = np.concatenate([self.marks, np.zeros(grown, dtype=np.uint32)])
        self.kinds = np.concatenate([self.kinds, np.zeros(grown, dtype=np.uint32)])
        more = np.zeros((len(OFFSETS), grown, len(LABELS)), dtype=np.float32)
        self.rows = np.concatenate([self.rows, more], axis=1)


class Tagger:
    """The names model of one language for text with or without capitals."""

    def __init__(self, held: Weights, code: str, *, cased: bool) -> None:
        self.weights = held
        self.thresholds = held.thresholds[0 if cased else 1]
        self._vocabulary = Vocabulary(self.weights, Lexicon(language(code)), cased=cased)

    def tag(self, block: list[Stretch], thresholds: Numbers) -> list[Tagged]:
        """Return the stretches of a block in which a token may be part of a name."""
        words = [PAD] * EDGE
        places: list[int] = []
        for one in block:
            places.append(len(words))
            words += one.words
            words += [PAD] * EDGE
        asked = sorted({word for one in block for word in one.asked})
        numbers = self._vocabulary.look_up(words + asked)
        marks = dict(zip(asked, self._vocabulary.marks[numbers[len(words) :]].tolist(), strict=True))
        numbers = numbers[: len(words)]
        scores, own = self._scores(numbers, surroundings(block, len(words), marks))
        probabilities = _decode(scores, places, [len(one.words) for one in block], self.weights.transitions)
        hopes = np.flatnonzero(reported(probabilities) > thresholds) // len(thresholds)
        chosen = sorted(set((np.searchsorted(np.array(places), hopes, side="right") - 1).tolist()))
        return [
            Tagged(block[at], probabilities[first:last], own[first:last])
            for at in chosen
            for first, last in ((places[at], places[at] + len(block[at].words)),)
        ]

    def _scores(self, numbers: npt.NDArray[np.int64], around: Surroundings) -> tuple[Numbers, Numbers]:
        held = self._vocabulary
        own: Numbers = held.rows[_HERE].take(numbers, axis=0)
        scores = own.copy()
        for column, offset in enumerate(OFFSETS):  # what lies beyond the paddings at the edges of a block is left out
            if offset > 0:
                scores[:-offset] += held.rows[column].take(numbers[offset:], axis=0)
            elif offset < 0:
                scores[-offset:] += held.rows[column].take(numbers[:offset], axis=0)
        keys = context_keys(held.marks.take(numbers), held.kinds.take(numbers), around)
        scores += self.weights.added(keys)
        return scores, own


def surroundings(block: list[Stretch], size: int, marks: dict[str, int]) -> Surroundings:
    """Return what stands around the tokens of a block of ``size`` positions. ``marks`` are those of the words asked."""
    lengths = [EDGE, *(len(one.words) + EDGE for one in block)]
    asked = [[0] * LAST_WORDS, *([marks[word] for word in one.asked] for one in block)]
    asked = [[0] * (LAST_WORDS - len(row)) + row for row in asked]
    after, before = np.zeros(size, dtype=np.uint32), np.zeros(size, dtype=np.uint32)
    place = EDGE
    for one in block:
        for at, mark in one.after.items():
            after[place + at] = mark
        for at, mark in one.before.items():
            before[place + at] = mark
        place += len(one.words) + EDGE

    def spread(values: list[int]) -> Keys:
        return np.repeat(np.array(values, dtype=np.uint32), lengths)

    return Surroundings(
        spread([0, *(one.question for one in block)]),
        spread([0, *(one.length for one in block)]),
        spread([0, *(one.number for one in block)]),
        after,
        before,
        np.stack([spread([row[at] for row in asked]) for at in range(LAST_WORDS)]),
    )


def _decode(scores: Numbers, places: list[int], lengths: list[int], transitions: Numbers) -> Numbers:
    """Return the probability of each label at each position: forward and backward sums over all stretches at once.

    Both directions go in step, the backward sums through the stretches turned round, so that a step is one product of
    matrices. Every position is brought to a sum of one at the end; on the way only now and then, lest numbers vanish.
    """
    alive, way = _way(places, lengths)
    most = scores.T.copy().max(axis=0)
    factors = np.exp(np.maximum(scores - most[:, None], _LOWEST)).astype(np.float64)
    forth = np.exp(transitions).astype(np.float64)
    steps = np.stack([forth, forth.T])
    own = factors[way]
    sums = own.copy()  # of the paths up to a label, and of those that go on from it, behind them all
    first, state = 0, sums[:, : alive[0]]
    for at in range(1, len(alive)):
        first += alive[at - 1]
        here = sums[:, first : first + alive[at]]
        np.matmul(state[:, : alive[at]], steps, out=here)
        here *= own[:, first : first + alive[at]]
        if at % _EVERY == 0:
            here /= here.sum(axis=2, keepdims=True)
        state = here
    both, onward = np.zeros_like(factors), np.zeros_like(factors)
    both[way[0]], onward[way[1]] = sums
    both *= onward
    both /= factors  # both sums hold the label's own factor; it counts once
    both /= np.maximum(both.T.copy().sum(axis=0), 1e-300)[:, None]
    probabilities: Numbers = both.astype(np.float32)
    return probabilities


def _way(places: list[int], lengths: list[int]) -> tuple[list[int], npt.NDArray[np.int64]]:
    """Return how many stretches have a first, a second, ... token, and where these stand, the longest stretch first.

    The second row of the places goes through every stretch from its end.
    """
    sizes = np.array(lengths)
    order = np.argsort(-sizes, kind="stable")
    sizes, firsts = sizes[order], np.array(places)[order]
    alive = np.searchsorted(-sizes, -np.arange(int(sizes[0])), side="left")
    step = np.repeat(np.arange(len(alive)), alive)
    stretch = np.arange(len(step)) - np.repeat(np.cumsum(alive) - alive, alive)
    return alive.tolist(), np.stack([firsts[stretch] + step, (firsts + sizes - 1)[stretch] - step])


@cache
def tagger(code: str, *, cased: bool) -> Tagger:
    """Return the tagger of a covered language, which is kept with the words it has met."""
    return Tagger(weights(code), code, cased=cased)


def reported(probabilities: Numbers) -> Numbers:
    """Return the probabilities of the four reported types: a person, an address, a city, an organisation."""
    sums: Numbers = np.stack(
        [
            probabilities[:, 2] + probabilities[:, 3],
            probabilities[:, 4] + probabilities[:, 5],
            probabilities[:, 6],
            probabilities[:, 7] + probabilities[:, 8],
        ],
        axis=1,
    )
    return sums
