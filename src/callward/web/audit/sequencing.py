"""From pending rows to a published checkpoint, so that a crash anywhere is mended by running again.

1. One transaction fixes the order: pending rows get their index, the head its size and root.
2. Entry bundles and hash tiles are written and synced.
3. The checkpoint is signed.
4. One transaction publishes it: the checkpoint is written and synced inside it, unless a newer one was published.

Steps 2 and 3 are pure functions of what step 1 committed, so a sequencer that outlived its lease writes the same bytes
and signs the same note: the log never signs two trees. The lease only spares doing the work twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.audit.errors import LedgerError
from callward.web.audit.models import Entry, Head
from callward.web.audit.tiles import CHECKPOINT, LedgerTiles
from callward.web.core.models import Controller
from callward.web.keys.vault import service_key

BATCH = 8_192
LEASE = timedelta(seconds=30)
_FIX = 'UPDATE audit_entry SET "index" = id + %s WHERE id BETWEEN %s AND %s AND "index" IS NULL'
_TILE_HEIGHT = tlog.TILE_WIDTH.bit_length() - 1


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one run published for one log; ``busy`` when another sequencer holds the lease."""

    entries: int
    size: int
    busy: bool = False


def sequence_all() -> int:
    """Sequence every controller's log; return how many entries were published.

    A log that is refused does not keep the others waiting: the first refusal is raised at the end.
    """
    published, refused = 0, None
    for controller in Controller.objects.order_by("created_at"):
        try:
            published += sequence(controller).entries if _waits(controller) else 0
        except Error as error:
            refused = refused or error
    if refused:
        raise refused
    return published


def sequence(controller: Controller) -> Sequenced:
    """Order and publish what is pending in one controller's log, and what an interrupted run left unpublished.

    Raises ``LedgerError`` (``ledger_smaller``, ``ledger_forked``, ``ledger_ahead``) instead of signing over a doubt.
    """
    holder = uuid4()
    with _lease(controller, holder) as held:
        head = Head.objects.get(controller=controller)
        if not held:
            return Sequenced(0, head.published_size, busy=True)
        run = _Run(controller, head, holder)
        before = head.published_size
        run.finish()
        while run.order():
            run.publish()
        return Sequenced(run.size - before, run.size)


def log_key(controller: Controller) -> tlog.SigningKey:
    """The controller's ledger key, read anew from the vault; it is named for the log's origin."""
    return tlog.SigningKey(controller.origin, tlog.KeyKind.ED25519, service_key(controller.id, "ledger"))


def check_stored(controller: Controller, head: Head, tiles: LedgerTiles) -> None:
    """Nothing if the stored checkpoint is the head's own, or the one an interrupted run was about to publish.

    ``ledger_smaller``: the store lost what was published; ``ledger_ahead``: the database is older than the ledger;
    ``ledger_forked``: two trees of one log.
    """
    stored = tiles.read_checkpoint()
    if not stored:
        if head.published_size:
            raise LedgerError("ledger_smaller", "the last published checkpoint is gone from the object store")
        return
    checkpoint, _ = tlog.open_checkpoint(stored.encode(), log_key(controller).verifier)
    if checkpoint.head.size < head.published_size:
        raise LedgerError("ledger_smaller", "the stored checkpoint is smaller than the last published one")
    if checkpoint.head.size > head.size:
        raise LedgerError("ledger_ahead", "the stored checkpoint is larger than the database's tree")
    if checkpoint.head not in {published_head(head), tlog.TreeHead(head.size, bytes(head.root))}:
        raise LedgerError("ledger_forked", "the stored checkpoint belongs to another tree")


def published_head(head: Head) -> tlog.TreeHead:
    """The tree that outsiders were shown."""
    return tlog.TreeHead(head.published_size, bytes(head.published_root))


