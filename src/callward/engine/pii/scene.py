"""All that is known of a call while it is searched, and the drafts that become findings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from callward.engine.pii.cues import Cues
from callward.engine.pii.lexicon import Language, all_countries, language
from callward.engine.pii.lexicon.frequent import FREQUENT
from callward.engine.pii.likely import likely
from callward.engine.pii.model import Conversation, Evidence, Sensitivity, Type
from callward.engine.pii.recognizer import total
from callward.engine.pii.recognizers.iban import LENGTHS
from callward.engine.pii.spelling import Run, speller
from callward.engine.pii.stream import Group, Piece, Reader
from callward.engine.pii.text import Script

_NEAR = 60  # characters between two pieces of a row
_ROW = 12  # pieces that one announcement reaches over
_LEAST_CODE = 3  # digits of a number that may be a code
_AT_AN_END = 25  # characters beside a part of a code in its turn
_LETTERS = 4  # of a word that is a part of a code
_SHORT_TURN = 400  # bytes of a turn that is read for spelling as a whole
_AROUND = 160  # bytes that are read around a letter in a longer one
_IN_SMALL_NUMBERS = frozenset({Type.CARD_EXPIRY.value, Type.AGE.value})
"""What is answered with one small number, which ordinary talk is full of."""
_LOOKED_AT = 60  # turns
_DAY = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])(?:[./-](?:20)?[0-3]\d|\.)?|20[0-3]\d([-./])[01]\d\1[0-3]\d"
)
"""A day as it is written, of this century: what a policy or a referral says beside its number."""
_LONGEST_DAY = 10
_BESIDE_DAY = re.compile(r"[0-9a-z./-]*")
_OF_ACCOUNTS = frozenset({Type.IBAN.value, Type.BANK_ACCOUNT.value})
_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b")
_THRESHOLDS = {Sensitivity.NORMAL: 0.5, Sensitivity.STRICT: 0.3}


class Draft(NamedTuple):
    """A finding whose places are still offsets of the script: ``[start, end)`` each, in order."""

    type: Type
    places: tuple[tuple[int, int], ...]
    rule: str
    spoken: bool
    value: str
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> float:
        return total(self.evidence)


@cache
def _reader(code: str) -> Reader:
    return Reader(language(code))


@cache
def _country(code: str, countries: tuple[str, ...]) -> re.Pattern[str]:
    """Return the countries with which an account begins; asked for, "se" is no word of talk."""
    known = LENGTHS.keys() - FREQUENT.get(code, frozenset()) | {country.lower() for country in countries}
    return re.compile(rf"\b(?:{'|'.join(sorted(known))})(?=[ ,]+(?:[a-zà-ž]|\d\d?(?!\d)))")


def _start(piece: Piece) -> int:
    return piece.start


class Scene:
    """A call prepared for searching: its script, language, cues and digit stream."""

    def __init__(self, conversation: Conversation, sensitivity: Sensitivity) -> None:
        self.conversation = conversation
        self.script = Script(conversation)
        self.language: Language = language(conversation.language)
        self.countries = conversation.countries or (
            self.language.countries if conversation.language else all_countries()
        )
        self.cues = Cues(self.script, self.language)
        self.strict = sensitivity is Sensitivity.STRICT
        self.threshold = _THRESHOLDS[sensitivity]
        self.likely = likely(self.script, self.language)
        asked = frozenset(self.cues.announcing(_IN_SMALL_NUMBERS))
        turns = sorted(asked.union(self.likely)) if asked else self.likely
        self.pieces: list[Piece] = _reader(self.language.code).pieces(self.script, turns, asked)
        self._numbers: dict[int, list[Piece]] = {}
        self._taken: dict[int, int] = {}  # by where the piece starts
        self._announced: list[tuple[frozenset[str], frozenset[str], int]] = []
        self._piece_starts = [piece.start for piece in self.pieces]
        self._conversation = conversation
        self._runs: dict[frozenset[str], list[Run]] = {}

    def taken(self, piece: Piece) -> int:
        """Return how many of the groups of ``piece`` are already part of a finding, from its first."""
        return self._taken.get(piece.start, 0)

    def left(self, piece: Piece) -> tuple[Group, ...]:
        """Return the groups that no finding has taken."""
        return piece.groups[self.taken(piece) :]

    def take(self, piece: Piece, last: int) -> None:
        """Note that the groups of ``piece`` before ``last`` are part of a finding."""
        self._taken[piece.start] = last

    def within(self, start: int, end: int) -> list[Piece]:
        """Return the pieces that begin in ``[start, end)``."""
        return self.pieces[bisect_left(self._piece_starts, start) : bisect_left(self._piece_starts, end)]

    def numbers(self, start: int, end: int) -> list[Piece]:
        """Return the pieces that begin in ``[start, end)`` of one turn, the small numbers of ordinary talk included."""
        turn = self.script.turn(start)
        known = self._numbers.get(turn)
        if known is None:
            known = self._numbers[turn] = _reader(self.language.code).every_piece(self.script, turn)
        return known[bisect_left(known, start, key=_start) : bisect_left(known, end, key=_start)]

    def announced(self, place: int) -> tuple[frozenset[str], frozenset[str]]:
        """Return the kinds that the words before piece ``place`` announce: (in its own turn, asked before).

        A cue between the piece and the one before it in the turn counts alone; without one the piece goes
        on with what announced the pieces before; the question counts for what comes first in a turn.
        """
        while len(self._announced) <= place:
            self._announced.append(self._announce(len(self._announced)))
        return self._announced[place][:2]

    def _announce(self, place: int) -> tuple[frozenset[str], frozenset[str], int]:
        """Return what announces a piece, and how many pieces in a row were announced by the same words."""
        piece = self.pieces[place]
        previous = self.pieces[place - 1] if place and self.pieces[place - 1].turn == piece.turn else None
        near = self.cues.before(piece.start)
        if previous is not None:  # "the last four of" is an announcement, though its "four" is a piece too
            near = [cue for cue in near if cue.end > previous.end]
        if near:
            return frozenset({near[-1].kind} | {cue.kind for cue in near if cue.sure}), frozenset(), 1
        if previous is None:
            return frozenset(), frozenset(cue.kind for cue in self.cues.asked(piece.turn)), 1
        own, asked, row = self._announced[place - 1]
        if piece.start - previous.end <= _NEAR and row < _ROW:
            return own, asked, row + 1
        return frozenset(), frozenset(cue.kind for cue in self.cues.asked(piece.turn)), 1

    def expected(self, place: int) -> frozenset[str]:
        """Return every kind that piece ``place`` may be by what was said or asked."""
        near, asked = self.announced(place)
        return near or asked

    @cached_property
    def capitals(self) -> bool:
        """Whether the call is written with capitals, so that a name without one is none."""
        turns = [turn.text for turn in self._conversation.turns[:_LOOKED_AT] if turn.text.strip()]
        return sum(text != text.lower() and text != text.upper() for text in turns) * 3 > len(turns)

    def original(self, start: int, end: int) -> str:
        """Return what stands at ``[start, end)`` of the script as the call has it: with capitals and marks."""
        first = self.script.span(start, end)
        return self._conversation.turns[first.turn].text[first.start : first.end]

    def is_day(self, start: int, end: int) -> bool:
        """Say whether ``[start, end)`` lies within a day that is written in figures ("31.12.2025", "12/10")."""
        turn = self.script.turn(start)
        before = self.script.said(max(self.script.starts[turn], start - _LONGEST_DAY), start)[::-1]
        behind = self.script.said(end, min(self.script.ends[turn], end + _LONGEST_DAY))
        first, last = _BESIDE_DAY.match(before), _BESIDE_DAY.match(behind)
        around = (first.end() if first else 0), (last.end() if last else 0)
        return _DAY.fullmatch(self.script.said(start - around[0], end + around[1]).rstrip(".-")) is not None

    def runs(self, kinds: frozenset[str] = frozenset()) -> list[Run]:
        """Return what is spelled out in letters and digits, in order.

        Besides what begins with a letter that no ordinary word is, the numbers are read of which the call says
        that they are one of ``kinds``.
        """
        known = self._runs.get(kinds)
        if known is None:
            known = self._runs[kinds] = [run for window in self._windows(kinds) for run in self._spelled(*window)]
        return known

    def _windows(self, kinds: frozenset[str]) -> list[tuple[int, int]]:
        """Return the stretches of text in which something may be spelled, apart and in order."""
        seeds = list(speller(self.language.code).seeds(self.script.data))
        for place, piece in enumerate(self.pieces):
            if self._may_be_code(piece) and kinds & self.expected(place):
                seeds.append((piece.start, piece.end))
        windows: list[tuple[int, int]] = []
        for start, end in sorted(seeds):
            if windows and end <= windows[-1][1]:
                continue
            low, high = self._window(start, end)
            if windows and low <= windows[-1][1]:
                low = windows.pop()[0]
            windows.append((low, high))
        return windows

    def _may_be_code(self, piece: Piece) -> bool:
        """Say whether a number is long enough for a code, or may be a part of one: at an end of a turn, by letters."""
        if len(piece.digits) >= _LEAST_CODE:
            return True
        low, high = self.script.starts[piece.turn], self.script.ends[piece.turn]
        if piece.start - low <= _AT_AN_END or high - piece.end <= _AT_AN_END:
            return True
        beside = (self.script.said(piece.start - 9, piece.start), self.script.said(piece.end, piece.end + 9))
        words = (beside[0].replace("-", " ").split()[-1:], beside[1].replace("-", " ").split()[:1])
        return any(len(word) <= _LETTERS and word not in self.language.units for part in words for word in part)

    def _window(self, start: int, end: int) -> tuple[int, int]:
        turn = self.script.turn(start)
        low, high = self.script.starts[turn], self.script.ends[turn]
        if high - low <= _SHORT_TURN:
            return low, high
        if start - _AROUND > low:
            low = self.script.data.find(b" ", start - _AROUND, start) + 1 or start
        if end + _AROUND < high:
            cut = self.script.data.rfind(b" ", end, end + _AROUND)
            high = cut if cut > 0 else end
        return low, high

    def _spelled(self, low: int, high: int) -> Iterator[Run]:
        turn = self.script.turn(low)
        text = self.script.said(low, high)
        return speller(self.language.code).runs(text, low, turn, self._shouted(turn, low, high))

    def _shouted(self, turn: int, low: int, high: int) -> frozenset[int]:
        """Return the offsets of short words in capitals, in a turn that is not written in capitals altogether.

        A turn that is a code and nothing else is, in a call that has small letters too.
        """
        first, last = self.script.span(low, low), self.script.span(high, high)
        text = self._conversation.turns[turn].text[first.start : last.start]
        if last.start - first.start != high - low:
            return frozenset()
        country = (
            None if _OF_ACCOUNTS.isdisjoint(self.cues.around(turn)) else _country(self.language.code, self.countries)
        )
        countries = country.finditer(text.lower()) if country else ()
        loud = text.isupper() and not (self.capitals and any(map(str.isdigit, text)))
        capitals = () if loud or text.islower() else _CAPITALS.finditer(text)
        return frozenset(low + match.start() for matches in (capitals, countries) for match in matches)
