"""Taking one call in: the main job under the platform's keys, and its commit with the ledger entries.

The order is that of design section 5: objects durable, key rows, then rows and entries in one transaction. The same
input twice is one call: its keyed digest leads to one call id, and the second commit of that id is refused by the
database. A call that waits for its transcript is found again by its recording or by its id outside Callward, and is
then completed; so is a call that only its call record told of, when its recording comes. A crash at any point leaves
the whole call, or objects and keys that nothing refers to.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from callward.engine import envelope
from callward.engine.errors import Error
from callward.engine.transcripts import Transcript
from callward.intake import as_words
from callward.notes import COPIES, write_notes
from callward.pipeline import Incoming, Outcome, State, process
from callward.plan import Doubt
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import items, keeping, opening
from callward.web.calls.destroying import finish
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, CallCategory, Item, Review, length_of
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.calls.steps import Steps
from callward.web.core import measures
from callward.web.core.models import Line
from callward.web.core.objects import ObjectError, object_store
from callward.web.keys import vault
from callward.web.people import finding
from callward.web.people.models import Person

HOLD = timedelta(hours=24)  # the longest that sound which may hold payment data is held (design section 4)


class ArrivalError(Error):
    """An arrival is refused by the platform.

    ``input_erased``, ``line_missing``, ``line_unknown``, ``note_after_call``, ``recording_lost``,
    ``record_without_id``.
    """


class Status(StrEnum):
    """What became of an input."""

    TAKEN_IN = "taken_in"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call as it arrived. ``chunks`` gives the bytes that tell it from every other input."""

    line: Line
    started_at: datetime
    zone_assumed: bool
    direction: str
    language: str | None
    voicemail: bool
    caller: finding.Caller
    labels: dict[str, str]  # external id, agent, source name: sealed as they are
    recording: BinaryIO | None
    transcript: Callable[[int], Transcript] | None
    chunks: Callable[[], Iterator[bytes]]
    recording_alone: Callable[[], Iterator[bytes]]  # what ``chunks`` gives when the recording comes by itself
    written: Sequence[str] = ()  # the lines of the agent's note
    filled_in: Sequence[str] = ()  # the fields of its form, one a line
    duration: int = 0  # seconds, as a telephone system counted them
    disposition: str = ""

    @property
    def log_only(self) -> bool:
        """Whether there is nothing but a call record: it becomes a row of the call log."""
        return self.recording is None and self.transcript is None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done with an input, without content."""

    status: Status
    call: UUID
    state: str
    reasons: tuple[str, ...] = ()
    categories: dict[str, int] | None = None
    masks: int = 0
    seconds: float = 0.0


def take_in(arrival: Arrival, actor: Party, *, now: datetime | None = None) -> Taken:
    """Take one call in. Raises the engines' ``Error`` when it is refused; nothing of it is then kept."""
    now = now or timezone.now()
    controller = arrival.line.controller_id
    if arrival.log_only and not arrival.labels.get("external_id"):
        raise ArrivalError("record_without_id", "nothing tells the call record from others")
    known = _digests(controller, _named(arrival) if arrival.log_only else arrival.chunks())
    if vault.suppressed(controller, known, now):
        raise ArrivalError("input_erased", "this call was erased and is not taken in again")
    call_id = vault.claim_input(controller, known, _waiting_for(arrival) or uuid.uuid4())
    found = Call.objects.select_related("person").filter(id=call_id).first()
    if found is None:
        return _log(arrival, call_id, actor, now) if arrival.log_only else _take_new(arrival, call_id, actor, now)
    waits = found.state == Call.State.WAITS_FOR_TRANSCRIPT and arrival.transcript is not None
    if waits or (found.state == Call.State.NOT_RECORDED and not arrival.log_only):
        return _complete(found, arrival, actor, now)
    if not _has_written(found, arrival):
        raise ArrivalError("note_after_call", "the call is kept already, and this note or form is not with it")
    return _duplicate(found)


