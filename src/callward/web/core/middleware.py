"""What every request learns before a view sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from callward.web.core.models import Controller

_View = Callable[[HttpRequest], HttpResponse]


class ControlledRequest(HttpRequest):
    """A request of which the controller is known: staff belong to exactly one."""

    controller: Controller | None


class ControllerMiddleware:
    """Set ``request.controller`` to the controller whose staff asks, or None."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.controller = getattr(request.user, "controller", None)  # type: ignore[attr-defined]
        return self._get_response(request)
