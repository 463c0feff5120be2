"""What a feed says of itself on its pages and in its verb: how it stands, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callward.web.calls.models import Upload
from callward.web.calls.uploads import open_name
from callward.web.core.labels import FEED_FAULTS, JOB_FAULTS, label
from callward.web.feeds import secrets
from callward.web.feeds.kinds import kinds, twilio
from callward.web.feeds.models import Delivery, Feed
from callward.web.feeds.running import Round

_MOST = 100
_SILENT = timedelta(minutes=5)  # a feed that is on is looked into every few seconds
_IS_REFUSED = Q(status__in=[Delivery.Status.REFUSED, Delivery.Status.ASIDE])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands: a status, its word, and what somebody has to do, if anything."""

    status: str
    word: str
    next: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that was refused or waits: its name, for who may add calls, the code and its sentence, and when."""

    name: str
    code: str
    sentence: str
    at: object
    rows: str = ""  # which rows of it were refused, in words


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
    """Count what was refused or given up and is still shown, and what is tried again."""
    return _refused(feed).count() + _sent(feed).count(), _waiting(feed).count()


def refused_files(feed: Feed, *, names: bool) -> list[ShownFile]:
    """Give the newest files that were refused or given up; their names are for who may add calls."""
    rows = _refused(feed).order_by("-at")[:_MOST]
    found = [ShownFile(_name(feed, row) if names else "", row.reason, _why(row), row.at, _rows(row)) for row in rows]
    sent = [
        ShownFile(open_name(row) if names else "", row.reason, label("refusal", row.reason), row.sent_at)
        for row in _sent(feed).order_by("-sent_at")[:_MOST]
    ]
    return [*found, *sent]


def waiting_files(feed: Feed, *, names: bool) -> list[ShownFile]:
    """Give the newest files that are tried again, with why they could not be taken in."""
    return [
        ShownFile(_name(feed, row) if names else "", row.reason, waits(row.reason), row.at)
        for row in _waiting(feed).exclude(reason="").order_by("-at")[:_MOST]
    ]


def waits(code: str) -> str:
    """Say why a file is tried again, or what keeps a feed from being looked into."""
    if code in FEED_FAULTS:
        return label("feed_fault", code)
    return _("It could not be taken in, and the file is not to blame. It is tried again.")


def _refused(feed: Feed) -> QuerySet[Delivery]:
    return feed.deliveries.filter(_IS_REFUSED | Q(pk__in=twilio.given_up(feed).values("pk")))


def _waiting(feed: Feed) -> QuerySet[Delivery]:
    later = feed.deliveries.filter(status=Delivery.Status.LATER)
    return later.exclude(pk__in=twilio.given_up(feed).values("pk"))


def _sent(feed: Feed) -> QuerySet[Upload]:
    return Upload.objects.filter(sent_by=None, sender_id=feed.pk, status=Upload.Status.REFUSED)


def _name(feed: Feed, row: Delivery) -> str:
    originals = secrets.originals_of(feed, row)
    # A name may hold bytes that are no text.
    return str(originals[0].path).encode("utf-8", "replace").decode() if originals else ""


def _why(row: Delivery) -> str:
    if row.status != Delivery.Status.LATER:
        return label("refusal", row.reason)
    # What its job came upon besides is told there.
    return f"{JOB_FAULTS.get(row.reason, '')} {_('It waits in Settings, Background jobs.')}".lstrip()


def _rows(row: Delivery) -> str:
    if not row.rows_count:
        return ""
    numbers = ", ".join(map(str, row.rows)) + (" …" if row.rows_count > len(row.rows) else "")
    told = ngettext("%(n)d row: %(numbers)s.", "%(n)d rows: %(numbers)s.", row.rows_count)
    return told % {"n": row.rows_count, "numbers": numbers}


def told_of(feed: Feed, done: Round) -> str:
    """Say in words what one look into a feed did, and what keeps it from being looked into."""
    counted = [
        (done.taken, ngettext("%(n)d call taken in", "%(n)d calls taken in", done.taken)),
        (done.duplicates, ngettext("%(n)d was here already", "%(n)d were here already", done.duplicates)),
        (done.renewed, ngettext("%(n)d newer note kept", "%(n)d newer notes kept", done.renewed)),
        (done.refused, ngettext("%(n)d refused", "%(n)d refused", done.refused)),
        (done.later, ngettext("%(n)d tried again later", "%(n)d tried again later", done.later)),
        (done.removed, ngettext("originals of %(n)d call deleted", "originals of %(n)d calls deleted", done.removed)),
    ]
    said = ", ".join(words % {"n": n} for n, words in counted if n) or _("nothing new")
    return f"{said}. {waits(feed.fault)}" if feed.fault else f"{said}."
