"""Restoring a snapshot into an empty home, with the newest keys, under the newest ledger.

First everything is laid out: rows, keys, the web secret, the roots that are still at hand. Then the restored home is
mended by a process of its own (``mending``). Until that is through a mark stands in the home, and in databases on a
server, and nothing opens there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from callward.engine.errors import Error
from callward.web import RESTORE_MARK
from callward.web.core.objects import is_bucket, store_at
from callward.web.lifecycle.backup.manifest import chosen_snapshot
from callward.web.lifecycle.backup.mending import Order
from callward.web.lifecycle.backup.store import DATA, KEYS, WEB, BackupError, Destination
from callward.web.lifecycle.backup.targets import SERVERS, Target, take_whole, target_of

_MENDING = "from callward.web.lifecycle.backup.mending import main; main()"
_CHECKPOINT_ROOM = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be restored, and what beside the backup is there to restore it with.

    ``roots`` is a folder of root files as the old home had it (``roots``); ``ledger`` what is left of its
    ``objects/ledger``, a folder or a place in a bucket; ``checkpoints`` files with the last checkpoint that anybody
    holds, one for each log; ``shares`` opened shares of a root that is gone. ``databases`` are settings that name two
    databases on servers for the rows (none: files in the home); ``replace`` loses what is in them. ``objects`` is an
    empty place in a bucket for the sealed objects (none: a folder in the home).
    """

    snapshot: str = ""
    roots: Path | None = None
    ledger: Path | str | None = None
    checkpoints: tuple[Path, ...] = ()
    shares: tuple[Path, ...] = ()
    accept_loss: bool = False
    sample: int = 20
    rehearsal: bool = False
    databases: Mapping[str, str] = field(default_factory=dict)
    replace: bool = False
    objects: str = ""


def restore(destination: Destination, key_file: Path, home: Path, wanted: Wanted) -> dict[str, Any]:
    """Restore into ``home``, which is empty or holds a restore that was cut off; return the report.

    Raises BackupError: ``home_not_empty``, ``objects_not_empty``, ``database_not_empty``, ``backup_other_database``,
    ``snapshot_missing``, ``data_damaged``, ``manifest_damaged``, ``keys_missing``, ``keys_damaged``,
    ``ledger_unproven``, ``ledger_older``, ``ledger_forked``, ``erased_opens``, ``destroyed_opens``, those of
    ``poured``, of the object store and of key providers. The mark stays then, and the same command goes on once the
    cause is mended. A rehearsal in which something erased or destroyed opens is reported like one in which something
    else is not well: nobody will use that home.
    """
    manifest = chosen_snapshot(destination, wanted.snapshot)
    target = target_of(home, wanted.databases, replace=wanted.replace)
    _refuse_other(destination, target, manifest.id)
    _claim(home, wanted.objects)
    with destination.alone():
        _lay_out(destination, home, target, manifest.id)
        _take_roots(home, target, wanted)
        told = _mend(destination, key_file, home, target, manifest.id, wanted)
    if "refused" in told:
        raise BackupError(told["refused"]["code"], told["refused"]["detail"])
    if told["erased"]["opened"] and not wanted.rehearsal:
        raise BackupError("erased_opens", "something of an erased person opens: this home must not be used")
    if told["destroyed"]["opened"] and not wanted.rehearsal:
        raise BackupError("destroyed_opens", "an item that was destroyed opens: this home must not be used")
    target.release()
    (home / RESTORE_MARK).unlink()
    return told


def is_well(report: Mapping[str, Any]) -> bool:
    """Say whether nothing of a restored home is damaged, missing or does not open."""
    damaged = report["damaged"] or report["missing"] or any(log["damaged"] for log in report["ledger"])
    opened = report["erased"]["opened"] or report["destroyed"]["opened"]
    return not damaged and not report["living"]["faults"] and not opened


def _refuse_other(destination: Destination, target: Target, snapshot: str) -> None:
    """Refuse a snapshot of another kind of database, before anything is claimed; damage is told of later."""
    try:
        target.refuse_other(lambda file: destination.unseal(f"snapshots/{snapshot}/{DATA}", DATA, file))
    except BackupError as refused:
        if refused.code == "backup_other_database":
            raise


