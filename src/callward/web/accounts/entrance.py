"""Before one is in: sign-in, the first start, the demonstration's cast, the second factor, language and colours."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account import views as library
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from callward.web.accounts import actions, demonstration, first_run
from callward.web.accounts.access import Capability, allow
from callward.web.accounts.factors import has_second_factor
from callward.web.accounts.forms import FirstRunForm
from callward.web.accounts.models import User
from callward.web.core.context import PREFERENCES

_YEAR = 365 * 24 * 3600
_BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@allow(public=True)
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The library's sign-in; before there is a controller, the first-run page."""
    if first_run.is_first_run():
        return redirect("first_run")
    response: HttpResponseBase = library.login(request)
    if isinstance(response, TemplateResponse):
        response.context_data = {**(response.context_data or {}), "cast": demonstration.offered_cast(request)}
    return response


@allow(public=True)
@never_cache
@sensitive_post_parameters("password", "password_again", "token")
def set_up(request: HttpRequest) -> HttpResponse:
    """Found the controller and its first administrator; gone as soon as there is one."""
    if not first_run.is_first_run():
        return redirect("account_login")
    form = FirstRunForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if first_run.is_token(typed["token"]):
            try:
                administrator = actions.found_controller(
                    name=typed["name"],
                    timezone_name=typed["timezone"],
                    username=typed["username"],
                    password=typed["password"],
                )
            except actions.StaffError:
                # Somebody else was first by a moment.
                return redirect("account_login")
            first_run.forget_token()
            _open_session(request, administrator)
            return redirect("second_factor")
        form.add_error("token", _("This is not the token that the terminal shows."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/first_run.html", {"form": form}, status=status)


def _open_session(request: HttpRequest, user: User) -> None:
    login(request, user, backend=_BACKEND)
    # The library asks for the password again before a factor is added, unless it was given just now.
    record_authentication(request, user, method="password", reauthenticated=True)


@allow(Capability.USE_CONSOLE, unproven=True)
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Choose the second factor: without one there is no way further in."""
    if has_second_factor(_staff(request)):
        return redirect("mfa_index")
    return render(request, "accounts/second_factor.html")


@allow(Capability.USE_CONSOLE, unproven=True)
@transaction.atomic
def change_password(request: HttpRequest) -> HttpResponseBase:
    """The library's change of password; the demonstration's cast has none, and is led back."""
    if not _staff(request).has_usable_password():
        return redirect("mfa_index")
    response: HttpResponseBase = library.password_change(request)
    return response


@allow(public=True)
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast; answers only in the demonstration and only to this computer."""
    user = next(
        (member for member in demonstration.offered_cast(request) if member.username == request.POST.get("who")), None
    )
    if user is None:
        return redirect("account_login")
    demonstration.sign_in(request, user)
    return redirect(_safe_next(request))


@allow(public=True)
@require_POST
def preferences(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the language of this browser, its colours and how much of a page it shows, in a cookie each."""
    response = HttpResponseRedirect(_safe_next(request))
    language = request.POST.get("language")
    if language and check_for_language(language) and language in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    for name, words in PREFERENCES.items():
        wanted = request.POST.get(name)
        if wanted in words:
            _keep(response, name, wanted)
        elif wanted == "":
            response.delete_cookie(name)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def _staff(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user
