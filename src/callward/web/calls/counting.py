"""What came in, by line and day: counted by the worker, read by pages.

Pages never count calls where a worker runs: it counts the present day every minute and the six before it every ten.
Where none has counted a day, the page does, so that a small installation is exact and a new one is not empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from callward.web.calls.models import Call, CallCategory, DayCount
from callward.web.core.models import Controller, Line

DAYS = 7
_FRESH = timedelta(minutes=3)  # how old the count of the present day may be before the page counts it itself
_AGAIN = timedelta(minutes=10)  # how often the days before it are counted: reviews end, and sweeps find
_IN_REVIEW = (Call.State.IN_REVIEW, Call.State.HELD)


@dataclass(slots=True)
class Counted:
    """A line's week. ``most`` are the categories that were found most."""

    line: UUID
    name: str
    slug: str
    calls: int = 0
    today: int = 0
    released: int = 0
    waiting: int = 0
    findings: int = 0
    categories: Counter[str] = field(default_factory=Counter)

    @property
    def most(self) -> list[str]:
        return [category for category, _count in self.categories.most_common(3)]


def week(controller: Controller, now: datetime) -> list[Counted]:
    """Return what came in on each line since six days ago, lines by name; those without a call are left out."""
    today = now.astimezone(controller.zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    rows = list(DayCount.objects.filter(controller=controller, day__in=days).select_related("controller"))
    known = {row.day for row in rows if _stands(row, today, now)}
    rows = [row for row in rows if row.day in known]
    for day in days:
        if day not in known:
            rows += count_day(controller, day, now)
    lines = {line.id: Counted(line.id, line.name, line.slug) for line in Line.objects.for_controller(controller)}
    for row in rows:
        line = lines[row.line_id]
        line.calls += row.calls
        line.today += row.calls if row.day == today else 0
        line.released += row.released
        line.waiting += row.waiting
        line.findings += row.findings
        line.categories.update(row.categories)
    return [line for line in lines.values() if line.calls]


def _stands(row: DayCount, today: date, now: datetime) -> bool:
    """Tell whether a count still says what came in: the present day's while it is fresh, another's once it was over."""
    if row.day == today:
        return row.counted_at >= now - _FRESH
    return row.counted_at.astimezone(row.controller.zone).date() > row.day


def count_day(controller: Controller, day: date, now: datetime) -> list[DayCount]:
    """Count one day, in rows that are not saved; one for every line, so that a day without calls is known too."""
    start = datetime.combine(day, time(), tzinfo=controller.zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=controller.zone)
    calls = Call.objects.filter(controller=controller, received_at__gte=start, received_at__lt=end).order_by()
    counted = calls.values("line_id").annotate(
        calls=Count("id"),
        released=Count("id", filter=Q(state=Call.State.RELEASED)),
        waiting=Count("id", filter=Q(state__in=_IN_REVIEW)),
        findings=Sum("findings"),
    )
    found = CallCategory.objects.filter(
        call__controller=controller, call__received_at__gte=start, call__received_at__lt=end
    )
    categories: dict[UUID, dict[str, int]] = {}
    for line, category, count in found.values_list("call__line_id", "category").annotate(n=Sum("findings")).order_by():
        categories.setdefault(line, {})[category] = count
    by_line = {row["line_id"]: row for row in counted}
    return [
        DayCount(
            controller=controller,
            line_id=line,
            day=day,
            calls=row["calls"] if row else 0,
            released=row["released"] if row else 0,
            waiting=row["waiting"] if row else 0,
            findings=(row["findings"] or 0) if row else 0,
            categories=categories.get(line, {}),
            counted_at=now,
        )
        for line in Line.objects.for_controller(controller).values_list("id", flat=True)
        for row in [by_line.get(line)]
    ]


def count_days() -> int:
    """Count the days that are due, for every controller; returns how many."""
    now, done = timezone.now(), 0
    for controller in Controller.objects.all():
        today = now.astimezone(controller.zone).date()
        for day in _due(controller, today, now):
            rows = count_day(controller, day, now)
            DayCount.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["line", "day"],
                update_fields=["calls", "released", "waiting", "findings", "categories", "counted_at"],
            )
            done += 1
    return done


def _due(controller: Controller, today: date, now: datetime) -> Iterable[date]:
    fresh = DayCount.objects.filter(controller=controller, counted_at__gt=now - _AGAIN).values_list("day", flat=True)
    known = set(fresh) - {today}
    return [day for back in range(DAYS) if (day := today - timedelta(days=back)) not in known]
