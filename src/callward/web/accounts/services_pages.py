"""Settings: programs that act here, and their keys."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callward.web.accounts import services
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.forms import KeyForm, ServiceForm
from callward.web.accounts.models import ApiKey, ServiceAccount


@allow(Capability.READ_SETTINGS)
@require_safe
def services_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = []
    for account in ServiceAccount.objects.for_controller(controller_of(request)).prefetch_related("lines", "keys"):
        living = [key for key in account.keys.all() if key.is_living(now)]
        used = max((key.last_used_at for key in account.keys.all() if key.last_used_at), default=None)
        ends = min((key.expires_at for key in living), default=None)
        soon = ends is not None and ends < now + timedelta(days=14)
        rows.append((account, living, used, ends, soon))
    context = {"rows": rows, "may_edit": may(request.user, Capability.CHANGE_STAFF)}
    return render(request, "accounts/services.html", context)


@allow(Capability.CHANGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add_service(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None, controller=controller_of(request))
    if request.method == "POST" and form.is_valid():
        account = form.save(commit=False)
        services.open_service(account, list(form.cleaned_data["lines"]), by=staff_of(request))
        return redirect("service", service_id=account.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/service_add.html", {"form": form}, status=status)


@allow(Capability.CHANGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """One account: its keys, and a new one, which is shown on the answer to the form and never again."""
    account = _account(request, service_id)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and account.ended_at is None:
        expires = timezone.now() + timedelta(days=form.cleaned_data["days"])
        text = services.issue_key(account, expires_at=expires, by=staff_of(request))
        return render(request, "accounts/service_key.html", {"account": account, "key": text, "expires": expires})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    now = timezone.now()
    context = {
        "account": account,
        "form": form,
        "keys": [(key, key.is_living(now)) for key in account.keys.order_by("-created_at")],
    }
    return render(request, "accounts/service.html", context, status=status)


@allow(Capability.CHANGE_STAFF)
@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    keys = ApiKey.objects.filter(account__controller=controller_of(request)).select_related("account__controller")
    key = get_object_or_404(keys, pk=key_id)
    services.revoke_key(key, by=staff_of(request))
    messages.success(request, _("The key opens nothing any more."))
    return redirect("service", service_id=key.account_id)


@allow(Capability.CHANGE_STAFF)
@require_POST
def end_service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    services.end_service(_account(request, service_id), by=staff_of(request))
    messages.success(request, _("The program's access has ended, with all its keys."))
    return redirect("services")


def _account(request: HttpRequest, service_id: UUID) -> ServiceAccount:
    accounts = ServiceAccount.objects.for_controller(controller_of(request)).select_related("controller")
    return get_object_or_404(accounts, pk=service_id)