class _Run:
    """One sequencer at work on one log, under its lease."""

    def __init__(self, controller: Controller, head: Head, holder: UUID) -> None:
        self._controller, self._head, self._holder = controller, head, holder
        self._tiles = LedgerTiles(controller.id)
        check_stored(controller, head, self._tiles)
        self._edge = tlog.Edge(self._tiles, published_head(head))
        start = head.published_size - head.published_size % tlog.TILE_WIDTH
        self._tail = self._bodies(start, head.published_size)
        self._files: dict[str, bytes] = {}
        self._full: list[tlog.Tile] = []

    @property
    def size(self) -> int:
        return self._edge.size

    def finish(self) -> None:
        """Publish what an interrupted run had ordered."""
        head = self._head
        if head.size == head.published_size:
            return
        bodies = self._bodies(head.published_size, head.size)
        self._grow(bodies)
        if self._edge.head() != tlog.TreeHead(head.size, bytes(head.root)):
            raise LedgerError("ledger_forked", "the ordered entries are not the tree that was fixed")
        self.publish()

    def order(self) -> bool:
        """Fix the place of the next batch; False when nothing is pending."""
        rows = _read_pending(self._controller)
        if not rows:
            return False
        old = self._edge.size
        self._grow([body for _, body in rows])
        grown = self._edge.head()
        with transaction.atomic(durable=True):
            fixed = Head.objects.filter(
                controller=self._controller, lease_holder=self._holder, size=old, published_size=old
            ).update(size=grown.size, root=grown.root, lease_until=timezone.now() + LEASE)
            if not fixed:
                raise LedgerError("ledger_lease_lost", "another sequencer took over")
            _fix_places(old, [row for row, _ in rows])
        return True

    def publish(self) -> None:
        """Make the grown tree durable, then signed, then public."""
        grown = self._edge.head()
        note = tlog.sign_checkpoint(tlog.Checkpoint(self._controller.origin, grown), log_key(self._controller))
        text = tlog.format_note(note)
        self._tiles.write(self._files)
        with transaction.atomic(durable=True):
            ours = Head.objects.filter(controller=self._controller, published_size__lt=grown.size).update(
                published_size=grown.size,
                published_root=grown.root,
                checkpoint=text.decode(),
                published_at=timezone.now(),
            )
            # Stored while the head's row is locked and before it tells of it: a sequencer that slept through its
            # lease cannot put an older checkpoint in the place of a newer one.
            if ours:
                self._tiles.write({CHECKPOINT: text})
        for tile in self._full:
            self._tiles.drop_partials(tile)

    def _grow(self, bodies: Sequence[bytes]) -> None:
        """Take further entries into the edge and gather the files they change."""
        old = self._edge.size
        grown = self._edge.append(_leaves(bodies))
        entries = [*self._tail, *bodies]
        bundles = list(tlog.grown_tiles(old, self._edge.size, -1))
        self._files = {tile.path: data for tile, data in grown}
        for at, bundle in enumerate(bundles):
            start = at * tlog.TILE_WIDTH
            self._files[bundle.path] = tlog.format_bundle(entries[start : start + bundle.width])
        self._tail = entries[len(entries) - self._edge.size % tlog.TILE_WIDTH :]
        # Only a tile that was partial before can have left partial versions behind.
        first = [tile for tile, _ in grown] + bundles[:1]
        self._full = [tile for tile in first if tile.width == tlog.TILE_WIDTH and tile.index == _begun(tile, old)]

    def _bodies(self, start: int, end: int) -> list[bytes]:
        rows = Entry.objects.filter(controller=self._controller, index__gte=start, index__lt=end).order_by("index")
        bodies = [bytes(body) for body in rows.values_list("body", flat=True)]
        if len(bodies) != end - start:
            raise LedgerError("ledger_smaller", "entries of the published tree are gone from the database")
        return bodies


def _waits(controller: Controller) -> bool:
    """Whether entries of the log are not ordered, or ordered and not published."""
    behind = Head.objects.filter(controller=controller).exclude(size=F("published_size"))
    return behind.exists() or Entry.objects.for_controller(controller).filter(index=None).exists()


def _read_pending(controller: Controller) -> list[tuple[int, bytes]]:
    rows = Entry.objects.for_controller(controller).pending().values_list("id", "body")[:BATCH]
    return [(row, bytes(body)) for row, body in rows]


def _leaves(bodies: Sequence[bytes]) -> list[bytes]:
    return [tlog.leaf_hash(body) for body in bodies]


def _fix_places(first: int, rows: Sequence[int]) -> None:
    """Write indices from ``first`` on into rows, given by their ids in order: one run for ids without a gap.

    The ORM's bulk update is a tenth as fast. Ids have gaps where several logs are written at once: as many runs as rows
    where two are in turns, so all runs are sent together.
    """
    runs = []
    for shift, places in groupby(enumerate(rows, first), lambda place: place[0] - place[1]):
        ids = [row for _, row in places]
        runs.append((shift, ids[0], ids[-1]))
    with connection.cursor() as cursor:
        cursor.executemany(_FIX, runs)


def _begun(tile: tlog.Tile, size: int) -> int:
    """The index of the tile of this level that was partial at ``size`` leaves, or -1."""
    hashes = size >> (_TILE_HEIGHT * max(tile.level, 0))
    return hashes // tlog.TILE_WIDTH if hashes % tlog.TILE_WIDTH else -1


@contextmanager
def _lease(controller: Controller, holder: UUID) -> Iterator[bool]:
    """Hold the log's lease for the block, or say that somebody else does."""
    Head.objects.get_or_create(
        controller=controller, defaults={"root": tlog.EMPTY_ROOT, "published_root": tlog.EMPTY_ROOT}
    )
    now = timezone.now()
    # One that ends later than it could is from before the clock was set back: nobody may wait for that day.
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE)
    held = Head.objects.filter(free, controller=controller).update(lease_holder=holder, lease_until=now + LEASE) == 1
    try:
        yield held
    finally:
        Head.objects.filter(controller=controller, lease_holder=holder).update(lease_holder=None, lease_until=None)
