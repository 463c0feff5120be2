"""The rows of a call: its columns by where they come from, what stands beside it, and what the ledger says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from callward.pipeline import Outcome, State
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import keeping
from callward.web.calls.facts import seal_facts
from callward.web.calls.inputs import Arrival
from callward.web.calls.models import Call, CallCategory, Review, length_of
from callward.web.people.models import Person

HOLD = timedelta(hours=24)  # the longest that sound which may hold payment data is held (design section 4)
_SENT = {
    State.IN_REVIEW: "sent_to_review",
    State.HELD: "held",
    State.WAITS_FOR_TRANSCRIPT: "set_waiting",
}


def new_call(arrival: Arrival, call_id: UUID, person: Person, outcome: Outcome, now: datetime) -> Call:
    """Give the row of a call that the main job has been through."""
    columns = measured(outcome, now)
    terms = keeping.keeper().terms(
        arrival.line, _day(arrival), voicemail=arrival.voicemail, categories=found_in(outcome), person=person.id
    )
    return Call(
        **_arrived(arrival, call_id, person, now),
        language=columns.pop("language", "") or arrival.language or arrival.line.language,
        voicemail=arrival.voicemail,
        **kept(terms),
        **columns,
    )


def logged_call(arrival: Arrival, call_id: UUID, person: Person, now: datetime) -> Call:
    """Give the row of a call that only its record told of; it is kept as long as the log of its line."""
    terms = keeping.keeper().terms(arrival.line, _day(arrival), voicemail=False)
    return Call(
        **_arrived(arrival, call_id, person, now),
        language=arrival.language or arrival.line.language,
        state=Call.State.NOT_RECORDED,
        retain_until=terms.log,
        log_until=terms.log,
        terms={"items": {}, "purposes": {}, "rules": terms.rules},
    )


def measured(outcome: Outcome, now: datetime) -> dict[str, Any]:
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


def kept(terms: keeping.Terms) -> dict[str, Any]:
    """Give the columns of a call that say how long it is kept."""
    return {"retain_until": terms.until, "log_until": terms.log, "terms": terms.as_json()}


def found_in(outcome: Outcome) -> list[str]:
    """Name the categories found, as rules for keeping read them."""
    return [kind.value for kind in outcome.categories]


def keep_beside(call: Call, outcome: Outcome, now: datetime) -> None:
    """Write the rows beside a call's own, in the transaction of the act."""
    CallCategory.objects.bulk_create(
        CallCategory(call=call, category=kind.value, findings=count) for kind, count in outcome.categories.items()
    )
    if outcome.state in {State.IN_REVIEW, State.HELD}:
        Review.objects.create(call=call, opened_at=now)


def acts(call: Call, outcome: Outcome, actor: Party) -> Iterator[audit.Act]:
    """Say for the ledger what was masked, and what state the call ended in and why."""
    counts = {f"found_{kind.value}": count for kind, count in outcome.categories.items()}
    yield audit.Act("recording.redacted", actor, call, facts={**counts, "masks": outcome.masks, "keyed": outcome.keyed})
    action = "call.released" if outcome.state is State.RELEASED else f"call.{_SENT[outcome.state]}"
    yield audit.Act(action, actor, call, facts=dict.fromkeys(outcome.reasons, True))


def _arrived(arrival: Arrival, call_id: UUID, person: Person, now: datetime) -> dict[str, Any]:
    """Give the columns of a call that came with it."""
    return {
        "id": call_id,
        "controller": arrival.line.controller,
        "line": arrival.line,
        "person": person,
        "direction": arrival.direction,
        "started_at": arrival.started_at,
        "zone_assumed": arrival.zone_assumed,
        "received_at": now,
        "duration": arrival.duration,
        "disposition": arrival.disposition,
        "sealed_facts": seal_facts(person, call_id, arrival.labels),
    }


def _day(arrival: Arrival) -> date:
    return arrival.started_at.astimezone(arrival.line.controller.zone).date()
