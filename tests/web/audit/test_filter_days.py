"""Days at the ends of the calendar: refused beside their field, never a broken page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from callward.web.audit.forms import FilterForm
from callward.web.audit.models import Entry
from callward.web.audit.reading import PAGE, Filter, read_page
from callward.web.core.models import Controller


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=1969-12-31"])
def test_a_day_without_a_midnight_filters_nothing(query: str) -> None:
    form = FilterForm(QueryDict(query))
    assert not form.is_valid()
    assert (form.wanted.since, form.wanted.until) == (None, None)


def test_any_other_day_filters() -> None:
    form = FilterForm(QueryDict("since=1970-01-01&until=9998-12-31"))
    assert form.is_valid()
    assert form.wanted.since
    assert form.wanted.until


@pytest.mark.django_db
def test_a_day_in_a_long_log_is_found_with_a_few_questions(acme: Controller) -> None:
    begin, gone = datetime(2026, 1, 1, tzinfo=UTC), {1000, 1563, 2047}
    Entry.objects.bulk_create(
        Entry(controller=acme, at=begin + timedelta(minutes=10 * at), action="call.opened", index=at)
        for at in range(5000)
        if at not in gone
    )
    for first, last in ((10, 10), (0, 3), (30, 60), (-5, -2)):
        since, until = (date(2026, 1, 1) + timedelta(days=day) for day in (first, last))
        whole = Filter(since=since, until=until).apply(Entry.objects.for_controller(acme), acme).order_by("-index")
        with CaptureQueriesContext(connection) as asked:
            page = read_page(acme, Filter(since=since, until=until), before=None, after=None)
        assert [entry.index for entry in page.entries] == [entry.index for entry in whole[:PAGE]]
        assert len(asked) <= 7
