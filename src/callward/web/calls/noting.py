"""Notes beside a call: written by who may hear it, redacted and sealed at once, kept as long as its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from callward.intake import as_words, note_lines
from callward.notes import COPIES, lines_of, write_notes
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.accounts.models import User
from callward.web.calls import items, opening
from callward.web.calls.access import may_see
from callward.web.calls.destroying import finish
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import SealedShelf
from callward.web.core.objects import object_store
from callward.web.people import finding

MOST = 4000  # characters of one note
_TRIES = 3
_KINDS = (ItemKind.NOTE_ORIGINAL, ItemKind.NOTE_REDACTED)


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
    return call.state != Call.State.ENDED and call.person.erased_at is None and bool(call.items.all())


def add_note(call: Call, text: str, by: User) -> None:
    """Add a note to those of a call. Raises ``KeyGone``, ``IntakeError``, ``ObjectError``; the others then stay."""
    for attempt in range(_TRIES):
        try:
            return _add(call, note_lines(text.encode()), by)
        except IntegrityError:
            # Another note came in between: this one goes behind it.
            if attempt == _TRIES - 1:
                raise
    return None


def _add(call: Call, lines: Iterable[str], by: User) -> None:
    old = list(Item.objects.filter(call=call, kind__in=[kind.value for kind in _KINDS]))
    words = as_words([*_known(call), *lines], call.language)
    seed = finding.seed_of(call.person) if needs_keys(call.line) else ""
    now, controller = timezone.now(), call.controller_id
    with SealedShelf(controller, object_store()) as shelf:
        write_notes(words, ItemKind.NOTE_ORIGINAL, rules_of(call.line, seed), shelf)
        placed = shelf.place()
    with items.taken_back_unless_kept(controller, placed) as kept:
        items.keep_keys(controller, call.person_id, placed)
        with transaction.atomic():
            if Item.objects.filter(id__in=[item.id for item in old]).count() != len(old):
                raise IntegrityError
            finding.keep(call.person)
            intents = items.exchange(call, placed, old, by, because="note_added", now=now)
            audit.record("call.note_added", actor=by, resource=call, controller=controller)
        kept.pop_all()
    finish(intents)


def _known(call: Call) -> list[str]:
    """The notes there are: whole where the line keeps originals, else as they were redacted."""
    fresh = Call.objects.prefetch_related("items").get(id=call.id)
    for kind in _KINDS:
        data = opening.read_item(fresh, kind)
        if data is not None:
            return lines_of(data)
    return []


@allow(Capability.HEAR_CALLS)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Add a note to a call that one may hear."""
    calls = Call.objects.for_controller(controller_of(request)).select_related("line__controller", "person")
    call = get_object_or_404(calls.prefetch_related("items"), id=call_id)
    if not may_see(request, call) or not may_note(call):
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_note(call, form.cleaned_data["note"], staff_of(request))
        return redirect(reverse("calls:call", args=[call.id]) + "#notes")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "calls/note.html", {"call": call, "form": form}, status=status)
