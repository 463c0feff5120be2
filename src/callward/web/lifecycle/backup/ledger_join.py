"""Rows from a snapshot under the newest ledger: a restore never sets a log back (design section 6).

The tree comes from the newest tiles that can be had. Entries that the snapshot does not know are written back as rows,
and they are the acts that the restoring undid. Where nothing shows that the tree is the newest one, the log goes on
only under a new origin, whose first entry names the last checkpoint that is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.models import Entry, Head
from callward.web.audit.sequencing import log_key
from callward.web.audit.tiles import CHECKPOINT, LedgerTiles
from callward.web.calls.destroying import ACTION as _DESTROYED
from callward.web.core.models import Controller
from callward.web.lifecycle.backup.ledger_copy import verified
from callward.web.lifecycle.backup.store import BackupError

REOPENED = "ledger.reopened"
_AGAIN, _DAMAGED = "/reopened-", "ledger_damaged"
_MOST = 1_000  # undone acts that a report names one by one; all are counted
_CHECKPOINT_ROOM = 65_536


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one log beside the backup: checkpoints held elsewhere, and what is left of the log itself."""

    checkpoints: tuple[str, ...] = ()
    left: tlog.TileStore | None = None
    accept_loss: bool = False


@dataclass(frozen=True, slots=True)
class UndoneAct:
    """An act that the ledger tells of and the restored rows know nothing of."""

    index: int
    at: str
    action: str
    outcome: str
    resource: str


@dataclass(slots=True)
class Joined:
    """What became of one log.

    ``undone`` counts the acts that the restoring undid, by action; ``acts`` are the last thousand of them, and
    ``touched`` the ids of all calls of which one of them destroyed an item.
    """

    controller: UUID
    origin: str
    size: int
    from_size: int
    reopened: bool
    damaged: str = ""
    undone: Counter[str] = field(default_factory=Counter)
    acts: list[UndoneAct] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def as_dict(self) -> dict[str, object]:
        told = asdict(replace(self, undone=Counter()))
        del told["touched"]
        told["undone"] = dict(self.undone)
        return told


@dataclass(frozen=True, slots=True)
class _Tree:
    """A tree whose every entry was held against its signed head."""

    checkpoint: tlog.Checkpoint
    text: str
    store: tlog.TileStore | None  # none: the rows of the snapshot itself


@dataclass(frozen=True, slots=True)
class _Examined:
    """What a store of tiles turned out to hold: a signed checkpoint, and the tree if every entry of it is there."""

    checkpoint: tlog.Checkpoint | None = None
    tree: _Tree | None = None
    damaged: str = ""


def join(controller: Controller, copy: tlog.TileStore, evidence: Evidence, *, rehearsal: bool = False) -> Joined:
    """Bring the rows of one controller under its newest tree and write tiles and checkpoint into the home.

    ``rehearsal`` signs nothing. Raises BackupError: ``ledger_unproven`` (nothing shows that the tree is the newest),
    ``ledger_older`` (a newer one is known and its entries are not here), ``ledger_forked``; KeyUnavailable.
    """
    head = Head.objects.filter(controller=controller).first()
    published = tlog.TreeHead(head.published_size, bytes(head.published_root)) if head else tlog.NOTHING_SEEN
    known = [verified(controller.id, text) for text in evidence.checkpoints]
    held = [published, *(checkpoint.head for checkpoint in known)]
    backed_up = _examine(controller.id, copy, held)
    left = _examine(controller.id, evidence.left, held) if evidence.left else _Examined()
    tree = _newest_tree([backed_up, left])
    if tree is None and head and head.checkpoint:
        tree = _Tree(verified(controller.id, head.checkpoint), head.checkpoint, None)
    size = tree.checkpoint.head.size if tree else 0
    told = [one for one in (backed_up.checkpoint, left.checkpoint, *known) if one]
    newest = max(told, key=lambda one: one.head.size, default=None)
    behind = newest is not None and newest.head.size > size
    whole = tree is None or tree.store is not None
    proven = not behind and whole and bool(known or left.checkpoint or not size)
    if not proven and not evidence.accept_loss:
        raise _refusal(behind=behind)
    damaged = backed_up.damaged or left.damaged
    joined = Joined(controller.id, controller.origin, size, published.size, reopened=False, damaged=damaged)
    if tree is not None:
        with transaction.atomic():
            _place(controller, tree, joined)
    if not proven and not rehearsal:
        _reopen(controller, tree, newest, joined)
    return joined


