"""What people read when a page cannot be had: what happened, what was kept safe, what to do."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from callward.web.core.outages import answer_to
from callward.web.core.problems import is_for_program, problem


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        HTTPStatus.BAD_REQUEST,
        _("This could not be understood"),
        _("The browser sent something that this page does not take. Nothing was changed."),
        _("Go back and try once more. If it happens again, tell your administrator which page it was."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        _("Your role may not open this"),
        _("Each page names the roles that may use it, and yours is not among them. The attempt is in the ledger."),
        _("If your work needs it, ask an administrator for another role."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        HTTPStatus.NOT_FOUND,
        _("Nothing is here"),
        _("The address is wrong, or what was here has been deleted because its time was over."),
        _("Go to Today and look for it from there."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        _("This form is out of date"),
        _("It was opened before you signed in or out in another tab. Nothing was changed."),
        _("Go back, load the page again and send the form once more."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    # A session that cannot be read is no view's: what failed there comes here, while it is still being handled.
    away = answer_to(request, sys.exc_info()[1])
    if away is not None:
        return away
    if is_for_program(request):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_server_error")
    # No context processors here: the failure may lie in the session or in the database that they read.
    context = {
        "heading": _("Something went wrong here"),
        "sentence": _("The fault is ours. What you were changing was either kept whole or not at all."),
        "do": _("Try once more in a minute. If it stays, your administrator finds the cause in the log."),
        "home": _("Go to Today"),
    }
    return HttpResponse(render_to_string("core/broken.html", context), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(request: HttpRequest, status: HTTPStatus, heading: str, sentence: str, do: str) -> HttpResponse:
    if is_for_program(request):
        return problem(status, status.name.lower(), sentence)
    context = {"heading": heading, "sentence": sentence, "do": do, "home": _("Go to Today")}
    return render(request, "core/error.html", context, status=status)
