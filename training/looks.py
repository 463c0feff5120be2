"""The look table: how much a word looks like a given name, a surname, a place, a street, or running text.

A logistic regression for each look over hashed pieces of words. It generalises the gazetteers to names that they
lack, and carries what is ordinary in a language; it is trained once with all words, and once with each half of
them, so that the sequence model meets words whose looks were guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt

from callward.engine.pii.names.words import LOOKS, Looks, look_keys, plain

BITS = 18
_ROUNDS = 4
_BATCH = 2048
_RATE = 0.35
_DECAY = 2e-6

Weighed = dict[str, npt.NDArray[np.float32]]


def gather(
    named: dict[str, dict[str, float]], running: Counter[str]
) -> tuple[list[str], list[list[float]], list[float]]:
    """Return words with their targets (one for each look) and their weights in training."""
    words: dict[str, list[float]] = {}
    weights: dict[str, float] = {}
    for column, look in enumerate(LOOKS[:-1]):
        for name, count in named.get(look, {}).items():
            for part in name.lower().split():
                if len(part) > 2 or (len(part) == 2 and " " not in name):
                    words.setdefault(part, [0.0] * len(LOOKS))[column] = 1.0
                    weights[part] = max(weights.get(part, 0.0), 0.4 + 0.12 * float(np.log1p(count)))
    for word, count in running.items():
        words.setdefault(word, [0.0] * len(LOOKS))[-1] = 1.0
        weights[word] = weights.get(word, 0.0) + 0.6 + 0.5 * float(np.log1p(count))
    ordered = sorted(words)
    return ordered, [words[word] for word in ordered], [weights[word] for word in ordered]


def train(words: list[str], targets: list[list[float]], weights: list[float], seed: int) -> Looks:
    """Return the table fitted to the words."""
    random = np.random.default_rng(seed)
    size = 1 << BITS
    table = np.zeros((size, len(LOOKS)), dtype=np.float32)
    squares = np.full((size, len(LOOKS)), 1e-3, dtype=np.float32)
    bias = np.full(len(LOOKS), -1.0, dtype=np.float32)
    keys = [np.array(look_keys(word, BITS), dtype=np.int64) for word in words]
    bare = [np.array(look_keys(plain(word), BITS), dtype=np.int64) for word in words]
    aims, weighs = np.array(targets, dtype=np.float32), np.array(weights, dtype=np.float32)
    for turn in range(_ROUNDS):
        order = random.permutation(len(words))
        source = [bare[at] if (turn + at) % 3 == 0 else keys[at] for at in range(len(words))]
        for start in range(0, len(words), _BATCH):
            batch = order[start : start + _BATCH]
            lists = [source[at] for at in batch]
            flat = np.concatenate(lists)
            starts = np.cumsum([0, *(len(one) for one in lists[:-1])])
            logits = np.add.reduceat(table[flat], starts, axis=0) + bias
            errors = (1 / (1 + np.exp(-logits)) - aims[batch]) * weighs[batch, None]
            spread = np.repeat(errors, [len(one) for one in lists], axis=0)
            used, places = np.unique(flat, return_inverse=True)
            slopes = np.stack(
                [np.bincount(places, weights=spread[:, column], minlength=len(used)) for column in range(len(LOOKS))],
                axis=1,
            ).astype(np.float32)
            slopes += _DECAY * len(words) * table[used]
            squares[used] += slopes**2
            table[used] -= _RATE * slopes / np.sqrt(squares[used])
            bias -= 0.02 * errors.mean(axis=0)
    return quantised(table, bias)


def quantised(table: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> Looks:
    """Return the table in whole steps."""
    scale = float(np.quantile(np.abs(table[np.any(table != 0, axis=1)]), 0.9995)) / 127
    steps = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
    return Looks(steps, scale, bias.astype(np.float32))


def half(word: str) -> int:
    """Return which half a word belongs to."""
    return crc32(word.encode("utf-8", "surrogatepass")) >> 7 & 1


def train_all(named: dict[str, dict[str, float]], running: Counter[str], seed: int) -> tuple[Looks, Looks, Looks]:
    """Return the table of all words, and those that know only the first and only the second half of them."""
    words, targets, weights = gather(named, running)

    def of(chosen: Iterable[int]) -> Looks:
        picked = list(chosen)
        return train([words[i] for i in picked], [targets[i] for i in picked], [weights[i] for i in picked], seed)

    every = range(len(words))
    return of(every), of(i for i in every if half(words[i]) == 0), of(i for i in every if half(words[i]) == 1)