def _refusal(*, behind: bool) -> BackupError:
    ways = (
        "give --ledger (what is left of the old home's objects/ledger), --checkpoint (the last one that a witness or a "
        "mailbox holds), or --accept-ledger-loss, which goes on under a new origin"
    )
    if behind:
        return BackupError("ledger_older", f"a newer checkpoint is known than the ledger that is here: {ways}")
    return BackupError("ledger_unproven", f"nothing shows that the backup's ledger is the newest: {ways}")


def _examine(controller: UUID, store: tlog.TileStore, held: Sequence[tlog.TreeHead]) -> _Examined:
    """Recompute a log from its entries and hold it against every head that is held.

    Raises BackupError ``ledger_forked`` where a signed log does not continue one of them.
    """
    try:
        text = store.read(CHECKPOINT, _CHECKPOINT_ROOM).decode()
        checkpoint = verified(controller, text)
    except tlog.LogError as fault:
        return _Examined(damaged="" if fault.code == "missing" else _DAMAGED)
    except UnicodeDecodeError:
        return _Examined(damaged=_DAMAGED)
    try:
        tlog.audit_log(store, checkpoint.head, [one for one in held if one.size <= checkpoint.head.size])
    except tlog.LogError as fault:
        if fault.code == "history_rewritten":
            raise _forked() from None
        return _Examined(checkpoint, damaged=_DAMAGED)
    return _Examined(checkpoint, _Tree(checkpoint, text, store))


def _newest_tree(examined: Sequence[_Examined]) -> _Tree | None:
    """Return the largest tree that is whole; any other must be a beginning of it (else ``ledger_forked``)."""
    trees = sorted((one.tree for one in examined if one.tree), key=lambda tree: tree.checkpoint.head.size)
    for smaller, larger in pairwise(trees):
        old, new = smaller.checkpoint.head, larger.checkpoint.head
        try:
            assert larger.store is not None
            proof = tlog.prove_consistency(tlog.TileHashes(larger.store, new), old.size, new.size)
            tlog.verify_consistency(old, new, proof)
        except tlog.RefutedError:
            raise _forked() from None
    return trees[-1] if trees else None


def _forked() -> BackupError:
    return BackupError("ledger_forked", "the ledger is not a continuation of a checkpoint that is held")


