"""From periods to days: when each item of one call ends, and each purpose, with the events that are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from callward.web.calls.keeping import End, Terms
from callward.web.calls.models import Call
from callward.web.lifecycle.rules import DUTY, MAY_BE_ANONYMISED, Event, Ground, Period, Subject, Then


def ends(clocks: Mapping[str, list[Period]], day: date, events: Mapping[str, date], *, log_days: int) -> Terms:
    """Turn the periods of each item into days, from the call and from the events that are known."""
    until = {(kind, one.purpose): one.until(day, events) for kind, periods in clocks.items() for one in periods}
    for (kind, purpose), end in list(until.items()):
        if kind == Subject.TRANSCRIPT_ORIGINAL:
            until[kind, purpose] = min(end, until.get((Subject.RECORDING_ORIGINAL.value, purpose), end))
    items, then = {}, {}
    for kind, periods in clocks.items():
        # Of two as long, the duty in law: it keeps an item through an erasure.
        last = max(periods, key=lambda one: (until[kind, one.purpose], one.purpose == DUTY))
        items[kind] = End(until[kind, last.purpose], last.purpose, last.ground.value)
        if last.then is not Then.DELETE and kind in MAY_BE_ANONYMISED:
            then[kind] = last.then.value
    purposes: dict[str, date] = {}
    for (_, purpose), end in until.items():
        purposes[purpose] = max(end, purposes.get(purpose, end))
    kinds: dict[str, dict[str, date]] = {}
    for (kind, purpose), end in until.items():
        if end < purposes[purpose]:
            kinds.setdefault(kind, {})[purpose] = end
    latest = max(end.until for end in items.values())
    counted = any(one.event is not Event.CALL for periods in clocks.values() for one in periods)
    told = {kind: {one.purpose: _as_json(one) for one in periods} for kind, periods in clocks.items()}
    return Terms(items, purposes, max(latest, day + timedelta(days=log_days)), then, told if counted else {}, kinds)


def _as_json(one: Period) -> list[str | int | None]:
    return [one.days, one.ground.value, one.event.value, one.cap, one.most, one.least, one.then.value]


def clocks_of(call: Call) -> dict[str, list[Period]]:
    """Read the periods that were fixed for a call; empty where none of them counts from an event."""
    return {
        kind: [
            Period(purpose, days, Ground(ground), None, Event(event), cap, most, least, Then(then))
            for purpose, (days, ground, event, cap, most, least, then) in periods.items()
        ]
        for kind, periods in call.terms.get("clocks", {}).items()
    }
