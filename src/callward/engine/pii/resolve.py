"""One answer for each place: which of the drafts that overlap stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from callward.engine.pii.lexicon.frequent import FREQUENT
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
_EVERYDAY = frozenset[str]().union(*FREQUENT.values(), {"bsn", "cnp", "kvk", "nhs"})
_LEAST_LEFT = 3  # letters of a name that are left beside something surer
_BEHIND = 0.3  # what a model of names saw yields to what has a shape or was announced


def resolve(drafts: list[Draft], said: Callable[[int, int], str]) -> list[Draft]:
    """Keep the drafts that score best, then the more specific type, then the longer one; ordered by place.

    A draft in several parts that loses one of them to a better draft keeps the others; a name keeps the words that
    are left of it. ``said`` returns the text at a place.
    """
    taken = bytearray(max((draft.places[-1][1] for draft in drafts), default=0))
    kept: list[Draft] = []
    for draft in sorted(drafts, key=_rank):
        places = draft.places
        if any(taken.find(1, start, end) >= 0 for start, end in places):
            places = tuple(
                place
                for start, end in places
                for place in (
                    [(start, end)] if taken.find(1, start, end) < 0 else _left(draft, taken, start, end, said)
                )
            )
        if not places:
            continue
        for start, end in places:
            taken[start:end] = b"\x01" * (end - start)
        kept.append(draft if places is draft.places else draft._replace(places=places))
    return sorted(kept, key=lambda draft: draft.places)


def _left(
    draft: Draft, taken: bytearray, start: int, end: int, said: Callable[[int, int], str]
) -> Iterator[tuple[int, int]]:
    """Yield the words of a name that are free at its beginning and at its end."""
    if draft.type not in _IN_WORDS:
        return
    for low, high in ((start, taken.find(1, start, end)), (taken.rfind(1, start, end) + 1, end)):
        text = said(low, high)
        bare = text.strip(" ,.;:-'\"/")
        told = any(word not in _EVERYDAY for word in bare.lower().split())
        if told and sum(character.isalpha() for character in bare) >= _LEAST_LEFT:
            first = low + text.index(bare)
            yield first, first + len(bare)


def _rank(draft: Draft) -> tuple[float, int, int, tuple[tuple[int, int], ...]]:
    length = sum(end - start for start, end in draft.places)
    modelled = any(one.kind == "model" for one in draft.evidence)
    return _BEHIND * modelled - round(draft.score, 1), _SPECIFIC.get(draft.type, 99), -length, draft.places
