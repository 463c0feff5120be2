"""From the probabilities of tokens to drafts: which tokens make a name, where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callward.engine.pii.lexicon import Language
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.names.sheet import blocks, is_cased, stretches
from callward.engine.pii.names.tagger import Tagged, reported, tagger
from callward.engine.pii.names.tokens import Token
from callward.engine.pii.names.weights import LABELS, weights
from callward.engine.pii.names.words import Numbers, plain
from callward.engine.pii.scene import Draft, Scene

TYPES = (Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION)
_BEGIN = {0: LABELS.index("B-PERSON"), 1: LABELS.index("B-ADDRESS"), 3: LABELS.index("B-ORGANISATION")}
_INSIDE = {0: LABELS.index("I-PERSON"), 1: LABELS.index("I-ADDRESS"), 3: LABELS.index("I-ORGANISATION")}
_FLOOR, _CEILING = 0.5, 0.85  # scores: what has a check digit or a shape of its own stays above
_SURE = 0.5  # in the strict pass, where a few words may be left that only look like a name


@dataclass(frozen=True, slots=True)
class _Run:
    """Tokens ``[first, last)`` of a stretch that are one name of ``TYPES[type]``."""

    type: int
    first: int
    last: int


def find_names(scene: Scene) -> list[Draft]:
    """Return the people, addresses, towns and organisations of a call, as the names model of its language sees them.

    Scores are between 0.5 and 0.85 and grow with the probability. The value is the text in lower case.
    """
    conversation = scene.conversation
    cased = is_cased(conversation)
    model = tagger(scene.language.code, cased=cased)
    thresholds = weights(scene.language.code).thresholds[0 if cased else 1]
    if scene.strict:
        thresholds = np.maximum(thresholds, np.float32(_SURE))
    drafts: list[Draft] = []
    for block in blocks(stretches(conversation, scene.script, scene.cues)):
        for tagged in model.tag(block):
            drafts += _drafts(scene, tagged, thresholds)
    return drafts


def _drafts(scene: Scene, tagged: Tagged, thresholds: Numbers) -> Iterator[Draft]:
    sums = reported(tagged.probabilities)
    if not bool((sums > thresholds).any()):
        return
    for run in _runs(tagged, sums, thresholds):
        trimmed = _trimmed(scene.language, tagged.stretch.tokens, run)
        if trimmed is not None and tagged.stretch.first <= trimmed.first < tagged.stretch.last:
            yield _draft(scene, tagged, sums, trimmed, float(thresholds[run.type]))


def _runs(tagged: Tagged, sums: Numbers, thresholds: Numbers) -> Iterator[_Run]:
    """Yield the runs of tokens over the threshold, parted where the type changes or a name begins anew."""
    best = np.argmax(sums - thresholds, axis=1)
    over = (sums > thresholds)[np.arange(len(best)), best]
    kinds = np.where(over, best, -1).tolist()
    first = 0
    for at in range(1, len(kinds) + 1):
        if at < len(kinds) and kinds[at] == kinds[first] and not _begins(tagged, kinds[at], at):
            continue
        if kinds[first] >= 0:
            yield _Run(kinds[first], first, at)
        first = at


def _begins(tagged: Tagged, kind: int, at: int) -> bool:
    if kind not in _BEGIN:
        return False
    row = tagged.probabilities[at]
    return bool(row[_BEGIN[kind]] > row[_INSIDE[kind]])


def _trimmed(language: Language, tokens: list[Token], run: _Run) -> _Run | None:
    """Take signs off both ends, and titles off the front of a person; a genitive's ``'s`` belongs to the word."""
    first, last = run.first, run.last
    while first < last and not _is_word(tokens[last - 1]):
        last -= 1
    while first < last and (
        not _is_word(tokens[first]) or (run.type == 0 and plain(tokens[first].text) in language.titles)
    ):
        first += 1
    if first >= last:
        return None
    if last < len(tokens) and tokens[last].text[1:] == "s" and tokens[last].start == tokens[last - 1].end:
        last += 1
    return _Run(run.type, first, last)


def _is_word(token: Token) -> bool:
    return token.text[0].isalnum()


def _draft(scene: Scene, tagged: Tagged, sums: Numbers, run: _Run, threshold: float) -> Draft:
    tokens = tagged.stretch.tokens[run.first : run.last]
    turn = tagged.stretch.turn
    start, end = scene.script.offsets(turn, [tokens[0].start, tokens[-1].end])
    probability = float(sums[run.first : run.last, run.type].max())
    over = min(1.0, max(0.0, (probability - threshold) / (1 - threshold)))
    score = _FLOOR + over * (_CEILING - _FLOOR)
    share = _share(tagged, run)
    evidence = (
        Evidence("model", "the words themselves", round(score * share, 3)),
        Evidence("model", "what stands around them", round(score - round(score * share, 3), 3)),
    )
    said = scene.conversation.turns[turn].text[tokens[0].start : tokens[-1].end]
    value = " ".join(said.lower().split())
    return Draft(TYPES[run.type], ((start, end),), f"names model {scene.language.code}", False, value, evidence)


def _share(tagged: Tagged, run: _Run) -> float:
    """Return how much of the decision the words themselves made: their scores against those of all features."""
    rows = tagged.own[run.first : run.last]
    label = _BEGIN.get(run.type, LABELS.index("CITY"))
    gain = float((rows[:, label] - rows[:, 0]).mean())
    return min(1.0, max(0.0, 0.5 + gain / 12))
