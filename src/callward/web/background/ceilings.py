"""How long a job may be at work: past its ceiling it is ended and counts as a failed try, and it writes nothing late.

An alarm ends what waits or computes in Python. What no alarm reaches - a library that never comes back - is ended with
its process, which begins anew. The job is let go just before that, when nothing more can be written by who was at it:
so no two are ever at one.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from time import monotonic
from types import FrameType
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from callward.web.background import ending, leases
from callward.web.background.models import JobRow

_log = logging.getLogger(__name__)
_LOOK = 0.5  # seconds between two looks at what is at work
_AGAIN = 0.2  # seconds after which an alarm that came in a block that may not be cut rings again
_uncut = threading.local()  # how many such blocks a thread is in

OVERDUE, LEASE_LOST = "job_overdue", "lease_lost"


class EndedError(BaseException):
    """A job must end now, by ``code``. No ``Exception``: whoever goes on past those of others must not go on here."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def within(longest: timedelta) -> Iterator[None]:
    """Raise ``EndedError`` in the block once it has taken so long. Does nothing outside a process's main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGALRM, _end)
    before = signal.setitimer(signal.ITIMER_REAL, longest.total_seconds())
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold the ceiling back until the block is over: a commit and what must follow it are one.

    For short blocks that wait for nobody without a limit of their own; one that never ends goes with its process.
    """
    _uncut.blocks = getattr(_uncut, "blocks", 0) + 1
    try:
        yield
    finally:
        _uncut.blocks -= 1


def _end(number: int, frame: FrameType | None) -> None:
    if getattr(_uncut, "blocks", 0):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        return
    raise EndedError(OVERDUE)


@contextmanager
def while_leased(worker: str) -> Iterator[None]:
    """Refuse every query of the block with ``EndedError`` once the worker's lease is over: the job may be another's."""

    def ask(execute: Callable[..., Any], *words: Any) -> Any:
        if not leases.stands(worker):
            raise EndedError(LEASE_LOST)
        return execute(*words)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(ask))
        yield


class Watch:
    """Looks after the job at work from a thread beside it, for where the alarm is not heard."""

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._at: tuple[JobRow, float] | None = None

    @contextmanager
    def over(self, row: JobRow, longest: timedelta) -> Iterator[None]:
        self._at = (row, monotonic() + (longest + leases.lease()).total_seconds())
        try:
            yield
        finally:
            self._at = None

    def look_until(self, stop: threading.Event) -> None:
        while not stop.wait(_LOOK):
            at = self._at
            if at is not None and monotonic() > at[1]:
                self._begin_anew(at[0])

    def _begin_anew(self, row: JobRow) -> None:
        """End this process with all that it is at, and begin it anew in its place.

        The job is failed first, and before that every query of it is refused: it may wake up at any moment.
        """
        _log.error("job %s does not end: the worker begins anew", row.id)
        leases.disown(self._worker)
        try:
            ending.failed(row, self._worker, ending.JobError(OVERDUE, "the job was at work for too long"))
            leases.end(self._worker)
        except (DatabaseError, InterfaceError):
            _log.warning("that the job failed could not be written: its lease runs out by itself")
        # The same process goes on as a new program: whoever runs the worker sees no end of it.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command again
