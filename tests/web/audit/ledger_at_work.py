# ruff: noqa: E402 - the settings are read when Django is set up, models after it
"""A platform in a home of its own, as processes see it: run by test_processes.py, never imported.

prepare: migrate and open a controller. work N: two writers write N batches each while two sequencers publish; it says
when the first batch is written. check: count, when no such process is left.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable

os.environ["DJANGO_SETTINGS_MODULE"] = "callward.web.settings"

from callward.web import start

start()

from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.models import Entry, Head
from callward.web.core.models import Controller
from callward.web.keys import vault

CALL = tlog.Reference("call", "4f0c9d3e-6f0a-4d59-9a6b-6c3a6f5d2b10")
BATCH = 25
WRITTEN = "written"


def prepare() -> None:
    for database in ("default", "keys"):
        call_command("migrate", database=database, verbosity=0)
    controller = Controller.objects.create(name="Acme Care", slug="acme", origin="acme.example/ledger")
    vault.open_controller(controller.id)


class Crew:
    """Threads with a connection each; the first fault of any is the crew's."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.begun = threading.Event()
        self.faults: list[BaseException] = []
        self.controller = Controller.objects.get()

    def write(self, batches: int) -> None:
        for _ in range(batches):
            with transaction.atomic():
                acts = [audit.Act("recording.redacted", audit.SYSTEM, CALL)] * BATCH
                audit.record_many(acts, controller=self.controller)
            if not self.begun.is_set():
                self.begun.set()
                print(WRITTEN, flush=True)

    def publish(self) -> None:
        """A sequencer that slept through its lease is refused, as it must be, and comes again."""
        while not self.stop.is_set():
            try:
                audit.sequence(self.controller)
            except audit.LedgerError as refused:
                if refused.code != "ledger_lease_lost":
                    raise

    def start(self, act: Callable[..., None], *values: int) -> threading.Thread:
        def run() -> None:
            try:
                act(*values)
            except BaseException as fault:  # noqa: BLE001 - told to the test
                self.faults.append(fault)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def work(batches: int) -> None:
    crew = Crew()
    writers = [crew.start(crew.write, batches) for _ in range(2)]
    sequencers = [crew.start(crew.publish) for _ in range(2)]
    for thread in writers:
        thread.join()
    crew.stop.set()
    for thread in sequencers:
        thread.join()
    if crew.faults:
        raise crew.faults[0]


def check() -> None:
    """Publish what waits, check the log against its tiles, and count."""
    Head.objects.update(lease_until=timezone.now())  # the lease of a process that was killed has run out
    audit.sequence_all()
    assert not Entry.objects.pending().exists()
    audit.check_ledgers()
    indices = list(Entry.objects.order_by("index").values_list("index", flat=True))
    whole = indices == list(range(len(indices)))
    print(json.dumps({"entries": len(indices), "whole": whole}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["work", batches]:
            work(int(batches))
        case ["check"]:
            check()
