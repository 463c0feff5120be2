"""What stands in a log, asked by pages and checked at start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from callward.engine import tlog
from callward.web.audit.elsewhere import WitnessState, held_of
from callward.web.audit.entries import Party, refer
from callward.web.audit.errors import LedgerError
from callward.web.audit.models import Entry, Head
from callward.web.audit.sequencing import check_stored, log_key, published_head
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller


@dataclass(frozen=True, slots=True)
class LedgerState:
    """One controller's log as outsiders see it, what waits to enter it, and who holds its checkpoints."""

    entries: int
    pending: int
    published_at: datetime | None
    witnesses: WitnessState


def ledger_state(controller: Controller) -> LedgerState:
    """Return the state that Today and the ledger page say in a sentence."""
    return state_of(controller, Head.objects.filter(controller=controller).first())


def state_of(controller: Controller, head: Head | None) -> LedgerState:
    """Return the same for a head that was read already."""
    size = head.published_size if head else 0
    return LedgerState(
        entries=size,
        pending=Entry.objects.for_controller(controller).pending().count(),
        published_at=head.published_at if head else None,
        witnesses=held_of(controller, size),
    )


def entries_for(controller: Controller, resource: Party) -> QuerySet[Entry]:
    """Return the entries about one resource, the newest first; ``index`` is None until an entry has its place."""
    about = refer(resource)
    return Entry.objects.for_controller(controller).about(about.kind, about.id)


def check_ledgers() -> None:
    """Nothing if every log stands as it was last published; platform processes call this before they serve.

    Raises ``LedgerError`` ``ledger_smaller`` where entries, tiles or the checkpoint of a published tree are gone,
    ``ledger_ahead`` where the database is older than the ledger, ``ledger_forked`` where the tiles are another tree's.
    """
    for head in Head.objects.select_related("controller").order_by("controller_id"):
        check_ledger(head)


def check_ledger(head: Head) -> None:
    """Check one log; see ``check_ledgers``. What is being published meanwhile is no fault: it is looked at anew."""
    try:
        _check(head)
    except LedgerError:
        now = Head.objects.select_related("controller").get(pk=head.pk)
        if (now.size, now.published_size) == (head.size, head.published_size):
            raise
        check_ledger(now)


def _check(head: Head) -> None:
    tiles = LedgerTiles(head.controller_id)
    check_stored(head.controller, head, tiles)
    if head.checkpoint:
        claimed, _ = tlog.open_checkpoint(head.checkpoint.encode(), log_key(head.controller).verifier)
        if claimed.head != published_head(head):
            raise LedgerError("ledger_forked", "the published checkpoint is not the head's")
    try:
        tlog.TileHashes(tiles, published_head(head))
    except tlog.RefutedError:
        raise LedgerError("ledger_forked", "the stored tiles are another tree's") from None
    except tlog.LogError:
        raise LedgerError("ledger_smaller", "tiles of the published tree are gone from the object store") from None
    placed = Entry.objects.for_controller(head.controller).filter(index__lt=head.published_size).count()
    if placed != head.published_size:
        raise LedgerError("ledger_smaller", "entries of the published tree are gone from the database")
