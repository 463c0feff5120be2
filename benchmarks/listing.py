"""Lists at 1,000,000 calls: the 95th percentile of every page that shows calls or entries, against 100 ms.

``python benchmarks/listing.py [--calls N] [--rounds N] [--postgresql] [--keep DIR] [--quick]``

Rows are generated in SQL, nothing is sealed: the list shows no sealed column. Each page is asked for through the whole
console, signed in, with its ledger entry written, and its rendering counted. ``--postgresql`` starts a server of its
own, as the tests do. What fails is a page that is slow by itself: on a busy machine the clock counts others' work too,
so that what was spent waiting for a core is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import a_home
import figures

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

_BOUND_MS = 100.0
_DAYS = 90  # the calls lie evenly over so many days before now
_CALLS_OF_ONE = 4  # of one person
_PHONE = "+447700900123"
_CATEGORIES = (("identity", 60), ("contact", 40), ("payment", 8), ("health", 3), ("child", 0.1))  # percent of calls
_STATES = (("released", 96.0), ("in_review", 99.5), ("kept_sealed", 99.99), ("held", 100.0))  # up to this percentile


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One time that a page was asked for, in milliseconds: by the clock, of a core, and waiting for one."""

    wall: float
    cpu: float
    waited: float


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int)
    options.add_argument("--rounds", type=int)
    options.add_argument("--quick", action="store_true", help="20,000 calls, 5 rounds: does it run at all")
    options.add_argument("--postgresql", action="store_true")
    options.add_argument("--keep", type=Path, help="a folder that keeps the rows for the next run, one a database")
    options.add_argument("--only", default="", help="pages whose name holds this")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = told.keep or Path(scratch)
        folder.mkdir(exist_ok=True)
        _open(folder, on_postgresql=told.postgresql)
        from callward.web.calls.models import Call

        if not Call.objects.exists():
            calls, begun = told.calls or (20_000 if told.quick else 1_000_000), time.perf_counter()
            print(f"making {calls:,} calls", flush=True)
            fill(calls)
            print(f"{calls:,} calls made in {time.perf_counter() - begun:.0f} s", flush=True)
        worst, own = _report(told.rounds or (5 if told.quick else 20), told.only)
        name = f"slowest page on {'PostgreSQL' if told.postgresql else 'SQLite'}, p95"
        figures.row(name, worst, "ms", against="bound", other=_BOUND_MS, at_most=1)
        met = figures.row(f"{name}, without waiting", own, "ms", against="bound", other=_BOUND_MS, at_most=1)
    return 0 if told.quick or met else 1


def _open(folder: Path, *, on_postgresql: bool) -> None:
    """Make the home and its databases, or take up those that are kept in the folder."""
    home, kept = folder / "home", (folder / "home" / "secret.key").exists()
    home.mkdir(exist_ok=True)
    if on_postgresql:
        import postgresql

        folder.chmod(0o711)  # its server is another account's
        postgresql.start(folder / "server")
    if not kept and not on_postgresql:
        a_home.open_home(home, a_home.centre_lines())
        return
    os.environ |= {"CALLWARD_HOME": str(home)} | ({} if on_postgresql else {"CALLWARD_DEMO": "1"})
    from callward.web import prepare, start

    start()
    prepare()
    if not kept:
        a_home.open_centre(a_home.centre_lines())


def _report(rounds: int, only: str) -> tuple[float, float]:
    """Print each page's times; return the slowest 95th percentile, and what it is without waiting for a core."""
    worst = own = 0.0
    for page, asked in measure(rounds, only):
        p95, alone = _p95([one.wall for one in asked]), _p95([one.wall - one.waited for one in asked])
        worst, own = max(worst, p95), max(own, alone)
        median, cpu = statistics.median(one.wall for one in asked), statistics.median(one.cpu for one in asked)
        told = f"median {median:6.1f} ms, p95 {p95:6.1f} ms, {alone:6.1f} without waiting for a core"
        print(f"  {page.name:<34} {told}; {cpu:6.1f} ms of a core", flush=True)
    return worst, own


def _p95(taken: list[float]) -> float:
    return sorted(taken)[max(0, round(0.95 * len(taken)) - 1)]


