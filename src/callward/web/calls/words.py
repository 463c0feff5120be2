"""Words looked for in calls that were selected already: each is opened and read, one after the other.

There is no index of words, for it would hold what was said in the clear (design, section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from callward.engine.envelope import EnvelopeError
from callward.web.calls import opening
from callward.web.calls.listing import newest
from callward.web.calls.models import Call, CallQuerySet
from callward.web.calls.page import SaidTurn, said
from callward.web.core.objects import ObjectError
from callward.web.keys import vault

MOST = 500  # calls of one search
_SHOWN = 5  # turns of one call


@dataclass(frozen=True, slots=True)
class Found:
    """A call in which the words stand, the first turns that have them, and how many more have them."""

    call: Call
    turns: tuple[SaidTurn, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search found, and in how many calls there was nothing to read: erased meanwhile, or damaged."""

    found: tuple[Found, ...]
    unread: int


def selected(calls: CallQuerySet, category: str) -> list[UUID]:
    """Give the newest ``MOST`` calls, and one more where there are more than can be searched."""
    return newest(calls, MOST + 1, category)


def read(ids: Collection[UUID]) -> list[Call]:
    """Read calls with what opening them asks for, the newest first."""
    rows = Call.objects.filter(id__in=ids).select_related("line__controller").prefetch_related("items")
    return list(rows.order_by("-started_at", "-id"))


def search(calls: Iterable[Call], wanted: str) -> Outcome:
    """Look for words in what calls say once it is redacted; what was masked is found by nobody.

    Letters are compared without their case and white space as one blank. Raises KeyUnavailable, and
    ObjectError where the store does not answer: nothing is known of the calls then.
    """
    needle, found, unread = _plain(wanted), list[Found](), 0
    for call in calls:
        try:
            turns = _turns(call, needle)
        except (vault.KeyGone, ObjectError, EnvelopeError) as fault:
            if isinstance(fault, ObjectError) and fault.unanswered:
                raise
            unread += 1
            continue
        if turns:
            found.append(Found(call, tuple(turns[:_SHOWN]), len(turns[_SHOWN:])))
    return Outcome(tuple(found), unread)


def _turns(call: Call, needle: str) -> Sequence[SaidTurn]:
    transcript = opening.transcript_of(call)
    # Labels of what was masked stand in these texts too, so this only spares the rest.
    if transcript is None or not any(needle in _plain(turn.text) for turn in transcript.turns):
        return []
    return [turn for turn in said(transcript, opening.sheet_of(call)) if _says(turn, needle)]


def _says(turn: SaidTurn, needle: str) -> bool:
    return any(needle in _plain(piece.text) for piece in turn.pieces if not piece.category)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
