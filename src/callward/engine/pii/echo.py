"""The same value again: read back by the agent, repeated by the caller, in words or in figures, whole or in part."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from callward.engine.pii.cues import ORDINARY
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Piece

_GRAM = 4
_SHORT = 6  # pieces with fewer digits count near the value only
_NEAR_TURNS = 8
_CODE_TURNS = 2
_MOST_VALUES = 8  # values looked at for one piece
_NUMBERED = frozenset(
    {Type.PAYMENT_CARD, Type.NATIONAL_ID, Type.HEALTH_ID, Type.PHONE, Type.IBAN, Type.CARD_CVV, Type.CARD_EXPIRY}
)


def find_echoes(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Return drafts for the pieces of the digit stream, not yet covered, that repeat a value of ``found``."""
    covered = sorted(place for draft in found for place in draft.places)
    index: defaultdict[str, list[tuple[str, Draft]]] = defaultdict(list)
    for draft in found:
        if draft.type in _NUMBERED:
            digits = "".join(character for character in draft.value if character.isdigit())
            for gram in {digits[at : at + _GRAM] for at in range(max(1, len(digits) - _GRAM + 1))}:
                index[gram].append((digits, draft))
    if not index:
        return []
    drafts = (_echo(scene, piece, index) for piece in scene.pieces if not _holds(covered, piece.start))
    return [draft for draft in drafts if draft is not None]


def _holds(places: list[tuple[int, int]], offset: int) -> bool:
    """Say whether one of the places, which are in order and apart, holds ``offset``."""
    at = bisect_right(places, offset, key=lambda place: place[0]) - 1
    return at >= 0 and offset < places[at][1]


def _echo(scene: Scene, piece: Piece, index: dict[str, list[tuple[str, Draft]]]) -> Draft | None:
    digits = piece.digits
    if piece.ordinary or len(digits) < 3 or (piece.glued and len(digits) < _SHORT):
        return None
    if any(cue.kind == ORDINARY for cue in scene.cues.before(piece.start)[-1:]):
        return None
    for needle in dict.fromkeys((digits, digits.lstrip("0"))):
        for value, draft in index.get(needle[:_GRAM], ())[:_MOST_VALUES]:
            if _repeats(scene, piece, needle, value, draft):
                evidence = (Evidence("echo", draft.rule, draft.score),)
                place = (piece.start, piece.end)
                return Draft(draft.type, (place,), draft.rule, piece.spoken, draft.value, evidence)
    return None


def _repeats(scene: Scene, piece: Piece, needle: str, value: str, draft: Draft) -> bool:
    turns = [scene.script.turn(start) for start, _ in draft.places]
    if draft.type in (Type.CARD_CVV, Type.CARD_EXPIRY):
        return needle == value and 0 < piece.turn - turns[-1] <= _CODE_TURNS
    if len(needle) < _GRAM or needle not in value:
        return False
    return len(needle) >= _SHORT or min(abs(piece.turn - turn) for turn in turns) <= _NEAR_TURNS
