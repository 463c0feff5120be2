"""Taking one call in: the main job under the platform's keys, and its commit with the ledger entries.

The order is that of design section 5: objects durable, key rows, then rows and entries in one transaction. The same
input twice is one call: its keyed digest leads to one call id, and the second commit of that id is refused by the
database. A crash at any point leaves the whole call, or objects and keys that nothing refers to.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from callward.engine import envelope
from callward.engine.errors import Error
from callward.engine.transcripts import Transcript
from callward.pipeline import Incoming, Outcome, State, process
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.lines import rules_of
from callward.web.calls.models import Call, CallCategory, Item, Review
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.people import finding
from callward.web.people.models import Person

HOLD = timedelta(hours=24)  # the longest that sound which may hold payment data is held (design section 4)


class ArrivalError(Error):
    """An arrival is refused by the platform: ``input_erased``, ``line_missing``, ``line_unknown``."""


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
    mediatype: str
    transcript: Callable[[int], Transcript] | None
    chunks: Callable[[], Iterator[bytes]]


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
    known = _digests(controller, arrival)
    if vault.suppressed(controller, known, now):
        raise ArrivalError("input_erased", "this call was erased and is not taken in again")
    call_id = vault.claim_input(controller, known, uuid.uuid4())
    waiting = Call.objects.filter(id=call_id).first()
    if waiting is not None:
        return _duplicate(waiting)

    person = finding.find_or_prepare(controller, arrival.caller, now)
    incoming = Incoming(arrival.recording, arrival.mediatype, arrival.transcript)
    with SealedShelf(controller, object_store()) as shelf:
        outcome = process(incoming, rules_of(arrival.line), shelf)
        placed = shelf.place()
    try:
        vault.keep_data_keys(controller, person.id, {item.id: item.key for item in placed})
        call = _call(arrival, call_id, person, outcome, now)
        _commit(call, person, outcome, placed, actor, now)
    except IntegrityError:
        _take_back(controller, placed)
        return _duplicate(Call.objects.get(id=call_id))
    except BaseException:
        _take_back(controller, placed)
        raise
    return Taken(
        Status.TAKEN_IN,
        call_id,
        outcome.state.value,
        outcome.reasons,
        {kind.value: count for kind, count in outcome.categories.items()},
        outcome.masks,
        call.seconds,
    )


def _digests(controller: UUID, arrival: Arrival) -> vault.InputDigests:
    digester = vault.InputDigester(controller)
    for chunk in arrival.chunks():
        digester.update(chunk)
    return digester.digests()


def _duplicate(call: Call) -> Taken:
    return Taken(Status.DUPLICATE, call.id, call.state, seconds=call.seconds)


def _call(arrival: Arrival, call_id: UUID, person: Person, outcome: Outcome, now: datetime) -> Call:
    info = outcome.info
    day = arrival.started_at.astimezone(arrival.line.controller.zone).date()
    return Call(
        id=call_id,
        controller=arrival.line.controller,
        line=arrival.line,
        person=person,
        direction=arrival.direction,
        started_at=arrival.started_at,
        zone_assumed=arrival.zone_assumed,
        received_at=now,
        language=outcome.language or arrival.language or arrival.line.language,
        state=outcome.state.value,
        reasons=list(outcome.reasons),
        voicemail=arrival.voicemail,
        rate=info.rate if info else 0,
        channels=info.channels if info else 0,
        frames=info.frames if info else 0,
        turns=outcome.turns,
        words=outcome.words,
        timing=outcome.timing.value if outcome.timing else "",
        findings=sum(outcome.categories.values()),
        keyed=outcome.keyed,
        retain_until=day + timedelta(days=arrival.line.retention_days),
        held_until=now + HOLD if outcome.state is State.HELD else None,
        sealed_facts=seal_facts(person, call_id, arrival.labels),
    )


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


def _commit(
    call: Call,
    person: Person,
    outcome: Outcome,
    placed: list[Placed],
    actor: Party,
    now: datetime,
) -> None:
    with transaction.atomic():
        Person.objects.bulk_create([person], ignore_conflicts=True)
        call.save(force_insert=True)
        CallCategory.objects.bulk_create(
            CallCategory(call=call, category=kind.value, findings=count) for kind, count in outcome.categories.items()
        )
        Item.objects.bulk_create(
            Item(
                id=item.id,
                call=call,
                kind=item.kind.value,
                mediatype=item.mediatype,
                object_name=item.object_name,
                size=item.size,
                created_at=now,
            )
            for item in placed
        )
        if outcome.state in {State.IN_REVIEW, State.HELD}:
            Review.objects.create(call=call, opened_at=now)
        audit.record_many(list(_acts(call, outcome, placed, actor)), controller=call.controller_id)


def _acts(call: Call, outcome: Outcome, placed: list[Placed], actor: Party) -> Iterator[audit.Act]:
    counts = {f"found_{kind.value}": count for kind, count in outcome.categories.items()}
    yield audit.Act("call.taken_in", actor, call, facts={"line": str(call.line_id), "items": len(placed)})
    yield audit.Act("recording.redacted", actor, call, facts={**counts, "masks": outcome.masks, "keyed": outcome.keyed})
    action = "call.released" if outcome.state is State.RELEASED else f"call.{_SENT[outcome.state]}"
    yield audit.Act(action, actor, call, facts=dict.fromkeys(outcome.reasons, True))


_SENT = {
    State.IN_REVIEW: "sent_to_review",
    State.HELD: "held",
    State.WAITS_FOR_TRANSCRIPT: "set_waiting",
}


def _take_back(controller: UUID, placed: list[Placed]) -> None:
    """Remove what was placed for a call that is not committed."""
    store = object_store()
    for item in placed:
        vault.delete_data_key(controller, item.id)
        store.delete(item.object_name)
