"""Signing in at the drop: whose key it is, and the entry of each session, let in or refused."""

from __future__ import annotations

from uuid import UUID

import asyncssh
from django.db import transaction

from callward.engine import tlog
from callward.web import audit
from callward.web.core import acts
from callward.web.core.models import Controller
from callward.web.feeds.kinds.sftp import keys_of, user_of
from callward.web.feeds.models import Feed


def feed_for(username: str, public_data: bytes) -> UUID | None:
    """Return the feed that a key may put files into under a user name; None where there is none."""
    feed = _feed_of(username)
    return feed.pk if feed is not None and has_key(feed, public_data) else None


def has_key(feed: Feed, public_data: bytes) -> bool:
    """Tell whether a key may sign in to a feed."""
    return public_data in (asyncssh.import_public_key(row).public_data for row in keys_of(feed))


def record_signed_in(feed_id: UUID) -> None:
    """Put on the record that somebody with a key of the feed came in."""
    feed = Feed.objects.get(pk=feed_id)
    with transaction.atomic():
        audit.record(
            "drop.signed_in",
            actor=tlog.Reference("feed", str(feed_id)),
            resource=feed,
            controller=feed.controller_id,
        )


def record_refused(username: str) -> None:
    """Put on the record that somebody was refused; a name that is nobody's belongs to no controller, so all are told.

    The name is not kept.
    """
    feed = _feed_of(username)
    told = [feed.controller] if feed is not None else list(Controller.objects.all())
    for controller in told:
        with transaction.atomic():
            audit.record(
                "drop.sign_in_refused",
                actor=acts.NOBODY,
                resource=feed or controller,
                controller=controller,
                outcome="denied",
                facts={"reason": "key" if feed is not None else "unknown_user"},
            )


def _feed_of(username: str) -> Feed | None:
    controller, _dot, slug = username.partition(".")
    if not username.isprintable():
        return None
    found = Feed.objects.filter(kind="sftp", is_on=True, slug=slug, controller__slug=controller)
    feed = found.select_related("controller").first()
    return feed if feed is not None and user_of(feed) == username else None
