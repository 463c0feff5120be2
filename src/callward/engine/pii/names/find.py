"""From the probabilities of tokens to drafts: which tokens make a name, where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from callward.engine.pii.lexicon import Language
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.names.sheet import Stretch, blocks, is_cased, stretches
from callward.engine.pii.names.tagger import Tagged, Tagger, reported, tagger
from callward.engine.pii.names.weights import LABELS
from callward.engine.pii.names.words import Numbers, plain
from callward.engine.pii.scene import Draft, Scene

TYPES = (Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION)
_BEGIN = {0: LABELS.index("B-PERSON"), 1: LABELS.index("B-ADDRESS"), 3: LABELS.index("B-ORGANISATION")}
_INSIDE = {0: LABELS.index("I-PERSON"), 1: LABELS.index("I-ADDRESS"), 3: LABELS.index("I-ORGANISATION")}
_ADDRESS = TYPES.index(Type.ADDRESS)
_ASKED_ADDRESS = 2  # the kind of question, see sheet.py
_FLOOR, _CEILING = 0.5, 0.85  # scores: what has a check digit or a shape of its own stays above
_ANSWER = np.float32(0.4)  # share of the threshold that an answer needs
_SHORT = 6  # tokens of an answer
_AT_ONCE = 3  # the question was asked just before, and by the other speaker, see sheet.py
_GOES_ON = 0.12  # probability that a word beside a name needs
_CERTAIN, _SHORT_NUMBER, _MOST_NUMBERS = 0.93, 2, 8  # of an address that is numbers, and of one that has some
_PARTS_OF_NUMBER = 3  # words that a house number may have
_DOUBTED = 0.7  # what a run that looks unlike its type needs
_SURE = 0.5  # in the strict pass, where a few words may be left that only look like a name


class _Run(NamedTuple):
    """Tokens ``[first, last)`` of a stretch that are one name of ``TYPES[type]``."""

    type: int
    first: int
    last: int


def find_names(scene: Scene) -> list[Draft]:
    """Return the people, addresses, towns and organisations of a call, as the names model of its language sees them.

    Scores are between 0.5 and 0.85 and grow with the probability. The value is the text in lower case.
    """
    cased = is_cased(scene.conversation)
    return drafts_of(scene, tagger(scene.language.code, cased=cased), cased=cased)


def drafts_of(scene: Scene, model: Tagger, *, cased: bool) -> list[Draft]:
    """Return what one tagger finds in a call."""
    thresholds = np.maximum(model.thresholds, np.float32(_SURE)) if scene.strict else model.thresholds
    drafts: list[Draft] = []
    for block in blocks(stretches(scene.conversation, scene.script, scene.cues)):
        for tagged in model.tag(block, thresholds * _ANSWER):
            drafts += _drafts(scene, tagged, thresholds, cased=cased)
    return drafts


def _drafts(scene: Scene, tagged: Tagged, thresholds: Numbers, *, cased: bool) -> Iterator[Draft]:
    sums = reported(tagged.probabilities)
    thresholds = _demanded(tagged.stretch, thresholds)
    for run in _runs(tagged, sums, thresholds):
        trimmed = _trimmed(scene.language, tagged.stretch, run)
        if trimmed is None or not tagged.stretch.first <= trimmed.first < tagged.stretch.last:
            continue
        probability = float(sums[trimmed.first : trimmed.last, run.type].max())
        if _is_likely(scene.language, tagged.stretch, trimmed, probability, cased=cased):
            yield _draft(scene, tagged, trimmed, probability, float(thresholds[run.type]))


def _demanded(stretch: Stretch, thresholds: Numbers) -> Numbers:
    """Return the thresholds of a turn: less is demanded of a short answer to a question for just that."""
    kind, rest = divmod(stretch.question, 4)
    if rest != _AT_ONCE or not 1 <= kind <= len(TYPES) or len(stretch.words) > _SHORT:
        return thresholds
    demanded = thresholds.copy()
    demanded[kind - 1] *= _ANSWER
    return demanded


def _is_likely(language: Language, stretch: Stretch, run: _Run, probability: float, *, cased: bool) -> bool:
    """Say whether a run looks like its type: an address has a word in it, a name among capitals has one of its own.

    A number alone is an address where one was asked for, or where the model has next to no doubt; a row of many
    numbers is none. Months need a higher probability.
    """
    words = stretch.words[run.first : run.last]
    if run.type == _ADDRESS:
        numbers = sum(not word[0].isalpha() or plain(word) in language.numbers for word in words)
        named = any(word[0].isalpha() and len(word) > 1 and plain(word) not in language.numbers for word in words)
        asked = stretch.question // 4 == _ASKED_ADDRESS or (probability >= _CERTAIN and numbers <= _SHORT_NUMBER)
        return (named or asked) and numbers <= _MOST_NUMBERS
    if probability >= _DOUBTED:
        return True
    return plain(words[0]) not in language.months and (not cased or any(word[0].isupper() for word in words))


def _runs(tagged: Tagged, sums: Numbers, thresholds: Numbers) -> Iterator[_Run]:
    """Yield the runs of tokens over the threshold, parted where the type changes or a name begins anew."""
    best = np.argmax(sums - thresholds, axis=1)
    over = (sums > thresholds)[np.arange(len(best)), best]
    kinds = np.where(over, best, -1).tolist()
    _grow(kinds, sums, tagged.stretch.words)
    first = 0
    for at in range(1, len(kinds) + 1):
        if at < len(kinds) and kinds[at] == kinds[first] and not _begins(tagged, kinds[at], at):
            continue
        if kinds[first] >= 0:
            yield _Run(kinds[first], first, at)
        first = at


def _grow(kinds: list[int], sums: Numbers, words: list[str]) -> None:
    """Give a word beside a name to the name, where it may well be part of it."""
    if max(kinds) < 0:
        return
    for places, step in ((range(1, len(kinds)), -1), (range(len(kinds) - 2, -1, -1), 1)):
        for at in places:
            kind = kinds[at + step]
            if kinds[at] < 0 <= kind and words[at][0].isalnum() and sums[at, kind] > _GOES_ON:
                kinds[at] = kind


def _begins(tagged: Tagged, kind: int, at: int) -> bool:
    if kind not in _BEGIN:
        return False
    row = tagged.probabilities[at]
    return bool(row[_BEGIN[kind]] > row[_INSIDE[kind]])


def _trimmed(language: Language, stretch: Stretch, run: _Run) -> _Run | None:
    """Take signs off both ends, and titles off the front of a person; a genitive's ``'s`` belongs to the word."""
    words, first, last = stretch.words, run.first, run.last
    while first < last and not words[last - 1][0].isalnum():
        last -= 1
    while first < last and (
        not words[first][0].isalnum() or (run.type == 0 and plain(words[first]) in language.titles)
    ):
        first += 1
    if first >= last:
        return None
    if run.type == _ADDRESS:
        first, last = _with_number(language, words, first, last)
    if last < len(words) and words[last][1:] == "s" and stretch.span(last)[0] == stretch.span(last - 1)[1]:
        last += 1
    return _Run(run.type, first, last)


def _with_number(language: Language, words: list[str], first: int, last: int) -> tuple[int, int]:
    """Give an address the number beside it: before the street in English, behind it elsewhere."""

    def is_number(word: str) -> bool:
        folded = plain(word)
        return word[0].isdigit() or (folded in language.numbers and folded not in language.weak)

    if language.code == "en":
        low = max(0, first - _PARTS_OF_NUMBER)
        while first > low and is_number(words[first - 1]) and not is_number(words[last - 1]):
            first -= 1
    else:
        high = min(len(words), last + _PARTS_OF_NUMBER)
        while last < high and is_number(words[last]):
            last += 1
    return first, last


def _draft(scene: Scene, tagged: Tagged, run: _Run, probability: float, threshold: float) -> Draft:
    turn = tagged.stretch.turn
    first, last = tagged.stretch.span(run.first)[0], tagged.stretch.span(run.last - 1)[1]
    start, end = scene.script.offsets(turn, [first, last])
    over = min(1.0, max(0.0, (probability - threshold) / (1 - threshold)))
    score = _FLOOR + over * (_CEILING - _FLOOR)
    own = round(score * _share(tagged, run), 3)
    evidence = (
        Evidence("model", "the words themselves", own),
        Evidence("model", "what stands around them", round(score - own, 3)),
    )
    value = " ".join(scene.conversation.turns[turn].text[first:last].lower().split())
    return Draft(TYPES[run.type], ((start, end),), f"names model {scene.language.code}", False, value, evidence)


def _share(tagged: Tagged, run: _Run) -> float:
    """Return how much of the decision the words themselves made: their scores against those of all features."""
    rows = tagged.own[run.first : run.last]
    label = _BEGIN.get(run.type, LABELS.index("CITY"))
    gain = float((rows[:, label] - rows[:, 0]).mean())
    return min(1.0, max(0.0, 0.5 + gain / 12))
