"""Processes that live and die together: none is restarted behind one's back, none is left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

_PATIENCE = 20.0  # seconds to end what was begun
_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None)


def run_together(commands: Mapping[str, Sequence[str]], renew: Callable[[], Sequence[str]] = tuple) -> str:
    """Run every command until a signal asks to stop or one of them ends; then end them all.

    At SIGHUP ``renew`` is called, and those that it names are sent the signal too.
    Returns the name of the one that ended by itself, or nothing when it was asked to stop.
    """
    stop, again = threading.Event(), threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        (again if number == signal.SIGHUP else stop).set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    # Each in a session of its own: Ctrl-C then reaches only us, and what a child starts ends with it.
    running = {
        name: subprocess.Popen(command, start_new_session=True, preexec_fn=end_with_parent)  # noqa: PLW1509 - no threads yet
        for name, command in commands.items()
    }
    try:
        ended = ""
        while not ended and not stop.wait(0.2):
            ended = next((name for name, process in running.items() if process.poll() is not None), "")
            if again.is_set():
                again.clear()
                for name in renew():
                    running[name].send_signal(signal.SIGHUP)
        return ended
    finally:
        _end(list(running.values()))
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """Let this process be asked to stop when the one that started it is gone, even by SIGKILL."""
    _libc.prctl(_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


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
