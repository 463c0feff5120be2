"""Expiry date and security code of a card: announced, or right behind its number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callward.engine.pii.cues import ORDINARY
from callward.engine.pii.lexicon import months
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.parts import Part, draft, readings
from callward.engine.pii.recognizer import total
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece

_CARD, _EXPIRY, _CODE = Type.PAYMENT_CARD.value, Type.CARD_EXPIRY.value, Type.CARD_CVV.value
_SECRET = Type.PASSWORD.value  # the language may count a bare "the code is" among the words for passwords
_BEHIND = "after expiry"  # the place alone says that three or four digits are a security code
_MONTH_AND_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])(?:20)?(?:2[3-9]|3\d|4[0-5])")
_ONE_TIME = range(5, 9)  # digits
_ANY_EXPIRY = re.compile(r"\d{3,6}")


def find_beside(scene: Scene, place: int, *, near: bool, answered: int, dated: int) -> list[Draft]:
    """Read expiry and security code in what is left of a piece: announced, or right behind a card number.

    ``dated`` is the last turn with an expiry date: three or four digits behind it in the same turn are the code.

    A month and a year with a slash between is no code, whatever was announced: the words for the date may be unknown.
    A question for the code before turn ``answered``, where the last code was given, asks no more.
    """
    piece = scene.pieces[place]
    found: list[Draft] = []
    if scene.taken(piece) >= len(piece.groups) or (not scene.taken(piece) and (piece.ordinary or piece.glued)):
        return found
    if _is_minutes(scene, piece):
        return found
    after_card = scene.taken(piece) > 0
    kinds = frozenset({"behind"}) if after_card else scene.expected(place)
    slashed = is_month_and_year(scene.left(piece), "/") and (near or _CODE in kinds)
    unnamed = near and not kinds - {_CARD, _EXPIRY, ORDINARY} and ORDINARY not in scene.announced(place)[0]
    behind_date = unnamed and dated == piece.turn and len(piece.digits) in (3, 4)
    secret = near and _SECRET in scene.announced(place)[0]
    if behind_date:
        after_card = True
    elif slashed or _EXPIRY in kinds or after_card or unnamed:
        of_a_card = near or bool(kinds & {_CARD, _CODE})
        one = _expiry(scene, piece, announced=_EXPIRY in kinds, of_a_card=of_a_card)
        found += [one] if one else []
        after_card = after_card or one is not None
    if scene.taken(piece) < len(piece.groups) and (_CODE in kinds or after_card or secret):
        asked = scene.cues.asked(piece.turn)
        open_question = bool(asked) and scene.script.turn(asked[-1].start) >= answered
        one = _code(scene, piece, near=near, behind=after_card or secret, open_question=open_question)
        if one and is_month_and_year(scene.left(piece), "/"):
            date = _expiry(scene, piece, announced=False)
            found += [date] if date else []
        found += [one] if one else []
    return found


def _is_minutes(scene: Scene, piece: Piece) -> bool:
    """Say whether the piece goes on from the hour of a time of day."""
    before = scene.script.data[max(0, piece.start - 2) : piece.start]
    return before[-1:] == b":" and before[:1].isdigit()


def _expiry(scene: Scene, piece: Piece, *, announced: bool, of_a_card: bool = True) -> Draft | None:
    """Take a month and a year; where a card is spoken of, a date that was said wrongly or in part too."""
    groups = scene.left(piece)
    named = named_month(scene, piece) if announced else None
    best = 0
    said = ""
    for count, group in enumerate(groups[:6], 1):
        said += group.digits
        shaped = _MONTH_AND_YEAR.fullmatch(said) and (
            announced or len(said) > 3 or (count == 2 and is_month_and_year(groups))
        )
        if shaped or (named is not None and len(said) in (2, 4)):
            best = count
    if not best and announced and of_a_card and _ANY_EXPIRY.fullmatch("".join(group.digits for group in groups)):
        best = len(groups)
    if not best:
        return None
    support = scene.cues.support(_EXPIRY, piece.start, piece.end, 0.4) or Evidence("context", "after card", 0.3)
    first = scene.taken(piece)
    part = Part(piece, first, first + best)
    scene.take(piece, part.last)
    value = "".join(group.digits for group in part.groups)
    one = draft(Type.CARD_EXPIRY, [part], "card expiry", value, (Evidence("form", "month and year", 0.4), support))
    if named is None:
        return one
    return Draft(one.type, ((named, one.places[0][1]),), one.rule, one.spoken, one.value, one.evidence)


def named_month(scene: Scene, piece: Piece) -> int | None:
    """Return where the name of a month begins that stands right before a piece of two or four digits."""
    low = max(scene.script.starts[piece.turn], piece.start - 16)
    before = scene.script.said(low, piece.start).rstrip(" ,.")
    word = before.rsplit(" ", 1)[-1]
    return low + len(before) - len(word) if word in months() else None


def is_month_and_year(groups: Sequence[Group], signs: str = "/-.") -> bool:
    """Say whether the first two groups are a month and a year with one of the signs between."""
    if len(groups) < 2 or not groups[1].before.sign or groups[1].before.sign not in signs:
        return False
    return _MONTH_AND_YEAR.fullmatch(groups[0].digits + groups[1].digits) is not None


def _goes_on(groups: Sequence[Group], count: int) -> bool:
    """Say whether the first ``count`` groups are only the beginning of a longer number."""
    return count < len(groups) and groups[count].before.gap == Gap.PLAIN


def _one_time(scene: Scene, piece: Piece, said: str, support: Evidence) -> Draft | None:
    """Take a longer code where no card is spoken of: one that was sent, and a secret of its own."""
    part = Part(piece, scene.taken(piece), len(piece.groups))
    scene.take(piece, part.last)
    one = draft(Type.PASSWORD, [part], "one-time code", said, (Evidence("form", "five to eight digits", 0.3), support))
    return one if total(one.evidence) >= scene.threshold else None


def _code(scene: Scene, piece: Piece, *, near: bool, behind: bool, open_question: bool) -> Draft | None:
    """Take three or four digits; a bare "code" counts beside a card only."""
    groups = scene.left(piece)
    support = scene.cues.support(_CODE, groups[0].start, piece.end, 0.5)
    if support is not None and support.kind == "question" and not open_question:
        support = None
    if support is not None and support.weight < 0.3:
        support = Evidence("context", support.detail, 0.4) if near else None
    if support is None and behind and near:
        support = Evidence("context", _BEHIND, 0.3)
    if support is None:
        return None
    reading = next(readings(groups))
    said = "".join(digits for _, digits in reading)
    if not near and len(said) in _ONE_TIME:
        return _one_time(scene, piece, said, support)
    if len(said) in (3, 4):
        count = len(groups)
    else:
        size = count = 0
        for group in groups:
            if size >= 3 or (group.before.gap == Gap.LISTED and size):
                break
            size, count = size + len(group.digits), count + 1
        said = "".join(group.digits for group in groups[:count])
    if len(said) not in (3, 4) or (support.detail == _BEHIND and _goes_on(groups, count)):
        return None
    first = scene.taken(piece)
    part = Part(piece, first, first + count)
    scene.take(piece, part.last)
    one = draft(Type.CARD_CVV, [part], "security code", said, (Evidence("form", "three or four digits", 0.3), support))
    return one if total(one.evidence) >= scene.threshold else None
