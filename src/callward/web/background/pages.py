"""The page of jobs: what waits, who works, what was given up and why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.background import given_up, leases


def given_up_for(request: HttpRequest) -> int:
    """Count the jobs given up, for who may decide on them; the rail shows it."""
    if not may(request.user, Capability.TEND_JOBS):
        return 0
    return given_up.count(controller_of(request))


@allow(Capability.TEND_JOBS)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The queue as it stands, and what was given up."""
    controller = controller_of(request)
    rows = given_up.given_up(controller)
    with transaction.atomic():
        facts: dict[str, tlog.Fact] = {"rows": len(rows)}
        by = staff_of(request)
        audit.record("jobs.listed", actor=by, resource=controller, controller=controller, facts=facts)
    queue = DBTaskResult.objects
    context = {
        "rows": rows,
        "waiting": queue.filter(status=TaskResultStatus.READY).count(),
        "running": queue.filter(status=TaskResultStatus.RUNNING).count(),
        "workers": leases.alive(),
    }
    return render(request, "background/jobs.html", context)


@allow(Capability.TEND_JOBS)
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Try a job again."""
    try:
        given_up.try_again(controller_of(request), job_id, staff_of(request))
    except given_up.GivenUpError:
        raise Http404 from None
    messages.success(request, _("The job is in the queue again."))
    return redirect("background:jobs")


@allow(Capability.TEND_JOBS)
@require_POST
def discard(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let a job go for good."""
    try:
        given_up.let_go(controller_of(request), job_id, staff_of(request))
    except given_up.GivenUpError:
        raise Http404 from None
    messages.success(request, _("The job is gone, and what it was for is ended as refused."))
    return redirect("background:jobs")