def _place(controller: Controller, tree: _Tree, joined: Joined) -> None:
    """Make rows, tiles and head those of the tree; what the snapshot had not published waits again."""
    size = tree.checkpoint.head.size
    Entry.objects.filter(controller=controller, index__gte=size).update(index=None)
    pending = {
        bytes(body): row
        for row, body in Entry.objects.filter(controller=controller, index=None).values_list("id", "body")
    }
    tiles = LedgerTiles(controller.id)
    edge, last = tlog.Edge(tiles, tlog.NOTHING_SEEN), {}
    for start, bodies in _bundles(controller, tree, size):
        _place_bundle(controller, start, bodies, pending, joined)
        files = {tlog.Tile(-1, start // tlog.TILE_WIDTH, len(bodies)).path: tlog.format_bundle(bodies)}
        for tile, data in edge.append([tlog.leaf_hash(body) for body in bodies]):
            last[tile.level, tile.index] = tile, data
        for place in [place for place, (tile, _) in last.items() if tile.width == tlog.TILE_WIDTH]:
            tile, data = last.pop(place)
            files[tile.path] = data
        tiles.write(files)
    if edge.head() != tree.checkpoint.head:
        raise BackupError("ledger_forked", "the snapshot's entries are not those of its checkpoint")
    tiles.write({tile.path: data for tile, data in last.values()})
    tiles.write({CHECKPOINT: tree.text.encode()})
    joined.origin = tree.checkpoint.origin
    Controller.objects.filter(pk=controller.pk).update(origin=joined.origin)
    controller.origin = joined.origin
    Head.objects.update_or_create(controller=controller, defaults=_head(tree.checkpoint.head, tree.text))


def _head(head: tlog.TreeHead, text: str) -> Mapping[str, object]:
    return {
        "size": head.size,
        "root": head.root,
        "published_size": head.size,
        "published_root": head.root,
        "checkpoint": text,
        "published_at": timezone.now(),
        "lease_holder": None,
        "lease_until": None,
    }


def _bundles(controller: Controller, tree: _Tree, size: int) -> Iterator[tuple[int, list[bytes]]]:
    for start in range(0, size, tlog.TILE_WIDTH):
        if tree.store is not None:
            yield start, list(tlog.read_bundle(tree.store, start // tlog.TILE_WIDTH, size))
        else:
            yield start, [body for _, body in sorted(_placed(controller, start, min(size, start + 256)).items())]


def _placed(controller: Controller, start: int, stop: int) -> dict[int, bytes]:
    rows = Entry.objects.filter(controller=controller, index__gte=start, index__lt=stop).values_list("index", "body")
    return {index: bytes(body) for index, body in rows if index is not None}


def _place_bundle(
    controller: Controller, start: int, bodies: Sequence[bytes], pending: dict[bytes, int], joined: Joined
) -> None:
    placed = _placed(controller, start, start + len(bodies))
    fresh = []
    for index, body in enumerate(bodies, start):
        if index in placed:
            if placed[index] != body:
                raise BackupError("ledger_forked", "an entry of the snapshot is another one in the ledger")
        elif body in pending:
            Entry.objects.filter(pk=pending.pop(body)).update(index=index)
        else:
            fresh.append(_row(controller, index, body))
    Entry.objects.bulk_create(fresh)
    for row in fresh:
        about = f"{row.resource_kind}/{row.resource_id}"
        at = row.at.isoformat(timespec="seconds")
        joined.undone[row.action] += 1
        if row.action == _DESTROYED:
            joined.touched.add(row.resource_id)
        joined.acts.append(UndoneAct(row.index or 0, at, row.action, row.outcome, about))
    del joined.acts[:-_MOST]


def _row(controller: Controller, index: int, body: bytes) -> Entry:
    entry = tlog.decode_entry(body)
    return Entry(
        controller=controller,
        at=entry.at,
        action=entry.action,
        actor_kind=entry.actor.kind,
        actor_id=entry.actor.id,
        resource_kind=entry.resource.kind,
        resource_id=entry.resource.id,
        outcome=entry.outcome,
        body=body,
        index=index,
    )


def _reopen(controller: Controller, tree: _Tree | None, last: tlog.Checkpoint | None, joined: Joined) -> None:
    """Go on under a new origin, which begins with the tree that is left and an entry that names what was known."""
    now: datetime = timezone.now()
    origin = f"{controller.origin.partition(_AGAIN)[0]}{_AGAIN}{now:%Y-%m-%dt%H%M%S}"
    facts: dict[str, tlog.Fact] = {"entries": joined.size}
    if last is not None:
        facts |= {"last_entries": last.head.size, "last_root": last.head.root.hex()}
    with transaction.atomic():
        Controller.objects.filter(pk=controller.pk).update(origin=origin)
        controller.origin = joined.origin = origin
        if tree is not None:
            note = tlog.sign_checkpoint(tlog.Checkpoint(origin, tree.checkpoint.head), log_key(controller))
            text = tlog.format_note(note)
            LedgerTiles(controller.id).write({CHECKPOINT: text})
            Head.objects.filter(controller=controller).update(checkpoint=text.decode())
        audit.record(REOPENED, actor=audit.SYSTEM, resource=controller, controller=controller, facts=facts)
    joined.reopened = True
