"""`callward serve` and `callward worker` as one starts them: real processes over a home of their own."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

_CODE = "from callward.cli.main import main; main()"
_PATIENCE = 300.0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """What a process of Callward is told: nothing of ours but these settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
    return {**clean, "PYTHONPATH": os.pathsep.join(sys.path), **settings, "CALLWARD_HOME": str(home)}


class Process:
    """A command of Callward that goes on until it is ended; what it says lies in ``log``."""

    def __init__(self, log: Path, told: dict[str, str], *words: str) -> None:
        self.log = log
        with log.open("ab") as file:
            # A group of its own, so that a SIGKILL can be for all of it, as a machine that goes is.
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, *words],
                env=told,
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def runs(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> int:
        """Ask it to stop, and give its exit code."""
        self._process.terminate()
        return self.ends()

    def ends(self) -> int:
        """Wait until it has ended by what it was told before, and give its exit code."""
        return self._process.wait(_PATIENCE)

    def until_it_answers(self, url: str, context: ssl.SSLContext | None = None) -> None:
        """Wait until an address answers, whatever it says."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            assert self.runs(), self.log.read_text("utf-8")[-2000:]
            try:
                with urllib.request.urlopen(url, timeout=60, context=context):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8")[-2000:])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.runs():
            self._process.terminate()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