def _waiting_for(arrival: Arrival) -> UUID | None:
    """Find the call that waits for what this arrival brings.

    It is in the log under the same id, or waits for the words of the same recording, or of the same id without one.
    """
    controller = arrival.line.controller_id
    if arrival.log_only:
        return None
    if arrival.labels.get("external_id"):
        logged = vault.claimed_call(controller, _digests(controller, _named(arrival)))
        if logged and Call.objects.filter(id=logged, state=Call.State.NOT_RECORDED).exists():
            return logged
    if arrival.transcript is None:
        return None
    if arrival.recording is not None:
        alone = _digests(controller, arrival.recording_alone())
    elif arrival.labels.get("external_id"):
        alone = _digests(controller, _named(arrival))
    else:
        return None
    call = vault.claimed_call(controller, alone)
    if call is None:
        return None
    waits = Call.objects.filter(id=call, state=Call.State.WAITS_FOR_TRANSCRIPT)
    return call if waits.exists() else None


def _take_new(arrival: Arrival, call_id: UUID, actor: Party, now: datetime) -> Taken:
    controller = arrival.line.controller_id
    caller = finding.with_seed(controller, arrival.caller) if needs_keys(arrival.line) else arrival.caller
    outcome, placed = _processed(arrival, arrival.recording, caller.seed)
    with items.taken_back_unless_kept(controller, placed) as kept:
        person = finding.find_or_prepare(controller, caller, now)
        items.keep_keys(controller, person.id, placed)
        call = _call(arrival, call_id, person, outcome, now)
        if arrival.labels.get("external_id"):
            # What comes later under this id - words, or its call record once more - finds this call.
            vault.claim_input(controller, _digests(controller, _named(arrival)), call_id)
        try:
            with transaction.atomic():
                finding.keep(person)
                call.save(force_insert=True)
                items.keep_rows(call, placed, now)
                _keep_rows(call, outcome, now)
                keeping.keeper().arrived(call)
                taken = audit.Act("call.taken_in", actor, call, facts={"line": str(call.line_id), "items": len(placed)})
                audit.record_many([taken, *_acts(call, outcome, actor)], controller=controller)
        except IntegrityError:
            # Another process took the same input in meanwhile; anything else is not ours to explain away.
            other = Call.objects.filter(id=call_id).first()
            if other is None:
                raise
            return _duplicate(other)
        kept.pop_all()
    return _taken(call, outcome)


def _log(arrival: Arrival, call_id: UUID, actor: Party, now: datetime) -> Taken:
    """Keep a call that has no recording as a row of the call log: who called, when, how long, and how it ended.

    It is kept as long as the log of its line, and no longer: there is nothing else of it.
    """
    controller = arrival.line.controller_id
    person = finding.find_or_prepare(controller, arrival.caller, now)
    day = arrival.started_at.astimezone(arrival.line.controller.zone).date()
    until = keeping.keeper().terms(arrival.line, day, voicemail=False).log
    call = Call(
        id=call_id,
        controller=arrival.line.controller,
        line=arrival.line,
        person=person,
        direction=arrival.direction,
        started_at=arrival.started_at,
        zone_assumed=arrival.zone_assumed,
        received_at=now,
        duration=arrival.duration,
        disposition=arrival.disposition,
        language=arrival.language or arrival.line.language,
        state=Call.State.NOT_RECORDED,
        retain_until=until,
        log_until=until,
        terms={"items": {}, "purposes": {}},
        sealed_facts=seal_facts(person, call_id, arrival.labels),
    )
    try:
        with transaction.atomic():
            finding.keep(person)
            call.save(force_insert=True)
            audit.record("call.logged", actor=actor, resource=call, controller=controller)
    except IntegrityError:
        other = Call.objects.filter(id=call_id).first()
        if other is None:
            raise
        return _duplicate(other)
    return Taken(Status.TAKEN_IN, call.id, call.state)


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
        outcome, placed = _processed(arrival, recording, seed)
    if arrival.recording is None and waited:
        # Only the id says that these words are this recording's: a person confirms it before anything is released.
        doubts = (*outcome.doubts, Doubt("words_by_id"))
        ends = State.IN_REVIEW if outcome.state is State.RELEASED else outcome.state
        outcome = replace(outcome, doubts=doubts, state=ends)
    controller = call.controller_id
    # Only now is it known what was said, and with it which rules are about the call.
    terms = keeping.keeper().terms(
        call.line,
        call.started_at.astimezone(call.line.controller.zone).date(),
        voicemail=call.voicemail,
        categories=_found(outcome),
        person=call.person_id,
        call=call.id,
    )
    with items.taken_back_unless_kept(controller, placed) as kept:
        items.keep_keys(controller, call.person_id, placed)
        with transaction.atomic():
            waits = Call.objects.filter(id=call.id, state=state)
            if not waits.update(**_measured(outcome, now), **_kept(terms)):
                return _duplicate(Call.objects.get(id=call.id))
            call.terms, call.retain_until = terms.as_json(), terms.until
            finding.keep(call.person)
            intents = items.exchange(call, placed, _replaced(call, placed), actor, because="completed", now=now)
            _keep_rows(call, outcome, now)
            action = "call.transcript_added" if waited else "call.recording_added"
            added = audit.Act(action, actor, call, facts={"items": len(placed)})
            audit.record_many([added, *_acts(call, outcome, actor)], controller=controller)
        kept.pop_all()
    finish(intents)
    call.refresh_from_db()
    return _taken(call, outcome)


