"""The sequence model: features of the package, weights of python-crfsuite, cut and put into whole steps."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pycrfsuite

from callward.engine.pii.cues import Cues
from callward.engine.pii.lexicon import language
from callward.engine.pii.model import About
from callward.engine.pii.names.context import EDGE, OFFSETS, context_keys, placed
from callward.engine.pii.names.sheet import Stretch, is_cased, stretches
from callward.engine.pii.names.tagger import surroundings
from callward.engine.pii.names.weights import LABELS, Weights
from callward.engine.pii.names.words import PAD, Lexicon, Looks, Word, describe
from callward.engine.pii.text import Script
from training.calls import Call
from training.looks import half

_WHOLE_WORDS = (0.45, 0.2)  # share of turns whose words' looks are known, not guessed: of calls, of the news
_UNKNOWN = (0.35, 0.06)  # share of words met as if for the first time: where looks are guessed, where they are known
_LEAST = 0.03  # weights that are smaller are dropped
_LARGEST = 5.0
_PARAMETERS = {"c1": 0.02, "c2": 0.03, "max_iterations": 75, "feature.minfreq": 2, "epsilon": 1e-4}


def labels_of(stretch: Stretch, spans: list[tuple[int, int, str]]) -> list[str]:
    """Return the label of each token of a stretch, by the spans of its turn."""
    labels = []
    for at in range(len(stretch.words)):
        first, last = stretch.span(at)
        label = "O"
        for start, end, name in spans:
            if first < end and start < last:
                place = "B-" if first <= start else "I-"
                label = name if name in {"X", "CITY"} else place + name
        labels.append(label)
    return labels


def _placed(word: Word) -> list[list[str]]:
    """Return the features of a word for each of the places that it may stand at."""
    keys = [
        placed(
            np.array(word.near if abs(offset) == 2 else word.beside if offset else word.here, dtype=np.uint32), offset
        )
        for offset in OFFSETS
    ]
    return [list(map(str, one.tolist())) for one in keys]


class Features:
    """Turns calls into the features that the tagger of the package will use."""

    def __init__(
        self, code: str, looks: tuple[Looks, Looks, Looks], chance: random.Random, names: frozenset[str]
    ) -> None:
        """``names`` are words that are names and hardly ever anything else.

        Where a carrier has one of them that is nobody's ("Jan and everyman"), its surroundings are learned, not it.
        """
        self._lexicon, self._looks, self._chance = Lexicon(language(code)), looks, chance
        self._names = names
        self._words: dict[tuple[str, bool, bool], tuple[Word, list[list[str]]]] = {}
        self._new: dict[tuple[str, bool, bool], tuple[Word, list[list[str]]]] = {}

    def of(self, call: Call) -> Iterable[tuple[list[list[str]], list[str]]]:
        """Yield the features and the labels of each stretch of a call."""
        conversation = call.conversation
        cased = is_cased(conversation)
        script = Script(conversation)
        cues = Cues(script, language(conversation.language))
        for stretch in stretches(conversation, script, cues):
            news = conversation.turns[stretch.turn].speaker is About.UNKNOWN
            whole = self._chance.random() < _WHOLE_WORDS[news]
            labels = labels_of(stretch, call.spans[stretch.turn])
            yield self._features(stretch, labels, cased, whole), labels

    def _word(self, text: str, cased: bool, whole: bool) -> tuple[Word, list[list[str]]]:
        text = text if cased else text.lower()
        known = self._words.get((text, cased, whole))
        if known is None:
            lower = text.lower()
            table = self._looks[0] if whole else self._looks[2 - half(lower)]
            looks = table.of([lower])[0] if text[0].isalpha() else None
            word = describe(text, looks, self._lexicon, cased=cased)
            known = word, _placed(word)
            self._words[text, cased, whole] = known
        return known

    def _met(self, text: str, label: str, cased: bool, whole: bool) -> tuple[Word, list[list[str]]]:
        """Return a word with its features, sometimes without those that only a word met before has."""
        nobodys = label in {"O", "X"} and text.lower() in self._names
        if not text[0].isalpha() or not (nobodys or self._chance.random() < _UNKNOWN[whole]):
            return self._word(text, cased, whole)
        key = (text, cased, whole)
        known = self._new.get(key)
        if known is None:
            word = self._word(text, cased, whole)[0]
            bare = Word(crc32(f"new {text}".encode()), word.kind, word.here[2:], word.beside[1:], word.near[1:])
            known = self._new[key] = bare, _placed(bare)
        return known

    def _features(self, stretch: Stretch, labels: list[str], cased: bool, whole: bool) -> list[list[str]]:
        texts = [PAD] * EDGE + stretch.words + [PAD] * EDGE
        framed = ["O"] * EDGE + labels + ["O"] * EDGE
        words = [self._met(text, label, cased, whole) for text, label in zip(texts, framed, strict=True)]
        marks = np.array([word.mark for word, _ in words], dtype=np.uint32)
        kinds = np.array([word.kind for word, _ in words], dtype=np.uint32)
        asked = {text: self._word(text, cased, whole)[0].mark for text in stretch.asked}
        keys = context_keys(marks, kinds, surroundings([stretch], len(texts), asked)).T.tolist()
        rows = []
        for at in range(EDGE, len(texts) - EDGE):
            row = [key for column, offset in enumerate(OFFSETS) for key in words[at + offset][1][column]]
            row += map(str, keys[at])
            rows.append(row)
        return rows


def train(calls: Iterable[Call], features: Features, looks: Looks, thresholds: npt.NDArray[np.float32]) -> Weights:
    """Return the weights that fit the calls."""
    tokens = 0
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
    for call in calls:
        for rows, labels in features.of(call):
            trainer.append(rows, labels)
            tokens += len(labels)
    print(f"{tokens} tokens", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return _weights(info.state_features, info.transitions, looks, thresholds)


def _weights(
    state: dict[tuple[str, str], float],
    steps: dict[tuple[str, str], float],
    looks: Looks,
    thresholds: npt.NDArray[np.float32],
) -> Weights:
    rows: dict[int, npt.NDArray[np.float32]] = {}
    for (name, label), weight in state.items():
        row = rows.setdefault(int(name), np.zeros(len(LABELS), dtype=np.float32))
        row[LABELS.index(label)] = weight
    kept = sorted(key for key, row in rows.items() if float(np.abs(row).max()) >= _LEAST)
    scale = min(_LARGEST, max(float(np.abs(row).max()) for row in rows.values())) / 127
    table = np.zeros((len(kept) + 1, len(LABELS)), dtype=np.int8)  # the last row stays zero
    for at, key in enumerate(kept):
        table[at] = np.clip(np.rint(rows[key] / scale), -127, 127)
    transitions = np.zeros((len(LABELS), len(LABELS)), dtype=np.float32)
    for (before, after), weight in steps.items():
        transitions[LABELS.index(before), LABELS.index(after)] = weight
    for column, label in enumerate(LABELS):
        if label.startswith("I-"):  # nothing goes on that did not begin
            for row_at, before in enumerate(LABELS):
                if before[2:] != label[2:]:
                    transitions[row_at, column] = -8.0
    return Weights(np.array(kept, dtype=np.uint32), table, scale, transitions, looks, thresholds)


def write(weights: Weights, path: Path) -> None:
    """Write the file that the package ships."""
    np.savez_compressed(
        path,
        keys=weights.keys,
        table=weights.table,
        scale=np.float32(weights.scale),
        transitions=weights.transitions,
        looks=weights.looks.table,
        looks_scale=np.float32(weights.looks.scale),
        looks_bias=weights.looks.bias,
        thresholds=weights.thresholds,
    )