def _waited() -> float:
    """Return the milliseconds that this process was ready to run and had no core: others' work, not the page's.

    With them those of the process that answers it in PostgreSQL, for which it waits.
    """
    from django.db import connection

    connection.ensure_connection()
    asked = [str(connection.connection.info.backend_pid)] if connection.vendor == "postgresql" else []
    told = (Path(f"/proc/{process}/schedstat").read_text("ascii") for process in ("self", *asked))
    return sum(int(text.split()[1]) for text in told) / 1e6


def fill(calls: int) -> None:
    """Make so many calls of the one controller, with their people, categories, items, reviews and ledger entries."""
    from django.db import connection

    from callward.web.core.models import Controller, Line

    controller = Controller.objects.get()
    lines = list(Line.objects.order_by("slug").values_list("id", flat=True))
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # for making the rows alone
            cursor.execute("PRAGMA cache_size = -3000000")
            cursor.execute("PRAGMA synchronous = OFF")
        indexes = _dropped(cursor, connection.vendor)  # made anew at the end, sorted: random ids go all over them
        for statement in (*make(calls, controller.id, lines), *indexes):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    connection.close()
    _one_known_caller(controller)


def _dropped(cursor: Any, vendor: str) -> list[str]:
    """Drop the indexes of the tables that are filled, and give the statements that make them again."""
    if vendor == "postgresql":
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(_TABLES)],
        )
    else:
        names = ", ".join(f"'{name}'" for name in _TABLES)
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name IN ({names})"
        )
    rows = cursor.fetchall()
    for name, _statement in rows:
        cursor.execute(f'DROP INDEX "{name}"')
    return [statement for _name, statement in rows]


_TABLES = ("calls_call", "calls_callcategory", "calls_review", "calls_item", "people_person", "audit_entry")


def _one_known_caller(controller: Any) -> None:
    """Index one person, so that they are found by their number."""
    from callward.web.keys import vault
    from callward.web.people.models import Person

    person = vault.new_person_key(controller.id)
    vault.index_person(controller.id, person, "phone", _PHONE)
    row = Person.objects.order_by("id")[0]
    known = Person.objects.create(id=person, controller=controller, created_at=row.created_at)
    from callward.web.calls.models import Call

    some = list(Call.objects.filter(person=row).values_list("id", flat=True))
    Call.objects.filter(id__in=some).update(person=known)


def _parts(
    calls: int, controller: str, lines: list[str], random: str, uuid: str, moment: str, day: str
) -> Iterator[str]:
    """The statements, with what differs between the databases filled in.

    ``n`` counts the calls; ``random`` is a number from 0 to 100, new in each place.
    """
    state = " ".join(f"WHEN r < {upto} THEN '{name}'" for name, upto in _STATES)
    line = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(lines))
    people = calls // _CALLS_OF_ONE
    yield f"""INSERT INTO people_person (id, controller_id, provisional, created_at, sealed_phone, sealed_email,
        sealed_number, sealed_name, sealed_seed)
        SELECT {uuid}, '{controller}', false, {moment.format(n=0)}, {_BLOB}, {_BLOB}, {_BLOB}, {_BLOB}, {_BLOB}
        FROM {_numbers(people)}"""
    yield """CREATE TEMPORARY TABLE who AS SELECT row_number() OVER () - 1 AS n, id FROM people_person"""
    yield "CREATE UNIQUE INDEX who_n ON who (n)"
    yield f"""INSERT INTO calls_call ({_CALL_COLUMNS})
        SELECT {uuid}, '{controller}', CASE made.n % {len(lines)} {line} END, who.id, 'inbound',
        {moment.format(n="made.n")}, false, {moment.format(n="made.n")}, 'en', CASE {state} END,
        CASE WHEN r < 96 THEN '[]' ELSE '["text_residual"]' END, false,
        8000, 2, s * 8000, 30, 400, 'word', 3, 0, {day}, {day}, '{{}}', NULL, {_BLOB},
        CASE WHEN s < 60 THEN 1 WHEN s < 300 THEN 2 WHEN s < 900 THEN 3 WHEN s < 3600 THEN 4 ELSE 5 END, '', 0
        FROM (SELECT n, {random} AS r, CASE WHEN {random} < 0.1 THEN 4000 ELSE 20 + {random} * 10 END AS s
              FROM {_numbers(calls)} LIMIT {calls}) made JOIN who ON who.n = made.n % {people}"""
    for category, percent in _CATEGORIES:
        yield f"""INSERT INTO calls_callcategory (call_id, category, findings, controller_id, started_at)
            SELECT id, '{category}', 2, controller_id, started_at FROM calls_call WHERE {random} < {percent}"""
    yield f"""INSERT INTO calls_review (id, call_id, opened_at, decision, controller_id)
        SELECT {uuid}, id, received_at, '', controller_id FROM calls_call WHERE state IN ('in_review', 'held')"""
    yield f"""INSERT INTO calls_item
        (id, call_id, kind, mediatype, object_name, size, created_at, retain_until, purpose)
        SELECT {uuid}, id, 'sheet', 'application/json', {_text_of(uuid)}, 1000, received_at, retain_until, ''
        FROM calls_call"""


