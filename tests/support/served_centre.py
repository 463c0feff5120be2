"""A demonstration contact centre with a few calls, served for a browser.

``python served_centre.py SAMPLES PORT`` makes it in ``$CALLWARD_HOME`` and serves it until it is ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

import migrated
from ports import free_port

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_PATIENCE = 300.0


class ServedCentre:
    """The process and its address. At most three calls: more would be shared among processes."""

    def __init__(self, folder: Path, stems: tuple[str, ...]) -> None:
        samples = folder / "samples"
        (samples / "calls").mkdir(parents=True)
        shutil.copy(SAMPLES / "centre.json", samples)
        for file in (SAMPLES / "calls").iterdir():
            if file.name.startswith(tuple(f"{stem}." for stem in stems)) or file.name == "calls.csv":
                shutil.copy(file, samples / "calls")
        port = free_port()
        self.url = f"http://localhost:{port}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
        migrated.lay_out(folder / "home")
        with (folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, __file__, str(samples), str(port)],
                env={**clean, "CALLWARD_HOME": str(folder / "home"), "CALLWARD_DEMO": "1"},
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_served(folder / "log")
        except BaseException:
            self._end()
            raise

    def _wait_until_served(self, log: Path) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            assert self._server.poll() is None, log.read_text("utf-8")[-2000:]
            try:
                with urllib.request.urlopen(f"{self.url}/sign-in/", timeout=60):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(log.read_text("utf-8")[-2000:])

    def _end(self) -> None:
        self._server.terminate()
        self._server.wait(_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()


def _serve(samples: Path, port: str) -> None:
    from callward.web import prepare, start

    start()
    prepare()
    from django.core.management import call_command
    from rich.console import Console

    from callward.web.demonstration import load_centre

    load_centre(samples, Console())
    call_command("runserver", port, "--noreload")


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2])
