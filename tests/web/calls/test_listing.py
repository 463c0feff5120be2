"""The call list asks an index, wherever in the list one is and on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from callward.web.calls.listing import PAGE, page_of
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def calls(care_line: Line) -> list[Call]:
    """Three thousand calls, two in each minute, none with a thing in it."""
    person = Person.objects.create(id=uuid4(), controller=care_line.controller, created_at=NOON)
    made = Call.objects.bulk_create(
        Call(
            controller=care_line.controller,
            line=care_line,
            person=person,
            started_at=NOON - timedelta(minutes=number // 2),
            received_at=NOON,
            state=Call.State.RELEASED,
            retain_until=NOON.date(),
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return sorted(made, key=lambda call: (call.started_at, call.id), reverse=True)


def _page(line: Line, after: str) -> tuple[list[Call], str, str]:
    """Give a page, the address of the next one, and how the database finds it."""
    query = QueryDict(after.removeprefix("?"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = page_of(Call.objects.for_controller(line.controller), query)
    statement = next(one["sql"] for one in asked.captured_queries if "LIMIT" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute({"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[connection.vendor] + statement)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    return page.calls, page.next, plan


def test_every_page_is_read_from_the_index_and_none_is_sorted(care_line: Line, calls: list[Call]) -> None:
    seen: list[Call] = []
    after = ""
    for _ in range(4):
        page, after, plan = _page(care_line, after)
        seen += page
        assert "calls_newest" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
    assert [call.id for call in seen] == [call.id for call in calls[: 4 * PAGE]]


def test_a_page_far_down_enters_the_index_where_it_begins(care_line: Line, calls: list[Call]) -> None:
    last = calls[2000]
    page, _, plan = _page(care_line, f"after={last.started_at.isoformat().replace('+', '%2B')}_{last.id.hex}")
    assert [call.id for call in page] == [call.id for call in calls[2001 : 2001 + PAGE]]
    (entered,) = [line for line in plan.splitlines() if "USING INDEX calls_newest" in line or "Index Cond" in line]
    assert "started_at<" in entered.replace(" ", "")
