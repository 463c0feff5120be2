"""Notes beside a call: written by who may hear it, redacted and sealed at once, kept as long as its words."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from callward.intake import note_lines
from callward.notes import COPIES, lines_of
from callward.shelf import ItemKind
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.accounts.models import User
from callward.web.calls import opening, written
from callward.web.calls.access import may_see
from callward.web.calls.models import Call
from callward.web.keys import vault

MOST = 4000  # characters of one note


class NoteForm(forms.Form):
    """One note."""

    note = forms.CharField(
        label=_("Note"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something.")},
        help_text=_("Personal data in it are masked for readers, and card data are never kept."),
    )


def shown_notes(
    call: Call, *, original: bool, shows: Callable[[ItemKind], bool] = lambda kind: True
) -> dict[str, list[str]]:
    """Give the lines of notes and form as they may be shown: the redacted copies, or the originals where opened.

    What ``shows`` denies is not opened.
    """
    told = {}
    for kept, released in COPIES.items():
        kind = kept if original else released
        data = opening.read_item(call, kind) if shows(kind) else None
        told["notes" if kept is ItemKind.NOTE_ORIGINAL else "form"] = lines_of(data) if data is not None else []
    return told


def may_note(call: Call) -> bool:
    """Tell whether a call takes notes: it is kept, and its caller is not erased."""
    return written.may_take(call)


def add_note(call: Call, text: str, by: User) -> None:
    """Add a note to those of a call, which stay where it raises ``KeyGone``, ``IntakeError``, ``ObjectError``,
    IntegrityError.
    """
    written.add(call, note_lines(text.encode()), by)


@allow(Capability.HEAR_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Add a note to a call that one may hear."""
    calls = Call.objects.for_controller(controller_of(request)).select_related("line__controller", "person")
    kept = calls.prefetch_related("items")
    call = get_object_or_404(kept, id=call_id)
    if not may_see(request, call) or not may_note(call):
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_note(call, form.cleaned_data["note"], staff_of(request))
            return redirect(reverse("calls:call", args=[call.id]) + "#notes")
        except (vault.KeyGone, IntegrityError):
            if not may_note(get_object_or_404(kept, id=call_id)):
                # The call's page tells what became of it.
                messages.warning(request, _("The note was not added: the call is no longer kept."))
                return redirect("calls:call", call_id=call.id)
            form.add_error(None, _("Others write notes on this call at the same time. Add yours again."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "calls/note.html", {"call": call, "form": form}, status=status)
