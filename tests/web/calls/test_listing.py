"""The call list asks an index, wherever in the list one is and on either database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from callward.web.calls import counting, reviewing
from callward.web.calls.listing import PAGE, CallFilter, page_of
from callward.web.calls.models import Call, CallCategory, Review
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


def _plan(statement: str) -> str:
    """Say how the database finds what a statement asks for."""
    with connection.cursor() as cursor:
        cursor.execute({"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}[connection.vendor] + statement)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _page(line: Line, after: str) -> tuple[list[Call], str, str]:
    """Give a page, the address of the next one, and how the database finds it."""
    query = QueryDict(after.removeprefix("?"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = page_of(Call.objects.for_controller(line.controller), query)
    statement = next(one["sql"] for one in asked.captured_queries if "LIMIT" in one["sql"])
    return page.calls, page.next, _plan(statement)


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


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("state=held", "calls_by_state"),
        ("line=care-en", "line"),  # ten calls are as quick to read by the column's own index, and to sort
        ("length=5", "calls_by_length"),
        ("category=child", "calls_newest_of_category"),
        ("person={person}", "person"),  # as with a line
        ("since=2026-11-19&until=2026-11-19", "calls_newest"),
    ],
)
def test_every_filter_of_the_list_enters_an_index_and_sorts_nothing(
    care_line: Line, bank_line: Line, calls: list[Call], query: str, index: str
) -> None:
    rare = calls[7::300]
    Call.objects.filter(line=care_line).exclude(id__in=[call.id for call in rare]).update(line=bank_line)
    Call.objects.filter(id__in=[call.id for call in rare]).update(state=Call.State.HELD, length=5)
    CallCategory.objects.bulk_create(CallCategory(call=call, category="child", findings=1) for call in rare)
    CallCategory.objects.bulk_create(CallCategory(call=call, category="contact", findings=1) for call in calls)
    person = Person.objects.create(id=uuid4(), controller=care_line.controller, created_at=NOON)
    Call.objects.filter(id__in=[call.id for call in rare]).update(person=person)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    wanted = QueryDict(query.format(person=person.id))
    narrowed = CallFilter(wanted, care_line.controller, finds_people=True)
    with CaptureQueriesContext(connection) as asked:
        page = page_of(
            narrowed.narrow(Call.objects.for_controller(care_line.controller)), wanted, category=narrowed.of_category
        )
    if not query.startswith("since"):
        assert [call.id for call in page.calls] == [call.id for call in rare]
    plan = _plan(next(one["sql"] for one in asked.captured_queries if "LIMIT" in one["sql"]))
    assert index in plan, plan
    assert "SCAN calls_call\n" not in plan + "\n"
    if connection.vendor == "sqlite" and index != "line":  # PostgreSQL sorts ten rows rather than read them in order
        assert "ORDER BY" not in plan, plan


def test_the_review_queue_is_read_in_the_order_of_its_index(care_line: Line, calls: list[Call]) -> None:
    waits = calls[:500]
    Call.objects.filter(id__in=[call.id for call in waits]).update(state=Call.State.IN_REVIEW)
    Review.objects.bulk_create(Review(call=call, controller=call.controller, opened_at=NOON) for call in waits)
    decided = [
        Review(call=call, controller=call.controller, opened_at=NOON, decision="release", applied_at=NOON)
        for call in calls[500:]
    ]
    Review.objects.bulk_create(decided)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as asked:
        assert len(reviewing.queue(care_line.controller, 5)) == 5
        assert reviewing.count_waiting(care_line.controller) == 500
    for one in asked.captured_queries:
        if 'FROM "core_line"' in one["sql"]:
            continue  # the few lines of these calls, by id
        plan = _plan(one["sql"])
        assert any(name in plan for name in ("calls_queue", "calls_by_state", "calls_undecided")), (one["sql"], plan)
        if connection.vendor == "sqlite" and "held" not in one["sql"]:
            assert "ORDER BY" not in plan, plan


def test_what_came_in_is_read_from_the_counts_of_the_worker(care_line: Line, calls: list[Call]) -> None:
    live = counting.week(care_line.controller, NOON)
    assert [(row.slug, row.calls, row.today, row.released) for row in live] == [("care-en", 3000, 3000, 3000)]
    for row in counting.count_day(care_line.controller, NOON.date(), NOON):
        row.save()
    Call.objects.filter(id=calls[0].id).update(state=Call.State.IN_REVIEW)
    assert counting.week(care_line.controller, NOON)[0].released == 3000
    assert counting.week(care_line.controller, NOON + timedelta(minutes=4))[0].released == 2999


def test_a_day_that_was_counted_before_it_was_over_is_counted_again(care_line: Line, calls: list[Call]) -> None:
    for row in counting.count_day(care_line.controller, NOON.date(), NOON):
        row.save()
    Call.objects.filter(id=calls[0].id).update(received_at=NOON + timedelta(hours=2), state=Call.State.IN_REVIEW)
    [week] = counting.week(care_line.controller, NOON + timedelta(days=1))
    assert (week.calls, week.today, week.released, week.waiting) == (3000, 0, 2999, 1)
