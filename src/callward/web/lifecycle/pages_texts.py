"""Anonymous texts: what is left of transcripts whose time is over, where a rule asked for that."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.lifecycle import anonymising
from callward.web.lifecycle.models import AnonymousText, AnonymousTextQuerySet

_MOST = 20  # texts on a page


@allow(Capability.READ_ANONYMOUS)
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """How many there are by line and month, and, once one is chosen, its texts."""
    chosen = _chosen(request)
    controller = controller_of(request)
    counted = (
        AnonymousText.objects.for_controller(controller)
        .values("line__name", "line__slug", "month")
        .annotate(texts=Count("id"))
        .order_by("-month", "line__name")
    )
    narrowed = "line" in request.GET
    rows = list(chosen.order_by("id")[:_MOST]) if narrowed else []
    _record(request, "texts.listed", len(rows))
    context = {
        "counted": counted,
        "rows": [(row, anonymising.words_of(row)) for row in rows],
        "total": chosen.count(),
        "narrowed": narrowed,
        "query": request.GET.urlencode(),
        "removes": may(request.user, Capability.REMOVE_ANONYMOUS),
    }
    return render(request, "lifecycle/texts.html", context)


@allow(Capability.READ_ANONYMOUS)
@require_safe
def export_texts(request: HttpRequest) -> HttpResponseBase:
    """The chosen texts as JSON lines, in no order that would tell when they came to be."""
    chosen = _chosen(request).order_by("id")
    _record(request, "texts.exported", chosen.count())
    response = StreamingHttpResponse(anonymising.as_lines(chosen.iterator(200)), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="anonymous-texts.jsonl"'
    return response


@allow(Capability.REMOVE_ANONYMOUS)
@require_POST
def remove_text(request: HttpRequest, text_id: UUID) -> HttpResponse:
    row = get_object_or_404(AnonymousText.objects.for_controller(controller_of(request)), id=text_id)
    anonymising.remove(row, staff_of(request))
    messages.success(request, _("The text is removed."))
    return redirect("lifecycle:texts")


def _chosen(request: HttpRequest) -> AnonymousTextQuerySet:
    rows = AnonymousText.objects.for_controller(controller_of(request)).select_related("line", "controller")
    if line := request.GET.get("line"):
        rows = rows.filter(line__slug=line)
    try:
        month = parse_date(request.GET.get("month", "") + "-01")
    except ValueError:
        month = None
    return rows.filter(month=month) if month else rows


def _record(request: HttpRequest, action: str, rows: int) -> None:
    controller = controller_of(request)
    with transaction.atomic():
        audit.record(action, actor=staff_of(request), resource=controller, controller=controller, facts={"rows": rows})
