"""What people read when what a view stands on is away: that nothing was half made, and who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callward.engine.errors import Error
from callward.web.core.logs import told
from callward.web.core.objects import ObjectError
from callward.web.faults import refusal
from callward.web.keys.vault import KeyUnavailable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_log = logging.getLogger(__name__)
_AGAIN = "60"  # seconds
_SOON = "5"


@dataclass(frozen=True, slots=True)
class _Outage:
    heading: StrPromise
    sentence: StrPromise  # with a place for the code
    do: StrPromise
    detail: str  # for programs
    again: str = _AGAIN
    code: str = ""


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
_DATABASE = _Outage(
    heading=gettext_lazy("The databases cannot be used now"),
    sentence=gettext_lazy(
        "A database does not answer or cannot be written (%(code)s). What you changed is kept whole or not at all."
    ),
    do=gettext_lazy("Try again in a minute. If it stays so, tell your administrator: the log says what it is."),
    detail="a database cannot be used now; what was being changed is kept whole or not at all",
)
_BUSY = replace(
    _DATABASE,
    heading=gettext_lazy("The database is busy"),
    sentence=gettext_lazy(
        "Others have been writing to it for a while (%(code)s). What you changed is kept whole or not at all; what "
        "has begun is finished by itself."
    ),
    do=gettext_lazy("Look again in a few seconds whether it is done, and do it once more if it is not."),
    detail="a database was held by others for too long; what was changed is kept whole or not at all",
    again=_SOON,
)


class OutageMiddleware:
    """Answer with 503 wherever a view needed a key, a database or the object store and did not get it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_to(request, exception)


def answer_to(request: HttpRequest, fault: BaseException | None) -> HttpResponse | None:
    """Say that what a page stands on is away; None where a fault has another cause."""
    outage = _outage_of(fault)
    if outage is None or fault is None:
        return None
    # The detail may name a file of this machine: it is for the log, and for the doctors.
    _log.error("%s: %s", outage.detail, fault if isinstance(fault, Error) else told(fault))
    answer = _page(outage) if request.accepts("text/html") else _document(outage)
    answer["Retry-After"] = outage.again
    return answer


def _outage_of(fault: BaseException | None) -> _Outage | None:
    if isinstance(fault, KeyUnavailable):
        return replace(_KEYS, code=fault.code)
    if isinstance(fault, ObjectError) and fault.unanswered:
        return replace(_STORE, code=fault.code)
    if isinstance(fault, InterfaceError):  # the connection was lost
        return replace(_DATABASE, code="database_failed")
    refused = refusal(fault) if isinstance(fault, OperationalError) else None
    if refused is None:
        return None
    return replace(_BUSY if refused.code == "database_busy" else _DATABASE, code=refused.code)


def _page(outage: _Outage) -> HttpResponse:
    # No context processors: what they show may be sealed too.
    context = {
        "heading": outage.heading,
        "sentence": str(outage.sentence) % {"code": outage.code},
        "do": outage.do,
        "home": _("Go to Today"),
    }
    return HttpResponse(render_to_string("core/broken.html", context), status=HTTPStatus.SERVICE_UNAVAILABLE)


def _document(outage: _Outage) -> HttpResponse:
    return JsonResponse({"code": outage.code, "detail": outage.detail}, status=HTTPStatus.SERVICE_UNAVAILABLE)
