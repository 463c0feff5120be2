"""Three addresses for machines, answered before anything else: no session, no host name, no redirect, no sign-in.

A balancer asks by address and over plain http. What it learns is whether to send people here; why not, and the
figures, are for the networks of ``CALLWARD_WATCHERS`` and, for the figures, for who bears the token.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from callward.web.core.middleware import is_within
from callward.web.probes import figures, readiness

_log = logging.getLogger(__name__)


class ProbesMiddleware:
    """Answer ``/healthz``, ``/readyz`` and ``/metrics``; leave the rest alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._answers = {"/healthz": _lives, "/readyz": _ready, "/metrics": _measured}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._answers.get(request.path_info)
        if answer is None:
            return self._get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        response = answer(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        # Django would write each 503 into the log, every few seconds.
        response._has_been_logged = True  # type: ignore[attr-defined] # noqa: SLF001 - Django's own mark
        return response


def _lives(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def _ready(request: HttpRequest) -> HttpResponse:
    faults = readiness.faults()
    told: dict[str, object] = {"ready": not faults}
    if _may_watch(request):
        told["faults"] = faults
    return JsonResponse(told, status=HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK)


def _measured(request: HttpRequest) -> HttpResponse:
    if not (_may_watch(request) or _bears_token(request)):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    try:
        return HttpResponse(figures.text(), content_type=CONTENT_TYPE_LATEST)
    except (DatabaseError, InterfaceError):
        _log.warning("a database did not answer, so there are no figures")
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)


def _may_watch(request: HttpRequest) -> bool:
    """Whether who asks is in an allowed network; somebody for whom an unknown proxy speaks is not."""
    spoken_for = request.META.get("callward.forwarded") == "unknown"
    return not spoken_for and is_within(request.META.get("REMOTE_ADDR", ""), settings.WATCHERS)


def _bears_token(request: HttpRequest) -> bool:
    """Whether who asks bears the token, over a connection that nobody reads."""
    kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not settings.METRICS_TOKEN or kind.lower() != "bearer" or not request.is_secure():
        return False
    return hmac.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
