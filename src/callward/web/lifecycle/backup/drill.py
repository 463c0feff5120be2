"""The drill: a backup restored into a scratch home, proven, and thrown away; what it found is kept and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.models import Controller
from callward.web.core.objects import object_store
from callward.web.lifecycle.backup.databases import scratch
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.manifest import snapshots
from callward.web.lifecycle.backup.restore import Wanted, is_well, restore
from callward.web.lifecycle.backup.schedule import due, noted
from callward.web.lifecycle.backup.store import BackupError, Destination, new_id
from callward.web.lifecycle.backup.targets import scratch_databases
from callward.web.lifecycle.backup_runs import BackupRun

ACTION = "backup.drilled"
_FOLDER = "drills"
_AGAIN = timedelta(hours=24)  # between two drills of the worker where one failed


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill found, and the file it was written to."""

    report: dict[str, Any]
    path: Path

    @property
    def well(self) -> bool:
        return is_well(self.report)


def drill(destination: Destination, key_file: Path, actor: Party, *, snapshot: str = "", sample: int = 20) -> Drilled:
    """Restore a snapshot (the newest) into a scratch folder and prove it: ``sample`` random living calls open whole,
    nothing that was erased or destroyed since opens, and the rows fit under the ledger as it stands now.

    Raises as ``restore`` does, and ``drill_database``; what is scratch goes in any case.
    """
    begun = timezone.now()
    with noted(BackupRun.Kind.DRILL, destination.place, actor) as told:
        report = _rehearse(destination, key_file, snapshot, sample)
        report |= {"begun": begun.isoformat(timespec="seconds"), "seconds": (timezone.now() - begun).seconds}
        report["well"] = is_well(report)
        path = _keep(report, new_id(begun))
        told.snapshot, told.objects = report["snapshot"], report["objects"]
        told.fault = "" if report["well"] else "drill_not_well"
    _record(report, actor)
    return Drilled(report, path)


def drill_due() -> bool:
    """Rehearse with the configured destination where the last drill has had its time; tell whether one was made.

    Raises as ``drill`` does. Nothing is due before there is a snapshot.
    """
    destination = configured() if settings.DRILL_DAYS else None
    if destination is None or not due(BackupRun.Kind.DRILL, timedelta(days=settings.DRILL_DAYS), _AGAIN):
        return False
    if not snapshots(destination):
        return False
    try:
        drill(destination, Path(settings.BACKUP_KEY_FILE), audit.SYSTEM)
    except BackupError as refused:
        if refused.code == "backup_busy":
            return False
        raise
    return True


def _rehearse(destination: Destination, key_file: Path, snapshot: str, sample: int) -> dict[str, Any]:
    roots = settings.CALLWARD_HOME / "roots"
    with scratch("drill-") as folder, scratch_databases() as databases:
        wanted = Wanted(
            snapshot=snapshot,
            roots=roots if roots.is_dir() else None,
            ledger=object_store().below("ledger"),
            sample=sample,
            rehearsal=True,
            databases=databases,
        )
        return restore(destination, key_file, folder / "home", wanted)


def _record(report: Mapping[str, Any], actor: Party) -> None:
    facts: dict[str, tlog.Fact] = {
        "snapshot": report["snapshot"],
        "calls": report["living"]["calls"],
        "erased": report["erased"]["persons"],
        "destroyed": report["destroyed"]["items"],
        "opened": report["erased"]["opened"] + report["destroyed"]["opened"],
        "damaged": len(report["damaged"]),
    }
    outcome = "done" if report["well"] else "failed"
    for controller in Controller.objects.order_by("created_at"):
        with transaction.atomic():
            audit.record(ACTION, actor=actor, resource=controller, controller=controller, outcome=outcome, facts=facts)


def _keep(report: dict[str, Any], name: str) -> Path:
    """Write the report beside those of earlier drills; it holds ids and counts alone."""
    folder: Path = settings.CALLWARD_HOME / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return path
