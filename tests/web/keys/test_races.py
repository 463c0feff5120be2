"""Who comes at the same moment: on a database in a file, as in use. One in memory locks differently."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import postgresql
import pytest
from django.db import connections

from callward.web.keys import epochs
from callward.web.keys.providers import FileProvider

_PATIENT = """
from callward.web import start
start()
from django.db import connections
# Who has waited for a lock too long is refused and comes again later. Here nobody comes again: all wait longer.
options = connections.settings["keys"]["OPTIONS"]
if "timeout" in options:
    options["timeout"] = 120
else:
    options["options"] += " -c lock_timeout=120s"
"""

_PROGRAM = """
import json, threading, uuid
from django.core.management import call_command
from callward.web.keys import vault
from callward.web.keys.models import Epoch, ServiceKey
call_command("migrate", "keys", database="keys", verbosity=0, skip_checks=True)
controller = uuid.uuid4()

def race(act, *arguments):
    start, found, faults = threading.Barrier(8), [], []
    def run():
        start.wait()
        try:
            found.append(act(*arguments))
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connections.close_all()
    racers = [threading.Thread(target=run) for _ in range(8)]
    [racer.start() for racer in racers]
    [racer.join() for racer in racers]
    return found, faults

opened = race(vault.open_controller, controller)
digester = vault.InputDigester(controller)
digester.update(b"one recording")
digests = digester.digests()
claimed = race(lambda: str(vault.claim_input(controller, digests, uuid.uuid4())))
indexed = race(lambda: str(vault.index_person(controller, vault.new_person_key(controller), "phone", "+46701740605")))
made = race(lambda: str(vault.new_person_key(controller)))
print(json.dumps({
    "faults": opened[1] + claimed[1] + indexed[1] + made[1],
    "epochs": Epoch.objects.count(), "services": ServiceKey.objects.count(),
    "calls": len(set(claimed[0])), "leads": len(set(indexed[0])), "persons": len(set(made[0])),
}))
"""


_TURNS = """
import json, threading, time, uuid
from django.core.management import call_command
from django.utils import timezone
from callward.web.keys import turning, vault
call_command("migrate", "keys", database="keys", verbosity=0, skip_checks=True)
turning.BATCH = 4
controller = uuid.uuid4()
vault.open_controller(controller)
persons = [vault.new_person_key(controller) for _ in range(12)]
kept, inputs, faults, over = {}, [], [], threading.Event()

def work(act):
    def run():
        try:
            while not over.is_set():
                act()
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connections.close_all()
    return threading.Thread(target=run)

def keep_and_mark():
    for person in persons:
        item, gone = uuid.uuid4(), uuid.uuid4()
        kept[item] = vault.new_data_key(controller, person, item)
        vault.new_data_key(controller, person, gone)
        vault.delete_data_key(controller, gone)

def read():
    for item, key in list(kept.items())[-20:]:
        assert vault.data_key(controller, item) == key

def claim():
    digester = vault.InputDigester(controller)
    digester.update(uuid.uuid4().bytes)
    digests = digester.digests()
    inputs.append((digests, vault.claim_input(controller, digests, uuid.uuid4())))
    vault.index_person(controller, persons[0], "email", uuid.uuid4().hex)

def met(many):
    # Go on once the crew has kept and claimed so many more: a turn is met by writes however slow the machine is.
    wanted, until = (len(kept) + many, len(inputs) + many), time.monotonic() + 120
    while (len(kept) < wanted[0] or len(inputs) < wanted[1]) and not faults:
        assert time.monotonic() < until, "the crew stands still"
        time.sleep(0.002)

crew = [work(act) for act in (keep_and_mark, keep_and_mark, read, claim)]
[one.start() for one in crew]
turns = 0
try:
    for _ in range(3):
        met(2)
        old = turning.begin(controller)
        met(2)
        moves = 0
        while turning.move(controller, old):
            moves += 1
            # What is claimed while this waits is moved by the next turn, so waiting at each move would have no end.
            if moves in {1, 4, 7}:
                met(1)
        turning.finish(controller, old, at=timezone.now())
        turns += 1
    met(2)
finally:
    over.set()
    [one.join() for one in crew]
