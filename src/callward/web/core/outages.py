"""What people read when what a view stands on is away: that nothing was half made, and who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callward.web.core.objects import ObjectError
from callward.web.keys.vault import KeyUnavailable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_log = logging.getLogger(__name__)
_AGAIN = "60"  # seconds


@dataclass(frozen=True, slots=True)
class _Outage:
    heading: StrPromise
    sentence: StrPromise  # with a place for the code
    do: StrPromise
    detail: str  # for programs


_KEYS = _Outage(
    heading=gettext_lazy("The keys cannot be used now"),
    sentence=gettext_lazy(
        "The provider of the keys refuses (%(code)s). Nothing was taken in and nothing was half made."
    ),
    do=gettext_lazy("Tell your administrator: “callward keys doctor” says what to do. Then do this once more."),
    detail="a key cannot be used now; nothing was taken in and nothing was half made",
)
_STORE = _Outage(
    heading=gettext_lazy("Recordings cannot be reached now"),
    sentence=gettext_lazy("Sealed files cannot be reached (%(code)s). Nothing is lost and nothing was half made."),
    do=gettext_lazy(
        "Try again in a minute. If it stays so, tell your administrator: “callward doctor” says what it is."
    ),
    detail="the object store cannot be reached now; nothing is lost and nothing was half made",
)


class OutageMiddleware:
    """Answer with 503 wherever a view needed a key or the object store and did not get it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, KeyUnavailable):
            outage = _KEYS
        elif isinstance(exception, ObjectError) and exception.unanswered:
            outage = _STORE
        else:
            return None
        # The detail may name a file of this machine: it is for the log, and for the doctors.
        _log.error("%s: %s", outage.detail, exception)
        answer = _page(outage, exception.code) if request.accepts("text/html") else _document(outage, exception.code)
        answer["Retry-After"] = _AGAIN
        return answer


def _page(outage: _Outage, code: str) -> HttpResponse:
    # No context processors: what they show may be sealed too.
    context = {
        "heading": outage.heading,
        "sentence": str(outage.sentence) % {"code": code},
        "do": outage.do,
        "home": _("Go to Today"),
    }
    return HttpResponse(render_to_string("core/broken.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _document(outage: _Outage, code: str) -> HttpResponse:
    return JsonResponse({"code": code, "detail": outage.detail}, status=HTTPStatus.SERVICE_UNAVAILABLE)
