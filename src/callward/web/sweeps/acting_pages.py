"""Beginning a sweep in the console, stopping it and going on with it: always a dry run first, then the word."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.sweeps import reporting, running, tasks
from callward.web.sweeps.forms import BeginForm, ConfirmForm
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.pages import kind_of_item, sweep_of, what_of


@allow(Capability.RUN_SWEEPS)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask what to look for and where, and begin a dry run of it."""
    form = BeginForm(_sent(request), controller=controller_of(request))
    if request.method == "POST" and form.is_valid():
        sweep = tasks.begin(controller_of(request), form.wanted(), staff_of(request))
        return redirect("sweeps:report", sweep_id=sweep.id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "sweeps/begin.html", {"form": form}, status=status)


@allow(Capability.RUN_SWEEPS)
@require_http_methods(["GET", "HEAD", "POST"])
def carry_out(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """Say what a sweep would do after its dry run, ask for the word, and begin it."""
    tried = sweep_of(request, sweep_id)
    if not tried.dry_run or tried.state != Sweep.State.DONE:
        raise Http404
    form = ConfirmForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        wanted = running.Wanted(tried.kind, line=tried.line, since=tried.since, until=tried.until, items=tried.items)
        sweep = tasks.begin(controller_of(request), wanted, staff_of(request))
        return redirect("sweeps:report", sweep_id=sweep.id)
    told = reporting.figures(tried)
    context = {
        "sweep": tried,
        "form": form,
        "told": told,
        "calls": told.outcomes[Change.Outcome.FOUND],
        "by_kind": [
            (kind_of_item(kind), what_of(what), found) for (kind, what), (found, _healed) in told.by_kind.items()
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "sweeps/carry_out.html", context, status=status)


@allow(Capability.RUN_SWEEPS)
@require_POST
def stop(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """Stop a sweep, whoever works on it; what is done stays done."""
    sweep = sweep_of(request, sweep_id)
    try:
        running.cancel(sweep, staff_of(request))
    except running.SweepError:
        messages.info(request, _("The sweep had ended already."))
    else:
        messages.success(request, _("The sweep is stopped. What it has done stays done."))
    return redirect("sweeps:report", sweep_id=sweep.id)


@allow(Capability.RUN_SWEEPS)
@require_POST
def resume(request: HttpRequest, sweep_id: UUID) -> HttpResponse:
    """Go on with a sweep that was stopped or given up, on the background worker."""
    sweep = sweep_of(request, sweep_id)
    try:
        tasks.resume(sweep, staff_of(request))
    except running.SweepError:
        messages.info(request, _("The sweep had ended already."))
    return redirect("sweeps:report", sweep_id=sweep.id)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
