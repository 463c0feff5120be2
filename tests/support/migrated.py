"""Databases that were migrated once in a run of tests and are copied into each home: a home then opens in a moment."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACE = "TESTS_MIGRATED"  # the variable that names the run's folder, for all workers
_FILES = ("data.sqlite3", "keys.sqlite3")
_CODE = "from callward.web import prepare, start; start(); prepare()"


def lay_out(home: Path) -> None:
    """Put freshly migrated databases into a home that has none; nothing where the run has no place for them."""
    if PLACE not in os.environ:
        return
    place = Path(os.environ[PLACE])
    template = place / "home"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
            told = {**clean, "CALLWARD_HOME": str(template), "PYTHONPATH": os.pathsep.join(sys.path)}
            subprocess.run([sys.executable, "-c", _CODE], env=told, check=True)
            assert not [file for file in template.iterdir() if file.name.endswith(("-wal", "-journal"))]
            (place / "done").touch()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copy(template / name, home / name)
