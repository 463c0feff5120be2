"""One answer for each place: which of the drafts that overlap stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from callward.engine.pii.model import Type
from callward.engine.pii.scene import Draft

_SPECIFIC = {
    type_: rank
    for rank, type_ in enumerate(
        (Type.EMAIL, Type.IBAN, Type.PAYMENT_CARD, Type.NATIONAL_ID, Type.HEALTH_ID, Type.IP_ADDRESS, Type.CARD_EXPIRY,
         Type.CARD_CVV, Type.DATE_OF_BIRTH, Type.PHONE)
    )
}  # fmt: skip
_IN_WORDS = frozenset({Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION})
_LEAST_LEFT = 4  # characters, a space among them
_BEHIND = 0.3


_MODEL = "names model"
_LEAST_LEFT = 3  # characters of a name that are left beside a number
_NAMES = frozenset((Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION))
_NAME, _NUMBER = b"\x01", b"\x02"


def resolve(drafts: list[Draft]) -> list[Draft]:
    """Keep the drafts that score best, then the more specific type, then the longer one; ordered by place.

    What has a shape or was announced goes before what a model of names saw. A draft in several parts that loses one
    of them to a better draft keeps the others; words keep what is left of them.
    """
    taken = bytearray(max((draft.places[-1][1] for draft in drafts), default=0))
    kept: list[Draft] = []
    for draft in sorted(drafts, key=_rank):
        places = draft.places
        if any(taken.find(1, start, end) >= 0 for start, end in places):
            left = _rest if draft.type in _IN_WORDS else _whole
            places = tuple(place for start, end in places for place in left(taken, start, end))
        if not places:
            continue
        for start, end in places:
            taken[start:end] = b"\x01" * (end - start)
        kept.append(draft if places is draft.places else replace(draft, places=places))
    return sorted(kept, key=lambda draft: draft.places)


def _whole(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    return [(start, end)] if taken.find(1, start, end) < 0 else []


def _rest(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Return what is free of a place at its beginning and at its end, if it is more than a sign."""
    first, last = taken.find(1, start, end), taken.rfind(1, start, end)
    return [(low, high) for low, high in ((start, first), (last + 1, end)) if high - low >= _LEAST_LEFT]


def _rank(draft: Draft) -> tuple[float, int, int, tuple[tuple[int, int], ...]]:
    length = sum(end - start for start, end in draft.places)
    modelled = any(one.kind == "model" for one in draft.evidence)
    return _BEHIND * modelled - round(draft.score, 1), _SPECIFIC.get(draft.type, 99), -length, draft.places
