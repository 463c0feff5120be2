"""What feeds have to say on Today: which of them brings no calls until somebody has seen to it."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from callward.web.accounts.access import Capability, controller_of, may
from callward.web.core.notices import Notice
from callward.web.feeds import shown
from callward.web.feeds.models import Feed


def told_on_today(request: HttpRequest) -> Iterator[Notice]:
    """Name each feed that could not be looked into, to those who see feeds. Refused files stay on their feed's page."""
    if not may(request.user, Capability.READ_FEEDS):
        return
    for feed in Feed.objects.for_controller(controller_of(request)).filter(is_on=True).exclude(fault=""):
        standing = shown.standing_of(feed, 0, 0)
        yield Notice(
            what=_("See to the feed “%(name)s”") % {"name": feed.name},
            why=standing.next,
            status=standing.status,
            word=standing.word,
            address=reverse("feeds:feed", args=[feed.pk]),
            verb=_("Look"),
        )
