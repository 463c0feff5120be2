"""The review queue: the list, one call at a time, the decision and its undoing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from callward.engine.errors import Error
from callward.engine.transcripts import Transcript
from callward.sheet import Doubted
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, may, staff_of
from callward.web.accounts.models import User
from callward.web.calls import opening, reviewing
from callward.web.calls import page as shown
from callward.web.calls.models import Call, Review
from callward.web.calls.waveform import Box, draw
from callward.web.core.labels import label
from callward.web.keys import vault

_SHOWN = 50
_AHEAD = 100  # calls of the queue in which a page says its place and what comes after it
KEYS = (
    ("1 2 3", gettext_lazy("take the first, second or third decision")),
    ("u", gettext_lazy("undo the last decision")),
)
_SIGNS = {"mask": "mask", "release": "tick", "keep_sealed": "lock", "destroy": "close"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision as a button and a sentence that says what it will do."""

    value: str
    word: str
    does: str
    icon: str
    dangerous: bool


@allow(Capability.REVIEW_CALLS)
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The calls that wait for a decision, what is held first."""
    calls = reviewing.queue(controller_of(request), _SHOWN)
    with transaction.atomic():
        audit.record(
            "review.listed",
            actor=staff_of(request),
            resource=controller_of(request),
            controller=controller_of(request),
            facts={"rows": len(calls)},
        )
    context = {
        "calls": calls,
        "total": reviewing.count_waiting(controller_of(request)),
        "held": next((call for call in calls if call.held_until), None),
        "oldest": min(calls, key=lambda call: call.received_at, default=None),
        "undo": reviewing.undoable(staff_of(request)),
    }
    return render(request, "calls/review.html", context)


@allow(Capability.REVIEW_CALLS)
def review_call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call in doubt: what to look at, and what may be decided."""
    calls = Call.objects.for_controller(controller_of(request)).select_related("line__controller", "review")
    call = get_object_or_404(calls.prefetch_related("items", "categories"), id=call_id, review__isnull=False)
    by = staff_of(request)
    if request.method == "POST":
        return _decide(request, call, by)
    if call.review.decision or call.review.applied_at:
        messages.info(request, _("This call is decided already."))
        return redirect("calls:review")
    with transaction.atomic():
        audit.record(
            "review.opened",
            actor=by,
            resource=call,
            controller=call.controller_id,
        )
    try:
        content = _content(call)
    except vault.KeyGone:
        return render(request, "calls/call_erased.html", {"call": call}, status=410)
    waiting = [waits.id for waits in reviewing.queue(controller_of(request), _AHEAD)]
    context = {
        "call": call,
        "choices": _choices(call),
        "reasons": [label("reason", code) for code in call.reasons],
        "position": waiting.index(call.id) + 1 if call.id in waiting else 0,
        "total": reviewing.count_waiting(controller_of(request)),
        "later": _after(waiting, call.id),
        "undo": reviewing.undoable(by),
        "more_keys": KEYS,
        "categories": list(call.categories.all()),
        **content,
    }
    return render(request, "calls/review_call.html", context)


@allow(Capability.REVIEW_CALLS)
@require_POST
def review_undo(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Take back a decision that is not carried out yet."""
    call = get_object_or_404(Call.objects.for_controller(controller_of(request)), id=call_id, review__isnull=False)
    try:
        reviewing.undo(call, staff_of(request))
    except reviewing.ReviewError as error:
        messages.error(request, label("refusal", error.code))
        return redirect("calls:review")
    messages.success(request, _("The decision is taken back. The call waits as before."))
    return redirect("calls:review_call", call_id=call.id)


def waiting_for(request: HttpRequest) -> int:
    """What stands beside Review in the rail."""
    user = request.user
    if not isinstance(user, User) or not may(user, Capability.REVIEW_CALLS):
        return 0
    return reviewing.count_waiting(user.controller)


def _decide(request: HttpRequest, call: Call, by: User) -> HttpResponse:
    chosen = request.POST.get("decision", "")
    try:
        if chosen not in Review.Decision.values:
            raise reviewing.ReviewError("decision_unfit", "this is no decision")
        reviewing.decide(call, Review.Decision(chosen), by)
    except Error as error:
        messages.error(request, label("refusal", error.code))
        return redirect("calls:review")
    later = reviewing.queue(controller_of(request), 1)
    return redirect("calls:review_call", call_id=later[0].id) if later else redirect("calls:review")


def _after(waiting: list[UUID], call: UUID) -> UUID | None:
    if call not in waiting or len(waiting) < 2:
        return None
    return waiting[(waiting.index(call) + 1) % len(waiting)]


def _content(call: Call) -> dict[str, object]:
    sheet = opening.sheet_of(call)
    transcript = opening.transcript_of(call)
    if sheet and transcript:
        sheet = replace(sheet, doubts=tuple(_placed(doubt, transcript) for doubt in sheet.doubts))
    waveform = draw(sheet, call.line.agent_channel) if sheet else None
    turns = list(shown.said(transcript, sheet)) if transcript else []
    recording = opening.item_of(call, ItemKind.RECORDING_REDACTED)
    return {
        "waveform": waveform,
        "turns": turns,
        "doubted": [turn for turn in turns if turn.doubted],
        "recording": recording,
        "loop": _loop(waveform.doubts if waveform else (), turns) if recording else None,
    }


def _placed(doubt: Doubted, transcript: Transcript) -> Doubted:
    """Give a doubt that names only a turn the turn's place in the sound."""
    if doubt.start is not None or doubt.turn is None:
        return doubt
    turn = transcript.turns[doubt.turn]
    return replace(doubt, start=turn.start, end=turn.end, channels=None if turn.channel is None else (turn.channel,))


def _loop(doubts: tuple[Box, ...], turns: list[shown.SaidTurn]) -> tuple[float, float] | None:
    """The first place to listen to, in seconds: a stretch in doubt, or else a turn in doubt."""
    if doubts:
        return doubts[0].seconds, doubts[0].end
    first = next((turn for turn in turns if turn.doubted and turn.start is not None and turn.end is not None), None)
    return (first.start, first.end) if first and first.start is not None and first.end is not None else None


def _choices(call: Call) -> list[Choice]:
    return [
        Choice(
            decision.value,
            label("decision", decision.value),
            _does(call, decision),
            _SIGNS[decision.value],
            decision is Review.Decision.DESTROY,
        )
        for decision in reviewing.choices(call)
    ]


def _does(call: Call, decision: Review.Decision) -> str:
    """Say exactly what a decision will do to this call."""
    if decision is Review.Decision.MASK:
        if "payment_residual" in call.reasons:
            return _("Masks what is marked in words and sound, destroys the kept originals, and releases the call.")
        return _("Masks what is marked, in words and sound, and releases the call.")
    if decision is Review.Decision.RELEASE:
        return _("Releases the call as it is. Choose this when nothing that is left tells who the caller is.")
    if decision is Review.Decision.KEEP_SEALED:
        return _("Releases it to nobody. It stays sealed.")
    if call.frames and call.turns:
        return _("Destroys every copy of the sound for good and releases the redacted words.")
    return _("Destroys every copy of the sound for good.")
