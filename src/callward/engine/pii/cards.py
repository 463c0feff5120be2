"""Payment card numbers on the digit stream, whole or in parts; ``beside`` reads expiry and security code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from callward.engine.pii import checks
from callward.engine.pii.beside import find_beside, is_month_and_year, named_month
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.parts import Part, draft, follow, readings
from callward.engine.pii.recognizers import card
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group

_CARD = Type.PAYMENT_CARD.value
_SMALLEST = 3  # digits of the shortest thing beside a card; a year alone has two, behind the name of its month
_SMALLEST_PART = 4
_LAST = 4  # digits by which a card is told
_SURE_PART = 8
_NAMED_WEIGHT = 0.3  # what a cue is worth that names a card rather than a payment
_NAMED = 30  # characters before a number in which its name stands
_CARD_NEAR = 4  # turns after a card number in which a bare "code" is its security code
_SHORT, _LONG = 13, 19
_MOST_DIGITS = 24
_YEAR = re.compile(r"(?:19|20)\d\d")


class _Fit(NamedTuple):
    """The first ``groups`` of a row are the card."""

    groups: int
    digits: str
    evidence: tuple[Evidence, ...]


def find_cards(scene: Scene) -> list[Draft]:
    """Find card numbers, expiry dates and security codes; the scene keeps which groups they take."""
    found: list[Draft] = []
    last_turn = -_CARD_NEAR - 1  # the last turn with a part of a card, its expiry or its code
    last_code = -1  # the last turn with a security code
    last_date = -1  # the last turn with an expiry date
    for place, piece in enumerate(scene.pieces):
        if len(piece.digits) < _SMALLEST and not named_month(scene, piece):
            last_turn = piece.turn if scene.taken(piece) else last_turn
            continue
        near = piece.turn - last_turn <= _CARD_NEAR
        if not scene.taken(piece) and not piece.ordinary and not (near and is_month_and_year(piece.groups)):
            one = _number(scene, place, whole=near)
            if one is not None:
                found.append(one)
        if not scene.taken(piece) and not piece.ordinary:
            found.extend(_inside(scene, place))
        if scene.taken(piece):
            last_turn = piece.turn
        beside = find_beside(
            scene, place, near=piece.turn - last_turn <= _CARD_NEAR, answered=last_code, dated=last_date
        )
        if beside:
            found.extend(beside)
            last_turn = piece.turn
            last_code = piece.turn if beside[-1].type is Type.CARD_CVV else last_code
            last_date = piece.turn if beside[0].type is Type.CARD_EXPIRY else last_date
    return found


def _number(scene: Scene, place: int, *, whole: bool) -> Draft | None:
    """Read a card number that begins with piece ``place``; with ``whole`` a part counts only where it is named."""
    piece = scene.pieces[place]
    asked = _CARD in scene.expected(place)
    if len(piece.digits) < (_SMALLEST_PART if not asked else _SMALLEST) or len(piece.groups) > 3 * _MOST_DIGITS:
        return None
    parts, fit = _read(scene, place)
    support = scene.cues.support(_CARD, piece.start, piece.end, 0.5) if asked else None
    if fit is None:
        named = _CARD in scene.announced(place)[0]
        return _part(scene, parts, support) if named or not whole else None
    against = None if support else scene.cues.opposition(piece.start, -0.2)
    taken = _taken(parts, fit.groups)
    if support is not None:
        taken = _to_the_end(taken)
    spread = (Evidence("form", "in parts", -0.1),) if len(taken) > 1 and support is None else ()
    extra = tuple(one for one in (support, against) if one is not None)
    one = draft(Type.PAYMENT_CARD, taken, "payment card", fit.digits, (*fit.evidence, *spread, *extra))
    named = support is not None and support.weight >= _NAMED_WEIGHT
    if len(taken) > 1 and not named and not (_unasked(taken, fit) and (_passed(fit) or support)):
        return None
    if one.score < scene.threshold:
        return None
    for part in taken:
        scene.take(part.piece, part.last)
    return one


def _to_the_end(taken: list[Part]) -> list[Part]:
    """Add a digit or two that end the piece: a number of two readings came out longer than a card."""
    *others, last = taken
    rest = last.piece.groups[last.last :]
    if sum(len(group.digits) for group in rest) >= _SMALLEST or any(group.before.gap != Gap.PLAIN for group in rest):
        return taken
    return [*others, Part(last.piece, last.first, len(last.piece.groups))]


def _unasked(taken: list[Part], fit: _Fit) -> bool:
    """Say whether parts that nobody asked for look like a card's: of the usual length, in groups of three and more."""
    sizes = [sum(len(group.digits) for group in part.groups) for part in taken]
    return len(fit.digits) in (15, 16) and min(sizes) >= 3


def _inside(scene: Scene, place: int) -> list[Draft]:
    """Find a card that begins in the middle of a piece, behind another number; Luhn and brand must agree."""
    piece = scene.pieces[place]
    if len(piece.digits) <= _SHORT:
        return []
    for first in range(1, len(piece.groups)):
        if piece.groups[first].before.gap not in (Gap.LISTED, Gap.FILLED, Gap.JOINED, Gap.CORRECTED):
            continue
        fit = _fit(piece.groups[first:])
        if fit is not None and _passed(fit):
            scene.take(piece, first + fit.groups)
            part = Part(piece, _attempted(piece.groups, first), first + fit.groups)
            return [draft(Type.PAYMENT_CARD, [part], "payment card", fit.digits, fit.evidence)]
    return []


