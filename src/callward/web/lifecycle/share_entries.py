"""What the ledger tells of roots that were shared out: it outlives the rows, which may be older or somebody's work."""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller
from callward.web.keys.vault import service_key
from callward.web.lifecycle.backup.ledger_copy import verified
from callward.web.lifecycle.models import Escrow

SHARED_OUT = "keys.escrowed"
_LABEL = "callward, officers of a shared root, 1"


@dataclass(frozen=True, slots=True)
class SharedOut:
    """One sharing out, as its entry tells it; ``officers`` is "" where an entry is from before they were bound."""

    epoch: int
    first: int
    shares: int
    threshold: int
    at: datetime
    officers: str = ""

    @property
    def counted(self) -> tuple[int, int, int, int]:
        """Epoch, first number, shares and threshold: what tells one from another, whoever has the shares."""
        return self.epoch, self.first, self.shares, self.threshold

    def is_of(self, row: Escrow) -> bool:
        return self.counted == (row.epoch, row.first, row.shares, row.threshold)


def facts_of(row: Escrow) -> dict[str, tlog.Fact]:
    """Return what the entry about a sharing out tells. Raises KeyUnavailable."""
    return {
        "epoch": row.epoch,
        "first": row.first,
        "shares": row.shares,
        "threshold": row.threshold,
        "officers": _bound(row),
    }


def told_by_rows(controller: Controller) -> list[SharedOut]:
    """Return every sharing out that the rows of the ledger tell of, the oldest first."""
    entries = Entry.objects.for_controller(controller).filter(action=SHARED_OUT)
    bodies = entries.order_by(F("index").asc(nulls_last=True), "id").values_list("body", flat=True)
    return _counted(tlog.decode_entry(bytes(body)) for body in bodies)


def is_newest(row: Escrow) -> bool:
    """Whether a row tells of the last sharing out, and of its officers, as the published ledger has it.

    Every published entry is held against the signed tree: neither rows nor copies of older entries are believed. Call
    outside of any transaction. Raises LedgerError, LogError, ObjectError, KeyUnavailable.
    """
    if not _is_last(row, told_by_rows(row.controller)):  # it spares reading the log
        return False
    if audit.sequence(row.controller).busy:
        return False
    return _is_last(row, _counted(_published(row.controller)))


def _is_last(row: Escrow, told: list[SharedOut]) -> bool:
    last = max(told, key=lambda one: (one.epoch, one.first), default=None)
    return last is not None and last.is_of(row) and hmac.compare_digest(last.officers, _bound(row))


def _bound(row: Escrow) -> str:
    """Bind officers to their shares under a key that the database of the rows does not have."""
    told = [_LABEL, str(row.controller_id), str(row.epoch), str(row.first), str(row.threshold), *row.officers]
    return hmac.new(service_key(row.controller_id, "ledger"), "\n".join(told).encode(), hashlib.sha256).hexdigest()


def _counted(entries: Iterable[tlog.Entry]) -> list[SharedOut]:
    """Read entries in the order of the ledger; older ones do not tell their first number and are counted through.

    One without its counts was not written here, and no published ledger has it: it is passed over.
    """
    following: defaultdict[int, int] = defaultdict(lambda: 1)
    told = []
    for entry in entries:
        epoch, shares, threshold = (entry.facts.get(name) for name in ("epoch", "shares", "threshold"))
        if not (isinstance(epoch, int) and isinstance(shares, int) and isinstance(threshold, int)):
            continue
        told_first = entry.facts.get("first")
        first = told_first if isinstance(told_first, int) else following[epoch]
        following[epoch] = max(following[epoch], first + shares)
        told.append(SharedOut(epoch, first, shares, threshold, entry.at, str(entry.facts.get("officers", ""))))
    return told


def _published(controller: Controller) -> Iterator[tlog.Entry]:
    tiles = LedgerTiles(controller.id)
    head = verified(controller.id, tiles.read_checkpoint()).head
    hashes = tlog.TileHashes(tiles, head)
    for start in range(0, head.size, tlog.TILE_WIDTH):
        for index, body in enumerate(tlog.read_bundle(tiles, start // tlog.TILE_WIDTH, head.size), start):
            if tlog.leaf_hash(body) != hashes.read(0, index):
                raise tlog.RefutedError("entry_mismatch", "an entry is not the one of its place in the tree")
            if SHARED_OUT.encode() in body and (entry := tlog.decode_entry(body)).action == SHARED_OUT:
                yield entry