_BLOB = "''"
_CALL_COLUMNS = (
    "id, controller_id, line_id, person_id, direction, started_at, zone_assumed, received_at, language, state, reasons,"
    " voicemail, rate, channels, frames, turns, words, timing, findings, keyed, retain_until, log_until, terms,"
    " held_until, sealed_facts, length, disposition, duration"
)
_kind = {"postgresql": False}


def _numbers(count: int) -> str:
    if _kind["postgresql"]:
        return f"generate_series(0, {count - 1}) AS numbers(n)"
    digits = (
        "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5"
    )
    digits += " UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)"
    terms = " + ".join(f"{10**at} * d{at}.d" for at in range(7))
    tables = ", ".join(f"{digits} d{at}" for at in range(7))
    return f"(SELECT {terms} AS n FROM {tables} WHERE {terms} < {count})"


def _text_of(uuid: str) -> str:
    return f"CAST({uuid} AS text)"


def _sqlite(calls: int, controller: UUID, lines: list[UUID]) -> Iterator[str]:
    random = "(abs(random()) % 100000 / 1000.0)"
    uuid = "lower(hex(randomblob(16)))"
    seconds = _DAYS * 86400
    moment = f"strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || ({{n}} * {seconds}.0 / {calls}) || ' seconds')"
    day = "date('now', '+30 days')"
    _kind["postgresql"] = False
    yield from _parts(calls, controller.hex, [line.hex for line in lines], random, uuid, moment, day)
    yield f"""INSERT INTO audit_entry (controller_id, at, action, actor_kind, actor_id, resource_kind, resource_id,
        outcome, body, detail, "index")
        SELECT '{controller.hex}', {moment.format(n=f"({calls} - n)")}, {_ACTION}, 'staff', 'system', 'call', {uuid},
        'done', x'', x'', n FROM {_numbers(calls)} WHERE n >= (SELECT COALESCE(MAX("index") + 1, 0) FROM audit_entry)"""


def _postgresql(calls: int, controller: UUID, lines: list[UUID]) -> Iterator[str]:
    random = "(random() * 100)"
    seconds = _DAYS * 86400
    moment = f"now() - ({{n}} * {seconds}.0 / {calls}) * interval '1 second'"
    day = "current_date + 30"
    _kind["postgresql"] = True
    for statement in _parts(
        calls, str(controller), [str(one) for one in lines], random, "gen_random_uuid()", moment, day
    ):
        yield (
            statement.replace("END, who.id", "END::uuid, who.id")
            .replace("ELSE '[\"text_residual\"]' END", "ELSE '[\"text_residual\"]' END::jsonb")
            .replace("s * 8000", "(s * 8000)::bigint")
        )
    yield f"""INSERT INTO audit_entry (controller_id, at, action, actor_kind, actor_id, resource_kind, resource_id,
        outcome, body, detail, "index")
        SELECT '{controller}', {moment.format(n=f"({calls} - n)")}, {_ACTION}, 'staff', 'system', 'call',
        gen_random_uuid()::text, 'done', '', '', n FROM {_numbers(calls)}
        WHERE n >= (SELECT COALESCE(MAX("index") + 1, 0) FROM audit_entry)"""


