"""Keeping items and exchanging them: rows in the act's transaction, keys before it, objects before those."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from callward.web import walls
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.background.ceilings import uninterrupted
from callward.web.calls import keeping
from callward.web.calls.destroying import intend_to_destroy
from callward.web.calls.models import Call, Item, Upload
from callward.web.calls.sealing import Placed
from callward.web.core.objects import object_store
from callward.web.keys import vault

_Told = TypeVar("_Told")


def keep_keys(call_controller: UUID, person: UUID, placed: Sequence[Placed]) -> None:
    """Wrap the data keys of placed items under their person's key. Raises ``KeyGone``, ``KeyUnavailable``."""
    vault.keep_data_keys(call_controller, person, {item.id: item.key for item in placed})


def keep_rows(call: Call, placed: Iterable[Placed], now: datetime) -> None:
    """Write the rows of placed items, in the transaction of the act."""
    Item.objects.bulk_create(
        Item(
            id=item.id,
            call=call,
            kind=item.kind.value,
            mediatype=item.mediatype,
            object_name=item.object_name,
            size=item.size,
            created_at=now,
            retain_until=end.until,
            purpose=end.purpose,
        )
        for item in placed
        for end in [keeping.end_of(call, item.kind.value)]
    )


def exchange(
    call: Call, placed: Iterable[Placed], old: Sequence[Item], actor: Party, *, because: str, now: datetime
) -> list[Intent]:
    """Put new items in the place of old ones, in the transaction of the act.

    The old ones are destroyed by finishing the intents returned, after the commit; a crash in between is replayed.
    Raises ``KeyGone`` where the call has had its time meanwhile, or is erased and swept.
    """
    # The rules of its line may have changed since the call was read, and its ends with them. The call is locked before
    # its items, as by whoever counts it anew: of two who take both at once one waits for the other.
    rows = Call.objects.select_for_update(no_key=True).only("terms", "retain_until", "state")
    fresh = rows.filter(id=call.id).first()
    if fresh is None or fresh.state == Call.State.ENDED:
        raise vault.KeyGone("key_gone", "nothing of the call is kept any more")
    call.terms, call.retain_until = fresh.terms, fresh.retain_until
    intents = intend_to_destroy(call, old, actor, because=because)
    Item.objects.filter(id__in=[item.id for item in old]).delete()
    keep_rows(call, placed, now)
    return intents


@contextmanager
def taken_back_unless_kept(controller: UUID, placed: Sequence[Placed]) -> Iterator[ExitStack]:
    """Remove what was placed, objects first, unless the caller empties the stack after its commit.

    No ceiling cuts the block, and whatever else does takes nothing from a call that was committed.
    """
    with uninterrupted(), ExitStack() as stack:
        stack.callback(_take_back, controller, placed)
        yield stack


def unnamed(names: Collection[str]) -> set[str]:
    """Tell which of these objects no row names, so that they may go; none where the database cannot say it now.

    What then stays and is nobody's is swept by the doctor.
    """

    def named() -> set[str]:
        return {
            *Item.objects.filter(object_name__in=names).values_list("object_name", flat=True),
            *Upload.objects.filter(object_name__in=names).values_list("object_name", flat=True),
        }

    held = left_by_fault(named)
    return set() if held is None else set(names) - held


def left_by_fault(ask: Callable[[], _Told]) -> _Told | None:
    """Ask the database what a fault has left in it, across all controllers; None where it cannot say it now."""
    if connection.connection is None:
        return None  # lost, perhaps in the middle of a commit, which may yet come about
    try:
        with walls.across():
            return ask()
    except (DatabaseError, InterfaceError):
        return None


def _take_back(controller: UUID, placed: Sequence[Placed]) -> None:
    store, free = object_store(), unnamed([item.object_name for item in placed])
    going = [item for item in placed if item.object_name in free]
    for item in going:
        store.delete(item.object_name)
    # Where the disk is full the keys cannot be deleted either: they open nothing, and the doctor sweeps them.
    with suppress(DatabaseError):
        for item in going:
            vault.delete_data_key(controller, item.id)
