"""Sessions of staff: ended together when access ends, swept when their time is over."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from callward.web.accounts.models import User

_SLACK = timedelta(minutes=5)  # clocks of several machines


def end_sessions(user: User, *, keep: str = "") -> int:
    """End every open session of a member of staff, except the one with the key ``keep``. Returns how many ended."""
    # A session names its user inside; there are few, and one that stayed open would outlive the access.
    ended = 0
    for session in Session.objects.filter(expire_date__gte=timezone.now()).exclude(session_key=keep):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            ended += 1
    return ended


def sweep_sessions() -> int:
    """The periodic duty: delete what has expired, and what would live longer than a session can.

    The latter were begun before the clock was set back.
    """
    now = timezone.now()
    longest = now + timedelta(seconds=settings.SESSION_COOKIE_AGE) + _SLACK
    deleted, _ = Session.objects.filter(Q(expire_date__lt=now) | Q(expire_date__gt=longest)).delete()
    return deleted
