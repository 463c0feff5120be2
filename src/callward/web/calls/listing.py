"""The call list: filters that live in the address, and keyset paging by (started_at, id)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from callward.engine.pii import Category
from callward.web.calls.models import Call, CallQuerySet, Length
from callward.web.core.fields import QuickSelect
from callward.web.core.labels import label
from callward.web.core.models import Controller, Line

PAGE = 50
_Key: TypeAlias = tuple[datetime, UUID]


# Calls lie between these; days further out cannot be brought into every time zone.
_YEARS = range(1971, 2999)
_DAYS = [MinValueValidator(date(_YEARS.start, 1, 1)), MaxValueValidator(date(_YEARS.stop - 1, 12, 31))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class CallFilter(forms.Form):
    """What a call list may be narrowed by. A value that is not understood is shown as an error and filters nothing."""

    line = forms.ChoiceField(required=False, label=_("Line"), widget=QuickSelect)
    state = forms.ChoiceField(required=False, label=_("State"), widget=QuickSelect)
    category = forms.ChoiceField(required=False, label=_("Found"), widget=QuickSelect)
    length = forms.ChoiceField(required=False, label=_("Length"), widget=QuickSelect)
    since = forms.DateField(required=False, label=_("From"), widget=_day(), validators=_DAYS)
    until = forms.DateField(required=False, label=_("To"), widget=_day(), validators=_DAYS)
    # Of one caller, by the random id that finding them gives: a page of theirs leads here, nobody types it.
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, controller: Controller | None, *, finds_people: bool = False) -> None:
        super().__init__(data)
        if not finds_people:
            del self.fields["person"]
        self._controller = controller
        self._lines = {line.slug: line for line in Line.objects.for_controller(controller)}
        self._choices("line", [("", _("All lines")), *((line.slug, line.name) for line in self._lines.values())])
        self._choices("state", [("", _("All states")), *Call.State.choices])
        self._choices("length", [("", _("Any length")), *Length.choices])
        self._choices("category", [("", _("Anything")), *((c.value, label("category", c.value)) for c in Category)])

    def _choices(self, name: str, choices: list[tuple[object, object]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def narrow(self, calls: CallQuerySet) -> CallQuerySet:
        """Apply what was chosen, but for the category; dates are days in the controller's time zone."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("line"):
            calls = calls.filter(line=self._lines[chosen["line"]])
        if chosen.get("state"):
            calls = calls.filter(state=chosen["state"])
        if chosen.get("length"):
            calls = calls.filter(length=chosen["length"])
        if chosen.get("person"):
            calls = calls.filter(person=chosen["person"])
        if chosen.get("since"):
            calls = calls.filter(started_at__gte=self._midnight(chosen["since"]))
        if chosen.get("until"):
            calls = calls.filter(started_at__lt=self._midnight(chosen["until"] + timedelta(days=1)))
        return calls

    @property
    def of_category(self) -> str:
        """The category that was chosen, for ``page_of``: its calls are read from an index of their own."""
        return str(self.cleaned_data["category"]) if self.is_valid() else ""

    def _midnight(self, day: date) -> datetime:
        zone = self._controller.zone if self._controller else None
        return datetime.combine(day, time(), tzinfo=zone)

    def chips(self) -> list[tuple[str, str]]:
        """Give each active filter as (what is shown, the address without it)."""
        if not self.is_valid():
            return []
        active = {name: self.data[name] for name, value in self.cleaned_data.items() if value}
        shown = {
            "line": lambda value: self._lines[value].name,
            "state": lambda value: str(dict(Call.State.choices)[value]),
            "category": lambda value: str(label("category", value)),
            "length": lambda value: str(dict(Length.choices)[int(value)]),
            "person": lambda value: str(_("one caller")),
            "since": lambda value: _("from %(day)s") % {"day": value},
            "until": lambda value: _("to %(day)s") % {"day": value},
        }
        return [
            (str(shown[name](value)), "?" + urlencode({key: kept for key, kept in active.items() if key != name}))
            for name, value in active.items()
        ]

    def digest(self) -> str:
        """Give a digest of the filter for the ledger: that a list was filtered the same way, not how."""
        chosen = sorted((name, str(value)) for name, value in (self.cleaned_data if self.is_valid() else {}).items())
        return hashlib.sha256(repr(chosen).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of calls, newest first, and the address of the next one."""

    calls: list[Call]
    next: str


def is_place(text: str) -> bool:
    """Tell whether an ``after`` can be read as the place where a page ended."""
    return _read_key(text) is not None


def page_of(calls: CallQuerySet, query: QueryDict, *, category: str = "") -> Page:
    """Take the page behind the ``after`` key of the address; a key that cannot be read starts at the top.

    Whatever filters the list, its calls are read from one index in the list's order and none is counted.
    """
    key = _read_key(query.get("after", ""))
    rows = _read(_behind(calls, category, key)[: PAGE + 1])
    if len(rows) <= PAGE:
        return Page(rows, "")
    last = rows[PAGE - 1]
    onward = query.copy()
    onward["after"] = f"{last.started_at.isoformat()}_{last.id.hex}"
    return Page(rows[:PAGE], "?" + onward.urlencode())


def newest(calls: CallQuerySet, most: int, category: str = "") -> list[UUID]:
    """Take the ids of the newest calls, in the list's order and at its price."""
    return list(_behind(calls, category, None)[:most].values_list("id", flat=True))


def _behind(calls: CallQuerySet, category: str, key: _Key | None) -> QuerySet[Call]:
    return _of_category(calls, category, key) if category else _newest(calls, key)


def _newest(calls: CallQuerySet, key: _Key | None) -> QuerySet[Call]:
    if key:
        started_at, call_id = key
        # The first bound is what the index is entered at; the second alone would be read past from the top.
        calls = calls.filter(started_at__lte=started_at)
        calls = calls.filter(Q(started_at__lt=started_at) | Q(started_at=started_at, id__lt=call_id))
    return calls.order_by("-started_at", "-id")


def _of_category(calls: CallQuerySet, category: str, key: _Key | None) -> QuerySet[Call]:
    """Walk the calls of a category, which has its own index in the list's order."""
    found = Q(categories__category=category, categories__controller=F("controller"))
    if key:
        started_at, call_id = key
        behind = Q(categories__started_at=started_at, categories__call_id__lt=call_id)
        found &= Q(categories__started_at__lte=started_at) & (Q(categories__started_at__lt=started_at) | behind)
    return calls.filter(found).order_by("-categories__started_at", "-categories__call_id")


def _read(calls: QuerySet[Call]) -> list[Call]:
    # Its few lines are read once, not with each call; what is sealed, and the terms of keeping, no list shows.
    return list(calls.defer("sealed_facts", "terms").prefetch_related("line", "categories"))


def _read_key(text: str) -> _Key | None:
    moment, _sign, call_id = text.partition("_")
    try:
        started_at = datetime.fromisoformat(moment)
        known = started_at.tzinfo is not None and started_at.year in _YEARS
        return (started_at, UUID(call_id)) if known else None
    except ValueError:
        return None
