"""How long Callward keeps records of its own work."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.lifecycle import own_records
from callward.web.lifecycle.forms import LogRulesForm


@allow(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def records(request: HttpRequest) -> HttpResponse:
    """Say how long rows of files, concluded intents and sealed details stay."""
    controller = controller_of(request)
    form = LogRulesForm(request.POST or None, instance=own_records.rules_of(controller))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            rules = form.save()
            audit.record(
                "records.rules_set",
                actor=staff_of(request),
                resource=controller,
                controller=controller,
                facts={"log_days": rules.log_days, "detail_days": rules.detail_days},
            )
        messages.success(request, _("It is kept, and holds from now on."))
        return redirect("lifecycle:home")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lifecycle/records.html", {"form": form}, status=status)
