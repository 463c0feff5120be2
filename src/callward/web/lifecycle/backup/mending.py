"""What is done inside a restored home before it may open: keys, ledger, erasures, objects, and the proof of all that.

It runs as a process of its own, whose home is the restored one (``python -c`` with ``main``). What it found it writes
as one JSON object.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from rich.console import Console
from rich.progress import Progress

from callward.engine.errors import Error

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from callward.engine import tlog
    from callward.engine.tlog import Fact
    from callward.web.calls.models import Call, Item
    from callward.web.core.models import Controller
    from callward.web.lifecycle.backup.ledger_join import Joined
    from callward.web.lifecycle.backup.manifest import Manifest
    from callward.web.lifecycle.backup.objects import Damage
    from callward.web.lifecycle.backup.replaying import Replayed
    from callward.web.lifecycle.backup.store import Destination
    from callward.web.people.models import Person

RESTORED = "backup.restored"
_UNSAMPLED = "nothing_sampled"
_LEDGER = re.compile(r"/ledger(?=$|\?)")  # the level of a store where its logs are


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is told. Paths and checkpoints only: it reads the backup key itself."""

    destination: str
    key_file: str
    snapshot: str
    sample: int
    rehearsal: bool
    ledger: str = ""
    checkpoints: Sequence[str] = ()
    accept_loss: bool = False
    shares: Sequence[str] = ()
    objects: str = ""


def main() -> None:
    """Mend the home of this process as standard input says; write a report, or a refusal, to standard output."""
    order = Order(**orjson.loads(sys.stdin.buffer.read()))
    try:
        told = _mend(order)
    except Error as refused:
        told = {"refused": {"code": refused.code, "detail": refused.detail}}
    sys.stdout.buffer.write(orjson.dumps(told))


def _mend(order: Order) -> dict[str, object]:
    from callward.web.controllers import set_up

    set_up(restoring=True)
    from django.contrib.sessions.models import Session

    from callward.web.core.models import Controller
    from callward.web.lifecycle import erasing
    from callward.web.lifecycle.backup.manifest import read_manifest
    from callward.web.lifecycle.backup.replaying import proof_of_destroyed, replay
    from callward.web.lifecycle.backup.store import Destination
    from callward.web.lifecycle.backup_runs import UNDER_WAY, BackupRun

    _refuse_elsewhere(order)
    destination = Destination.opened(order.destination, Path(order.key_file))
    manifest = read_manifest(destination, order.snapshot)
    controllers = list(Controller.objects.order_by("created_at"))
    for controller in controllers:
        _open_root(order, controller)
    Session.objects.all().delete()
    # The snapshot tells of its own making, and that is over.
    BackupRun.objects.filter(fault=UNDER_WAY).delete()
    logs = [_join(order, destination, controller) for controller in controllers]
    replayed = [replay(controller) for controller in controllers]
    living = _sampled(order.sample)
    damaged = _put_back(order, destination, manifest, living)
    destroyed = [proof_of_destroyed(controller) for controller in controllers]
    still_open = sum(opened for _, opened in destroyed)
    told = {
        "snapshot": manifest.id,
        "made_at": manifest.made_at,
        "objects": len(manifest.objects),
        "damaged": [one.as_dict() for one in damaged],
        "missing": manifest.missing,
        "ledger": [log.as_dict() for log in logs],
        "living": _proof_of_living(living, {touched for log in logs for touched in log.touched}),
        "erased": {"replayed": sum(one.persons for one in replayed), **(gone := _proof_of_erased())},
        "destroyed": {
            "replayed": sum(one.items for one in replayed),
            "items": sum(named for named, _ in destroyed),
            "opened": still_open,
        },
        "released": {"replayed": sum(one.holds for one in replayed)},
    }
    if not gone["opened"] and not still_open:
        erasing.sweep()
        _record(order, manifest, controllers, logs, replayed)
    return told


def _refuse_elsewhere(order: Order) -> None:
    """Refuse to mend anything but the home itself: a setting of the environment may lead to a living database."""
    from django.conf import settings
    from django.db import connections

    from callward.web.core.objects import object_store
    from callward.web.databases import RESTORING
    from callward.web.lifecycle.backup.store import BackupError

    home = Path(settings.CALLWARD_HOME)
    files = [Path(one.settings_dict["NAME"]) for one in connections.all() if one.vendor == "sqlite"]
    unmarked = not files and not all(RESTORING in one.introspection.table_names() for one in connections.all())
    objects = object_store().place
    if objects != order.objects:
        files.append(Path(objects))
    if unmarked or not all(place.is_relative_to(home) for place in files):
        raise BackupError("restore_elsewhere", "databases or objects are set to lie outside the home: unset that first")


def _open_root(order: Order, controller: Controller) -> None:
    """Open the present epoch; where its root is missing, put that back from the shares that were given."""
    from callward.web import audit
    from callward.web.keys.epochs import current_epoch, epoch_key
    from callward.web.keys.errors import KeyUnavailable
    from callward.web.lifecycle.escrow import put_back

    try:
        epoch_key(current_epoch(controller.id))
    except KeyUnavailable:
        if not order.shares:
            raise
        put_back(controller, [Path(share).read_text("utf-8") for share in order.shares], audit.SYSTEM)
        epoch_key(current_epoch(controller.id))


