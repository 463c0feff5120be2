"""`make bench`: every benchmark in turn, each printing its ratios against a peer or a limit of the same run.

``python benchmarks/run.py [--quick] [NAME.py ...]``: all, or those that are named. ``--quick`` asks each that knows it
only whether it runs; its figures say nothing. The rows of all come once more at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from figures import MARK

HERE = Path(__file__).parent
QUICK = "--quick"
ORDER = (
    "seal.py",
    "audio.py",
    "dtmf.py",
    "detection.py",
    "detect.py",
    "ledger_engine.py",
    "ledger.py",
    "ingest.py",
    "turning.py",
    "erasing.py",
    "purging.py",
    "recounting.py",
    "recounting.py --postgresql",
    "listing.py",
    "listing.py --postgresql",
    "objects.py",
    "sftp.py",
    "sweeping.py",
)


def main() -> int:
    """Run them; 1 when one of them could not run or missed a bar that it judges by itself."""
    chosen = [name for name in sys.argv[1:] if name != QUICK] or ORDER
    failed, rows = [], []
    for name in chosen:
        print(f"\n== {name.replace('.py', '')}", flush=True)
        begun = time.perf_counter()
        code, printed = _run(name, quick=QUICK in sys.argv)
        rows += printed
        print(f"   {time.perf_counter() - begun:.0f} s", flush=True)
        if code:
            failed.append(name)
    if rows:
        print("\n== figures", *rows, sep="\n")
    if failed:
        print("could not run, or missed a bar:", ", ".join(failed))
    return 1 if failed else 0


def _run(name: str, *, quick: bool) -> tuple[int, list[str]]:
    """Run one, let what it prints through as it comes, and return its status and its rows."""
    script, *options = name.split()
    knows = QUICK in (HERE / script).read_text("utf-8")
    command = [sys.executable, str(HERE / script), *options, *([QUICK] if quick and knows else [])]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    rows = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.startswith(MARK):
                rows.append(line.removeprefix(MARK).rstrip())
    return process.returncode, rows


if __name__ == "__main__":
    sys.exit(main())
