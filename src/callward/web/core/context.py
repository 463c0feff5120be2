"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

THEMES = frozenset({"light", "dark"})
THEME_COOKIE = "theme"


def page(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": theme if theme in THEMES else "", "demonstration": bool(settings.DEMO)}
