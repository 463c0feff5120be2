"""What the ledger says has ended, ended again in rows and keys that are older than that (design sections 5 and 6).

The ledger is never restored from a snapshot, so it knows of every erasure, every item that was destroyed, every hold
that was released and every share of a root. All of it may be done again: a restore that was cut off begins it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.calls import destroying
from callward.web.core.models import Controller
from callward.web.keys import vault
from callward.web.keys.models import Tombstone
from callward.web.lifecycle import erasing, holds, shares
from callward.web.people.models import Person

_ENDED = "person.ended"
_BECAUSE = "restored"  # the code in the ledger: an erasure was done again over older rows
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many persons, items and holds of one controller had come back, in rows or in keys, and are gone again."""

    persons: int
    items: int
    holds: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What one entry says of what it names."""

    id: UUID
    at: datetime
    outcome: str


def replay(controller: Controller) -> Replayed:
    """End again what tombstones and the ledger say has ended. Raises ``KeyUnavailable``.

    Items first, so that no custody takes them; and the keys of released holds last, so that what another hold is on has
    left them by then. What a release had allowed to go goes by the next purge. Shares of roots are counted again: no
    erasure is final while officers have enough of them.
    """
    shares.bring_back(controller)
    items = sum(destroying.destroy_again(controller.id, {one.id for one in told}) for told in _destroyed(controller))
    released: dict[UUID, datetime] = {}
    for told in _named(controller, holds.RELEASED, holds.HOLD):
        for one in told:
            released.setdefault(one.id, one.at)
    stood = holds.release_again(controller.id, released)
    persons = _erase_again(controller)
    return Replayed(persons, items, len(stood | holds.end_again(controller.id, released)))


def proof_of_destroyed(controller: Controller) -> tuple[int, int]:
    """Return how many items the ledger names as destroyed, and how many of them have a key that opens."""
    named = opened = 0
    for told in _destroyed(controller):
        named += sum(one.outcome == "intended" for one in told)
        opened += len(vault.living_keys(controller.id, {one.id for one in told}))
    return named, opened


def _erase_again(controller: Controller) -> int:
    """Erase again whom tombstones or the ledger call erased and the snapshot still has; return how many.

    The ledger knows erasures that are younger than the keys copy: their key row is deleted again as well.
    """
    tombstones = Tombstone.objects.filter(controller=controller.id).values_list("person", "erased_at")
    erased = _erased_by_ledger(controller) | dict(tombstones)
    replayed = 0
    for identity, at in erased.items():
        person = Person.objects.filter(controller=controller, id=identity, erased_at=None).first()
        if person is not None:
            erasing.erase(person, audit.SYSTEM, because=_BECAUSE)
            Person.objects.filter(id=identity).update(erased_at=at)
            replayed += 1
    return replayed


def _erased_by_ledger(controller: Controller) -> dict[UUID, datetime]:
    """Whom the ledger calls erased: done, or intended without anything said about the end of it.

    An ending counts only when it is done: until then a call of that person may be on its way in.
    """
    entries = Entry.objects.filter(controller=controller, action__in=(erasing.ACTION, _ENDED)).order_by("id")
    outcomes: dict[str, set[str]] = {}
    at: dict[str, datetime] = {}
    for person, action, outcome, when in entries.values_list("resource_id", "action", "outcome", "at"):
        if action == _ENDED and outcome != "done":
            continue
        outcomes.setdefault(person, set()).add(outcome)
        at.setdefault(person, when)
    return {UUID(person): at[person] for person, known in outcomes.items() if "done" in known or known == {"intended"}}


def _destroyed(controller: Controller) -> Iterator[list[_Told]]:
    """What was destroyed, or was decided to be: from the intent on nothing but its end can follow."""
    return _named(controller, destroying.ACTION, destroying.ITEM)


def _named(controller: Controller, action: str, fact: str) -> Iterator[list[_Told]]:
    """Read the entries of an action in batches, the oldest first: an archive may have destroyed a million items.

    Entries from before they named what they are on are passed over.
    """
    entries = Entry.objects.filter(controller=controller, action=action)
    placed, last = entries.filter(index__isnull=False).order_by("index"), -1
    while batch := list(placed.filter(index__gt=last)[:_BATCH].values_list("index", "body")):
        last = batch[-1][0] or 0
        yield list(_read((body for _, body in batch), fact))
    yield list(_read(entries.filter(index=None).order_by("id").values_list("body", flat=True), fact))


def _read(bodies: Iterable[bytes | memoryview], fact: str) -> Iterator[_Told]:
    for body in bodies:
        entry = tlog.decode_entry(bytes(body))
        if fact in entry.facts:
            yield _Told(UUID(str(entry.facts[fact])), entry.at, entry.outcome)
