"""Durable ledger entries a second: transactions of 100 entries, then sequencing, on SQLite with synchronous=FULL.

Bound: 20,000 a second, canonical JSON, leaf hash, tree, tiles and checkpoint included. The peer is plain
sqlite3 committing rows of the same bytes in hundreds: what disk and database alone allow.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

HOME = Path(tempfile.mkdtemp(prefix="callward-bench-", dir=os.environ.get("CALLWARD_BENCH_DIR")))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["CALLWARD_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "callward.web.settings"
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import django  # noqa: E402 - the settings read the home

django.setup()

from django.core.management import call_command  # noqa: E402 - as above
from django.db import transaction  # noqa: E402 - the settings come first

from callward.engine import tlog  # noqa: E402 - the settings come first
from callward.web import audit  # noqa: E402 - the settings come first
from callward.web.audit import entries, sequencing  # noqa: E402 - the settings come first
from callward.web.audit.models import Entry  # noqa: E402 - the settings come first
from callward.web.audit.tiles import LedgerTiles  # noqa: E402 - the settings come first
from callward.web.core.models import Controller  # noqa: E402 - the settings come first
from callward.web.keys import vault  # noqa: E402 - the settings come first

ENTRIES = 40_000
BATCH = 100
BOUND = 20_000
CALLS_A_BATCH = 20


class Clock:
    """Seconds spent inside named functions of a module."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def watch(self, place: Any, name: str, step: str) -> None:
        real: Callable[..., Any] = getattr(place, name)

        def timed(*values: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return real(*values, **named)
            finally:
                self.spent[step] = self.spent.get(step, 0.0) + time.perf_counter() - start

        setattr(place, name, timed)


def prepare() -> Controller:
    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    controller = Controller.objects.create(name="Bench", slug="bench", origin="bench.example/ledger")
    vault.open_controller(controller.id)
    return controller


def acts() -> list[audit.Act]:
    """A batch as taking in calls writes it: a few entries about each of some calls never seen before."""
    calls = [tlog.Reference("call", str(uuid4())) for _ in range(CALLS_A_BATCH)]
    facts: dict[str, tlog.Fact] = {"findings": 7, "masked": 3}
    return [
        audit.Act("recording.redacted", audit.SYSTEM, calls[at % CALLS_A_BATCH], purpose="legal_duty", facts=facts)
        for at in range(BATCH)
    ]


def write(controller: Controller, count: int) -> float:
    batches = [acts() for _ in range(count // BATCH)]
    start = time.perf_counter()
    for batch in batches:
        with transaction.atomic():
            audit.record_many(batch, controller=controller)
    return time.perf_counter() - start


def peer(bodies: list[bytes]) -> float:
    """Rows of the same bytes into one plain table, committed in hundreds."""
    database = sqlite3.connect(HOME / "peer.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, body BLOB)")
    start = time.perf_counter()
    for at in range(0, len(bodies), BATCH):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO entry (body) VALUES (?)", [(body,) for body in bodies[at : at + BATCH]])
        database.execute("COMMIT")
    spent = time.perf_counter() - start
    database.close()
    return spent


def main() -> int:
    controller = prepare()
    write(controller, 2_000)
    audit.sequence(controller)

    busy = time.process_time()
    written = write(controller, ENTRIES)
    start = time.perf_counter()
    done = audit.sequence(controller)
    sequenced = time.perf_counter() - start
    busy = time.process_time() - busy
    assert done.entries == ENTRIES
    total = written + sequenced
    plain = peer([bytes(body) for body in Entry.objects.values_list("body", flat=True)[:ENTRIES]])
    print(
        f"{ENTRIES} entries in transactions of {BATCH}, then sequenced: {ENTRIES / total:,.0f} durable entries a second"
    )
    print(
        f"  of the bound of {BOUND:,}: {ENTRIES / total / BOUND:.2f} x;  of plain sqlite3 rows: {plain / total:.2f} x"
    )
    print(f"  recording  {written / ENTRIES * 1e6:5.1f} us an entry, {ENTRIES / written:,.0f} a second")
    print(f"  sequencing {sequenced / ENTRIES * 1e6:5.1f} us an entry, {ENTRIES / sequenced:,.0f} a second")
    print(
        f"  of both, {busy / ENTRIES * 1e6:.1f} us an entry is computing, the rest waits for disk and other processes"
    )
    shares(controller)
    return 0


def shares(controller: Controller) -> None:
    """The same again with a clock in every step; the clocks slow it down, so only the shares are read off."""
    clock = Clock()
    clock.watch(entries, "_row", "canonical JSON, ids and nonce")
    clock.watch(entries, "_insert", "insert")
    clock.watch(sequencing, "_read_pending", "read what is pending")
    clock.watch(sequencing, "_leaves", "leaf hashes")
    clock.watch(tlog.Edge, "append", "tree and hash tiles")
    clock.watch(tlog, "format_bundle", "entry bundles")
    clock.watch(sequencing, "_fix_places", "indices into the rows")
    clock.watch(LedgerTiles, "write", "files, fsynced")
    count = ENTRIES // 2
    total = write(controller, count)
    start = time.perf_counter()
    audit.sequence(controller)
    total += time.perf_counter() - start
    rest = total - sum(clock.spent.values())
    print("  share of each step:")
    for step, spent in sorted({**clock.spent, "commits and the rest": rest}.items(), key=lambda item: -item[1]):
        print(f"    {spent / total:5.1%}  {step}")


if __name__ == "__main__":
    sys.exit(main())
