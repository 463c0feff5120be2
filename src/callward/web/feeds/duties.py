"""What the worker does again and again for feeds."""

from __future__ import annotations

import logging
import threading
from time import monotonic
from uuid import UUID

from django.db import connections
from django.db.models import F

from callward.web.core import logs, measures
from callward.web.feeds.kinds import s3
from callward.web.feeds.models import Feed
from callward.web.feeds.running import run

_log = logging.getLogger(__name__)
_AT_ONCE = 16
_PATIENCE = 5.0  # seconds in which the feeds of a round usually end; whoever takes longer goes on by itself
_looking: dict[UUID, threading.Thread] = {}


def run_feeds() -> None:
    """Look into every feed that is on, each in a thread of its own: a store that does not answer delays no other.

    A feed whose last look still goes on is left to it; of more than sixteen the rest have their turn next time.
    """
    for pk in [pk for pk, thread in _looking.items() if not thread.is_alive()]:
        del _looking[pk]
    s3.forget_removed()
    # Who waited longest comes first, and before them who never had a turn: PostgreSQL would put those last.
    longest = F("looked_at").asc(nulls_first=True)
    due = Feed.objects.filter(is_on=True).exclude(pk__in=list(_looking)).order_by(longest)
    for feed in due.select_related("controller", "line")[: _AT_ONCE - len(_looking)]:
        _looking[feed.pk] = threading.Thread(target=_look, args=(feed,), name=f"feed {feed.pk}", daemon=True)
        _looking[feed.pk].start()
    until = monotonic() + _PATIENCE
    for thread in list(_looking.values()):
        thread.join(max(0.0, until - monotonic()))


def _look(feed: Feed) -> None:
    try:
        run(feed)
    except Exception as fault:  # noqa: BLE001 - the edge of a feed: one that fails stops no other, and is looked into again
        _log.error("the feed %s could not be looked into; it is tried again: %s", feed.pk, logs.told(fault))
        measures.count(measures.DUTY_FAILURES, f"{__name__}:run_feeds")
    finally:
        connections.close_all()
