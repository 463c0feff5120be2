"""A home that is thrown away, for benchmarks that need the platform: one controller with its lines."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What one `callward ingest --json` wrote, and the seconds it took."""

    told: Mapping[str, Any]
    wall: float
    cpu: float  # of all its processes


def open_home(folder: Path, lines: Iterable[Mapping[str, Any]], *, server: Path | None = None) -> None:
    """Make the home, a controller and its lines; afterwards models may be imported in this process.

    With ``server`` its databases are those of a PostgreSQL server of its own, which lies in that folder.
    """
    os.environ["CALLWARD_HOME"] = str(folder)
    if server is None:
        os.environ["CALLWARD_DEMO"] = "1"  # its staff need no second factor; nobody signs in
    else:
        sys.path.insert(0, str(ROOT / "tests" / "support"))
        import postgresql

        server.parent.chmod(0o711)  # the server is another account's
        postgresql.start(server)
    from callward.web import prepare, start

    start()
    prepare()
    open_centre(lines)


def open_centre(lines: Iterable[Mapping[str, Any]]) -> None:
    """Make a controller and its lines in the home that is open."""
    from callward.web.accounts.actions import open_controller
    from callward.web.core.models import Line

    controller = open_controller(name="Bench Stores", timezone_name="UTC", slug="bench", origin="bench.example/calls")
    for described in lines:
        line = Line(controller=controller, **described)
        line.full_clean()
        line.save()


def centre_lines() -> list[dict[str, Any]]:
    """The demonstration's five lines."""
    lines: list[dict[str, Any]] = json.loads((ROOT / "samples" / "centre.json").read_text("utf-8"))["lines"]
    return lines


def python(code: str, *given: str) -> None:
    """Run a line of Python in a process of its own, beside the modules of this folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", code, *given], env=environment, check=True)


def ingest(home: Path, paths: Sequence[Path], *options: str) -> Run:
    """Run `callward ingest --json` as anybody would; ends the benchmark where the command could not run."""
    command = [sys.executable, "-c", "from callward.cli.main import main; main()", "ingest", *map(str, paths)]
    environment = {**os.environ, "CALLWARD_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([*command, "--json", *options], env=environment, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(f"callward ingest ended with {done.returncode}: {(done.stderr.strip() or 'no line').splitlines()[-1]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(json.loads(done.stdout), wall, cpu)