print(json.dumps({
    "faults": faults, "turns": turns,
    "lost": sum(vault.data_key(controller, item) != key for item, key in kept.items()),
    "forgotten": sum(vault.claim_input(controller, digests, uuid.uuid4()) != call for digests, call in inputs),
}))
"""


_OTHER = """
import json, sys, time, uuid
from callward.web.keys import epochs, vault
from callward.web.keys.models import PersonKey
controller, person = uuid.UUID(input()), uuid.UUID(input())
old = bytes(PersonKey.objects.get(pk=person).wrapped)
epochs.unwrap_in_epoch(controller, 1, old)
epochs.HELD = float(input())  # a minute, where it serves
print("held", flush=True)
input()  # the other process has turned the epoch
found = {}
if sys.argv[1] == "idle":
    epochs.let_go_again_and_again()
    until = time.monotonic() + 120
    while epochs._held and time.monotonic() < until:
        time.sleep(0.01)
found["held"] = sorted(number for _, number in epochs._held)
try:
    epochs.unwrap_in_epoch(controller, 1, old)
    found["opens"] = True
except vault.KeyUnavailable:
    found["opens"] = False
found["lives"] = bool(epochs.unwrap_in_epoch(controller, 2, PersonKey.objects.get(pk=person).wrapped))
print(json.dumps(found))
"""

_TURNS_BESIDE = """
import json, subprocess, sys, uuid
from django.core.management import call_command
from django.utils import timezone
from callward.web.keys import epochs, turning, vault
from callward.web.keys.models import Epoch
call_command("migrate", "keys", database="keys", verbosity=0, skip_checks=True)
controller = uuid.uuid4()
vault.open_controller(controller)
person = vault.new_person_key(controller)
held = {"used": 0.0, "idle": 0.02}
others = {}
for name, seconds in held.items():
    others[name] = subprocess.Popen(
        [sys.executable, "-c", PATIENT + OTHER, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    print(controller, person, seconds, sep="\\n", file=others[name].stdin, flush=True)
    assert others[name].stdout.readline() == "held\\n"
old = turning.begin(controller)
while turning.move(controller, old):
    pass
turning.finish(controller, old, at=timezone.now())
for other in others.values():
    print("turned", file=other.stdin, flush=True)
print(json.dumps({name: json.loads(other.communicate()[0]) for name, other in others.items()}))
"""


def _run(program: str, home: Path) -> dict[str, object]:
    environment = {
        **os.environ,
        **postgresql.own_databases(),
        "CALLWARD_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "callward.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    told = [sys.executable, "-c", _PATIENT + program]
    done = subprocess.run(told, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_those_who_come_at_once_get_one_epoch_one_call_and_one_person(tmp_path: Path) -> None:
    from callward.web.keys.models import ServiceKey

    assert _run(_PROGRAM, tmp_path) == {
        "faults": [],
        "epochs": 1,
        "services": len(ServiceKey.Kind),
        "calls": 1,
        "leads": 1,
        "persons": 8,
    }


@pytest.mark.timeout(900)  # each wait has its own ceiling
def test_nothing_is_lost_that_is_written_while_epochs_turn(tmp_path: Path) -> None:
    assert _run(_TURNS, tmp_path) == {"faults": [], "turns": 3, "lost": 0, "forgotten": 0}


def test_no_other_process_holds_the_key_of_an_epoch_that_was_left_longer_than_is_said(tmp_path: Path) -> None:
    program = f"PATIENT, OTHER = {_PATIENT!r}, {_OTHER!r}\n{_TURNS_BESIDE}"
    assert _run(program, tmp_path) == {
        "used": {"held": [1], "opens": False, "lives": True},
        "idle": {"held": [], "opens": False, "lives": True},
    }


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_slow_provider_is_waited_for_past_the_ceiling_of_other_locks() -> None:
    if connections["keys"].vendor != "postgresql":
        pytest.skip("a lock on a folder has no ceiling")
    controller, inside = uuid4(), threading.Event()

    def slow() -> None:
        with epochs._one_at_a_time(controller):
            inside.set()
            time.sleep(0.3)
        connections.close_all()

    first = threading.Thread(target=slow)
    first.start()
    inside.wait()
    with connections["keys"].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with epochs._one_at_a_time(controller):
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("50ms",)
    first.join()


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_root_is_made_by_one_process_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # A token takes a second root of one name without a word, and gives neither from then on.
    controller, create = uuid4(), FileProvider.create_root
    at_work: list[tuple[Any, ...]] = []
    most: list[int] = []

    def make() -> None:
        epochs.make_epoch(controller, 1, "file")
        connections.close_all()

    second = threading.Thread(target=make)

    def noted(self: FileProvider, *named: Any) -> None:
        at_work.append(named)
        if not most:
            second.start()
            second.join(0.3)  # it would be here by now if nothing kept it out
        most.append(len(at_work))
        create(self, *named)
        at_work.remove(named)

    monkeypatch.setattr(FileProvider, "create_root", noted)
    epochs.make_epoch(controller, 1, "file")
    second.join()
    assert most == [1, 1]
