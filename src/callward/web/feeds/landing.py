"""What is sent to a feed: sealed as it comes, waiting until its call is complete, then given to the worker.

Nothing of it is at rest in the clear: bytes go straight into a sealing writer, names into sealed columns.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from callward.engine import tlog
from callward.intake import MANIFEST, group, is_partial
from callward.web import audit
from callward.web.calls.adding import Sender, keep_batch, kept_rows
from callward.web.calls.ingesting import record_refusal
from callward.web.calls.models import Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.calls.uploads import SealedUploads, Sealing, Sent, layered, open_name, seal_name
from callward.web.core.objects import object_store
from callward.web.feeds.models import Feed
from callward.web.feeds.naming import has_all, is_marker, stem_of

SETTLED = timedelta(seconds=30)
ABANDONED = timedelta(hours=24)
_GAP = timedelta(hours=1)  # the most that is counted between two looks


def sender_of(feed: Feed) -> Sender:
    """Who sends what a feed receives: its calls say the rest themselves."""
    return Sender(feed.controller, tlog.Reference("feed", str(feed.pk)), feed.line, pattern=feed.pattern)


def land_call(feed: Feed, files: Iterable[tuple[str, Iterable[bytes]]]) -> UUID:
    """Seal the files of one complete call and give them to the worker; returns the id of the batch.

    Each file is its name, as intake reads names (``<stem>.wav``, ``<stem>.call.json``), and its bytes in pieces.
    Raises ``UploadError``, ``ObjectError``; nothing is then kept.
    """
    sent: list[Sent] = []
    try:
        for name, pieces in files:
            sent.append(_sealed(feed, name, pieces))
        batch = keep_batch(sent, sender_of(feed))
    except BaseException:
        for one in sent:
            if one.sink is not None:
                one.sink.discard()
        raise
    Feed.objects.filter(pk=feed.pk).update(arrived_at=timezone.now())
    return batch


def _sealed(feed: Feed, name: str, pieces: Iterable[bytes]) -> Sent:
    sealing = Sealing(feed.controller_id, name)
    try:
        for piece in pieces:
            sealing.write(piece)
        return sealing.finish()
    except BaseException:
        sealing.discard()
        raise


def land_file(feed: Feed, sent: Sent) -> UUID:
    """Keep one file whose call may not be complete yet; returns the id of its row. Raises ``ObjectError``."""
    with kept_rows([sent], sender_of(feed), uuid.uuid4(), Upload.Status.LANDED) as [row], transaction.atomic():
        row.save(force_insert=True)
        Feed.objects.filter(pk=feed.pk).update(arrived_at=row.sent_at)
    return row.pk


def landed(feed: Feed) -> QuerySet[Upload]:
    """What lies in a feed and is in no batch yet."""
    return Upload.objects.filter(sent_by=None, sender_id=feed.pk, status=Upload.Status.LANDED)


def rename(upload: Upload, name: str) -> bool:
    """Give a landed file another name, unless the worker has it; the time it has to settle begins anew."""
    lying = Upload.objects.filter(pk=upload.pk, status=Upload.Status.LANDED)
    return bool(lying.update(sealed_name=seal_name(upload, name), sent_at=timezone.now()))


def release(feed: Feed, now: datetime) -> int:
    """Give the worker the calls whose files are complete; returns how many.

    A call is complete when ``<stem>.done`` lies beside it, when it has recording, transcript and facts, or when
    nothing of its name has come for thirty seconds. A ``calls.csv`` goes with the calls that are complete then. What
    was begun and left for a day is refused, on the record, and deleted.
    """
    lying = list(landed(feed).select_related("controller", "line").order_by("sent_at", "id"))
    _set_right(feed, lying, now)
    names = {row.pk: open_name(row) for row in lying}
    markers = [row for row in lying if is_marker(names[row.pk])]
    partial = [row for row in lying if is_partial(names[row.pk])]
    whole = [row for row in lying if row not in markers and row not in partial]
    open_stems = {stem_of(names[row.pk]) for row in partial if row.sent_at > now - ABANDONED}
    done_stems = {stem_of(names[row.pk]) for row in markers}
    calls = 0
    parts: list[Upload] = []
    lists = [row for row in whole if names[row.pk] == MANIFEST]
    for layer in layered([row for row in whole if row not in lists]):
        rows = dict(layer)
        for source in group(rows, SealedUploads(layer)):
            # A file of call records goes with every call in it.
            named = dict.fromkeys([*source.files, *([source.record_file] if source.record_file else [])])
            own = [rows[path] for path in named if path in rows]
            still = all(row.sent_at <= now - SETTLED for row in own)
            if source.stem not in open_stems and (source.stem in done_stems or has_all(source) or still):
                calls, parts = calls + 1, [*parts, *(row for row in own if row not in parts)]
    if parts and not _give([*parts, *lists]):
        return 0  # another worker was quicker
    given = {stem_of(names[row.pk]) for row in parts}
    served = [row for row in markers if stem_of(names[row.pk]) in given]
    _drop(served)
    left = [row for row in [*markers, *partial, *lists] if row not in served and row not in parts]
    _abandon(feed, [row for row in left if row.sent_at <= now - ABANDONED])
    return calls


def _set_right(feed: Feed, lying: Iterable[Upload], now: datetime) -> None:
    """Let files grow old by the time in which they were looked at, and not by a clock that is set.

    Between two looks an hour at most is counted, so that a clock that was a day behind makes nothing a day old. What
    came before the clock was set back would be young for ever: its time begins anew.
    """
    unseen = max(timedelta(), now - (feed.looked_at or feed.created_at) - _GAP)
    for row in lying:
        right = min(now, row.sent_at + unseen)
        if right != row.sent_at:
            row.sent_at = right
            Upload.objects.filter(pk=row.pk, status=Upload.Status.LANDED).update(sent_at=right)


def _give(rows: Sequence[Upload]) -> bool:
    """Make a batch of files and queue it; of two workers that try, one does."""
    batch = uuid.uuid4()
    ids = [row.pk for row in rows]
    with transaction.atomic():
        lying = Upload.objects.filter(pk__in=ids, status=Upload.Status.LANDED)
        if lying.update(status=Upload.Status.WAITING, batch=batch, sent_at=timezone.now()) != len(ids):
            transaction.set_rollback(True)
            return False
        audit.record(
            "upload.received",
            actor=rows[0].sender,
            resource=tlog.Reference("batch", str(batch)),
            controller=rows[0].controller_id,
            facts={"files": len(ids), "refused": 0},
        )
        take_in_batch.enqueue(str(batch))
    return True


def _drop(rows: Iterable[Upload]) -> None:
    """Delete what has said its say: the markers of calls that were given to the worker."""
    for row in rows:
        gone = Upload.objects.filter(pk=row.pk, status=Upload.Status.LANDED).delete()[0]
        if gone and row.object_name:
            object_store().delete(row.object_name)


def _abandon(feed: Feed, rows: Iterable[Upload]) -> None:
    """Refuse what was begun and left: on the record, named on the feed's page, and deleted from the store."""
    told = {"status": Upload.Status.REFUSED, "reason": "upload_abandoned", "object_name": ""}
    for row in rows:
        with transaction.atomic():
            lying = Upload.objects.filter(pk=row.pk, status=Upload.Status.LANDED)
            gone = lying.update(**told, sent_at=timezone.now())
            if gone:
                record_refusal(feed.controller, tlog.Reference("feed", str(feed.pk)), "upload_abandoned")
                Feed.objects.filter(pk=feed.pk).update(refusals=F("refusals") + 1)
        if gone and row.object_name:
            object_store().delete(row.object_name)
