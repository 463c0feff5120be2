"""What people read when a key cannot be used now: that nothing was half made, and who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from callward.web.keys.vault import KeyUnavailable

_log = logging.getLogger(__name__)
_AGAIN = "60"  # seconds


class KeylessMiddleware:
    """Answer with 503 wherever a view needed a key that its provider does not give."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, KeyUnavailable):
            return None
        # The detail may name a file of this machine: it is for the log, and for `callward keys doctor`.
        _log.error("a key cannot be used: %s", exception)
        answer = _page(exception.code) if request.accepts("text/html") else _document(exception.code)
        answer["Retry-After"] = _AGAIN
        return answer


def _page(code: str) -> HttpResponse:
    # No context processors: what they show may be sealed too.
    sentence = _("The provider of the keys refuses (%(code)s). Nothing was taken in and nothing was half made.")
    context = {
        "heading": _("The keys cannot be used now"),
        "sentence": sentence % {"code": code},
        "do": _("Tell your administrator: “callward keys doctor” says what to do. Then do this once more."),
        "home": _("Go to Today"),
    }
    return HttpResponse(render_to_string("core/broken.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _document(code: str) -> HttpResponse:
    detail = "a key cannot be used now; nothing was taken in and nothing was half made"
    return JsonResponse({"code": code, "detail": detail}, status=HTTPStatus.SERVICE_UNAVAILABLE)
