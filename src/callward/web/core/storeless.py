"""What people read when the object store cannot be used now: that nothing was half made, and who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from callward.web.core.objects import ObjectError

_log = logging.getLogger(__name__)
_AGAIN = "60"  # seconds


class StorelessMiddleware:
    """Answer with 503 wherever a view needed the object store and it does not answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ObjectError) or not exception.unanswered:
            return None
        _log.error("the object store cannot be used: %s", exception)
        answer = _page(exception.code) if request.accepts("text/html") else _document(exception.code)
        answer["Retry-After"] = _AGAIN
        return answer


def _page(code: str) -> HttpResponse:
    sentence = _("Sealed files cannot be reached (%(code)s). Nothing is lost and nothing was half made.")
    context = {
        "heading": _("Recordings cannot be reached now"),
        "sentence": sentence % {"code": code},
        "do": _("Try again in a minute. If it stays so, tell your administrator: “callward doctor” says what it is."),
        "home": _("Go to Today"),
    }
    return HttpResponse(render_to_string("core/broken.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _document(code: str) -> HttpResponse:
    detail = "the object store cannot be reached now; nothing is lost and nothing was half made"
    return JsonResponse({"code": code, "detail": detail}, status=HTTPStatus.SERVICE_UNAVAILABLE)
