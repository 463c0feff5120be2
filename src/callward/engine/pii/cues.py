"""Where the call says what a number will be: words beside it, and what was asked in the turns before."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from callward.engine.pii.lexicon import Language, language
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.text import Script

ORDINARY = "ORDINARY"
"""The kind of cue that names numbers which are nobody's: orders, tickets, prices."""

_NEAR = 60  # characters, about ten words
_AFTER = 30
_SENTENCE_ENDS = (". ", "? ", "! ")
_MOST_CUES = 24  # of one turn
_MOST_PHRASES = 4096  # of a language that are remembered with what they announce
_TURNS = 6  # how far back a question reaches
_BACKCHANNEL = 9  # characters of a turn that only says "go on": it does not count
_ANSWERED_AT_ONCE = frozenset({Type.CARD_CVV, Type.CARD_EXPIRY, Type.DATE_OF_BIRTH, ORDINARY})
_OF_A_CARD = frozenset({Type.PAYMENT_CARD, Type.CARD_CVV})
_WITH_END = frozenset({Type.PHONE, Type.NATIONAL_ID, Type.HEALTH_ID, Type.IBAN, Type.BANK_ACCOUNT, Type.ACCOUNT_NUMBER,
                       Type.PASSPORT, Type.DRIVING_LICENCE, Type.TAX_ID})  # fmt: skip
_OF_WHAT = 24  # characters between "the last three digits" and what has them
_WITHOUT_NUMBERS = frozenset({Type.PERSON, Type.ORGANISATION, Type.CITY})
"""What is answered without a number: "my name is Ann Lee, 07700 900123" still answers the question for a telephone."""


class Cue(NamedTuple):
    """An announcement at ``[start, end)`` of the script. ``sure`` is false for words that need other evidence."""

    start: int
    end: int
    kind: str
    sure: bool


_Kinds = tuple[tuple[str, bool], ...]
"""What a phrase announces, and how surely; the sure ones first."""


_NO_CUES: list[Cue] = []


class _Phrases:
    """Every phrase that announces something in a language, and in English, whose terms are said everywhere."""

    def __init__(self, code: str) -> None:
        whole: dict[str, dict[tuple[str, bool], None]] = {}
        stems: dict[str, dict[tuple[str, bool], None]] = {}
        for spoken in dict.fromkeys((code, "en")):
            for kind, said in language(spoken).cues.items():
                for phrase in said:
                    table = stems if phrase.endswith("*") else whole
                    known = table.setdefault(_spaced(phrase.removesuffix("*")), {})
                    known[kind.rstrip("?"), not kind.endswith("?")] = None
        said_any = (phrase for spoken in {code, "en"} for said in language(spoken).cues.values() for phrase in said)
        self.pattern = Pattern(words(said_any))
        self._whole = whole
        self._stems = stems
        self._sizes = sorted({len(stem) for stem in stems})
        self.kinds = lru_cache(maxsize=_MOST_PHRASES)(self._kinds)

    def _kinds(self, phrase: bytes) -> _Kinds:
        """Return what the phrase, as it was said, announces."""
        said = _spaced(phrase.decode("latin-1"))
        known = dict(self._whole.get(said, {}))
        for size in self._sizes:
            stem = self._stems.get(said[:size])
            if stem is not None and (size == len(said) or said[size:].isalpha()):
                known |= stem
            if size >= len(said):
                break
        return tuple(sorted(known, key=lambda kind: not kind[1]))


def _spaced(phrase: str) -> str:
    return " ".join(phrase.replace("-", " ").split())


@cache
def _phrases(code: str) -> _Phrases:
    return _Phrases(code)


