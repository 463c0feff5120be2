"""Nobody reads without a decision: each request is decided before its view is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from callward.engine import tlog
from callward.web import walls
from callward.web.accounts import demonstration, services
from callward.web.accounts.access import Access, access_to
from callward.web.accounts.factors import has_second_factor
from callward.web.accounts.models import User
from callward.web.core import acts
from callward.web.core.problems import problem

_SEEN = "seen_at"
# The session row is not rewritten for every click.
_SEEN_EVERY = 60


class AccessMiddleware:
    """Deny what is not declared, send strangers to the sign-in page and staff without second factor to its set-up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _idle_too_long(request):
            logout(request)
            messages.info(request, _("You were signed out after 30 minutes without activity."))
        response = self._get_response(request)
        # A page about somebody stays out of every cache, the browser's back list included.
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        access = access_to(match) if match else None
        if access is not None and access.public:
            return None
        if access is not None and access.service:
            return _admit_service(request)
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if access is None or not access.is_open_to(user):
            _record_denial(user, request)
            raise PermissionDenied
        return _send_to_set_up(request, user, access)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """A form that was refused answers 422, in the pages of libraries too."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == HTTPStatus.OK and getattr(form, "errors", None):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


def _admit_service(request: HttpRequest) -> HttpResponse | None:
    """Let a program in that carries a living key; a session opens nothing here."""
    try:
        request.service = services.admitted(request)  # type: ignore[attr-defined] # as Django adds user
    except services.ServiceError as error:
        answer = problem(HTTPStatus.UNAUTHORIZED, error.code, error.detail)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    walls.narrow(request.service.controller_id)  # type: ignore[attr-defined] # as above
    return None


def _idle_too_long(request: HttpRequest) -> bool:
    now = int(timezone.now().timestamp())
    seen = request.session.get(_SEEN, now)
    # A session from the future is one from before the clock was set back: its times, and those of its second factor,
    # say nothing any more.
    if now - seen > settings.SESSION_IDLE_SECONDS or seen - now > _SEEN_EVERY:
        return True
    if _SEEN not in request.session or now - seen > _SEEN_EVERY:
        request.session[_SEEN] = now
    return False


def _send_to_set_up(request: HttpRequest, user: User, access: Access) -> HttpResponseRedirect | None:
    if access.unproven or demonstration.is_signed_in(request):
        return None
    if user.must_change_password:
        return HttpResponseRedirect(reverse("account_change_password"))
    if not has_second_factor(user):
        return HttpResponseRedirect(reverse("second_factor"))
    return None


def _record_denial(user: User, request: HttpRequest) -> None:
    # The address's name, never its text: a path can hold an id or a search.
    name = request.resolver_match.view_name if request.resolver_match else ""
    with transaction.atomic():
        acts.record(
            "access.denied",
            actor=user,
            resource=tlog.Reference("page", name.replace(":", "/") or "unknown"),
            controller=user.controller_id,
            outcome="denied",
        )


def second_factor_time(request: HttpRequest) -> dt.datetime | None:
    """When this session last proved a second factor."""
    records = request.session.get("account_authentication_methods", [])
    times = [record["at"] for record in records if record.get("method") == "mfa"]
    return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None
