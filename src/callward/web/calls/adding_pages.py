"""Add calls: files through the browser, and what became of them."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.calls.adding import Sender, keep_batch
from callward.web.calls.forms import AddForm
from callward.web.calls.models import Upload
from callward.web.calls.uploads import MAX_BYTES, MAX_FILES, SealingUploadHandler, open_name
from callward.web.core.http import page_or_fragment
from callward.web.core.labels import label
from callward.web.core.objects import ObjectError

_SOON = 2  # seconds until the page looks again


@allow(Capability.ADD_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
def add(request: HttpRequest) -> HttpResponse:
    """Take files; they are sealed while they arrive.

    The handler must stand before the body is read, and checking the token reads it: so the check is inside.
    """
    if request.method != "POST":
        return _page(request, AddForm(controller=controller_of(request)))
    handler = SealingUploadHandler(request, controller_of(request).id)
    request.upload_handlers = [handler]
    try:
        return _receive(request, handler)
    finally:
        handler.discard()


@csrf_protect
def _receive(request: HttpRequest, handler: SealingUploadHandler) -> HttpResponse:
    form = AddForm(request.POST, controller=controller_of(request))
    # Asked for so that the whole body is read, also where only its files matter.
    len(request.FILES)
    if form.is_valid() and not handler.sent:
        form.add_error(None, _("Choose at least one file."))
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        told = form.cleaned_data
        sender = Sender(controller_of(request), staff_of(request), told["line"], told["started"])
        batch = keep_batch(handler.sent, sender)
    except ObjectError as error:
        form.add_error(None, label("refusal", error.code))
        return _page(request, form, status=HTTPStatus.INSUFFICIENT_STORAGE)
    return redirect("calls:added", batch=batch)


def _page(request: HttpRequest, form: AddForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "most": MAX_FILES, "gib": MAX_BYTES // 1024**3}
    return render(request, "calls/add.html", context, status=status)


@allow(Capability.ADD_CALLS)
@require_safe
def added(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What became of the files that one sent together; their names are shown to who sent them."""
    uploads = list(
        Upload.objects.filter(controller=controller_of(request), sent_by=staff_of(request), batch=batch)
        .select_related("call__line")
        .order_by("sent_at", "id")
    )
    if not uploads:
        raise Http404
    if not getattr(request, "htmx", None):
        # The page asks for its rows again every few seconds; opening it is one act.
        with transaction.atomic():
            audit.record(
                "uploads.listed",
                actor=staff_of(request),
                resource=controller_of(request),
                controller=controller_of(request),
                facts={"rows": len(uploads)},
            )
    waiting = sum(upload.status == Upload.Status.WAITING for upload in uploads)
    context = {
        "batch": batch,
        "rows": sorted(((open_name(upload), upload) for upload in uploads), key=lambda row: row[0]),
        "waiting": waiting,
        "done": len(uploads) - waiting,
        "total": len(uploads),
        "calls": len({upload.call_id for upload in uploads if upload.status == Upload.Status.TAKEN_IN} - {None}),
        "known": len({upload.call_id for upload in uploads if upload.status == Upload.Status.DUPLICATE} - {None}),
        "refused": sum(upload.status == Upload.Status.REFUSED for upload in uploads),
        "sent_at": uploads[0].sent_at,
        "soon": _SOON,
    }
    return page_or_fragment(request, "calls/added.html", "calls/_added_rows.html", context)
