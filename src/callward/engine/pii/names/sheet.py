"""A call laid out for the names model: its turns cut into stretches of tokens, with what was asked before each."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from callward.engine.pii.cues import Cue, Cues
from callward.engine.pii.model import Conversation
from callward.engine.pii.names.context import LAST_WORDS
from callward.engine.pii.names.tokens import Cut
from callward.engine.pii.text import Script

_KINDS = {"PERSON": 1, "ADDRESS": 2, "CITY": 3, "ORGANISATION": 4, "POSTCODE": 5}
_OTHER_KIND = 6
_REACH = 3  # tokens before or after a cue that are told of it
_LENGTHS = (1, 2, 3, 5, 8, 14)
_STRETCH, _OVERLAP = 192, 16
_BLOCK = 6144  # tokens that are worked on at once
_LOOKED_AT = 4000  # characters of a turn
_UPPER = bytes(code for code in range(256) if chr(code).isupper())
_LOWER = bytes(code for code in range(256) if chr(code).islower())
_BEYOND_LATIN_1 = re.compile("[^\x00-\xff]")
_CAPITALS = 0.004  # share of capitals from which on a call is written with them


class Stretch(NamedTuple):
    """Tokens of one turn; those outside ``[first, last)`` are there for their neighbours' sake only."""

    turn: int
    cut: Cut
    low: int
    words: list[str]
    first: int
    last: int
    question: int
    length: int
    number: int
    asked: tuple[str, ...]
    after: dict[int, int]
    before: dict[int, int]

    def span(self, at: int) -> tuple[int, int]:
        """Return the code points of the turn that a token stands for."""
        return self.cut.spans()[self.low + at]


def is_cased(conversation: Conversation) -> bool:
    """Say whether the call is written with capitals and small letters, so that a capital means something."""
    text = "".join([turn.text[:_LOOKED_AT] for turn in conversation.turns])
    said = text.encode("latin-1", "ignore")
    upper, lower = (len(said) - len(said.translate(None, letters)) for letters in (_UPPER, _LOWER))
    if len(said) < len(text):
        others = _BEYOND_LATIN_1.findall(text)
        upper += sum(map(str.isupper, others))
        lower += sum(map(str.islower, others))
    return upper > _CAPITALS * (upper + lower) and lower > upper


def stretches(conversation: Conversation, script: Script, cues: Cues) -> Iterator[Stretch]:
    """Yield the stretches of a call, in order."""
    asked: tuple[str, ...] = ()
    for number, turn in enumerate(conversation.turns):
        cut = Cut(turn.text)
        words = cut.words
        if not words:
            continue
        after, before = _cue_marks(script, cues, number, cut)
        count, question = len(words), _question(script, cues, number)
        whole = Stretch(number, cut, 0, words, 0, count, question, bisect_left(_LENGTHS, count), min(number, 2), asked,
                        after, before)  # fmt: skip
        if count <= _STRETCH:
            yield whole
        else:
            yield from _parted(whole)
        asked = tuple([word for word in words[-2 * LAST_WORDS :] if word[0].isalnum()][-LAST_WORDS:])


def _parted(whole: Stretch) -> Iterator[Stretch]:
    """Yield the stretches of a long turn, which overlap."""
    count = len(whole.words)
    for start in range(0, count, _STRETCH):
        low, high = max(0, start - _OVERLAP), min(count, start + _STRETCH + _OVERLAP)
        yield whole._replace(
            low=low,
            words=whole.words[low:high],
            first=start - low,
            last=min(start + _STRETCH, count) - low,
            after={at - low: whole.after[at] for at in range(low, high) if at in whole.after},
            before={at - low: whole.before[at] for at in range(low, high) if at in whole.before},
        )


def blocks(found: Iterator[Stretch]) -> Iterator[list[Stretch]]:
    """Put stretches together, as many as are worked on at once."""
    block: list[Stretch] = []
    size = 0
    for one in found:
        block.append(one)
        size += len(one.words)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _question(script: Script, cues: Cues, turn: int) -> int:
    """Return what was asked before a turn, whether just before it, and whether by the other speaker, as one number."""
    found = cues.asked(turn)
    if not found:
        return 0
    asker = script.turn(found[-1].start)
    kind = _KINDS.get(found[-1].kind, _OTHER_KIND)
    return kind * 4 + (turn - asker == 1) * 2 + (script.speakers[asker] is not script.speakers[turn])


def _cue_marks(script: Script, cues: Cues, turn: int, cut: Cut) -> tuple[dict[int, int], dict[int, int]]:
    """Return for tokens shortly after and shortly before a cue which kind it is of and how far it is."""
    found = [cue for cue in cues.of(turn) if cue.kind in _KINDS]
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    if not found:
        return after, before
    starts = script.offsets(turn, [start for start, _ in cut.spans()])
    ends = script.offsets(turn, [end for _, end in cut.spans()])
    for cue in found:
        _mark(cue, starts, ends, after, before)
    return after, before


def _mark(cue: Cue, starts: list[int], ends: list[int], after: dict[int, int], before: dict[int, int]) -> None:
    kind = _KINDS[cue.kind]
    first = bisect_left(starts, cue.end)
    for far, at in enumerate(range(first, min(first + _REACH, len(starts)))):
        after[at] = kind * 4 + far
    last = bisect_right(ends, cue.start) - 1
    for far, at in enumerate(range(last, max(last - _REACH, -1), -1)):
        before[at] = kind * 4 + far
