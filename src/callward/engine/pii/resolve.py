"""One answer for each place: which of the drafts that overlap stands."""

from __future__ import annotations

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


def resolve(drafts: list[Draft]) -> list[Draft]:
    """Keep the drafts that score best, then the more specific type, then the longer one; ordered by place.

    A draft in several parts that loses one of them to a better draft keeps the others.
    """
    taken = bytearray(max((draft.places[-1][1] for draft in drafts), default=0))
    kept: list[Draft] = []
    for draft in sorted(drafts, key=_rank):
        free = tuple((start, end) for start, end in draft.places if taken.find(1, start, end) < 0)
        if not free:
            continue
        for start, end in free:
            taken[start:end] = b"\x01" * (end - start)
        kept.append(draft if len(free) == len(draft.places) else replace(draft, places=free))
    return sorted(kept, key=lambda draft: draft.places)


def _rank(draft: Draft) -> tuple[float, int, int, tuple[tuple[int, int], ...]]:
    length = sum(end - start for start, end in draft.places)
    return -round(draft.score, 1), _SPECIFIC.get(draft.type, 99), -length, draft.places