def _processed(arrival: Arrival, recording: BinaryIO | None, seed: str) -> tuple[Outcome, list[Placed]]:
    with SealedShelf(arrival.line.controller_id, object_store()) as shelf, Steps() as step:
        rules = rules_of(arrival.line, seed)
        outcome = process(Incoming(recording, arrival.transcript), rules, shelf, step)
        for lines, kind in ((arrival.written, ItemKind.NOTE_ORIGINAL), (arrival.filled_in, ItemKind.FORM_ORIGINAL)):
            if lines:
                language = outcome.language or arrival.language or arrival.line.language
                write_notes(as_words(lines, language), kind, rules, shelf)
        step("place")
        return outcome, shelf.place()


def _replaced(call: Call, placed: Iterable[Placed]) -> list[Item]:
    """Give the items that a completion puts others in the place of: notes that were added meanwhile stay."""
    new = {item.kind.value for item in placed}
    stay = {kind.value for pair in COPIES.items() for kind in pair} - new
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


def _digests(controller: UUID, chunks: Iterable[bytes]) -> vault.InputDigests:
    digester = vault.InputDigester(controller)
    for chunk in chunks:
        digester.update(chunk)
    return digester.digests()


def _named(arrival: Arrival) -> Iterator[bytes]:
    """What tells a call by its id outside Callward, which is unique on its line."""
    yield f"named {arrival.line.id}\n{arrival.labels['external_id']}".encode()


def _duplicate(call: Call) -> Taken:
    return Taken(Status.DUPLICATE, call.id, call.state, seconds=call.seconds)


def _has_written(call: Call, arrival: Arrival) -> bool:
    """Whether what comes beside a known call is kept with it; what had its time or was erased was kept."""
    kinds = {
        ItemKind.NOTE_REDACTED.value: arrival.written,
        ItemKind.FORM_REDACTED.value: arrival.filled_in,
    }
    wanted = {kind for kind, lines in kinds.items() if lines}
    kept = set(call.items.filter(kind__in=wanted).values_list("kind", flat=True)) if wanted else set()
    return wanted <= kept or call.state == Call.State.ENDED


def _taken(call: Call, outcome: Outcome) -> Taken:
    categories = {kind.value: count for kind, count in outcome.categories.items()}
    measures.count(measures.TAKEN_IN, outcome.state.value)
    return Taken(
        Status.TAKEN_IN, call.id, outcome.state.value, outcome.reasons, categories, outcome.masks, call.seconds
    )


