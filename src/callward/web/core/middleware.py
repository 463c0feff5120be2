"""What every request learns before a view sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

if TYPE_CHECKING:
    from callward.web.core.models import Controller

# Nothing but a port may follow: what a browser would read as another host is left to be refused.
_ADDRESS = re.compile(r"127\.0\.0\.1((?::[0-9]{1,5})?)")
_View = Callable[[HttpRequest], HttpResponse]


class ControlledRequest(HttpRequest):
    """A request of which the controller is known: staff belong to exactly one."""

    controller: Controller | None


class LocalhostMiddleware:
    """Send 127.0.0.1 to localhost: a passkey belongs to a name, and one made under an address is lost."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _ADDRESS.fullmatch(request.META.get("HTTP_HOST", ""))
        if address and request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(f"http://localhost{address[1]}{request.get_full_path()}")
        return self._get_response(request)


class ControllerMiddleware:
    """Set ``request.controller`` to the controller whose staff asks, or None, and speak in its time zone."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        controller = getattr(request.user, "controller", None)
        request.controller = controller  # type: ignore[attr-defined]
        with timezone.override(controller.zone if controller else timezone.get_default_timezone()):
            return self._get_response(request)
