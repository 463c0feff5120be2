"""Purging: items destroyed an hour, against the bound of 100,000.

``python benchmarks/purging.py [--items N] [--quick]``

Each item is a row, a wrapped key and a sealed object of its own; a call has one of every kind. Its line has rules for
what was found and for events, and every call was fixed under them, as at intake.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import figures
from a_home import centre_lines, open_home
from django.utils import timezone

_BOUND = 100_000  # items an hour
_OBJECT = 4096  # bytes: what an object holds does not matter for its end


def main() -> None:
    """Fill a home with items whose time is over, purge it, print the rate."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=2000)
    options.add_argument("--quick", action="store_true")
    told = options.parse_args()
    count = 200 if told.quick else told.items
    with tempfile.TemporaryDirectory() as folder:
        open_home(Path(folder), centre_lines())
        seconds, items, calls = _time(count)
    rate = items / seconds * 3600
    print(f"{items} items of {calls} calls in {seconds:.2f} s, each with key, object and two ledger entries")
    figures.row("purging", rate, "items/h", against="bound", other=_BOUND, at_least=1)


def _time(count: int) -> tuple[float, int, int]:
    from callward.shelf import ItemKind
    from callward.web.core.models import Controller
    from callward.web.lifecycle import purging

    controller = Controller.objects.get()
    print(f"writing {count:,} items whose time is over", flush=True)
    _fill(controller, count // len(ItemKind))
    begun = time.perf_counter()
    purged = purging.purge(controller)
    return time.perf_counter() - begun, purged.items, purged.ended


def _fill(controller: object, calls: int) -> None:
    from callward.shelf import ItemKind
    from callward.web.calls.models import Call, Item
    from callward.web.core.models import Controller, Line
    from callward.web.core.objects import object_store
    from callward.web.keys import vault
    from callward.web.lifecycle import retention
    from callward.web.lifecycle.models import KeepingRule
    from callward.web.people.models import Person

    assert isinstance(controller, Controller)
    now, store = timezone.now(), object_store()
    line = Line.objects.for_controller(controller).earliest("name")
    over = (now - timedelta(days=2)).date()
    for category in ("health", "payment", "child"):
        KeepingRule.objects.create(line=line, category=category, maximum=90)
    KeepingRule.objects.create(line=line, subject="sheet", maximum=90, event="resolved", cap=90)
    terms = retention.terms(line, over - timedelta(days=90), voicemail=False, categories=["health", "payment"])
    for _ in range(calls):
        person = Person.objects.create(id=vault.new_person_key(controller.id), controller=controller, created_at=now)
        call = Call.objects.create(
            controller=controller,
            line=line,
            person=person,
            started_at=now - timedelta(days=92),
            received_at=now,
            state=Call.State.RELEASED,
            retain_until=over,
            log_until=over + timedelta(days=275),
            terms=terms.as_json(),
        )
        folder = store.new_folder()
        items = [
            Item(
                id=uuid4(),
                call=call,
                kind=kind.value,
                mediatype="application/octet-stream",
                object_name=f"{folder}/{uuid4().hex}",
                size=_OBJECT,
                created_at=now,
                retain_until=over,
            )
            for kind in ItemKind
        ]
        store.put_all({item.object_name: bytes(_OBJECT) for item in items})
        vault.keep_data_keys(controller.id, person.id, {item.id: bytes(32) for item in items})
        Item.objects.bulk_create(items)


if __name__ == "__main__":
    main()