def _attempted(groups: Sequence[Group], first: int) -> int:
    """Return where a card begins that was begun anew at ``first``: the attempt that broke off is part of it."""
    if groups[first].before.gap not in (Gap.FILLED, Gap.CORRECTED):
        return first
    while first and groups[first].before.gap in (Gap.PLAIN, Gap.FILLED, Gap.CORRECTED):
        first -= 1
    return first


def _read(scene: Scene, place: int) -> tuple[list[Part], _Fit | None]:
    """Read the number with and without what the speaker says twice: a card may hold "1111 1111"."""
    once = follow(scene, place, _CARD, _LONG)
    fit = _fit([group for part in once for group in part.groups])
    if fit is not None and _passed(fit):
        return once, fit
    twice = follow(scene, place, _CARD, _LONG, repeats=True)
    other = _fit([group for part in twice for group in part.groups]) if len(twice) > len(once) else None
    return (twice, other) if other is not None and (fit is None or _passed(other)) else (once, fit)


def _passed(fit: _Fit) -> bool:
    return any(one.detail == "Luhn passed" for one in fit.evidence)


def _part(scene: Scene, parts: list[Part], support: Evidence | None) -> Draft | None:
    """Take a card number that was begun, or of which the last digits are named."""
    digits = "".join(group.digits for part in parts for group in part.groups)
    if support is None or len(digits) < _SMALLEST_PART or len(digits) > _MOST_DIGITS:
        return None
    if len(digits) < _SURE_PART and (parts[0].piece.glued or _lettered(parts)):
        return None
    year = len(parts) == 1 and not parts[0].piece.spoken and _YEAR.fullmatch(digits)
    if year or (len(digits) < _SURE_PART and support.weight < _NAMED_WEIGHT and not scene.strict):
        return None
    before = scene.script.said(
        max(scene.script.starts[parts[0].piece.turn], parts[0].piece.start - _NAMED), parts[0].piece.start
    )
    form = "last digits" if any(phrase in before for phrase in scene.language.endings) else "in part"
    if form == "last digits" and sum(len(group.digits) for group in parts[0].groups) >= _LAST:
        parts = parts[:1]  # a number that ends goes on in nobody's house number
        digits = "".join(group.digits for group in parts[0].groups)
    for part in parts:
        scene.take(part.piece, part.last)
    evidence = (Evidence("form", form, 0.35), support)
    return draft(Type.PAYMENT_CARD, parts, "payment card in part", digits, evidence)


def _lettered(parts: list[Part]) -> bool:
    """Say whether a letter was written between the digits, as in a house number with a postcode behind it."""
    return any(group.before.letters and not group.spoken for part in parts for group in part.groups[1:])


def _fit(groups: Sequence[Group]) -> _Fit | None:
    """Find how many of the groups are a card: by Luhn and brand under any reading, else by length."""
    if sum(max(map(len, (group.digits, *group.others))) for group in groups) < _SHORT:
        return None
    base = Evidence("pattern", "payment card", 0.3)
    best: _Fit | None = None
    best_rank = (False, False)
    for reading in readings(groups):
        digits = ""
        for index, (place, said) in enumerate(reading):
            digits += said
            if len(digits) > _LONG:
                break
            if len(digits) < _SHORT or not checks.luhn(digits):
                continue
            issuer = card.brand(digits)
            if issuer is None or len(digits) not in issuer[1]:
                continue
            if len(digits) in (_SHORT, _LONG) and index + 1 < len(reading):
                continue
            rank = (_ends(groups, place), len(digits) == 16)
            if len(set(digits)) > 1 and (best is None or rank > best_rank):
                sizes = tuple(len(said) for _, said in reading[: index + 1])
                best, best_rank = _Fit(place + 1, digits, (base, *card.weigh(digits, sizes))), rank
    return best or _by_length(groups, base)


def _ends(groups: Sequence[Group], place: int) -> bool:
    """Say whether a number may well end with this group: nothing follows, or only after a stop."""
    return place + 1 == len(groups) or groups[place + 1].before.gap in (Gap.START, Gap.LISTED, Gap.FILLED)


def _by_length(groups: Sequence[Group], base: Evidence) -> _Fit | None:
    """Cut where the brand's length ends, else take everything that has the length of a card."""
    for reading in readings(groups):
        ends: dict[int, tuple[int, str]] = {}
        digits = ""
        for place, said in reading:
            digits += said
            ends[len(digits)] = (place + 1, digits)
        issuer = card.brand(digits)
        usual = 15 if issuer and issuer[0] == "American Express" else 16
        if usual in ends and _ends(groups, ends[usual][0] - 1):
            break
    whole = len(digits) if len(digits) <= _LONG else max((size for size in ends if size <= _LONG), default=0)
    size = usual if usual in ends else whole
    if size < _SHORT:
        return None
    count, digits = ends[size]
    return _Fit(count, digits, (base, *card.weigh(digits, tuple(len(group.digits) for group in groups[:count]))))


def _taken(parts: list[Part], count: int) -> list[Part]:
    """Return the parts that hold the first ``count`` groups."""
    taken: list[Part] = []
    for part in parts:
        if count <= 0:
            break
        size = min(count, part.last - part.first)
        taken.append(Part(part.piece, part.first, part.first + size))
        count -= size
    return taken
