"""Days at the ends of the calendar: refused beside their field, never a broken page."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from callward.web.audit.forms import FilterForm


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
