"""Today, the call list and the call."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callward.engine.pii import Category
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.calls import counting, keeping, noting, opening, reviewing
from callward.web.calls import page as shown
from callward.web.calls.access import (
    lives,
    may_open_original,
    may_see,
    original_is_open,
    original_until,
    read_for,
    readable_for,
    work_for,
)
from callward.web.calls.listing import CallFilter, page_of
from callward.web.calls.models import Call
from callward.web.calls.waveform import draw
from callward.web.core.http import page_or_fragment
from callward.web.core.notices import notices
from callward.web.keys import vault

_ENTRIES = 20
_READINGS = ("call.opened", "call.searched", "review.opened")
_FEW = 5  # rows on Today; the rest is behind a link


@allow(Capability.USE_CONSOLE)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What must be done now, what came in, and whether the ledger stands."""
    controller = controller_of(request)
    calls = Call.objects.for_controller(controller)
    now = timezone.now()
    lines = counting.week(controller, now)
    found = sum((row.categories for row in lines), Counter[str]())
    first = reviewing.queue(controller, _FEW)
    context = {
        "found": found.most_common(),
        "found_most": max(found.values(), default=1),
        "today_count": sum(row.today for row in lines),
        "waiting": first if may(request.user, Capability.REVIEW_CALLS) else [],
        "waiting_count": reviewing.count_waiting(controller),
        "oldest": min(first, key=lambda call: call.received_at, default=None),
        "no_transcript": len(calls.filter(state=Call.State.WAITS_FOR_TRANSCRIPT).values_list("id")[: reviewing.MOST]),
        "lines": lines,
        "overdue": keeping.keeper().overdue(controller),
        "ledger": audit.ledger_state(controller),
        "notices": notices(request),
        "reviews": may(request.user, Capability.REVIEW_CALLS),
        "lists": may(request.user, Capability.LIST_CALLS),
        "reads_ledger": may(request.user, Capability.READ_LEDGER),
        "adds": may(request.user, Capability.ADD_CALLS),
    }
    return render(request, "calls/today.html", context)


@allow(Capability.LIST_CALLS)
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls of the controller, filtered and paged by the address."""
    controller = controller_of(request)
    narrowed = CallFilter(request.GET, controller, finds_people=may(request.user, Capability.FIND_PEOPLE))
    calls = narrowed.narrow(Call.objects.for_controller(controller))
    rows = page_of(calls, request.GET, category=narrowed.of_category)
    with transaction.atomic():
        audit.record(
            "calls.listed",
            actor=staff_of(request),
            resource=controller,
            controller=controller,
            facts={"filter": narrowed.digest(), "rows": len(rows.calls)},
        )
    context = {
        "filter": narrowed,
        "page": rows,
        "chips": narrowed.chips(),
        "first": not request.GET.get("after"),
        "adds": may(request.user, Capability.ADD_CALLS),
        "searches": may(request.user, Capability.SEARCH_WORDS),
        "waiting_count": reviewing.count_waiting(controller),
    }
    return page_or_fragment(request, "calls/call_list.html", "calls/_call_rows.html", context)


@allow(Capability.LOOK_UP_CALLS)
@require_safe
def call_page(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call: sound, words, facts. Opening it is an act."""
    calls = Call.objects.for_controller(controller_of(request)).select_related("line__controller", "person")
    call = get_object_or_404(calls.prefetch_related("categories", "items"), id=call_id)
    reads = may(request.user, Capability.HEAR_CALLS) and may_see(request, call)
    purpose = read_for(request, call) if reads else ""
    if purpose:
        work_for(request, purpose)
    with transaction.atomic():
        audit.record(
            "call.opened" if reads else "call.looked_up",
            actor=staff_of(request),
            resource=call,
            controller=call.controller_id,
            purpose=purpose,
        )
        if reads:
            keeping.keeper().heard(call)
    entries = list(audit.entries_for(call.controller, call)[:_ENTRIES])
    finds = may(request.user, Capability.FIND_PEOPLE)
    open_original = reads and may_open_original(request, call) and original_is_open(request, call)
    context: dict[str, object] = {
        "call": call,
        "reads": reads,
        "categories": list(call.categories.all()),
        "entries": shown.entry_rows(entries, staff_of(request)),
        "facts": shown.facts(
            call,
            entries,
            open_reads=audit.entries_for(call.controller, call).filter(action__in=_READINGS).count(),
            caller_page=reverse("people:person", args=[call.person_id]) if finds else "",
        ),
        "reviews": may(request.user, Capability.REVIEW_CALLS)
        and reviewing.waiting(call.controller).filter(id=call.id).exists(),
        "may_open_original": may_open_original(request, call) and not open_original,
        "original_open": open_original,
        "answers": keeping.keeper().answers(call),
        "log_answer": keeping.keeper().log_answer(call),
        "purposes": shown.purpose_rows(call, readable_for(request, call), purpose),
        "no_purpose": not reads
        and may(request.user, Capability.HEAR_CALLS)
        and call.state == Call.State.RELEASED
        and (not call.voicemail or may(request.user, Capability.HEAR_VOICEMAIL))
        and bool(call.items.all()),
        "notable": reads and noting.may_note(call),
        "events": keeping.keeper().events_address(call) if may(request.user, Capability.TELL_EVENTS) else "",
        "holds": keeping.keeper().hold_rows(call),
        "place_hold": keeping.keeper().place_hold_address(call) if _may_be_held(request, call) else "",
        "original_until": original_until(request, call),
        "know": _know(entries, staff_of(request)),
    }
    try:
        context |= _content(request, call, original=open_original) if reads else {}
    except vault.KeyGone:
        return render(request, "calls/call_erased.html", context, status=HTTPStatus.GONE)
    context["state_sentence"] = "" if open_original else shown.state_sentence(call)
    return render(request, "calls/call.html", context)


