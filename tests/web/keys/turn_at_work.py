# ruff: noqa: E402 - the settings are read when Django is set up, models after it
"""A turn of the epoch in processes that are killed at a place: run by test_turn_kills.py, never imported.

The first line of input says what to look at, each after that where the next attempt is killed: ``batch 2`` when two
batches are written, ``write 3`` in the middle of a batch when three statements are, ``copy`` when the new copy of the
keys is. A line of JSON answers each: the signal that ended it, and what there is then. An empty line kills nowhere.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any
from uuid import UUID

os.environ["DJANGO_SETTINGS_MODULE"] = "callward.web.settings"

from callward.web import start

start()

from django.conf import settings
from django.db import connections

from callward.engine.envelope import EnvelopeError, unwrap_key
from callward.web import audit
from callward.web.core.models import Controller
from callward.web.keys import turning, vault
from callward.web.keys.epochs import unwrap_in_epoch
from callward.web.keys.models import CustodyKey, Epoch, PersonKey, ServiceKey
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import turns
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.store import KEYS

turning.BATCH = 2


class _Knife:
    """Kills this process when the place has come."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._seen = dict.fromkeys(("batch", "write"), 0)

    def count(self, what: str) -> None:
        self._seen[what] += 1
        self.at(f"{what} {self._seen[what]}")

    def at(self, place: str) -> None:
        if place == self._place:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrote(self, execute: Callable[..., object], statement: str, *rest: object) -> object:
        done = execute(statement, *rest)
        if statement.startswith(("UPDATE", "INSERT", "DELETE")):
            self.count("write")
        return done


def _turn(place: str) -> None:
    knife, names = _Knife(place), vars(turns)
    written = names["refresh_keys"]

    def refreshed() -> bool:
        done: bool = written()
        knife.at("copy")
        return done

    names["refresh_keys"] = refreshed
    with connections["keys"].execute_wrapper(knife.wrote):
        turns.turn(Controller.objects.get(), audit.SYSTEM, lambda rows: knife.count("batch"))


def _look(wanted: dict[str, Any]) -> dict[str, object]:
    controller = Controller.objects.get().id
    destination = configured()
    assert destination is not None
    roots = FileProvider(settings.CALLWARD_HOME)
    rows = [model.objects.filter(controller=controller) for model in (PersonKey, CustodyKey, ServiceKey)]
    return {
        "keys": {item: sha256(vault.data_key(controller, UUID(item))).hexdigest() for item in wanted["items"]},
        "epochs": sorted({number for found in rows for number in found.values_list("epoch", flat=True)}),
        "states": list(Epoch.objects.filter(controller=controller).order_by("number").values_list("state", flat=True)),
        "marked": PersonKey.objects.filter(controller=controller, marked=True).count(),
        "roots": [number for number in (1, 2) if roots.path(controller, number).exists()],
        "copies": destination.ids(KEYS, KEYS),
        "found": sum(vault.find_person(controller, "phone", phone) is not None for phone in wanted["phones"]),
        "old_opens": _old_opens(controller, UUID(wanted["person"]), bytes.fromhex(wanted["old"])),
    }


def _old_opens(controller: UUID, person: UUID, wrapped: bytes) -> bool:
    """Whether a copy of the key of an item that was destroyed opens under what its person has today."""
    row = PersonKey.objects.get(id=person)
    with suppress(EnvelopeError):
        unwrap_key(unwrap_in_epoch(controller, row.epoch, row.wrapped), wrapped)
        return True
    return False


def _forked(act: Callable[[], None]) -> int:
    """Do something in a process of its own, so that this one never opens a database; return the signal of its end."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code <= 0, f"it ended with {code}"
        return -code
    act()
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    wanted = json.loads(sys.stdin.readline())
    for line in sys.stdin:
        place = line.strip()
        ended = _forked(lambda place=place: _turn(place))  # type: ignore[misc] # mypy knows no default of a lambda
        _forked(lambda ended=ended: print(json.dumps({"signal": ended} | _look(wanted))))  # type: ignore[misc] # as above


if __name__ == "__main__":
    main()
