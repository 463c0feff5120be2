"""What a feed says of itself on its pages and in its verb: how it stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callward.web.calls.models import Upload
from callward.web.calls.uploads import open_name
from callward.web.core.labels import label
from callward.web.feeds import secrets
from callward.web.feeds.kinds import kinds
from callward.web.feeds.models import Delivery, Feed

_MOST = 100
_SILENT = timedelta(minutes=5)  # a feed that is on is looked into every few seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands: a status, its word, and what somebody has to do, if anything."""

    status: str
    word: str
    next: str


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was refused: its name, for who may add calls, the code and its sentence, and when."""

    name: str
    code: str
    sentence: str
    at: object


def standing_of(feed: Feed, refused: int, waiting: int) -> Standing:
    """Say how a feed stands."""
    if feed.kind not in kinds():
        return Standing("blocked", _("not known"), _("This version has no such kind of feed. Remove it."))
    if not feed.is_on:
        return Standing("unknown", _("off"), _("Turn it on when calls should come again."))
    if feed.fault:
        return Standing("overdue", _("at fault"), label("feed_fault", feed.fault))
    silent = feed.looked_at is None or feed.looked_at < timezone.now() - _SILENT
    if silent and kinds()[feed.kind].open is not None:
        return Standing("due", _("not looked into"), _("Start the worker: callward serve or callward worker."))
    return _left(refused, waiting) or Standing("ok", _("on"), "")


def _left(refused: int, waiting: int) -> Standing | None:
    """Say what is left to do at a feed that works."""
    if refused:
        told = ngettext("Look at %(n)d refused file.", "Look at %(n)d refused files.", refused) % {"n": refused}
        return Standing("due", _("files refused"), told)
    if waiting:
        told = ngettext("%(n)d call is tried again soon.", "%(n)d calls are tried again soon.", waiting)
        return Standing("due", _("tried again"), told % {"n": waiting})
    return None


def counts_of(feed: Feed) -> tuple[int, int]:
    """Count what was refused and is still shown, and what is tried again."""
    refused = feed.deliveries.filter(status__in=[Delivery.Status.REFUSED, Delivery.Status.ASIDE]).count()
    waiting = feed.deliveries.filter(status=Delivery.Status.LATER).count()
    return refused + _sent(feed).count(), waiting


def refused_files(feed: Feed, *, names: bool) -> list[RefusedFile]:
    """Give the newest refused files; their names are for who may add calls."""
    rows = feed.deliveries.filter(status__in=[Delivery.Status.REFUSED, Delivery.Status.ASIDE]).order_by("-at")[:_MOST]
    found = [RefusedFile(_name(feed, row) if names else "", row.reason, _why(row.reason), row.at) for row in rows]
    sent = [
        RefusedFile(open_name(row) if names else "", row.reason, _why(row.reason), row.sent_at)
        for row in _sent(feed).order_by("-sent_at")[:_MOST]
    ]
    return [*found, *sent]


def _sent(feed: Feed) -> QuerySet[Upload]:
    return Upload.objects.filter(sent_by=None, sender_id=feed.pk, status=Upload.Status.REFUSED)


def _name(feed: Feed, row: Delivery) -> str:
    originals = secrets.originals_of(feed, row)
    # A name may hold bytes that are no text.
    return str(originals[0].path).encode("utf-8", "replace").decode() if originals else ""


def _why(code: str) -> str:
    return label("refusal", code)
