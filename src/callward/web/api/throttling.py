"""How often a program may ask: counted in this process, by its account, with nothing about anybody."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle


class PerProgram(SimpleRateThrottle):
    """So many requests of one program a minute, at each web process."""

    def __init__(self, rate: str, scope: str) -> None:
        super().__init__(rate)
        self.scope = scope

    def get_cache_key(self, request: HttpRequest) -> str | None:
        account = getattr(request, "service", None)
        return f"rate/{self.scope}/{account.pk}" if account is not None else None
