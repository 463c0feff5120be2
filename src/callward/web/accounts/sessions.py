"""Sessions of staff: ended together when access ends, swept when their time is over."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from callward.web.accounts.models import User


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
    """The periodic duty: delete what has expired."""
    deleted, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return deleted
