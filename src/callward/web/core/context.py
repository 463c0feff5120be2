"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

PREFERENCES = {"theme": frozenset({"light", "dark"}), "spacing": frozenset({"dense"}), "menu": frozenset({"narrow"})}
"""How a browser is shown the console: each a cookie of that name, one of these words, or none for what is usual."""


def page(request: HttpRequest) -> dict[str, object]:
    chosen = {name: request.COOKIES.get(name, "") for name in PREFERENCES}
    kept = {name: value if value in PREFERENCES[name] else "" for name, value in chosen.items()}
    return {**kept, "demonstration": bool(settings.DEMO)}
