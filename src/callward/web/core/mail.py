"""Whether mail may go out at all: over TLS from the first word of content, or not."""

from __future__ import annotations

from django.conf import settings


def goes_out_safely() -> bool:
    """Tell whether a mail server is named and is spoken to over TLS only."""
    return bool(settings.EMAIL_HOST) and bool(settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
