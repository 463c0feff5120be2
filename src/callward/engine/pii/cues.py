"""Where the call says what a number will be: words beside it, and what was asked in the turns before."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from callward.engine.pii.lexicon import Language, language
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.patterns import Pattern, words
from callward.engine.pii.text import Script

ORDINARY = "ORDINARY"
"""The kind of cue that names numbers which are nobody's: orders, tickets, prices."""

_NEAR = 60  # characters, about ten words
_AFTER = 30
_MOST_CUES = 24  # of one turn
_TURNS = 6  # how far back a question reaches
_ANSWERED_AT_ONCE = frozenset({Type.CARD_CVV, Type.CARD_EXPIRY, Type.DATE_OF_BIRTH, ORDINARY})


@dataclass(frozen=True, slots=True)
class Cue:
    """An announcement at ``[start, end)`` of the script. ``sure`` is false for words that need other evidence."""

    start: int
    end: int
    kind: str
    sure: bool


@cache
def _patterns(code: str) -> tuple[tuple[str, bool, Pattern], ...]:
    """Return the cue patterns of a language, and of English beside it, whose terms are said everywhere."""
    phrases: dict[str, tuple[str, ...]] = {}
    for spoken in {code, "en"}:
        for kind, said in language(spoken).cues.items():
            phrases[kind] = phrases.get(kind, ()) + said
    return tuple((kind.rstrip("?"), not kind.endswith("?"), Pattern(words(said))) for kind, said in phrases.items())


class Cues:
    """The cues of a call, by place."""

    def __init__(self, script: Script, spoken: Language) -> None:
        self._script = script
        found = [
            Cue(start, end, kind, sure)
            for kind, sure, pattern in _patterns(spoken.code)
            for start, end in pattern.spans(script.data)
        ]
        found.sort(key=lambda cue: (cue.start, -cue.end, not cue.sure))
        self._cues = _outermost(found)
        self._starts = [cue.start for cue in self._cues]
        self._asked: dict[int, list[Cue]] = {}

    def within(self, start: int, end: int) -> list[Cue]:
        """Return the cues that begin in ``[start, end)``."""
        return self._cues[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def before(self, start: int, low: int | None = None) -> list[Cue]:
        """Return the cues of the same turn that end at most 60 characters before ``start``, nearest last."""
        begin = max(self._script.starts[self._script.turn(start)], start - 2 * _NEAR, low or 0)
        return [cue for cue in self.within(begin, start) if cue.end <= start and start - cue.end <= _NEAR]

    def asked(self, turn: int) -> list[Cue]:
        """Return the cues of the nearest earlier turn that has any, at most six turns back.

        What the same speaker announced before for one number only (a code, a date) is answered by now.
        """
        known = self._asked.get(turn)
        if known is None:
            known = self._asked[turn] = self._question(turn)
        return known

    def _question(self, turn: int) -> list[Cue]:
        speaker = self._script.speakers[turn]
        for earlier in range(turn - 1, max(-1, turn - 1 - _TURNS), -1):
            found = self.within(self._script.starts[earlier], self._script.ends[earlier])[-_MOST_CUES:]
            if found and speaker is not About.UNKNOWN and self._script.speakers[earlier] is speaker:
                found = [cue for cue in found if cue.kind not in _ANSWERED_AT_ONCE]
            if found:
                return found
        return []

    def support(self, kind: str, start: int, end: int, weight: float) -> Evidence | None:
        """Return what speaks for ``kind`` at ``[start, end)``: a word beside it, or the question before its turn."""
        turn = self._script.turn(start)
        before = self.before(start)
        if before and (before[-1].kind != ORDINARY or kind == Type.PAYMENT_CARD.value):
            for cue in reversed(before):
                if cue.kind == kind:
                    return Evidence(
                        "context", self._script.said(cue.start, cue.end), weight if cue.sure else weight / 2
                    )
        after = [cue for cue in self.within(end, min(end + _AFTER, self._script.ends[turn])) if cue.kind == kind]
        if after:
            return Evidence("context", self._script.said(after[0].start, after[0].end), weight * 0.75)
        if before and before[-1].kind != ORDINARY:
            return None
        for cue in reversed(self.asked(turn)):
            if cue.kind == kind and not before:
                asker = self._script.speakers[self._script.turn(cue.start)]
                sure = cue.sure and (asker != About.CALLER or self._script.speakers[turn] == About.CALLER)
                said = self._script.said(cue.start, cue.end)
                return Evidence("question", said, weight * 0.9 if sure else weight / 2)
        return None

    def opposition(self, start: int, weight: float) -> Evidence | None:
        """Return what says that the number is nobody's: the nearest cue before it names an order, a ticket, ..."""
        before = self.before(start)
        turn = self._script.turn(start)
        question = self._script.starts[turn - 1] if turn else 0
        asked = self.within(question, self._script.ends[turn - 1])[-1:] if turn and not before else []
        nearest = next(reversed(before or asked), None)
        if nearest is None or nearest.kind != ORDINARY:
            return None
        return Evidence("context", self._script.said(nearest.start, nearest.end), weight)


def _outermost(cues: list[Cue]) -> list[Cue]:
    """Drop cues inside a longer one: the "number" in "order number", the "card" in "gift card"."""
    kept: list[Cue] = []
    for cue in cues:
        if kept and cue.end <= kept[-1].end and (cue.start, cue.end) != (kept[-1].start, kept[-1].end):
            continue
        kept.append(cue)
    return kept
