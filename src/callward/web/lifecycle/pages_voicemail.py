"""The list of voicemail: what is new first, until when each is kept."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.calls.models import Call
from callward.web.lifecycle import voicemail
from callward.web.lifecycle.models import Message

_MOST = 100


@allow(Capability.HEAR_VOICEMAIL)
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The messages that are there to be heard; those that nobody has opened come first."""
    controller = controller_of(request)
    living = Message.objects.for_controller(controller).exclude(call__state=Call.State.ENDED)
    rows = list(
        living.select_related("call", "line").order_by(F("heard_at").asc(nulls_first=True), "-arrived_at")[:_MOST]
    )
    with transaction.atomic():
        audit.record(
            "voicemail.listed",
            actor=staff_of(request),
            resource=controller,
            controller=controller,
            facts={"rows": len(rows)},
        )
    context = {"rows": rows, "new": voicemail.new_messages(controller).count(), "most": _MOST}
    return render(request, "lifecycle/voicemail.html", context)
