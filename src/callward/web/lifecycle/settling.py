"""A call that is taken in while its line's rules change: it is counted under those that hold when it is written.

A change waits for the calls that are being written under the rules before it, and whoever writes one after it reads
the rules anew: no call comes to stand behind a job that has already been by.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from callward.web.calls.models import Call, CallCategory, Item
from callward.web.core.models import Line
from callward.web.lifecycle import happenings, retention
from callward.web.lifecycle.counting_anew import CountingAnew, rows, write

_LOCKED = "SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0))"


def settle(call: Call) -> None:
    """Count a call anew that was counted under rules which do not hold any more; in the transaction that writes it."""
    _lock(call.line_id, shared="_shared")
    line = Line.objects.select_related("controller").get(id=call.line_id)
    if call.terms.get("rules", "") == retention.rules_of(line).digest:
        return
    categories = list(CallCategory.objects.filter(call=call).values_list("category", flat=True))
    day = call.started_at.astimezone(line.controller.zone).date()
    events = happenings.known(call.person_id, call.id)
    terms = retention.terms(line, day, voicemail=call.voicemail, categories=categories, events=events)
    logged = call.state == Call.State.NOT_RECORDED
    call.retain_until, call.log_until = terms.log if logged else terms.until, terms.log
    call.terms = {"items": {}, "purposes": {}, "rules": terms.rules} if logged else terms.as_json()
    call.save(update_fields=["retain_until", "log_until", "terms"])
    for kind, end in terms.items.items():
        Item.objects.filter(call=call, kind=kind).update(retain_until=end.until, purpose=end.purpose)


def found_more(call: UUID) -> None:
    """Count a call anew in which more was found than before; in the transaction that writes what was found."""
    row = rows(Call.objects.filter(id=call)).select_for_update(of=("self",), no_key=True).get()
    line = Line.objects.select_related("controller").get(calls=call)
    _lock(line.pk, shared="_shared")
    today = retention.today_of(line.controller)
    write(list(CountingAnew(line, retention.rules_of(line), today).count([row])), today)


def wait_for_others(line: UUID) -> None:
    """Let no call of a line be written until the transaction ends, and wait for those that are being written."""
    _lock(line, shared="")


def _lock(line: UUID, *, shared: str) -> None:
    # SQLite has one writer at a time anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_LOCKED.format(shared=shared), [f"rules {line}"])
