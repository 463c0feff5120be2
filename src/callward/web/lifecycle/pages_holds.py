"""Holds: placing one from a call, the list with its review dates, releasing one."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callward.web import audit
from callward.web.accounts.access import CAN, Capability, allow, controller_of, may, staff_of
from callward.web.accounts.models import User
from callward.web.calls.models import Call, Item
from callward.web.lifecycle import holds, retention
from callward.web.lifecycle.forms import PERSON, WHOLE_CALL, PlaceHoldForm, ReleaseForm
from callward.web.lifecycle.models import Hold

_MOST = 200  # rows of the list; more standing holds than that are looked at by review date


def late_for(request: HttpRequest) -> int:
    """Count the holds past their review date, for those who may release them; the rail shows it."""
    if not may(request.user, Capability.RELEASE_HOLDS):
        return 0
    controller = controller_of(request)
    standing = Hold.objects.for_controller(controller).standing()
    return standing.filter(review_on__lt=retention.today_of(controller)).count()


@allow(Capability.READ_LIFECYCLE)
@require_safe
def holds_list(request: HttpRequest) -> HttpResponse:
    """The holds that stand, the next to be reviewed first; released ones on request."""
    controller = controller_of(request)
    released = request.GET.get("state") == "released"
    every = Hold.objects.for_controller(controller).select_related("owner", "call__line")
    chosen = every.exclude(released_at=None).order_by("-released_at") if released else every.standing()
    rows = list(chosen[:_MOST])
    with transaction.atomic():
        audit.record(
            "holds.listed",
            actor=staff_of(request),
            resource=controller,
            controller=controller,
            facts={"rows": len(rows), "released": released},
        )
    today = retention.today_of(controller)
    context = {
        "rows": [(row, holds.sentence(row), row.review_on < today) for row in rows],
        "released": released,
        "standing": every.standing().count(),
        "late": every.standing().filter(review_on__lt=today).count(),
    }
    return render(request, "lifecycle/holds.html", context)


@allow(Capability.PLACE_HOLDS)
@require_http_methods(["GET", "HEAD", "POST"])
def place_hold(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Ask what is held and why, and hold it."""
    controller = controller_of(request)
    calls = Call.objects.for_controller(controller).select_related("line", "person")
    call = get_object_or_404(calls, id=call_id)
    if call.person.erased_at is not None or not call.items.exists():
        raise Http404
    owners = User.objects.for_controller(controller).filter(is_active=True, role__in=CAN[Capability.PLACE_HOLDS])
    form = PlaceHoldForm(request.POST or None, call=call, owners=owners, today=retention.today_of(controller))
    form.fields["owner"].initial = staff_of(request).pk
    if request.method == "POST" and form.is_valid():
        try:
            _place(call, form, staff_of(request))
        except holds.HoldError as error:
            form.add_error(None, str(error.detail))
        else:
            messages.success(request, _("The hold stands. What it is on stays until the hold is released."))
            return redirect("calls:call", call_id=call.id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "lifecycle/place_hold.html", {"call": call, "form": form}, status=status)


def _place(call: Call, form: PlaceHoldForm, by: User) -> Hold:
    chosen = form.cleaned_data
    return holds.place(
        call.person,
        call=None if chosen["scope"] == PERSON else call,
        item_kind="" if chosen["scope"] in {PERSON, WHOLE_CALL} else chosen["scope"],
        kind=chosen["kind"],
        reason=chosen["reason"],
        owner=chosen["owner"],
        review_on=chosen["review_on"],
        by=by,
    )


@allow(Capability.READ_LIFECYCLE)
@require_safe
def hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """One hold: what it is on, why, and what its release would let go."""
    return _hold_page(request, _hold(request, hold_id), ReleaseForm())


@allow(Capability.RELEASE_HOLDS)
@require_http_methods(["POST"])
def release_hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Release a hold, once the word is typed."""
    found = _hold(request, hold_id)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _hold_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        holds.release(found, staff_of(request))
    except holds.HoldError:
        messages.warning(request, _("The hold was released before; nothing has changed."))
    else:
        messages.success(request, _("The hold is released. What only it kept goes with the next purge."))
    return redirect("lifecycle:holds")


def _hold(request: HttpRequest, hold_id: UUID) -> Hold:
    every = Hold.objects.for_controller(controller_of(request)).select_related("owner", "call__line", "person")
    return get_object_or_404(every, id=hold_id)


def _hold_page(request: HttpRequest, found: Hold, form: ReleaseForm, status: int = HTTPStatus.OK) -> HttpResponse:
    reads = may(request.user, Capability.PLACE_HOLDS)
    with transaction.atomic():
        audit.record(
            "hold.opened",
            actor=staff_of(request),
            resource=found.call or found.person,
            controller=found.controller_id,
            facts={"hold": str(found.id), "reason_read": reads},
        )
    today = retention.today_of(found.controller)
    context = {
        "hold": found,
        "sentence": holds.sentence(found),
        "reason": holds.reason_of(found) if reads else "",
        "reads": reads,
        "late": found.review_on < today,
        "items": 0 if found.released_at else holds.items_of(found).count(),
        "would_go": 0 if found.released_at else _only_by(found),
        "erased": found.person.erased_at is not None,
        "form": form if may(request.user, Capability.RELEASE_HOLDS) and not found.released_at else None,
    }
    return render(request, "lifecycle/hold.html", context, status=status)


def _only_by(found: Hold) -> int:
    """Count the items that go when this hold is released: their time is over, or their person is erased."""
    others = Hold.objects.standing().exclude(id=found.id)
    items = holds.items_of(found)
    kept = items.filter(holds.held_by(others))
    gone = items.exclude(id__in=kept.values("id"))
    if found.person.erased_at is None:
        gone = gone.filter(retain_until__lt=retention.today_of(found.controller))
    return Item.objects.filter(id__in=gone.values("id")).count()
