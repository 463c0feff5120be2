"""Counting kept calls anew after a line's rules changed: calls a second, and whether the last go as fast as the first.

``python benchmarks/recounting.py [--calls N] [--postgresql] [--quick]``

Every call has three items, and one in eight had something found that a rule is about. A shorter time for sound is set
as its page does, and the batches are done that the worker would do: no index is dropped, nothing is left out but the
breath that it takes on SQLite between two batches, which is told apart. ``--postgresql`` starts a server of its own.
The clock counts others' work too on a busy machine, so the seconds of a core are printed beside it; those of
PostgreSQL's own process are not among them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import figures
from a_home import centre_lines, open_home

if TYPE_CHECKING:
    from datetime import date

    from callward.web.calls.keeping import Terms
    from callward.web.core.models import Line

_DAYS = 80  # the calls lie evenly over so many days before now
_CALLS_OF_ONE = 4  # of one person
_AT_ONCE = 2_000  # calls written together
_FOUND = 8  # one call of so many


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a recount, in seconds by the clock and of a core."""

    wall: float
    cpu: float


def main() -> None:
    """Fill a home with calls, change a rule, count them anew; print the rate."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=100_000)
    options.add_argument("--postgresql", action="store_true")
    options.add_argument("--quick", action="store_true", help="2,000 calls: does it run at all")
    told = options.parse_args()
    count = 2_000 if told.quick else told.calls
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        open_home(folder / "home", centre_lines(), server=folder / "server" if told.postgresql else None)
        from callward.web.core.models import Line

        line = Line.objects.earliest("slug")
        begun = time.perf_counter()
        _fill(line, count)
        print(f"{count:,} calls with {3 * count:,} items made in {time.perf_counter() - begun:.0f} s", flush=True)
        _report(list(_count_anew(line)), count, "PostgreSQL" if told.postgresql else "SQLite")


def _report(batches: list[Batch], calls: int, database: str) -> None:
    from callward.web.lifecycle.recounting import BATCH

    part = max(1, len(batches) // 4)
    first, last = batches[:part], batches[-part - 1 : -1]
    wall, cpu = sum(batch.wall for batch in batches), sum(batch.cpu for batch in batches)
    lengths = sorted(batch.wall for batch in batches)
    figures.row(f"counted anew on {database}", calls / wall, "calls/s")
    figures.row(f"the same, {database}", cpu / calls * 1e6, "us a call", against="of a core, without the server's")
    figures.row(f"a batch of {BATCH} on {database}, median", statistics.median(lengths) * 1000, "ms")
    figures.row(f"a batch of {BATCH} on {database}, p95", lengths[round(0.95 * len(lengths)) - 1] * 1000, "ms")
    figures.row(
        f"a batch in the last quarter on {database}",
        statistics.median(batch.cpu for batch in last) * 1000,
        "ms core",
        against="in the first quarter",
        other=statistics.median(batch.cpu for batch in first) * 1000,
    )


def _count_anew(line: Line) -> Iterator[Batch]:
    """Shorten a rule of the line, and do the worker's batches until there is nothing left."""
    from callward.shelf import ItemKind
    from callward.web import audit
    from callward.web.lifecycle import recounting
    from callward.web.lifecycle.models import KeepingRule, Recount

    begun = time.perf_counter()
    with recounting.changing(line, audit.SYSTEM):
        KeepingRule.objects.create(line=line, subject=ItemKind.RECORDING_REDACTED.value, maximum=85)
    print(f"the rule changed in {(time.perf_counter() - begun) * 1000:.0f} ms; counting anew", flush=True)
    recount = Recount.objects.get(state=Recount.State.RUNNING)
    going = True
    while going:
        begun, worked = time.perf_counter(), time.process_time()
        going = recounting.count_batch(recount.id)
        yield Batch(time.perf_counter() - begun, time.process_time() - worked)
    recount.refresh_from_db()
    print(f"{recount.reached:,} calls reached, {recount.earlier:,} items end earlier, {recount.later:,} later")


def _fill(line: Line, calls: int) -> None:
    """Write calls of a line with their people, items and categories, as intake fixes them under its rules."""
    from callward.shelf import ItemKind
    from callward.web.calls.models import Call, CallCategory, Item
    from callward.web.core.models import Controller
    from callward.web.lifecycle import retention
    from callward.web.people.models import Person

    controller = Controller.objects.get()
    today = retention.today_of(controller)
    kinds = [kind.value for kind in (ItemKind.RECORDING_REDACTED, ItemKind.TRANSCRIPT_REDACTED, ItemKind.SHEET)]
    known: dict[tuple[date, bool], Terms] = {}
    for start in range(0, calls, _AT_ONCE):
        made = range(start, min(start + _AT_ONCE, calls))
        moment = datetime.combine(today, hour(12), tzinfo=controller.zone)
        people = Person.objects.bulk_create(
            Person(id=uuid4(), controller=controller, created_at=moment) for _ in range(0, len(made), _CALLS_OF_ONE)
        )
        written, items, categories = [], [], []
        for number in made:
            day, found = today - timedelta(days=number * _DAYS // calls), number % _FOUND == 0
            if (day, found) not in known:
                categories_found = ["payment"] if found else []
                known[day, found] = retention.terms(line, day, voicemail=False, categories=categories_found)
            terms = known[day, found]
            at = datetime.combine(day, hour(8), tzinfo=controller.zone) + timedelta(seconds=number % 36_000)
            call = Call(
                controller=controller, line=line, person=people[(number - start) // _CALLS_OF_ONE], started_at=at,
                received_at=at, state=Call.State.RELEASED, retain_until=terms.until, log_until=terms.log,
                terms=terms.as_json(),
            )  # fmt: skip
            written.append(call)
            for kind in kinds:
                end = terms.items[kind]
                items.append(
                    Item(
                        call=call, kind=kind, mediatype="application/octet-stream", object_name=uuid4().hex, size=0,
                        created_at=at, retain_until=end.until, purpose=end.purpose,
                    )
                )  # fmt: skip
            if found:
                row = CallCategory(call=call, category="payment", findings=1, controller=controller, started_at=at)
                categories.append(row)
        Call.objects.bulk_create(written)
        Item.objects.bulk_create(items)
        CallCategory.objects.bulk_create(categories)


if __name__ == "__main__":
    main()
