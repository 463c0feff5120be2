"""A machine whose Python cannot make environments: root installs what is missing, others are told in one line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PROGRAMS = {
    "id": "echo {user}",
    # Stands for Debian's Python: its environments need what another package brings.
    "python3": 'case "$1" in -c) test -e {folder}/installed ;; -m) mkdir -p {folder}/made ;; esac',
    "apt-get": "echo $* >> {folder}/asked; case $1 in install) touch {folder}/installed ;; esac",
}


def _make(folder: Path, user: int) -> subprocess.CompletedProcess[str]:
    programs = folder / "programs"
    programs.mkdir()
    for name, does in _PROGRAMS.items():
        program = programs / name
        program.write_text(f"#!/bin/sh\n{does.format(user=user, folder=folder)}\n")
        program.chmod(0o755)
    goal = folder / "environment" / "bin" / "python"
    return subprocess.run(
        ["make", "-s", f"VENV={folder / 'environment'}", str(goal)],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(("user", "asked"), [(0, True), (1000, False)])
def test_what_environments_need_is_installed_by_root_and_named_to_others(
    user: int, asked: bool, tmp_path: Path
) -> None:
    done = _make(tmp_path, user)
    assert (tmp_path / "asked").exists() == (tmp_path / "made").exists() == asked
    assert (done.returncode == 0) == asked
    assert ("apt install python3-venv" in done.stderr) == (not asked)
