"""Who comes at the same moment: on a database in a file, as in use. One in memory locks differently."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import postgresql

_PROGRAM = """
import json, sys, threading, uuid
import django
django.setup()
from django.core.management import call_command
from django.db import connections
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
indexed = race(lambda: str(vault.index_person(controller, uuid.uuid4(), "phone", "+46701740605")))
made = race(lambda: str(vault.new_person_key(controller)))
print(json.dumps({
    "faults": opened[1] + claimed[1] + indexed[1] + made[1],
    "epochs": Epoch.objects.count(), "services": ServiceKey.objects.count(),
    "calls": len(set(claimed[0])), "leads": len(set(indexed[0])), "persons": len(set(made[0])),
}))
"""


def test_those_who_come_at_once_get_one_epoch_one_call_and_one_person(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        **postgresql.own_databases(),
        "CALLWARD_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "callward.web.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "faults": [],
        "epochs": 1,
        "services": 6,
        "calls": 1,
        "leads": 1,
        "persons": 8,
    }
