"""What the worker does again and again for the interface."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from callward.web.api.models import Sending

_REMEMBERED = timedelta(days=1)


def sweep_sendings() -> int:
    """Forget the keys of sendings of more than a day ago; returns how many."""
    return Sending.objects.filter(at__lte=timezone.now() - _REMEMBERED).delete()[0]
