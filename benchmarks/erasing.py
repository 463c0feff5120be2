"""Erasing a person: the time for 10,000 calls against that for one, and against the bound of 50 ms.

``python benchmarks/erasing.py [--calls N] [--rounds N] [--quick]``

The calls are rows and keys alone; all are written before the first person is erased.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import figures
from a_home import centre_lines, open_home

_BOUND_MS, _RATIO = 50.0, 1.5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=11)
    options.add_argument("--quick", action="store_true")
    told = options.parse_args()
    calls, rounds = (500, 3) if told.quick else (told.calls, told.rounds)
    with tempfile.TemporaryDirectory() as folder:
        open_home(Path(folder), centre_lines()[:1])
        print(f"writing {rounds} persons with {calls:,} calls and as many with one", flush=True)
        persons = [(_person(1), _person(calls)) for _ in range(rounds)]
        _seconds(_person(1))  # the first one reads modules
        times = [(_seconds(one), _seconds(many)) for one, many in persons]
    one, many = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    name = f"erasing a person with {calls:,} calls"
    figures.row(name, many, "ms", against="with one call", other=one, at_most=_RATIO)
    figures.row(name, many, "ms", against="bound", other=_BOUND_MS, at_most=1)


def _seconds(person: Any) -> float:
    from callward.web import audit
    from callward.web.lifecycle import erasing

    begun = time.perf_counter()
    erasing.erase(person, audit.SYSTEM, because="test")
    return time.perf_counter() - begun


def _person(calls: int) -> Any:
    from django.utils import timezone

    from callward.web.calls.models import Call
    from callward.web.core.models import Line
    from callward.web.keys import vault
    from callward.web.people.models import Person

    line, now = Line.objects.get(), timezone.now()
    identity = vault.new_person_key(line.controller_id)
    person = Person.objects.create(id=identity, controller=line.controller, created_at=now)
    row = {"controller": line.controller, "line": line, "person": person, "started_at": now, "received_at": now}
    rows = [Call(**row, state=Call.State.RELEASED, retain_until=now.date()) for _ in range(calls)]
    Call.objects.bulk_create(rows)
    vault.keep_data_keys(line.controller_id, identity, {uuid4(): bytes(32) for _ in rows})
    return person


if __name__ == "__main__":
    main()