def _may_be_held(request: HttpRequest, call: Call) -> bool:
    kept = bool(call.items.all()) and call.person.erased_at is None
    return kept and may(request.user, Capability.PLACE_HOLDS)


def _content(request: HttpRequest, call: Call, *, original: bool) -> dict[str, object]:
    """Give the sound and the words: the redacted copies, or the originals where they were opened.

    What of them does not live for the purpose any more is left out.
    """
    sheet = opening.sheet_of(call)
    if original and sheet:
        # Only payment data is taken out of the original, so only that is drawn as masked.
        sheet = replace(sheet, masks=tuple(mask for mask in sheet.masks if mask.category == Category.PAYMENT))
    words = ItemKind.TRANSCRIPT_ORIGINAL if original else ItemKind.TRANSCRIPT_REDACTED
    sound = ItemKind.RECORDING_ORIGINAL if original else ItemKind.RECORDING_REDACTED
    transcript = opening.transcript_of(call, words) if lives(request, call, words) else None
    return {
        "waveform": draw(sheet, call.line.agent_channel) if sheet else None,
        "turns": list(shown.said(transcript, None if original else sheet)) if transcript else [],
        "recording": opening.item_of(call, sound) if lives(request, call, sound) else None,
        **noting.shown_notes(call, original=original, shows=partial(lives, request, call)),
    }


def _know(entries: list[Entry], reader: User) -> dict[str, object] | None:
    placed = next((entry for entry in entries if entry.index is not None), None)
    if placed is None:
        return {"checkpoint": _("The entries of this call enter the ledger within seconds.")}
    return {"entry": placed.index, "verify": placed.get_absolute_url() if audit.may_prove(placed, reader) else ""}


@allow(Capability.HEAR_CALLS)
@require_POST
def heard(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Close a reading with the seconds that were heard; the page sends this when it is left."""
    call = get_object_or_404(Call.objects.for_controller(controller_of(request)), id=call_id)
    seconds = request.POST.get("seconds", "")
    if not may_see(request, call):
        raise Http404
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 6):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    with transaction.atomic():
        audit.record(
            "call.closed",
            actor=staff_of(request),
            resource=call,
            controller=call.controller_id,
            facts={"seconds_heard": min(int(seconds), 86400)},
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