def _join(order: Order, destination: Destination, controller: Controller) -> Joined:
    from callward.web.audit.tiles import LedgerTiles
    from callward.web.lifecycle.backup.ledger_join import Evidence, join

    key = _origin_line(controller)
    ours = [text for text in order.checkpoints if text.partition("\n")[0].partition("/reopened-")[0] == key]
    evidence = Evidence(tuple(ours), _left(order.ledger, controller), order.accept_loss)
    return join(controller, LedgerTiles(controller.id, destination.store), evidence, rehearsal=order.rehearsal)


def _left(place: str, controller: Controller) -> tlog.TileStore | None:
    """What is left of a log in the old home: a folder, or a place in a bucket."""
    from callward.logfolder import LogFolder
    from callward.web.audit.tiles import LedgerTiles
    from callward.web.core.objects import is_bucket, store_at

    if is_bucket(place):
        return LedgerTiles(controller.id, store_at(_LEDGER.sub("", place)))
    folder = Path(place) / controller.id.hex
    return LogFolder(folder) if place and folder.is_dir() else None


def _origin_line(controller: Controller) -> str:
    return controller.origin.partition("/reopened-")[0]


def _sampled(many: int) -> list[Call]:
    return list(_living().order_by("?")[:many].prefetch_related("items"))


def _living() -> QuerySet[Call]:
    """The calls of living people of which there is something to open."""
    from django.db.models import Exists, OuterRef

    from callward.web.calls.models import Call, Item

    return Call.objects.filter(Exists(Item.objects.filter(call=OuterRef("pk"))), person__erased_at=None)


def _put_back(order: Order, destination: Destination, manifest: Manifest, living: Sequence[Call]) -> list[Damage]:
    """Copy the objects that rows have; a rehearsal copies those of the sample alone."""
    from callward.web.core.objects import object_store
    from callward.web.lifecycle.backup.objects import put_back_objects

    names = {item.object_name for call in living for item in call.items.all()} if order.rehearsal else _staying()
    wanted = {name: manifest.objects[name] for name in sorted(names) if name in manifest.objects}
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task("objects", total=len(wanted))
        return put_back_objects(destination, object_store(), wanted, lambda done: shown.advance(task, done))


def _staying() -> set[str]:
    """The objects that rows have, without those of the erased that are in nobody's custody: their rows are swept."""
    from callward.web.calls.models import Item, Upload
    from callward.web.keys.models import DataKey

    kept = set(DataKey.objects.filter(custody__isnull=False).values_list("id", flat=True))
    dead = Item.objects.filter(call__person__erased_at__isnull=False).values_list("id", "object_name")
    gone = {name for item, name in dead if item not in kept}
    items, uploads = (model.objects.values_list("object_name", flat=True) for model in (Item, Upload))
    return {*items, *uploads} - gone


def _proof_of_living(calls: Sequence[Call], since: set[str]) -> dict[str, object]:
    """Open every item of the sample to its end. What an act since the snapshot destroyed is no fault.

    A sample of nothing is one, where there is something: it proves nothing.
    """
    faults: Counter[str] = Counter()
    if not calls and _living().exists():
        faults[_UNSAMPLED] = 1
    destroyed = opened = 0
    for call in calls:
        for item in call.items.all():
            fault = _fault(call, item)
            if fault == "key_gone" and str(call.id) in since:
                destroyed += 1
            elif fault:
                faults[fault] += 1
            else:
                opened += 1
    return {"calls": len(calls), "items_opened": opened, "items_destroyed_since": destroyed, "faults": dict(faults)}


def _fault(call: Call, item: Item) -> str:
    """Open an item to its end; what it says is thrown away, one segment at a time."""
    from callward.web.calls.opening import open_item

    try:
        with open_item(call, item) as reader:
            for _ in reader.read_range(0, reader.size):
                pass
    except Error as refused:
        return refused.code
    return ""


def _proof_of_erased() -> dict[str, int]:
    """Count who is erased, and what of them still has a key: it must be nothing but what a duty keeps in custody."""
    from callward.web.keys.models import DataKey
    from callward.web.people.models import Person

    persons = list(Person.objects.exclude(erased_at=None))
    opened = sum(_opens(person) for person in persons)
    kept = DataKey.objects.filter(person_key__in=[one.id for one in persons], custody__isnull=False).count()
    return {"persons": len(persons), "opened": opened, "kept_in_custody": kept}


def _opens(person: Person) -> int:
    """How many keys of a person can be had: that of the record, and of every item that is in nobody's custody."""
    from callward.web.calls.models import Item
    from callward.web.keys import vault
    from callward.web.keys.models import DataKey

    kept = set(DataKey.objects.filter(person_key=person.id, custody__isnull=False).values_list("id", flat=True))
    items = set(Item.objects.filter(call__person=person).values_list("id", flat=True)) - kept
    opened = 0
    with suppress(vault.KeyGone):
        vault.record_key(person.controller_id, person.id)
        opened += 1
    for item in items:
        with suppress(vault.KeyGone):
            vault.data_key(person.controller_id, item)
            opened += 1
    return opened


def _record(
    order: Order,
    manifest: Manifest,
    controllers: Sequence[Controller],
    logs: Sequence[Joined],
    replayed: Sequence[Replayed],
) -> None:
    from django.db import transaction

    from callward.web import audit

    if order.rehearsal:
        return
    for controller, log, again in zip(controllers, logs, replayed, strict=True):
        facts: dict[str, Fact] = {
            "snapshot": manifest.id,
            "undone": sum(log.undone.values()),
            "entries": log.size,
            "erased_again": again.persons,
            "destroyed_again": again.items,
            "released_again": again.holds,
        }
        with transaction.atomic():
            audit.record(RESTORED, actor=audit.SYSTEM, resource=controller, controller=controller, facts=facts)
