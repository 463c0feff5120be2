"""`make bench`: every benchmark in turn, each printing its ratios against a peer or a limit of the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ORDER = (
    "seal.py",
    "audio.py",
    "dtmf.py",
    "detection.py",
    "detect.py",
    "turning.py",
    "ledger_engine.py",
    "ledger.py",
    "ingest.py",
)


def main() -> int:
    """Run all, or those named on the command line; 1 when one of them could not run."""
    chosen = sys.argv[1:] or ORDER
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    failed = []
    for name in chosen:
        print(f"\n== {name.removesuffix('.py')}", flush=True)
        if subprocess.run([sys.executable, str(HERE / name)], env=environment, check=False).returncode:
            failed.append(name)
    if failed:
        print("could not run:", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
