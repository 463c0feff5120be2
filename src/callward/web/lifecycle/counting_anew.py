"""What a line's rules make of calls that are kept already: their ends counted anew, in memory.

What has had its time stays past it, and a purpose that has ended does not begin again: rules that were changed later
bring nothing back (GDPR Art. 5(1)(b) and (e)). Of an erased person a duty in law keeps nothing longer than it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from callward.web.calls.keeping import End, Terms
from callward.web.calls.models import Call, CallCategory, Item
from callward.web.core.models import Line
from callward.web.lifecycle.clocks import anew, anew_of_erased
from callward.web.lifecycle.models import Happening
from callward.web.lifecycle.retention import clocks_under
from callward.web.lifecycle.rules import LineRules, Period, log_period


@dataclass(frozen=True, slots=True)
class Move:
    """An item whose last day or purpose is another one now."""

    item: UUID
    was: date
    until: date
    purpose: str


@dataclass(frozen=True, slots=True)
class _Alike:
    """What becomes of calls that are alike: their rows, and where their items move the ends of those."""

    terms: bytes  # as JSON
    retain_until: date
    log_until: date
    items: Mapping[str, End] = field(default_factory=dict)
    purposes_move: bool = False

    @property
    def items_move(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True, slots=True)
class Counted:
    """A call counted anew: its row as it is to be, which calls share that are alike, and its items that move."""

    call: Call
    ends: _Alike
    moves: tuple[Move, ...]


def rows(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Read of calls what is needed to count them anew."""
    return calls.select_related("person").only(
        "started_at", "voicemail", "state", "retain_until", "log_until", "terms", "person__erased_at"
    )


@dataclass(slots=True)
class CountingAnew:
    """Counts calls of a line anew under rules. What had ended before ``today`` stays as it ended."""

    line: Line
    rules: LineRules
    today: date
    _clocks: dict[tuple[bool, frozenset[str]], dict[str, list[Period]]] = field(default_factory=dict)

    def count(self, calls: Sequence[Call]) -> Iterator[Counted]:
        """Count calls anew that ``rows`` gave; gives those that stay as they are too."""
        categories: dict[UUID, set[str]] = defaultdict(set)
        found_in = CallCategory.objects.filter(call__in=[call.id for call in calls])
        for call, category in found_in.values_list("call_id", "category"):
            categories[call].add(category)
        events, known = _events(calls), dict[tuple[object, ...], _Alike]()
        counted: list[tuple[Call, _Alike]] = []
        for one in calls:
            found, told = frozenset(categories[one.id]), events.get(one.id, {})
            alike = (
                self._day(one), one.voicemail, found, one.state, one.person.erased_at is None,
                one.log_until, one.retain_until, orjson.dumps(one.terms), tuple(sorted(told.items())),
            )  # fmt: skip
            if alike not in known:
                known[alike] = self._alike(one, found, told)
            counted.append((one, known[alike]))
        items = _items([call.id for call, ends in counted if ends.items_move])
        for call_, ends in counted:
            moves = (self._move(ends, *item) for item in items.get(call_.id, ()))
            yield Counted(call_, ends, tuple(move for move in moves if move is not None))

    def _day(self, call: Call) -> date:
        return call.started_at.astimezone(self.line.controller.zone).date()

    def _clocks_of(self, call: Call, found: frozenset[str]) -> dict[str, list[Period]]:
        about = call.voicemail, found
        if about not in self._clocks:
            self._clocks[about] = clocks_under(self.rules, voicemail=call.voicemail, categories=found)
        return self._clocks[about]

    def _terms(self, call: Call, found: frozenset[str], events: Mapping[str, date]) -> Terms:
        day, log_days = self._day(call), log_period(self.rules).days
        clocks = self._clocks_of(call, found)
        if call.person.erased_at is not None:
            return anew_of_erased(call.terms, clocks, day, self.today, log_days=log_days)
        before = {} if call.state == Call.State.NOT_RECORDED else call.terms
        return anew(before, clocks, day, events, self.today, log_days=log_days)

    def _alike(self, call: Call, found: frozenset[str], events: Mapping[str, date]) -> _Alike:
        terms = replace(self._terms(call, found, events), rules=self.rules.digest)
        if call.state in {Call.State.ENDED, Call.State.NOT_RECORDED}:
            return self._only_its_log(call, terms)
        told = terms.as_json()
        until = terms.until if terms.items and call.retain_until >= self.today else call.retain_until
        return _Alike(
            orjson.dumps(told, option=orjson.OPT_SORT_KEYS),
            until,
            self._log(call, terms.log),
            terms.items if told.get("items") != call.terms.get("items") else {},
            any(told.get(one, {}) != call.terms.get(one, {}) for one in ("purposes", "kinds")),
        )

    def _only_its_log(self, call: Call, terms: Terms) -> _Alike:
        """Nothing that was said is left, or ever was: the row is kept by the rules of the log alone."""
        told = orjson.dumps({**call.terms, "rules": terms.rules}, option=orjson.OPT_SORT_KEYS)
        if call.state == Call.State.NOT_RECORDED:
            log = self._log(call, terms.log)
            return _Alike(told, log, log)
        ended = [date.fromisoformat(until) for until, *_ in call.terms.get("items", {}).values()]
        until = self._day(call) + timedelta(days=log_period(self.rules).days)
        return _Alike(told, call.retain_until, self._log(call, max([until, *ended])))

    def _move(self, ends: _Alike, item: UUID, kind: str, was: date, purpose: str) -> Move | None:
        end = ends.items.get(kind)
        if was < self.today or end is None or (end.until, end.purpose) == (was, purpose):
            return None
        return Move(item, was, end.until, end.purpose)

    def _log(self, call: Call, until: date) -> date:
        was = call.log_until or call.retain_until
        if was < self.today:
            return was
        return until if call.person.erased_at is None else min(was, until)


