"""The platform: the only layer that knows Django."""

from __future__ import annotations

import os


def start() -> None:
    """Make settings, rows and apps usable in this process. Verbs call it before they import a model."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callward.web.settings")
    django.setup()
