"""Taking one call in: the main job under the platform's keys, and its commit with the ledger entries.

The order is that of design section 5: objects durable, key rows, then rows and entries in one transaction. The same
input twice is one call: its keyed digest leads to one call id, and the second commit of that id is refused by the
database. A call that waits for its transcript is found again by its recording or by its id outside Callward, and is
then completed; so is a call that only its call record told of, when its recording comes. A crash at any point leaves
the whole call, or objects and keys that nothing refers to.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Final, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from callward.engine import envelope
from callward.engine.transcripts import Transcript, without_times
from callward.intake import as_words
from callward.notes import COPIES, write_notes
from callward.pipeline import Incoming, Outcome, State, process
from callward.plan import Doubt
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import belonging, items, keeping, opening, rows, written
from callward.web.calls.destroying import finish
from callward.web.calls.inputs import SEVERAL_RECORDINGS, Arrival, ArrivalError, Status, Taken
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.calls.steps import Steps
from callward.web.core import measures
from callward.web.core.objects import ObjectError, object_store
from callward.web.keys import vault
from callward.web.people import finding

# What was left out of a recording, or put between its parts, when it came: that is so still when its words come.
_STAYS: Final = ("dialog_left_out", "sides_not_aligned", SEVERAL_RECORDINGS)


def take_in(arrival: Arrival, actor: Party, *, now: datetime | None = None) -> Taken:
    """Take one call in. Raises the engines' ``Error`` when it is refused; nothing of it is then kept."""
    now = now or timezone.now()
    controller = arrival.line.controller_id
    if arrival.log_only and not arrival.labels.get("external_id"):
        raise ArrivalError("record_without_id", "nothing tells the call record from others")
    named = belonging.named_digests
    known = named(arrival) if arrival.log_only else belonging.digests(controller, arrival.chunks())
    call_id = vault.claim_unless_suppressed(controller, known, belonging.waiting_for(arrival) or uuid.uuid4(), now)
    if call_id is None:
        raise ArrivalError("input_erased", "this call was erased and is not taken in again")
    found = Call.objects.select_related("person").filter(id=call_id).first()
    if found is None:
        return _log(arrival, call_id, actor, now) if arrival.log_only else _take_new(arrival, call_id, actor, now)
    waits = found.state == Call.State.WAITS_FOR_TRANSCRIPT and arrival.transcript is not None
    if waits or (found.state == Call.State.NOT_RECORDED and not arrival.log_only):
        taken = _complete(found, arrival, actor, now)
        if arrival.written or arrival.filled_in:
            # What was written since on the call's page stays, and a note that came before does not come again.
            _with_written(Call.objects.select_related("person").get(id=call_id), arrival, actor)
        return taken
    if found.state != Call.State.ENDED and (arrival.written or arrival.filled_in):
        return _with_written(found, arrival, actor)
    return _duplicate(found)


def _with_written(call: Call, arrival: Arrival, actor: Party) -> Taken:
    """Keep a note or form that comes after its call, or is another one than came with it."""
    if not written.may_take(call):
        raise ArrivalError("note_after_call", "the call takes no note or form any more")
    renewed = written.receive(call, arrival, actor)
    return replace(_duplicate(call), status=Status.RENEWED) if renewed else _duplicate(call)


def _take_new(arrival: Arrival, call_id: UUID, actor: Party, now: datetime) -> Taken:
    controller = arrival.line.controller_id
    caller = finding.with_seed(controller, arrival.caller) if needs_keys(arrival.line) else arrival.caller
    outcome, placed = _processed(arrival, arrival.recording, caller.seed)
    with items.taken_back_unless_kept(controller, placed) as unless_kept:
        person = finding.find_or_prepare(controller, caller, now)
        items.keep_keys(controller, person.id, placed)
        call = rows.new_call(arrival, call_id, person, outcome, now)
        if arrival.labels.get("external_id"):
            # What comes later under this id - words, or its call record once more - finds this call.
            vault.claim_input(controller, belonging.named_digests(arrival), call_id)
        try:
            with transaction.atomic():
                finding.keep(person)
                _insert(call)
                items.keep_rows(call, placed, now)
                rows.keep_beside(call, outcome, now)
                keeping.keeper().arrived(call)
                keeping.keeper().settle(call)
                taken = audit.Act("call.taken_in", actor, call, facts={"line": str(call.line_id), "items": len(placed)})
                audit.record_many([taken, *rows.acts(call, outcome, actor)], controller=controller)
        except IntegrityError as refusal:
            return _taken_meanwhile(call_id, refusal)
        unless_kept.pop_all()
    written.claim(controller, call_id, arrival)
    return _taken(call, outcome)


def _log(arrival: Arrival, call_id: UUID, actor: Party, now: datetime) -> Taken:
    """Keep a call that has no recording as a row of the call log: who called, when, how long, and how it ended."""
    controller = arrival.line.controller_id
    person = finding.find_or_prepare(controller, arrival.caller, now)
    call = rows.logged_call(arrival, call_id, person, now)
    try:
        with transaction.atomic():
            finding.keep(person)
            _insert(call)
            keeping.keeper().settle(call)
            audit.record("call.logged", actor=actor, resource=call, controller=controller)
    except IntegrityError as refusal:
        return _taken_meanwhile(call_id, refusal)
    return Taken(Status.TAKEN_IN, call.id, call.state)


