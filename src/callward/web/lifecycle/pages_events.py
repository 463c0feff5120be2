"""Saying when something happened that days are counted from: of a call, or of a person."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.calls.models import Call
from callward.web.core.labels import label
from callward.web.lifecycle import happenings, retention
from callward.web.lifecycle.forms import EventForm
from callward.web.lifecycle.models import Happening
from callward.web.people.models import Person


@allow(Capability.TELL_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_events(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The events of a call and of its person, and a new one of the call."""
    calls = Call.objects.for_controller(controller_of(request)).select_related("line__controller", "person__controller")
    call = get_object_or_404(calls, id=call_id)
    return _events(request, call.person, call)


@allow(Capability.TELL_EVENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def person_events(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The events of a person and of each of their calls, and a new one for all of them."""
    people = Person.objects.for_controller(controller_of(request)).select_related("controller")
    return _events(request, get_object_or_404(people, id=person_id), None)


@allow(Capability.TELL_EVENTS)
@require_POST
def take_back_event(request: HttpRequest, happening_id: UUID) -> HttpResponse:
    rows = Happening.objects.filter(controller=controller_of(request)).select_related("person__controller", "call")
    row = get_object_or_404(rows, id=happening_id)
    moved = happenings.take_back(row, staff_of(request))
    messages.success(request, _("It is taken back.") + " " + _moved(moved))
    if row.call is not None:
        return redirect("lifecycle:call_events", call_id=row.call.id)
    return redirect("lifecycle:person_events", person_id=row.person_id)


def _events(request: HttpRequest, person: Person, call: Call | None) -> HttpResponse:
    if person.erased_at is not None:
        raise Http404
    form = EventForm(request.POST or None, today=retention.today_of(person.controller))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            moved = happenings.tell(person, chosen["event"], chosen["on"], staff_of(request), call=call)
        except happenings.HappeningError as refused:
            form.add_error("on", label("refusal", refused.code))
        else:
            messages.success(request, _("It is kept.") + " " + _moved(moved))
            return redirect(request.path)
    rows = happenings.told_of(person.id, call.id if call else None)
    context = {"person": person, "call": call, "form": form, "rows": rows}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lifecycle/events.html", context, status=status)


def _moved(calls: int) -> str:
    if not calls:
        return _("No call is kept from such an event, so no last day has moved.")
    words = ngettext("The last days of %(n)d call have moved.", "The last days of %(n)d calls have moved.", calls)
    return words % {"n": calls}
