"""Lists at a million calls: the 95th percentile of every page stays under 100 ms, on both databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import postgresql
import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("options", [[], ["--postgresql"]], ids=["sqlite", "postgresql"])
def test_every_page_is_quick_at_a_million_calls(options: list[str]) -> None:
    if options and postgresql.missing():
        pytest.skip(postgresql.missing())
    command = [sys.executable, str(ROOT / "benchmarks" / "listing.py"), "--rounds", "40", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
