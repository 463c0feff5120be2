"""What every request learns before a view sees it."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from callward.web import walls
from callward.web.core import logs, measures, tracing
from callward.web.core.problems import is_for_program

if TYPE_CHECKING:
    from callward.web.core.models import Controller

# Nothing but a port may follow: what a browser would read as another host is left to be refused.
_ADDRESS = re.compile(r"127\.0\.0\.1((?::[0-9]{1,5})?)")
_View = Callable[[HttpRequest], HttpResponse]
_FORWARDED = "HTTP_X_FORWARDED_"
_HANDED_ON = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_requests = logging.getLogger("callward.requests")


class ControlledRequest(HttpRequest):
    """A request of which the controller is known: staff belong to exactly one."""

    controller: Controller | None


class ProxyMiddleware:
    """Take a proxy's word about who asks and over which scheme, and nobody else's.

    From a trusted proxy the caller's address becomes ``REMOTE_ADDR``; what anybody else says of it is dropped.
    ``callward.forwarded`` tells that somebody spoke for another: ``named`` where a trusted one said for whom, else
    ``unknown``.
    """

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = [name for name in request.META if name.startswith(_FORWARDED)]
        handed_on = bool(told) or any(name in request.META for name in _HANDED_ON)
        chain = request.META.pop(f"{_FORWARDED}FOR", "")
        named = is_within(request.META.get("REMOTE_ADDR", ""), settings.PROXIES)
        if handed_on:
            request.META["callward.forwarded"] = "named" if named else "unknown"
        if named:
            # Each proxy adds on the right: the first from there that is not one of ours asked.
            hops = [hop.strip() for hop in chain.split(",") if hop.strip()]
            beyond = next((hop for hop in reversed(hops) if not is_within(hop, settings.PROXIES)), None)
            if beyond is not None:
                request.META["REMOTE_ADDR"] = beyond if _is_address(beyond) else "0.0.0.0"  # noqa: S104 - nobody's
            elif handed_on:  # its own address must not open to everybody behind it what is open to this machine
                request.META["callward.forwarded"] = "unknown"
        else:
            for name in told:
                request.META.pop(name, None)
        return self._get_response(request)


def is_within(address: str, networks: Sequence[_Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    if not _is_address(address):
        return False
    place = ipaddress.ip_address(address)
    mapped = getattr(place, "ipv4_mapped", None)
    return any((mapped or place) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class RequestMiddleware:
    """Give each request a random id, and its end a line, a count and a duration: by the page's name, never its path."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, name = monotonic(), uuid4().hex
        method = request.method if request.method in _METHODS else "OTHER"
        with logs.about(request=name), tracing.span("request", method=method):
            response = self._get_response(request)
            match = request.resolver_match
            view, took = (match.view_name if match else "none"), monotonic() - began
            tracing.tell(view=view, status=response.status_code)
            facts = {"method": method, "view": view, "status": response.status_code, "ms": round(took * 1000, 1)}
            _requests.info("answered", extra={"facts": facts})
        measures.count(measures.REQUESTS, view, method, str(response.status_code))
        measures.observe(measures.REQUEST_SECONDS, took, view)
        return response


class LocalhostMiddleware:
    """Send 127.0.0.1 to localhost: a passkey belongs to a name, and one made under an address is lost."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _ADDRESS.fullmatch(request.META.get("HTTP_HOST", ""))
        if address and request.method in {"GET", "HEAD"} and not is_for_program(request):
            return HttpResponseRedirect(f"http://localhost{address[1]}{request.get_full_path()}")
        return self._get_response(request)


class ControllerMiddleware:
    """Set ``request.controller`` to the controller whose staff asks, or None, and speak in its time zone."""

    def __init__(self, get_response: _View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        controller = getattr(request.user, "controller", None)
        request.controller = controller  # type: ignore[attr-defined] # as Django adds user
        if controller is not None:
            walls.narrow(controller.pk)
        with timezone.override(controller.zone if controller else timezone.get_default_timezone()):
            return self._get_response(request)
