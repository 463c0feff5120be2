"""The days of events that something is kept from: when a contract ended, when a matter was resolved.

An event is of one call, or of a person and all their calls; the call's own counts first. Setting one moves the last
day of what was fixed to count from it, and of nothing else. What has had its time already stays past it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.keeping import Terms
from callward.web.calls.models import Call, Item
from callward.web.lifecycle import holds
from callward.web.lifecycle.clocks import anew, clocks_of
from callward.web.lifecycle.models import Happening
from callward.web.lifecycle.rules import Event
from callward.web.people.models import Person

TOLD, TAKEN_BACK = "event.told", "event.taken_back"
MAY_BE_TOLD = (Event.CONTRACT_ENDED, Event.RESOLVED)
_BATCH = 500


class HappeningError(Error):
    """An event is refused: ``event_unknown``, ``event_to_come``, ``event_before_call``, ``event_person_erased``."""


def known(person: UUID, call: UUID | None = None) -> dict[str, date]:
    """Return the days of the events of a person, with those of a call before them."""
    rows = Happening.objects.filter(Q(person=person, call=None) | Q(call=call, call__isnull=False))
    found: dict[str, date] = {}
    for row in sorted(rows, key=lambda row: row.call_id is not None):
        found[row.event] = row.on
    return found


def tell(person: Person, event: str, on: date, by: Party, *, call: Call | None = None) -> int:
    """Say when an event was, of a call or of a person; one that was said before is replaced.

    Returns how many calls have other last days now. Raises ``HappeningError``.
    """
    with transaction.atomic():
        holds.lock(person.controller_id)  # an erasure begins under the same lock
        _refuse(person, event, on, call)
        of_call = {"call": call} if call else {"call": None}
        Happening.objects.update_or_create(
            person=person,
            event=event,
            **of_call,
            defaults={"on": on, "controller_id": person.controller_id, "told_at": timezone.now()},
        )
        _record(TOLD, person, call, by, {"event": event, "on": on.isoformat()})
        return _count_anew(person, call)


def take_back(row: Happening, by: Party) -> int:
    """Unsay an event: its clocks have not begun, and their caps count. Returns how many calls that concerns."""
    with transaction.atomic():
        holds.lock(row.controller_id)
        person, call = row.person, row.call
        row.delete()
        _record(TAKEN_BACK, person, call, by, {"event": row.event})
        return _count_anew(person, call)


def _refuse(person: Person, event: str, on: date, call: Call | None) -> None:
    zone = person.controller.zone
    if event not in MAY_BE_TOLD:
        raise HappeningError("event_unknown", "nothing is kept from such an event")
    if on > timezone.now().astimezone(zone).date():
        raise HappeningError("event_to_come", "an event is said when it has happened")
    if call is not None and on < call.started_at.astimezone(zone).date():
        raise HappeningError("event_before_call", "an event before the call has nothing to do with it")
    if holds.is_going(person.id):
        raise HappeningError("event_person_erased", "the person is erased")


def _record(action: str, person: Person, call: Call | None, by: Party, facts: Mapping[str, str]) -> None:
    audit.record(action, actor=by, resource=call or person, controller=person.controller_id, facts=facts)


def _count_anew(person: Person, call: Call | None) -> int:
    calls = Call.objects.filter(person=person, terms__has_key="clocks").exclude(state=Call.State.ENDED)
    if call is not None:
        calls = calls.filter(id=call.id)
    return sum(_move(one) for one in calls.select_related("line__controller").iterator(_BATCH))


def _move(call: Call) -> bool:
    """Fix the last days of a call anew; what is past its time by now stays so."""
    zone = call.line.controller.zone
    today = timezone.now().astimezone(zone).date()
    day = call.started_at.astimezone(zone).date()
    log_days = ((call.log_until or call.retain_until) - day).days
    events = known(call.person_id, call.id)
    terms = anew(call.terms, clocks_of(call), day, events, today, log_days=log_days)
    terms = replace(terms, rules=call.terms.get("rules", ""))
    if terms.as_json() == call.terms:
        return False
    retain_until = terms.until if call.retain_until >= today else call.retain_until
    # The call before its items, as whoever exchanges them: of two who take both at once one waits for the other.
    Call.objects.filter(id=call.id).update(terms=terms.as_json(), retain_until=retain_until, log_until=terms.log)
    _move_items(call, terms, today)
    return True


def _move_items(call: Call, terms: Terms, today: date) -> None:
    for item in _living(call, today):
        end = terms.items[item.kind]
        Item.objects.filter(id=item.id).update(retain_until=end.until, purpose=end.purpose)


def _living(call: Call, today: date) -> QuerySet[Item]:
    return Item.objects.filter(call=call, retain_until__gte=today)


def told_of(person: UUID, call: UUID | None = None) -> QuerySet[Happening]:
    """Return what is said of a person, or of one of their calls and of the person."""
    own = Q(call=call) if call else Q()
    return Happening.objects.filter(Q(person=person, call=None) | (own & Q(person=person))).select_related("call")


__all__ = ["MAY_BE_TOLD", "HappeningError", "known", "take_back", "tell", "told_of"]
