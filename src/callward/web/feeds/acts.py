"""Setting feeds up: each act is one transaction with its entry in the ledger."""

from __future__ import annotations

from django.db import transaction

from callward.engine.errors import Error
from callward.intake import file_pattern
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.models import Upload
from callward.web.core.objects import object_store
from callward.web.feeds import landing
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import kind_of
from callward.web.feeds.models import Feed
from callward.web.feeds.secrets import set_secret


def save_feed(feed: Feed, *, by: Party, secret: str = "") -> None:
    """Add or change a feed; an empty secret leaves the one that is kept.

    Raises ``FeedError`` for a place, pattern or option that cannot work; nothing is then changed.
    """
    kind = kind_of(feed)
    if feed.pattern:
        try:
            file_pattern(feed.pattern)
        except Error:
            raise FeedError("pattern", "the file-name pattern cannot be read") from None
    if secret:
        set_secret(feed, secret)
    kind.check(feed)
    with transaction.atomic():
        action = "feed.added" if feed._state.adding else "feed.changed"  # noqa: SLF001 - Django's public name for it
        feed.save()
        audit.record(
            action,
            actor=by,
            resource=feed,
            controller=feed.controller,
            facts={
                "feed_kind": feed.kind,
                "on": feed.is_on,
                "originals": Feed.Originals(feed.originals).value,
                "refused": Feed.Refused(feed.refused).value,
                "line": str(feed.line_id) if feed.line_id else "as_told",
            },
        )


def remove_feed(feed: Feed, *, by: Party) -> None:
    """Remove a feed. What lies at its source stays there; calls that came from it stay; what had landed goes."""
    with transaction.atomic():
        names = list(landing.landed(feed).values_list("object_name", flat=True))
        Upload.objects.filter(pk__in=landing.landed(feed)).delete()
        audit.record("feed.removed", actor=by, resource=feed, controller=feed.controller)
        feed.delete()
    for name in filter(None, names):
        object_store().delete(name)
