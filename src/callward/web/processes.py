"""Processes that live and die together: none is restarted behind one's back, none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from types import FrameType

_PATIENCE = 10.0


def run_together(commands: Mapping[str, Sequence[str]]) -> str:
    """Run every command until a signal asks to stop or one of them ends; then end them all.

    Returns the name of the one that ended by itself, or nothing when it was asked to stop.
    """
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    # Each in a session of its own: Ctrl-C then reaches only us, and what a child starts ends with it.
    running = {name: subprocess.Popen(command, start_new_session=True) for name, command in commands.items()}
    try:
        ended = ""
        while not ended and not stop.wait(0.2):
            ended = next((name for name, process in running.items() if process.poll() is not None), "")
        return ended
    finally:
        _end(list(running.values()))
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        _signal(process, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