_ACTION = "CASE WHEN n % 100000 = 7 THEN 'person.erased' WHEN n % 3 = 0 THEN 'call.opened' ELSE 'call.taken_in' END"


def measure(rounds: int, only: str = "") -> Iterator[tuple[Page, list[Asked]]]:
    """Ask for every page so many times, signed in as a data-protection officer."""
    from cast import prove
    from django.conf import settings
    from django.test import Client

    from callward.web.accounts.models import User
    from callward.web.audit.models import Entry
    from callward.web.calls import counting
    from callward.web.core.models import Controller

    settings.ALLOWED_HOSTS = ["*"]
    controller = Controller.objects.get()
    dpo = prove(User.objects.create_user(f"dpo-{uuid4().hex[:6]}", "x" * 20, role="dpo", controller=controller))
    client = Client()
    client.force_login(dpo)
    for page in pages(client):
        if only not in page.name:
            continue
        Entry.objects.filter(index=None).delete()  # the worker gives them their places within seconds
        counting.count_days()  # and does this every minute
        asked = []
        for _ in range(rounds + 1):
            waited, worked, begun = _waited(), time.process_time(), time.perf_counter()
            answer = client.get(page.address)
            wall, cpu = time.perf_counter() - begun, time.process_time() - worked
            asked.append(Asked(wall * 1000, cpu * 1000, _waited() - waited))
            assert answer.status_code == 200, (page.name, answer.status_code)
        yield page, asked[1:]  # the first loads templates


def pages(client: Any) -> Iterator[Page]:
    """The pages that must stay quick: every filter of the list, a page far down, Today, the queue, the ledger."""
    from django.db.models import Max, Min
    from django.utils import timezone

    from callward.web.calls.models import Call
    from callward.web.core.models import Controller, Line
    from callward.web.keys import vault

    controller = Controller.objects.get()
    line = Line.objects.order_by("slug").values_list("slug", flat=True)[0]
    ends = Call.objects.aggregate(first=Min("started_at"), last=Max("started_at"))
    middle = ends["first"] + (ends["last"] - ends["first"]) / 2
    deep = Call.objects.filter(started_at__lte=middle).order_by("-started_at", "-id")[0]
    after = f"{deep.started_at.isoformat()}_{deep.id.hex}".replace("+", "%2B")
    day = (timezone.now() - timedelta(days=40)).date().isoformat()
    person = vault.find_person(controller.id, "phone", _PHONE)
    yield Page("calls, first page", "/calls/")
    yield Page("calls, half-way down", f"/calls/?after={after}")
    for state in ("released", "in_review", "held", "waits_for_transcript"):
        yield Page(f"calls, {state}", f"/calls/?state={state}")
    yield Page("calls, released, half-way down", f"/calls/?state=released&after={after}")
    yield Page("calls, one line", f"/calls/?line={line}")
    yield Page("calls, one day", f"/calls/?since={day}&until={day}")
    for category, _percent in _CATEGORIES:
        yield Page(f"calls, {category} found", f"/calls/?category={category}")
    yield Page("calls, payment, half-way down", f"/calls/?category=payment&after={after}")
    yield Page("calls, payment on one line", f"/calls/?category=payment&line={line}")
    yield Page("calls, an hour and more", "/calls/?length=5")
    yield Page("calls, under a minute, one line", f"/calls/?length=1&line={line}")
    yield Page("calls, one caller", f"/calls/?person={person}")
    yield Page("today", "/")
    yield Page("review", "/review/")
    yield Page("ledger", "/ledger/")
    yield Page("ledger, half-way down", f"/ledger/?before={Call.objects.count() // 2}")
    yield Page("ledger, a rare act", "/ledger/?action=person.erased")
    yield Page("ledger, one day", f"/ledger/?since={day}&until={day}")
    yield Page("lifecycle", "/lifecycle/")


if __name__ == "__main__":
    print(json.dumps({"cpu": os.cpu_count()}))
    sys.exit(main())
