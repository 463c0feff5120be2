"""The same value again: read back by the agent, repeated by the caller, in words or in figures, whole or in part."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from callward.engine.pii.codes import KINDS
from callward.engine.pii.cues import ORDINARY
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Piece

_GRAM = 4
_LEAST = 3  # digits of a repetition without letters
_LEAST_SPELLED = 3
_SHORT = 6  # pieces with fewer digits count near the value only
_NEAR_TURNS = 8
_CODE_TURNS = 2
_MOST_VALUES = 8  # values looked at for one piece
_LEAST_CODED = 2  # digits of a piece that repeats a code with letters, which stand beside it again
_NUMBERED = frozenset(
    {
        Type.PAYMENT_CARD, Type.NATIONAL_ID, Type.HEALTH_ID, Type.PHONE, Type.IBAN, Type.CARD_CVV, Type.CARD_EXPIRY,
        Type.BANK_ACCOUNT, Type.PASSPORT, Type.DRIVING_LICENCE, Type.VEHICLE_PLATE, Type.ACCOUNT_NUMBER, Type.TAX_ID,
        Type.POSTCODE, Type.PASSWORD, Type.USERNAME,
    }
)  # fmt: skip
_CODED = frozenset(
    {
        Type.PASSPORT, Type.DRIVING_LICENCE, Type.VEHICLE_PLATE, Type.ACCOUNT_NUMBER, Type.TAX_ID, Type.POSTCODE,
        Type.HEALTH_ID, Type.NATIONAL_ID, Type.IBAN,
    }
)  # fmt: skip
"""Types with letters in them: what is spelled again is looked for too."""


def find_echoes(scene: Scene, found: list[Draft]) -> list[Draft]:
    """Return drafts for the pieces of the digit stream, not yet covered, that repeat a value of ``found``."""
    covered = sorted(place for draft in found for place in draft.places)
    index: defaultdict[str, list[tuple[str, Draft]]] = defaultdict(list)
    for draft in found:
        if draft.type in _NUMBERED:
            digits = "".join(character for character in draft.value if character.isdigit())
            if not digits:
                continue
            for gram in {digits[at : at + _GRAM] for at in range(max(1, len(digits) - _GRAM + 1))}:
                index[gram].append((digits, draft))
    if not index:
        return []
    drafts = (_echo(scene, piece, index) for piece in scene.pieces if not _holds(covered, piece.start))
    numbers = [draft for draft in drafts if draft is not None]
    return [*numbers, *_spelled_again(scene, found, covered)]


def _spelled_again(scene: Scene, found: list[Draft], covered: list[tuple[int, int]]) -> Iterator[Draft]:
    """Yield the runs of letters and digits that repeat a code of ``found``, whole or its beginning or end."""
    values = {_compact(draft.value): draft for draft in found if draft.type in _CODED}
    values = {value: draft for value, draft in values.items() if not value.isdigit() and len(value) >= _GRAM}
    if not values:
        return
    for run in scene.runs(KINDS):
        said = "".join(sign.text for sign in run.signs)
        if len(said) < _LEAST_SPELLED or any(_holds(covered, sign.start) for sign in run.signs):
            continue
        for value, draft in list(values.items())[: 4 * _MOST_VALUES]:
            part = value.startswith(said) or value.endswith(said)
            near = abs(run.turn - scene.script.turn(draft.places[0][0])) <= _NEAR_TURNS
            if said == value or (part and near) or (len(value) > _GRAM and value in said):
                evidence = (Evidence("echo", draft.rule, draft.score),)
                spoken = any(sign.spoken for sign in run.signs)
                yield Draft(draft.type, ((run.start, run.end),), draft.rule, spoken, draft.value, evidence)
                break


def _compact(value: str) -> str:
    return "".join(character for character in value.lower() if character.isalnum())


def _holds(places: list[tuple[int, int]], offset: int) -> bool:
    """Say whether one of the places, which are in order and apart, holds ``offset``."""
    at = bisect_right(places, offset, key=lambda place: place[0]) - 1
    return at >= 0 and offset < places[at][1]


def _echo(scene: Scene, piece: Piece, index: dict[str, list[tuple[str, Draft]]]) -> Draft | None:
    digits = piece.digits
    if piece.ordinary or len(digits) < _LEAST_CODED:
        return None
    if any(cue.kind == ORDINARY for cue in scene.cues.before(piece.start)[-1:]):
        return None
    for needle in dict.fromkeys((digits, digits.lstrip("0"))):
        for value, draft in index.get(needle[:_GRAM], ())[:_MOST_VALUES]:
            place = _with_letters(scene, piece, draft)
            if place is None and (len(digits) < _LEAST or (piece.glued and len(digits) < _SHORT)):
                continue
            if place is not None or _repeats(scene, piece, needle, value, draft):
                evidence = (Evidence("echo", draft.rule, draft.score),)
                place = place or (piece.start, piece.end)
                return Draft(draft.type, (place,), draft.rule, piece.spoken, draft.value, evidence)
    return None


def _with_letters(scene: Scene, piece: Piece, draft: Draft) -> tuple[int, int] | None:
    """Return where a written code stands again whose digits the piece repeats: with the letters around them."""
    value = _compact(draft.value)
    at = value.find(piece.digits)
    if draft.type not in _CODED or value.isdigit() or at < 0:
        return None
    script = scene.script
    start, end = piece.start, piece.end
    for letter in reversed(value[:at]):
        start = start - 1 if script.data[start - 1 : start] not in (b" ", b"-") else start - 2
        if start < script.starts[piece.turn] or script.data[start : start + 1] != letter.encode("latin-1", "replace"):
            return None
    for letter in value[at + len(piece.digits) :]:
        end = end if script.data[end : end + 1] not in (b" ", b"-") else end + 1
        if script.data[end : end + 1] != letter.encode("latin-1", "replace"):
            return None
        end += 1
    return start, end


def _repeats(scene: Scene, piece: Piece, needle: str, value: str, draft: Draft) -> bool:
    turns = [scene.script.turn(start) for start, _ in draft.places]
    if draft.type in (Type.CARD_CVV, Type.CARD_EXPIRY):
        return needle == value and 0 < piece.turn - turns[-1] <= _CODE_TURNS
    if len(needle) < _GRAM or needle not in value:
        return False
    return len(needle) >= _SHORT or min(abs(piece.turn - turn) for turn in turns) <= _NEAR_TURNS
