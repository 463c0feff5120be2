"""The drill: a backup restored into a scratch home, proven, and thrown away; what it found is kept and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.core.models import Controller
from callward.web.core.objects import object_store
from callward.web.lifecycle.backup.databases import scratch
from callward.web.lifecycle.backup.restore import Wanted, is_well, restore
from callward.web.lifecycle.backup.store import Destination, new_id
from callward.web.lifecycle.backup.targets import scratch_databases

ACTION = "backup.drilled"
_FOLDER = "drills"


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
    nobody who was erased since opens, and the rows fit under the ledger as it stands now.

    Raises as ``restore`` does, and ``drill_database``; what is scratch goes in any case.
    """
    begun = timezone.now()
    roots = settings.CALLWARD_HOME / "roots"
    with scratch("drill-") as folder, _rehearsed(actor), scratch_databases() as databases:
        wanted = Wanted(
            snapshot=snapshot,
            roots=roots if roots.is_dir() else None,
            ledger=object_store().root / "ledger",
            sample=sample,
            rehearsal=True,
            databases=databases,
        )
        report = restore(destination, key_file, folder / "home", wanted)
    report |= {"begun": begun.isoformat(timespec="seconds"), "seconds": (timezone.now() - begun).seconds}
    report["well"] = is_well(report)
    path = _keep(report, new_id(begun))
    facts: dict[str, tlog.Fact] = {
        "snapshot": report["snapshot"],
        "calls": report["living"]["calls"],
        "erased": report["erased"]["persons"],
        "opened": report["erased"]["opened"],
        "damaged": len(report["damaged"]),
    }
    _record(actor, "done" if report["well"] else "failed", facts)
    return Drilled(report, path)


@contextmanager
def _rehearsed(actor: Party) -> Iterator[None]:
    """Say in the ledger that a drill failed, where it does."""
    try:
        yield
    except Error as refused:
        _record(actor, "failed", {"code": refused.code})
        raise


def _record(actor: Party, outcome: str, facts: Mapping[str, tlog.Fact]) -> None:
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