def _insert(call: Call) -> None:
    """Write the row of a new call. Raises IntegrityError where it is there, ``KeyGone`` where its claim is gone.

    The claim is looked for after the row is written: a sweep of what was erased takes claims before rows, so that a row
    which another process wrote and a sweep took is seen to have been there. Whoever tries again is told which it was.
    """
    call.save(force_insert=True)
    if not vault.is_claimed(call.controller_id, call.id):
        raise vault.KeyGone("key_gone", "what was claimed for this call was erased or given up meanwhile")


def _taken_meanwhile(call_id: UUID, refusal: IntegrityError) -> Taken:
    """Answer that another process took the same input in; a refusal that has another cause is not ours to explain."""
    other = Call.objects.filter(id=call_id).first()
    if other is None:
        raise refusal
    return _duplicate(other)


def _complete(call: Call, arrival: Arrival, actor: Party, now: datetime) -> Taken:
    """Give a waiting call what it lacks: it is processed as a whole, and its items are replaced by the new ones."""
    state = call.state
    waited = state == Call.State.WAITS_FOR_TRANSCRIPT
    with ExitStack() as opened:
        recording = arrival.recording
        if recording is None and waited:
            recording = _kept_recording(call)
            opened.callback(recording.close)
        seed = finding.seed_of(call.person) if needs_keys(arrival.line) else ""
        by_id = arrival.recording is None and waited
        words = _without_times(arrival.transcript) if by_id and SEVERAL_RECORDINGS in call.reasons else None
        bare = replace(arrival, transcript=words or arrival.transcript, written=(), filled_in=())
        outcome, placed = _processed(bare, recording, seed)
    if by_id:
        # Only the id says that these words are this recording's: a person confirms it before anything is released.
        outcome = _doubted(outcome, ["words_by_id", *(code for code in call.reasons if code in _STAYS)])
    controller = call.controller_id
    # Only now is it known what was said, and with it which rules are about the call.
    terms = keeping.keeper().terms(
        call.line,
        call.started_at.astimezone(call.line.controller.zone).date(),
        voicemail=call.voicemail,
        categories=rows.found_in(outcome),
        person=call.person_id,
        call=call.id,
    )
    with items.taken_back_unless_kept(controller, placed) as unless_kept:
        items.keep_keys(controller, call.person_id, placed)
        with transaction.atomic():
            waits = Call.objects.filter(id=call.id, state=state)
            if not waits.update(**rows.measured(outcome, now), **rows.kept(terms)):
                return _duplicate(Call.objects.get(id=call.id))
            call.terms, call.retain_until = terms.as_json(), terms.until
            finding.keep(call.person)
            intents = items.exchange(call, placed, _replaced(call), actor, because="completed", now=now)
            rows.keep_beside(call, outcome, now)
            keeping.keeper().settle(call)
            action = "call.transcript_added" if waited else "call.recording_added"
            added = audit.Act(action, actor, call, facts={"items": len(placed)})
            audit.record_many([added, *rows.acts(call, outcome, actor)], controller=controller)
        unless_kept.pop_all()
    finish(intents)
    call.refresh_from_db()
    return _taken(call, outcome)


def _without_times(read: Callable[[int], Transcript] | None) -> Callable[[int], Transcript] | None:
    """Words whose times are counted on recordings that lie elsewhere since they were joined."""
    return None if read is None else lambda rate: without_times(read(rate))


def _processed(arrival: Arrival, recording: BinaryIO | None, seed: str) -> tuple[Outcome, list[Placed]]:
    with SealedShelf(arrival.line.controller_id, object_store()) as shelf, Steps() as step:
        rules = rules_of(arrival.line, seed)
        outcome = process(Incoming(recording, arrival.transcript), rules, shelf, step)
        for lines, kind in ((arrival.written, ItemKind.NOTE_ORIGINAL), (arrival.filled_in, ItemKind.FORM_ORIGINAL)):
            if lines:
                language = outcome.language or arrival.language or arrival.line.language
                write_notes(as_words(lines, language), kind, rules, shelf)
        step("place")
        return _doubted(outcome, arrival.doubts), shelf.place()


def _doubted(outcome: Outcome, codes: Sequence[str]) -> Outcome:
    """Give the outcome with further reasons for review."""
    if not codes:
        return outcome
    ends = State.IN_REVIEW if outcome.state is State.RELEASED else outcome.state
    return replace(outcome, doubts=(*outcome.doubts, *map(Doubt, codes)), state=ends)


def _replaced(call: Call) -> list[Item]:
    """Give the items that a completion puts others in the place of: notes that were added meanwhile stay."""
    stay = {kind.value for pair in COPIES.items() for kind in pair}
    return [item for item in call.items.all() if item.kind not in stay]


def _kept_recording(call: Call) -> BinaryIO:
    item = opening.item_of(call, ItemKind.RECORDING_ORIGINAL)
    try:
        if item is not None:
            return cast("BinaryIO", opening.open_item(call, item))
    except (envelope.EnvelopeError, ObjectError, vault.KeyGone) as fault:
        if isinstance(fault, ObjectError) and fault.unanswered:
            raise
        # The doctor tells which of them it was; whoever sent the words can do nothing about it.
    raise ArrivalError("recording_lost", "the recording that waited for this transcript does not open any more")


def _duplicate(call: Call) -> Taken:
    return Taken(Status.DUPLICATE, call.id, call.state, seconds=call.seconds)


def _taken(call: Call, outcome: Outcome) -> Taken:
    categories = {kind.value: count for kind, count in outcome.categories.items()}
    measures.count(measures.TAKEN_IN, outcome.state.value)
    return Taken(
        Status.TAKEN_IN, call.id, outcome.state.value, outcome.reasons, categories, outcome.masks, call.seconds
    )
