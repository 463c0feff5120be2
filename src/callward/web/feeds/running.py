"""One round of a feed: take in what is ready, once, and let originals go only when the sealed copy was read back.

A delivery is claimed by a row before it is read, for a minute that is renewed while the work lasts: two workers on one
feed take each file once, and what a killed worker was at is taken up by another. The keyed digest of the input makes
one call of it even then.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from callward.engine import tlog
from callward.engine.envelope import EnvelopeError
from callward.engine.errors import Error
from callward.intake import IntakeOptions, file_pattern, given
from callward.transcriber import TranscriberError
from callward.web import audit
from callward.web.calls.ingesting import REFUSALS, Ingest, Report, Result, record_refusal
from callward.web.calls.models import Call
from callward.web.core import logs
from callward.web.core.labels import label
from callward.web.core.meanwhile import meanwhile
from callward.web.core.objects import ObjectError
from callward.web.faults import refusal, was_busy
from callward.web.feeds import landing, secrets
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import Found, Original, Place, kind_of, with_rows_together
from callward.web.feeds.models import Delivery, Feed
from callward.web.feeds.verifying import is_kept
from callward.web.keys import vault
from callward.web.waiting import patiently

_log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
MOST = 500  # deliveries of one round, so that no feed keeps the others waiting
_RENEWED = 15.0  # seconds
_AT_ONCE = 200
_ROWS_SHOWN = 20
_LONGEST_PAUSE = timedelta(hours=1)
_REMEMBERED = timedelta(days=30)  # a refusal whose file was moved away
_SWEPT_EVERY = timedelta(hours=1)
# What the file is not to blame for: it is tried again, with longer and longer pauses.
_NOT_ITS_FAULT = (TranscriberError, ObjectError, EnvelopeError, vault.KeyGone, vault.KeyUnavailable)
_DONE = frozenset({Delivery.Status.TAKEN, Delivery.Status.REMOVING, Delivery.Status.ASIDE, Delivery.Status.REFUSED})
_OURS = "intake_failed"
_GONE_MEANWHILE = frozenset({"missing"})
_TRIED_AGAIN = frozenset({"unreadable"})


@dataclass(slots=True)
class Round:
    """What one round of a feed did."""

    taken: int = 0
    duplicates: int = 0
    renewed: int = 0  # notes and forms of calls that were known
    refused: int = 0
    later: int = 0
    removed: int = 0
    fault: str = ""  # what could not be done with one file or folder, while the others went on

    @property
    def worked(self) -> int:
        return self.taken + self.duplicates + self.renewed + self.refused + self.later


def options_of(feed: Feed) -> IntakeOptions:
    """What holds for the calls of a feed that do not say it themselves."""
    told = {"line": feed.line.slug} if feed.line else {}
    return IntakeOptions(given(told), file_pattern(feed.pattern) if feed.pattern else None)


def run(feed: Feed, *, now: datetime | None = None, most: int = MOST) -> Round:
    """Take in what is ready in a feed.

    A feed that cannot be looked into says why in ``fault`` and raises nothing; the next round asks again.
    """
    now = now or timezone.now()
    done, fault = Round(), ""
    try:
        kind = kind_of(feed)
        if kind.open is None:
            landing.release(feed, now)
        else:
            with kind.open(feed) as place:
                _Looking(feed, place, done).go(now, most)
                # A place that was not listed this time says nothing new of what was at fault there.
                fault = done.fault or ("" if place.lists_all else feed.fault)
    except (FeedError, ObjectError) as error:
        fault = error.code
    except (vault.KeyGone, vault.KeyUnavailable):
        fault = "keys_unusable"
    except OperationalError as error:
        if not was_busy(error):
            raise refusal(error) or error from None
        fault = "database_busy"
    Feed.objects.filter(pk=feed.pk).update(looked_at=now, fault=fault)
    feed.looked_at, feed.fault = now, fault
    return done


class _Looking:
    """One look into an opened feed."""

    def __init__(self, feed: Feed, place: Place, done: Round) -> None:
        self._feed, self._place, self._done = feed, place, done
        self._actor = tlog.Reference("feed", str(feed.pk))
        self._ingest = Ingest(feed.controller, options_of(feed), actor=self._actor, files=place.files)
        self._key = vault.service_key(feed.controller_id, "intake")
        self._kind = kind_of(feed)
        self._deletes = feed.originals == Feed.Originals.DELETE and self._kind.deletes
        self._stuck: set[Original] = set()
        self._answers = True
        self._begun = monotonic()

    def go(self, now: datetime, most: int) -> None:
        self._finish()
        sweeps = self._place.lists_all and (self._feed.swept_at or self._feed.created_at) <= now - _SWEPT_EVERY
        seen: set[bytes] = set()
        for batch in _batches(with_rows_together(self._place.ready(now))):
            marks = {self._mark(found): found for found in batch if self._stuck.isdisjoint(found.originals)}
            rows = {bytes(row.mark): row for row in self._feed.deliveries.filter(mark__in=list(marks))}
            for mark, found in marks.items():
                self._see(found, mark, rows.get(mark), now)
                if self._done.worked >= most:
                    return
            if sweeps:
                seen |= set(marks)
        if sweeps and not self._place.fault:
            _forget(self._feed, seen, now)
        self._done.fault = self._done.fault or self._place.fault

    def _finish(self) -> None:
        """Delete or move what a former round began to: before anything is listed, so that half a call is none."""
        for row in self._feed.deliveries.filter(status__in=[Delivery.Status.REMOVING, Delivery.Status.ASIDE]):
            originals = secrets.originals_of(self._feed, row)
            if row.status == Delivery.Status.REMOVING:
                self._remove(originals, row)
            else:
                self._set_aside(originals, row)

    def _was_done(self, act: Callable[[], None], originals: Sequence[Original]) -> bool:
        """Tell whether originals could be deleted or moved; what cannot is tried again, and holds up no other call.

        A store that does not answer is waited for once in a round.
        """
        if self._answers:
            try:
                act()
            except FeedError as error:
                self._done.fault, self._answers = error.code, error.code != "bucket_unreachable"
            else:
                return True
        self._stuck.update(originals)
        return False

    def _mark(self, found: Found) -> bytes:
        own = set(found.source.files)
        text = [self._feed.id.hex]
        if found.source.log_only:
            # A file of call records holds many calls: each is told apart by its id, and by how far it got.
            record = found.source.record
            told = [str(found.source.path), *map(str, found.rows)]
            text += [*record.ids, f"{record.duration} {record.disposition}"] if record else told
        text += [f"{one.path}\n{one.version}" for one in found.originals if one.path in own]
        return hmac.digest(self._key, "\n".join(text).encode("utf-8", "surrogateescape"), "sha256")

    def _see(self, found: Found, mark: bytes, row: Delivery | None, now: datetime) -> None:
        if row is not None and row.status in _DONE:
            if row.status == Delivery.Status.TAKEN:
                self._let_go(found, row)
            return
        # As late as it is by now: a claim that counts from the beginning of a long round would be over when it is made.
        claimed = _claim(self._feed, mark, row, now + timedelta(seconds=monotonic() - self._begun))
        if claimed is not None:
            self._take(found, claimed)

    def _take(self, found: Found, row: Delivery) -> None:
        try:
            with _renewed(row):
                report = patiently(lambda: self._ingest.attempt(found.source, found.written_at))
        except _NOT_ITS_FAULT as error:
            self._later(row, error.code)
        except REFUSALS as error:
            self._blame(found, row, error)
        except OperationalError as error:
            self._later(row, "database_busy")
            if not was_busy(error):
                raise
        except OSError:
            self._later(row, "unreadable")
        except Exception as fault:  # noqa: BLE001 - the edge of a feed: one file that breaks us stops no other
            _log.error("a file of a feed could not be taken in: %s", logs.told(fault))
            self._later(row, _OURS)
        else:
            self._settle(found, row, report)

    def _blame(self, found: Found, row: Delivery, error: Error) -> None:
        if error.code in _GONE_MEANWHILE:
            row.delete()
        elif error.code in _TRIED_AGAIN:
            self._later(row, error.code)
        else:
            self._refuse(found, row, error.code)

    def _settle(self, found: Found, row: Delivery, report: Report) -> None:
        new = report.result is Result.TAKEN_IN
        row.status, row.call, row.until, row.reason = Delivery.Status.TAKEN, report.call, None, ""
        row.at = timezone.now()
        renewed = report.result is Result.RENEWED
        duplicate = not new and not renewed
        # Whole numbers: PostgreSQL adds no truth value to one.
        counted = {"calls": F("calls") + int(new), "duplicates": F("duplicates") + int(duplicate)}
        with transaction.atomic():
            row.save()
            Feed.objects.filter(pk=self._feed.pk).update(arrived_at=row.at, **counted)
        self._done.taken += new
        self._done.renewed += renewed
        self._done.duplicates += duplicate
        self._let_go(found, row)

    def _refuse(self, found: Found, row: Delivery, code: str) -> None:
        """Refuse what cannot be taken in; the copy of a call that was erased goes like those of calls that are kept."""
        row.reason, row.until, row.at = code, None, timezone.now()
        line = self._feed.line
        goes = code == "input_erased" and self._deletes and (line is None or line.originals_may_go)
        aside = self._feed.refused == Feed.Refused.MOVE and self._kind.sets_aside
        row.status = Delivery.Status.ASIDE if aside else Delivery.Status.REFUSED
        row.status = Delivery.Status.REMOVING if goes else row.status
        if found.rows:
            # The file holds other calls and stays; its name is for who looks for the rows.
            row.status, row.rows, row.rows_count = Delivery.Status.REFUSED, found.rows[:_ROWS_SHOWN], len(found.rows)
            aside = goes = False
        shown = found.originals or (Original(found.source.path, ""),)
        secrets.set_originals(self._feed, row, shown if found.rows else found.originals)
        with transaction.atomic():
            record_refusal(self._feed.controller, self._actor, code, rows=row.rows_count)
            row.save()
            Feed.objects.filter(pk=self._feed.pk).update(
                arrived_at=row.at, refusals=F("refusals") + (row.rows_count or 1)
            )
            if goes:
                self._record_deletion(row, found.originals)
        self._done.refused += max(1, row.rows_count)
        if goes:
            self._remove(found.originals, row)
        elif aside:
            self._set_aside(found.originals, row)

    def _later(self, row: Delivery, code: str) -> None:
        pause = min(CLAIM * 2**row.tries, _LONGEST_PAUSE)
        row.status, row.reason, row.tries = Delivery.Status.LATER, code, min(row.tries + 1, 10)
        row.at, row.until = timezone.now(), timezone.now() + pause
        row.save()
        self._done.later += 1

    def _set_aside(self, originals: Sequence[Original], row: Delivery) -> None:
        if not self._was_done(lambda: self._place.set_aside(originals, row.reason, _why(row)), originals):
            return
        row.status = Delivery.Status.REFUSED
        row.save(update_fields=["status"])

    def _let_go(self, found: Found, row: Delivery) -> None:
        """Delete the originals, where the feed and the call's line say so and the call stands, sealed and readable.

        A file of call records holds other calls too, so it is no call's original: it stays.
        """
        if not self._deletes or not found.originals or self._must_stay(row):
            return
        if row.call is None or not is_kept(self._feed.controller, row.call):
            self._done.fault = self._done.fault or "original_unproven"  # its original stays; the others go on
            return
        row.status = Delivery.Status.REMOVING
        secrets.set_originals(self._feed, row, found.originals)
        with transaction.atomic():
            row.save()
            self._record_deletion(row, found.originals)
        self._remove(found.originals, row)

    def _must_stay(self, row: Delivery) -> bool:
        """Say whether the line of a call keeps what lies at its source; asked each time, because lines change."""
        return row.call is not None and Call.objects.filter(id=row.call, line__originals_may_go=False).exists()

    def _record_deletion(self, row: Delivery, originals: Sequence[Original]) -> None:
        audit.record(
            "feed.original_deleted",
            actor=self._actor,
            resource=tlog.Reference("call", str(row.call)) if row.call else self._actor,
            controller=self._feed.controller,
            facts={"files": len(originals)},
        )

    def _remove(self, originals: Sequence[Original], row: Delivery) -> None:
        if self._was_done(lambda: self._place.remove(originals), originals):
            row.delete()
            self._done.removed += 1


def _why(row: Delivery) -> str:
    return label("refusal", row.reason)


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    rest = iter(found)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _claim(feed: Feed, mark: bytes, row: Delivery | None, now: datetime) -> Delivery | None:
    """Make a delivery this worker's; None where it is another's, or its time to be tried again has not come."""
    until = now + CLAIM
    if row is None:
        fresh = Delivery(feed=feed, mark=mark, until=until, at=now)
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:
            return None
        return fresh
    # A claim or a wait that ends later than it can is from before the clock was set back.
    if row.until is not None and now < row.until <= now + _LONGEST_PAUSE:
        return None
    ours = Delivery.objects.filter(pk=row.pk, status=row.status, until=row.until)
    if not ours.update(status=Delivery.Status.TAKING, until=until):
        return None
    row.status, row.until = Delivery.Status.TAKING, until
    return row


def _renewed(row: Delivery) -> AbstractContextManager[None]:
    """Keep a claim while the work lasts."""

    def renew() -> None:
        Delivery.objects.filter(pk=row.pk).update(until=timezone.now() + CLAIM)

    return meanwhile(renew, _RENEWED, "claim")


def _forget(feed: Feed, seen: set[bytes], now: datetime) -> None:
    """Forget what lies there no more: what was taken at once, what was refused after the days that it is shown."""
    gone = [
        pk
        for pk, mark, status, at in feed.deliveries.values_list("pk", "mark", "status", "at").iterator()
        if bytes(mark) not in seen
        and (status != Delivery.Status.REFUSED or at <= now - _REMEMBERED)
        and at <= now - _SWEPT_EVERY
    ]
    for start in range(0, len(gone), _AT_ONCE):
        Delivery.objects.filter(pk__in=gone[start : start + _AT_ONCE]).delete()
    Feed.objects.filter(pk=feed.pk).update(swept_at=now)
