"""All that is known of a call while it is searched, and the drafts that become findings."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from callward.engine.pii.cues import Cues
from callward.engine.pii.lexicon import Language, all_countries, language
from callward.engine.pii.model import Conversation, Evidence, Sensitivity, Type
from callward.engine.pii.recognizer import total
from callward.engine.pii.stream import Group, Piece, Reader
from callward.engine.pii.text import Script

_NEAR = 60  # characters between two pieces of a row
_ROW = 12  # pieces that one announcement reaches over
_THRESHOLDS = {Sensitivity.NORMAL: 0.5, Sensitivity.STRICT: 0.3}


@dataclass(frozen=True, slots=True)
class Draft:
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


class Scene:
    """A call prepared for searching: its script, language, cues and digit stream."""

    def __init__(self, conversation: Conversation, sensitivity: Sensitivity) -> None:
        self.script = Script(conversation)
        self.language: Language = language(conversation.language)
        self.countries = conversation.countries or (
            self.language.countries if conversation.language else all_countries()
        )
        self.cues = Cues(self.script, self.language)
        self.strict = sensitivity is Sensitivity.STRICT
        self.threshold = _THRESHOLDS[sensitivity]
        self.pieces: list[Piece] = _reader(self.language.code).pieces(self.script)
        self._taken: dict[int, int] = {}  # by where the piece starts
        self._announced: list[tuple[frozenset[str], frozenset[str], int]] = []
        self._piece_starts = [piece.start for piece in self.pieces]

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
        near = self.cues.before(piece.start, previous.end if previous else None)
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
