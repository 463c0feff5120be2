"""Reading a log: filters that are part of the address, pages by index, proofs from the published tree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet

from callward.engine import tlog
from callward.web.accounts.access import Capability, may
from callward.web.accounts.models import User
from callward.web.audit.elsewhere import cosigned_checkpoint
from callward.web.audit.models import Entry, Head
from callward.web.audit.sequencing import published_head
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller

PAGE = 50
_ASKED, _NEAR = 32, 1000  # entries that one question of a search for a day asks for; places that end the search
_SLACK = timedelta(minutes=10)  # how much later than it happened an act may find its place among others


def may_prove(entry: Entry, reader: User) -> bool:
    """Whether the page of an entry opens for a member of staff: agents see what they did themselves."""
    return may(reader, Capability.PROVE_ACTS_OF_OTHERS) or entry.actor_id == str(reader.pk)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of entries is narrowed to; every field empty means everything."""

    action: str = ""
    actor: str = ""
    resource: str = ""
    since: date | None = None
    until: date | None = None
    first: int | None = None
    last: int | None = None

    def items(self) -> dict[str, str]:
        """The fields that are set, as they stand in the address."""
        named = {
            "action": self.action,
            "actor": self.actor,
            "resource": self.resource,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "first": "" if self.first is None else str(self.first),
            "last": "" if self.last is None else str(self.last),
        }
        return {name: value for name, value in named.items() if value}

    def without(self, *names: str) -> str:
        """The query string without these fields."""
        return urlencode({name: value for name, value in self.items().items() if name not in names})

    @property
    def digest(self) -> str:
        """The SHA-256 of the filter in its one form: what the ledger records of a list."""
        return hashlib.sha256(urlencode(sorted(self.items().items())).encode()).hexdigest()

    def apply(self, entries: QuerySet[Entry], controller: Controller) -> QuerySet[Entry]:
        """Narrow a queryset; days are days in the controller's zone."""
        if self.action:
            entries = entries.filter(action=self.action)
        if self.actor:
            entries = entries.filter(actor_id=self.actor)
        if self.resource:
            entries = entries.filter(resource_id=self.resource)
        if self.since:
            entries = entries.filter(at__gte=_midnight(self.since, controller))
        if self.until:
            entries = entries.filter(at__lt=_midnight(self.until + timedelta(days=1), controller))
        if self.first is not None:
            entries = entries.filter(index__gte=self.first)
        if self.last is not None:
            entries = entries.filter(index__lte=self.last)
        return entries


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 50 entries, the newest first; ``newer`` and ``older`` are the indices that the next pages start beside."""

    entries: Sequence[Entry]
    newer: int | None
    older: int | None


def read_page(controller: Controller, wanted: Filter, *, before: int | None, after: int | None) -> Page:
    """Read one page by index; entries that wait for their place stand on top of the first."""
    found = wanted.apply(Entry.objects.for_controller(controller), controller)
    placed = _near(found.filter(index__isnull=False), wanted, controller)
    if after is not None:
        rows = list(placed.filter(index__gt=after).order_by("index")[: PAGE + 1])
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return Page(rows, rows[0].index if rows and more else None, rows[-1].index if rows else None)
    older = placed.filter(index__lt=before) if before is not None else placed
    rows = list(older.order_by("-index")[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    waiting = list(found.filter(index=None).order_by("-id")[:PAGE]) if before is None else []
    return Page(
        [*waiting, *rows],
        rows[0].index if rows and before is not None else None,
        rows[-1].index if rows and more else None,
    )


def _near(placed: QuerySet[Entry], wanted: Filter, controller: Controller) -> QuerySet[Entry]:
    """Bound entries of some days by their places: the log is in the order of time but for a few moments.

    What lies within the bounds is filtered by its own time still; without them a day in a long log reads all of it.
    """
    if not wanted.since and not wanted.until:
        return placed
    log = Entry.objects.for_controller(controller)
    last = log.filter(index__isnull=False).order_by("-index").values_list("index", flat=True).first()
    size = 0 if last is None else last + 1
    if wanted.since:
        placed = placed.filter(index__gte=_around(log, size, _midnight(wanted.since, controller) - _SLACK)[0])
    if wanted.until:
        end = _midnight(wanted.until + timedelta(days=1), controller) + _SLACK
        placed = placed.filter(index__lt=_around(log, size, end)[1])
    return placed


def _around(log: QuerySet[Entry], size: int, moment: datetime) -> tuple[int, int]:
    """Return two places near each other between which the first entry at a moment, or after it, has its own.

    Each question asks for several entries at once: two for a million. An entry that is gone only widens what is given.
    """
    low, high = 0, size
    while high - low > _NEAR:
        asked = range(low, high, -(-(high - low) // _ASKED))
        found = dict(log.filter(index__in=asked).values_list("index", "at"))
        before = [index for index in asked if index in found and found[index] < moment]
        behind = [index for index in asked if index in found and found[index] >= moment]
        narrowed = max(before, default=low), min(behind, default=high)
        if narrowed == (low, high):
            break
        low, high = narrowed
    return low, high


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry's place in the published tree, with its proof."""

    index: int
    head: tlog.TreeHead
    leaf: bytes
    proof: tuple[bytes, ...]


def prove(entry: Entry, head: Head) -> Proven | None:
    """Prove an entry against the published tree; None while it waits. Raises ``LogError`` where the tiles refute it."""
    if entry.index is None or entry.index >= head.published_size:
        return None
    tree = published_head(head)
    hashes = tlog.TileHashes(LedgerTiles(head.controller_id), tree)
    proof = tlog.prove_inclusion(hashes, entry.index, tree.size)
    leaf = tlog.leaf_hash(bytes(entry.body))
    tlog.verify_inclusion(leaf, entry.index, tree, proof)
    return Proven(entry.index, tree, leaf, proof)


def proof_file(entry: Entry, head: Head, proven: Proven) -> bytes:
    """The ``.tlog-proof`` file: it carries the entry and the checkpoint with its cosignatures, and stands alone."""
    checkpoint = cosigned_checkpoint(head).encode()
    return tlog.format_proof_file(tlog.ProofFile(proven.index, proven.proof, checkpoint, bytes(entry.body)))


def _midnight(day: date, controller: Controller) -> datetime:
    return datetime.combine(day, time.min, tzinfo=controller.zone)
