"""Opening the original of a call: for a purpose of its line, with a reason, for a quarter of an hour."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.calls.access import ORIGINAL_OPEN, may_open_original, open_original, original_purposes
from callward.web.calls.forms import OpenOriginalForm
from callward.web.calls.models import Call


@allow(Capability.OPEN_ORIGINALS)
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Say what the original is, ask what for, and open it; the entry names purpose and reason."""
    calls = (
        Call.objects.for_controller(controller_of(request)).select_related("line__controller").prefetch_related("items")
    )
    call = get_object_or_404(calls, id=call_id)
    if not may_open_original(request, call):
        raise Http404
    form = OpenOriginalForm(request.POST or None, purposes=original_purposes(call))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            audit.record(
                "recording.original_opened",
                actor=staff_of(request),
                resource=call,
                controller=call.controller_id,
                purpose=form.cleaned_data["purpose"],
                facts={"need": form.cleaned_data["need"]},
            )
            open_original(request, call, form.cleaned_data["purpose"])
        return redirect("calls:call", call_id=call.id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"call": call, "form": form, "minutes": int(ORIGINAL_OPEN.total_seconds() // 60)}
    return render(request, "calls/original.html", context, status=status)
