"""From periods to days: when each item of one call ends, and each purpose, with the events that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from callward.web.calls.keeping import End, Terms
from callward.web.calls.models import Call
from callward.web.lifecycle.rules import DUTY, MAY_BE_ANONYMISED, Event, Ground, Period, Subject, Then

_Ended = Mapping[tuple[str, str], date]
_NOT_YET = date.min


def ends(
    clocks: Mapping[str, list[Period]],
    day: date,
    events: Mapping[str, date],
    *,
    log_days: int,
    ended: _Ended = MappingProxyType({}),
    today: date = _NOT_YET,
) -> Terms:
    """Turn the periods of each item into days, from the call and from the events that are known.

    What ``ended`` names by item kind and purpose stays as it ended. What no purpose keeps ends the day before
    ``today``.
    """
    until = {(kind, one.purpose): one.until(day, events) for kind, periods in clocks.items() for one in periods}
    for (kind, purpose), end in list(until.items()):
        if kind == Subject.TRANSCRIPT_ORIGINAL:
            until[kind, purpose] = min(end, until.get((Subject.RECORDING_ORIGINAL.value, purpose), end))
    until |= {about: end for about, end in ended.items() if about in until}
    items, then = {}, {}
    for kind, periods in clocks.items():
        if not periods:
            items[kind] = End(today - timedelta(days=1), "", Ground.LINE.value)
            continue
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


def anew(
    before: Mapping[str, Any],
    clocks: Mapping[str, list[Period]],
    day: date,
    events: Mapping[str, date],
    today: date,
    *,
    log_days: int,
) -> Terms:
    """Count the ends of a call anew under other clocks or with other events; ``before`` is what the call's row says.

    A purpose that has ended for an item stays ended (GDPR Art. 5(1)(e)), and one that the call was not taken in for
    begins for it no more (Art. 5(1)(b)). A duty in law asks whether or not somebody had written it down.
    """
    known = before.get("purposes")
    kept = {
        kind: [one for one in periods if known is None or one.purpose in known or one.purpose == DUTY]
        for kind, periods in clocks.items()
    }
    ended = {
        (kind, one.purpose): end
        for kind, periods in kept.items()
        for one in periods
        if (end := _was(before, kind, one.purpose)) is not None and end < today
    }
    return ends(kept, day, events, log_days=log_days, ended=ended, today=today)


def anew_of_erased(
    before: Mapping[str, Any], clocks: Mapping[str, list[Period]], day: date, today: date, *, log_days: int
) -> Terms:
    """Count anew what is left of an erased person: a duty in law may ask for it less long than it did, never longer."""
    duty = {kind: [one for one in periods if one.purpose == DUTY] for kind, periods in clocks.items()}
    under = anew(before, duty, day, {}, today, log_days=log_days)
    items = {kind: End(date.fromisoformat(until), purpose, ground) for kind, (until, purpose, ground) in _items(before)}
    for kind, end in items.items():
        if end.purpose == DUTY and kind in under.items and end.until >= today:
            items[kind] = replace(end, until=min(end.until, under.items[kind].until))
    purposes = {purpose: date.fromisoformat(end) for purpose, end in before.get("purposes", {}).items()}
    if DUTY in purposes:
        living = [end.until for end in items.values() if end.purpose == DUTY]
        purposes[DUTY] = min(purposes[DUTY], max(living, default=purposes[DUTY]))
    latest = max((end.until for end in items.values()), default=day)
    kinds = {
        kind: {purpose: date.fromisoformat(end) for purpose, end in ends.items()}
        for kind, ends in before.get("kinds", {}).items()
    }
    return Terms(items, purposes, max(latest, day + timedelta(days=log_days)), before.get("then", {}), {}, kinds)


def _items(before: Mapping[str, Any]) -> list[tuple[str, tuple[str, str, str]]]:
    return list(before.get("items", {}).items())


def _was(before: Mapping[str, Any], kind: str, purpose: str) -> date | None:
    """Give the last day that a call's row names for an item and a purpose; None where it names none."""
    told = before.get("kinds", {}).get(kind, {}).get(purpose) or (before.get("purposes") or {}).get(purpose)
    return None if told is None else date.fromisoformat(told)


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