def write(counted: Iterable[Counted], today: date) -> None:
    """Write what moves, in the transaction of the caller: calls and items that end alike with one statement each."""
    calls: dict[tuple[bytes, date, date], list[UUID]] = defaultdict(list)
    items: dict[tuple[date, str], list[UUID]] = defaultdict(list)
    for one in counted:
        calls[one.ends.terms, one.ends.retain_until, one.ends.log_until].append(one.call.id)
        for move in one.moves:
            items[move.until, move.purpose].append(move.item)
    for (terms, retain_until, log_until), ids in calls.items():
        Call.objects.filter(id__in=ids).update(
            terms=orjson.loads(terms), retain_until=retain_until, log_until=log_until
        )
    for (until, purpose), ids in items.items():
        Item.objects.filter(id__in=ids, retain_until__gte=today).update(retain_until=until, purpose=purpose)


def _items(calls: Sequence[UUID]) -> Mapping[UUID, list[tuple[UUID, str, date, str]]]:
    items: dict[UUID, list[tuple[UUID, str, date, str]]] = defaultdict(list)
    if calls:
        told = Item.objects.filter(call__in=calls).values_list("call_id", "id", "kind", "retain_until", "purpose")
        for of, item, kind, until, purpose in told:
            items[of].append((item, kind, until, purpose))
    return items


def _events(calls: Sequence[Call]) -> dict[UUID, dict[str, date]]:
    """Give the events that clocks count from, by call: those of its person, and its own before them."""
    ids = [call.id for call in calls]
    of_person: dict[UUID, dict[str, date]] = defaultdict(dict)
    of_call: dict[UUID, dict[str, date]] = defaultdict(dict)
    told = Happening.objects.filter(Q(call__in=ids) | Q(call=None, person__in={call.person_id for call in calls}))
    for row in told:
        (of_call[row.call_id] if row.call_id else of_person[row.person_id])[row.event] = row.on
    return {call.id: {**of_person.get(call.person_id, {}), **of_call.get(call.id, {})} for call in calls}
