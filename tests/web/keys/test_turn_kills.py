"""A turn of the epoch whose process is killed between its batches: everything opens, and the next one goes on."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import count, repeat
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import postgresql
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from callward.keyfile import write_key_file
from callward.web.core.models import Controller
from callward.web.keys import vault
from callward.web.keys.models import DataKey
from callward.web.lifecycle.backup.keys_copy import write_keys
from callward.web.lifecycle.backup.store import Destination

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
_SCRIPT = Path(__file__).with_name("turn_at_work.py")
_PHONES = [f"+44770090{number}" for number in range(1230, 1235)]


class _Turn:
    """A controller's keys, and the process in which they turn."""

    def __init__(self, controller: UUID) -> None:
        people = [vault.new_person_key(controller) for _ in _PHONES]
        items = {uuid4(): person for person in people}
        self.keys = {str(item): vault.new_data_key(controller, person, item) for item, person in items.items()}
        vault.hold_under_custody(controller, [next(reversed(items))], "hold-1")
        for person, phone in zip(people, _PHONES, strict=True):
            vault.index_person(controller, person, "phone", phone)
            digester = vault.InputDigester(controller)
            digester.update(phone.encode())
            vault.claim_input(controller, digester.digests(), uuid4())
        vault.new_data_key(controller, people[0], gone := uuid4())
        old = bytes(DataKey.objects.get(id=gone).wrapped)
        vault.delete_data_key(controller, gone)
        self._wanted = {"items": list(self.keys), "phones": _PHONES, "person": str(people[0]), "old": old.hex()}
        self.digests = {item: sha256(key).hexdigest() for item, key in self.keys.items()}

    @contextmanager
    def running(self, environment: dict[str, str]) -> Iterator[None]:
        self._process = subprocess.Popen(
            [sys.executable, str(_SCRIPT)],
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self._write(json.dumps(self._wanted))
            yield
        finally:
            assert self._process.stdin
            self._process.stdin.close()
            self._process.wait(120)
            assert self._process.stdout
            self._process.stdout.close()

    def attempt(self, place: str = "") -> dict[str, Any]:
        """Turn until the place; return what there is then."""
        self._write(place)
        assert self._process.stdout
        answer = self._process.stdout.readline()
        assert answer, "the process ended"
        told: dict[str, Any] = json.loads(answer)
        return told

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()


@pytest.fixture
def environment(acme: Controller, tmp_path: Path) -> dict[str, str]:
    """A home of its own with this controller's root, and a place with a copy of its keys."""
    vault.open_controller(acme.id)
    key_file = tmp_path / "backup.key"
    write_key_file(key_file, secrets.token_bytes(32))
    home = tmp_path / "home"
    shutil.copytree(settings.CALLWARD_HOME / "roots" / acme.id.hex, home / "roots" / acme.id.hex)
    backup = {"CALLWARD_BACKUP": str(tmp_path / "backups"), "CALLWARD_BACKUP_KEY_FILE": str(key_file)}
    return {"CALLWARD_HOME": str(home), **backup}


def _databases(environment: dict[str, str]) -> dict[str, str]:
    """Those of the test: on a server themselves, and otherwise as files in the home."""
    names = {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "keys")}
    if connections["keys"].vendor == "postgresql":
        return postgresql.addresses(names["default"], names["keys"])
    for alias, name in (("default", "data"), ("keys", "keys")):
        connections[alias].ensure_connection()
        with closing(sqlite3.connect(Path(environment["CALLWARD_HOME"]) / f"{name}.sqlite3")) as file:
            connections[alias].connection.backup(file)
    return {}


def _killed(acme: Controller, environment: dict[str, str], places: Iterator[str]) -> int:
    """Kill a turn at these places until it has ended; return how often."""
    turn, kills = _Turn(acme.id), 0
    destination = Destination.opened(environment["CALLWARD_BACKUP"], Path(environment["CALLWARD_BACKUP_KEY_FILE"]))
    first = write_keys(destination, timezone.now())
    with turn.running(environment | _databases(environment)):
        while (told := turn.attempt(next(places, "")))["signal"]:
            kills += 1
            assert told["signal"] == signal.SIGKILL
            assert told["keys"] == turn.digests
            assert told["found"] == len(_PHONES)
            # The new copy takes the place of the older one when everything has moved, and only then may the root go.
            [copy] = told["copies"]
            assert copy == first or told["epochs"] == [2]
            assert copy > first or (1 in told["roots"] and "destroyed" not in told["states"])
    assert told["keys"] == turn.digests
    assert (told["epochs"], told["states"], told["roots"]) == ([2], ["destroyed", "current"], [2])
    assert (told["marked"], told["old_opens"], told["found"]) == (0, False, len(_PHONES))
    [copy] = told["copies"]
    assert copy > first
    return kills


def test_a_turn_killed_between_two_batches_and_before_the_root_goes_is_gone_on_with(
    acme: Controller, environment: dict[str, str]
) -> None:
    assert _killed(acme, environment, iter(["batch 1", "batch 4", "copy"])) == 3


@pytest.mark.slow
def test_a_turn_killed_after_each_of_its_batches_loses_nothing(acme: Controller, environment: dict[str, str]) -> None:
    # Five persons, their indexes, and as many inputs, two at a time; the custody; the keys of the controller.
    assert _killed(acme, environment, repeat("batch 1")) == 3 + 3 + 3 + 1 + 1


@pytest.mark.slow
def test_a_turn_killed_within_its_batches_loses_nothing(acme: Controller, environment: dict[str, str]) -> None:
    assert _killed(acme, environment, (f"write {number}" for number in count(1))) > 5  # a batch has more
