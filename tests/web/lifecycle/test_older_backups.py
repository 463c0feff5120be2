"""Backups of earlier releases, kept as files: this release restores them, brings them up to date and opens a call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import postgresql
import pytest
from backups import databases_of

from callward.web.lifecycle.backup.restore import Wanted, is_well, restore
from callward.web.lifecycle.backup.store import Destination

pytestmark = pytest.mark.django_db
_VECTORS = sorted((Path(__file__).parents[2] / "vectors" / "backups").glob(f"*-{postgresql.WANTED}.tar"))
_OPENED = """
import json, sys
from callward.web.controllers import set_up
set_up()
from backup_vector import contents
from callward.web.calls.models import Call
print(json.dumps(contents(Call.objects.get(id=sys.argv[1]))))
"""


def test_there_is_a_backup_of_this_release_at_least() -> None:
    assert _VECTORS


@pytest.mark.parametrize("vector", _VECTORS, ids=lambda path: path.stem)
def test_a_backup_of_an_earlier_release_restores_and_its_call_opens(vector: Path, tmp_path: Path) -> None:
    with tarfile.open(vector) as tar:
        tar.extractall(tmp_path, filter="data")
    for path in tmp_path.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    facts = json.loads((tmp_path / "facts.json").read_text("utf-8"))
    key, home = tmp_path / "backup.key", tmp_path / "home"
    wanted = Wanted(
        snapshot=facts["snapshot"],
        roots=tmp_path / "roots",
        checkpoints=(tmp_path / "checkpoint",),
        accept_loss=True,  # the checkpoint is a moment younger than the backup, as always
        databases=databases_of(home),
    )
    report = restore(Destination.opened(tmp_path / "backups", key), key, home, wanted)
    assert is_well(report), report
    assert report["living"] == {
        "calls": 1,
        "items_opened": len(facts["items"]),
        "items_destroyed_since": 0,
        "faults": {},
    }
    environment = {
        **os.environ,
        **wanted.databases,
        "CALLWARD_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    told = subprocess.run(
        [sys.executable, "-c", _OPENED, facts["call"]], capture_output=True, text=True, check=False, env=environment
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == facts["items"]
