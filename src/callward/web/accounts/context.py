"""What every page of the console knows about the staff who asks: the places they may go, and their second factor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, resolve, reverse

from callward.web.accounts.access import Access, access_to
from callward.web.accounts.middleware import second_factor_time
from callward.web.accounts.models import User
from callward.web.core import rail


@dataclass(frozen=True, slots=True)
class _Place:
    url: str
    label: str
    icon: str
    here: bool
    count: int


def staff(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"rail": _places(request, user), "second_factor_at": second_factor_time(request)}


def _places(request: HttpRequest, user: User) -> list[_Place]:
    """The places that exist and that this role may use; the longest address that fits is where one is."""
    led = [(place, *_led_to(place.view, get_urlconf(), get_script_prefix())) for place in rail.PLACES]
    open_to = [(place, url) for place, url, access in led if access is not None and access.is_open_to(user)]
    here = max((url for _, url in open_to if _within(request.path, url)), key=len, default="")
    return [
        _Place(url, str(place.label), place.icon, url == here, rail.count(place.key, request)) for place, url in open_to
    ]


@cache
def _led_to(view: str, urlconf: str | None, _prefix: str) -> tuple[str, Access | None]:
    """Give a place's address and who may go there: the same for every request, and asked for with every page."""
    try:
        url = reverse(view, urlconf)
    except NoReverseMatch:
        return "", None
    return url, access_to(resolve(url, urlconf))


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