def _claim(home: Path, objects: str) -> None:
    """Take an empty home, or one that an earlier restore has marked."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (home / RESTORE_MARK).exists():
            return
        if any(home.iterdir()):
            raise BackupError("home_not_empty", f"{home} is not empty: restore into a new folder")
        if objects and any(store_at(objects).list()):
            raise BackupError("objects_not_empty", f"{objects} is not empty: name a prefix where nothing lies yet")
        home.chmod(0o700)
        (home / RESTORE_MARK).write_bytes(b"")
    except OSError:
        raise BackupError("home_unusable", f"{home} cannot be written") from None


def _lay_out(destination: Destination, home: Path, target: Target, snapshot: str) -> None:
    """Write the databases and the web secret, each whole or not there."""
    copies = destination.ids(KEYS, KEYS)
    if not copies:
        raise BackupError("keys_missing", "there is no copy of the keys there: without one nothing opens")
    newest = f"{KEYS}/{copies[-1]}"
    target.clear()
    target.fill("keys", lambda file: destination.unseal(f"{newest}/{KEYS}", KEYS, file))
    try:
        take_whole(home / "secret.key", lambda file: destination.unseal(f"{newest}/{WEB}", WEB, file))
    except BackupError as refused:
        if refused.code != f"{WEB}_missing":
            raise
    target.fill("default", lambda file: destination.unseal(f"snapshots/{snapshot}/{DATA}", DATA, file))


def _take_roots(home: Path, target: Target, wanted: Wanted) -> None:
    """Put the root files that the keys copy needs where the provider looks; a rehearsal only points at them."""
    if wanted.roots is None:
        return
    if wanted.rehearsal:
        (home / "roots").symlink_to(wanted.roots.absolute(), target_is_directory=True)
        return
    for controller, number in target.epochs():
        name = Path(controller.hex) / f"{number}.key"
        place = home / "roots" / name
        if not place.exists() and (wanted.roots / name).is_file():
            for folder in (home / "roots", place.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            place.touch(mode=0o600)
            shutil.copyfile(wanted.roots / name, place)


def _mend(
    destination: Destination, key_file: Path, home: Path, target: Target, snapshot: str, wanted: Wanted
) -> dict[str, Any]:
    order = Order(
        destination=destination.place,
        key_file=str(key_file.absolute()),
        snapshot=snapshot,
        sample=wanted.sample,
        rehearsal=wanted.rehearsal,
        ledger=_spelled(wanted.ledger) if wanted.ledger else "",
        checkpoints=[_checkpoint(path) for path in wanted.checkpoints],
        accept_loss=wanted.accept_loss,
        shares=[_readable(path) for path in wanted.shares],
        objects=wanted.objects,
    )
    ended = subprocess.run(
        [sys.executable, "-c", _MENDING],
        input=orjson.dumps(asdict(order)),
        env=_surroundings(home, target, wanted.objects),
        stdout=subprocess.PIPE,
        check=False,
    )
    try:
        told: dict[str, Any] = orjson.loads(ended.stdout)
    except orjson.JSONDecodeError:
        raise Error("restore_failed", "the process that mends the restored home ended by itself") from None
    return told


def _surroundings(home: Path, target: Target, objects: str) -> dict[str, str]:
    """The environment for another home: this one with the rows and objects of that home, not of the one at work."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*SERVERS, "CALLWARD_OBJECTS"))}
    return {**kept, **target.environment, "CALLWARD_HOME": str(home.absolute()), "CALLWARD_OBJECTS": objects}


def _spelled(place: Path | str) -> str:
    return str(place) if is_bucket(place) else str(Path(place).absolute())


def _readable(path: Path) -> str:
    if not os.access(path, os.R_OK):
        raise BackupError("share_unreadable", f"{path} cannot be read")
    return str(path.absolute())


def _checkpoint(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_CHECKPOINT_ROOM).decode()
    except (OSError, UnicodeDecodeError):
        raise BackupError("checkpoint_unreadable", f"{path} cannot be read as a checkpoint") from None