def _call(arrival: Arrival, call_id: UUID, person: Person, outcome: Outcome, now: datetime) -> Call:
    day = arrival.started_at.astimezone(arrival.line.controller.zone).date()
    measured = _measured(outcome, now)
    terms = keeping.keeper().terms(
        arrival.line, day, voicemail=arrival.voicemail, categories=_found(outcome), person=person.id
    )
    return Call(
        id=call_id,
        controller=arrival.line.controller,
        line=arrival.line,
        person=person,
        direction=arrival.direction,
        started_at=arrival.started_at,
        zone_assumed=arrival.zone_assumed,
        received_at=now,
        duration=arrival.duration,
        disposition=arrival.disposition,
        language=measured.pop("language", "") or arrival.language or arrival.line.language,
        voicemail=arrival.voicemail,
        **_kept(terms),
        sealed_facts=seal_facts(person, call_id, arrival.labels),
        **measured,
    )


def _kept(terms: keeping.Terms) -> dict[str, Any]:
    """Give the columns of a call that say how long it is kept."""
    return {"retain_until": terms.until, "log_until": terms.log, "terms": terms.as_json()}


def _found(outcome: Outcome) -> list[str]:
    return [kind.value for kind in outcome.categories]


def _measured(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Give the columns of a call that the main job decides."""
    info = outcome.info
    told = {"language": outcome.language} if outcome.language else {}
    return told | {
        "state": outcome.state.value,
        "reasons": list(outcome.reasons),
        "rate": info.rate if info else 0,
        "channels": info.channels if info else 0,
        "frames": info.frames if info else 0,
        "length": length_of(info.frames / info.rate if info else 0.0),
        "turns": outcome.turns,
        "words": outcome.words,
        "timing": outcome.timing.value if outcome.timing else "",
        "findings": sum(outcome.categories.values()),
        "keyed": outcome.keyed,
        "held_until": now + HOLD if outcome.state is State.HELD else None,
    }


def seal_facts(person: Person, call: UUID, labels: dict[str, str]) -> bytes:
    """Seal what names a call outside Callward, under its person's record key."""
    key = vault.record_key(person.controller_id, person.id)
    return envelope.seal_value(key, orjson.dumps(labels), _facts_bound(person.controller_id, call))


def open_facts(call: Call) -> dict[str, str]:
    """Open what ``seal_facts`` sealed. Raises ``KeyGone`` when the person is erased."""
    if not call.sealed_facts:
        return {}
    key = vault.record_key(call.controller_id, call.person_id)
    labels: dict[str, str] = orjson.loads(
        envelope.open_value(key, bytes(call.sealed_facts), _facts_bound(call.controller_id, call.id))
    )
    return labels


def _facts_bound(controller: UUID, call: UUID) -> bytes:
    return envelope.column_data(controller=controller, table="calls_call", column="sealed_facts", row=call)


def _keep_rows(call: Call, outcome: Outcome, now: datetime) -> None:
    """Write the rows beside a call's own, in the transaction of the act."""
    CallCategory.objects.bulk_create(
        CallCategory(call=call, category=kind.value, findings=count) for kind, count in outcome.categories.items()
    )
    if outcome.state in {State.IN_REVIEW, State.HELD}:
        Review.objects.create(call=call, opened_at=now)


def _acts(call: Call, outcome: Outcome, actor: Party) -> Iterator[audit.Act]:
    counts = {f"found_{kind.value}": count for kind, count in outcome.categories.items()}
    yield audit.Act("recording.redacted", actor, call, facts={**counts, "masks": outcome.masks, "keyed": outcome.keyed})
    action = "call.released" if outcome.state is State.RELEASED else f"call.{_SENT[outcome.state]}"
    yield audit.Act(action, actor, call, facts=dict.fromkeys(outcome.reasons, True))


_SENT = {
    State.IN_REVIEW: "sent_to_review",
    State.HELD: "held",
    State.WAITS_FOR_TRANSCRIPT: "set_waiting",
}