class Cues:
    """The cues of a call, by place. They are read when something first asks for them."""

    def __init__(self, script: Script, spoken: Language) -> None:
        self._script = script
        self._endings = spoken.endings
        self._phrases = _phrases(spoken.code)
        self._turns: dict[int, list[Cue]] | None = None
        self._told: list[int] = []  # the turns that have cues, in order
        self._by_kind: dict[str, list[int]] = {}
        self._asked: dict[int, list[Cue]] = {}
        self._before: dict[tuple[int, int], list[Cue]] = {}
        self._around: dict[int, frozenset[str]] = {}

    def of(self, turn: int) -> list[Cue]:
        """Return the cues of a turn, without those inside a longer one: the "number" in "order number"."""
        return self._known().get(turn, _NO_CUES)

    def _known(self) -> dict[int, list[Cue]]:
        if self._turns is None:
            self._turns = self._read()
            self._told = list(self._turns)
        return self._turns

    def _read(self) -> dict[int, list[Cue]]:
        data, find, kinds = self._script.data, self._phrases.pattern.find, self._phrases.kinds
        turns: dict[int, list[Cue]] = {}
        start, end = 0, len(data)
        last, turn, behind_turn = -1, -1, -1
        cues: list[Cue] = []
        ends: dict[tuple[str, bool], int] = {}  # phrases of one kind do not overlap
        while (found := find(data, start, end)) is not None:
            first, behind = found
            start = first + 1
            if behind <= last:
                continue
            if first >= behind_turn:
                turn = self._script.turn(first)
                behind_turn = self._script.ends[turn]
                cues = turns[turn] = []
                ends = {}
            last = behind
            for kind in kinds(data[first:behind]):
                if ends.get(kind, 0) <= first:
                    ends[kind] = behind
                    cues.append(Cue(first, behind, *kind))
        return turns if not self._endings else {turn: self._ended(cues) for turn, cues in turns.items()}

    def _ended(self, cues: list[Cue]) -> list[Cue]:
        """Return the cues without "the last three digits" where what they are the end of is named beside them."""
        if not any(cue.kind in _OF_A_CARD for cue in cues):
            return cues
        return [cue for cue in cues if cue.kind not in _OF_A_CARD or not self._is_end_of_other(cue, cues)]

    def _is_end_of_other(self, cue: Cue, cues: list[Cue]) -> bool:
        low = max(self._script.starts[self._script.turn(cue.start)], cue.start - _OF_WHAT)
        said = self._script.said(low, cue.end)
        if not any(ending in said for ending in self._endings):
            return False
        named = [
            one
            for one in cues
            if one.sure and (0 <= one.start - cue.end <= _OF_WHAT or 0 <= cue.start - one.end <= _OF_WHAT)
        ]
        return any(one.kind in _WITH_END for one in named) and not any(one.kind in _OF_A_CARD for one in named)

    def around(self, turn: int) -> frozenset[str]:
        """Return every kind that the turn's own words or a question before it announce."""
        known = self._around.get(turn)
        if known is None:
            known = frozenset([cue.kind for cue in self.of(turn)] + [cue.kind for cue in self.asked(turn)])
            self._around[turn] = known
        return known

    def announcing(self, kinds: frozenset[str]) -> list[int]:
        """Return the turns that announce one of the kinds, and those that may answer them, in order."""
        if not self._by_kind:
            for turn, cues in self._known().items():
                for kind in {cue.kind for cue in cues}:
                    self._by_kind.setdefault(kind, []).append(turn)
        turns: set[int] = set()
        last = len(self._script.starts)
        for turn in {turn for kind in kinds for turn in self._by_kind.get(kind, ())}:
            turns.update(range(turn, min(turn + _TURNS + 1, last)))
        return sorted(turns)

    def within(self, start: int, end: int) -> list[Cue]:
        """Return the cues that begin in ``[start, end)``."""
        if start >= end:
            return []
        turn = self._script.turn(start)
        cues = self.of(turn)
        if end > self._script.ends[turn]:
            later = range(turn + 1, self._script.turn(end) + 1)
            cues = [*cues, *(cue for turn in later for cue in self.of(turn))]
        if not cues or (cues[0].start >= start and cues[-1].start < end):
            return cues
        return cues[bisect_left(cues, start, key=_start) : bisect_left(cues, end, key=_start)]

    def before(self, start: int, low: int | None = None) -> list[Cue]:
        """Return the cues for numbers of the turn that end at most 60 characters before ``start``, nearest last."""
        begin = max(self._script.starts[self._script.turn(start)], start - 2 * _NEAR, low or 0)
        known = self._before.get((begin, start))
        if known is None:
            near = self.within(begin, start)
            known = [
                cue
                for cue in near
                if cue.end <= start and start - cue.end <= _NEAR and cue.kind not in _WITHOUT_NUMBERS
            ]
            self._before[begin, start] = known
        return known

    def asked(self, turn: int) -> list[Cue]:
        """Return the cues of the nearest earlier turn that has any for numbers, at most six turns back.

        Behind them stand the cues for names alone that were said since. What the same speaker announced before for
        one number only (a code, a date) is answered by now.
        """
        known = self._asked.get(turn)
        if known is None:
            known = self._asked[turn] = self._question(turn)
        return known

    def _question(self, turn: int) -> list[Cue]:
        turns, speakers, long = self._known(), self._script.speakers, self._long
        speaker, low = speakers[turn], max(0, turn - 2 * _TURNS)
        names: list[Cue] = []
        for place in range(bisect_left(self._told, turn) - 1, -1, -1):
            earlier = self._told[place]
            if earlier < low or long[turn] - long[earlier] > _TURNS:
                break
            found = turns[earlier][-_MOST_CUES:]
            if speaker is not About.UNKNOWN and speakers[earlier] is speaker:
                found = [cue for cue in found if cue.kind not in _ANSWERED_AT_ONCE]
            if not all(cue.kind in _WITHOUT_NUMBERS for cue in found):
                return [*found, *names]
            names = names or found
        return names

    @cached_property
    def _long(self) -> list[int]:
        """Return how many turns before each one are more than a word that says "go on"."""
        turns = zip(self._script.starts, self._script.ends, strict=True)
        return list(accumulate((end - start > _BACKCHANNEL for start, end in turns), initial=0))

    def support(self, kind: str, start: int, end: int, weight: float) -> Evidence | None:
        """Return what speaks for ``kind`` at ``[start, end)``: a word beside it, or the question before its turn."""
        turn = self._script.turn(start)
        before = self.before(start) if kind not in _WITHOUT_NUMBERS else self._named_before(start)
        if before and (before[-1].kind != ORDINARY or kind == Type.PAYMENT_CARD.value):
            for cue in reversed(before):
                if cue.kind == kind:
                    sure = cue.sure or any(asked.kind == kind and asked.sure for asked in self.asked(turn))
                    return Evidence("context", self._script.said(cue.start, cue.end), weight if sure else weight / 2)
        after = [cue for cue in self.within(end, min(end + _AFTER, self._script.ends[turn])) if cue.kind == kind]
        if after and not any(mark in self._script.said(end, after[0].start) for mark in _SENTENCE_ENDS):
            worth = weight * (0.75 if any(cue.sure for cue in after) else 0.375)
            return Evidence("context", self._script.said(after[0].start, after[0].end), worth)
        if any(cue.sure for cue in before):
            return None
        for cue in reversed(self.asked(turn)):
            if cue.kind == kind:
                asker = self._script.speakers[self._script.turn(cue.start)]
                sure = cue.sure and (asker != About.CALLER or self._script.speakers[turn] == About.CALLER)
                said = self._script.said(cue.start, cue.end)
                return Evidence("question", said, weight * 0.9 if sure else weight / 2)
        return None

    def _named_before(self, start: int) -> list[Cue]:
        begin = max(self._script.starts[self._script.turn(start)], start - 2 * _NEAR)
        return [cue for cue in self.within(begin, start) if cue.end <= start and start - cue.end <= _NEAR]

    def opposition(self, start: int, weight: float) -> Evidence | None:
        """Return what says that the number is nobody's: the nearest cue before it names an order, a ticket, ..."""
        before = self.before(start)
        turn = self._script.turn(start)
        question = self._script.starts[turn - 1] if turn else 0
        said = self.within(question, self._script.ends[turn - 1]) if turn and not before else []
        asked = [cue for cue in said if cue.kind not in _WITHOUT_NUMBERS]
        nearest = next(reversed(before or asked), None)
        if nearest is None or nearest.kind != ORDINARY:
            return None
        if not before and start - self._script.starts[turn] > _NEAR // 2:
            weight /= 2  # deep in its turn a number rather belongs to what stands there than to the question before
        return Evidence("context", self._script.said(nearest.start, nearest.end), weight)


def _start(cue: Cue) -> int:
    return cue.start
