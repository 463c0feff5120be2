"""The processes of one run. They start afresh, so this module loads Django before anything that needs it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING
from uuid import UUID

from callward.engine.errors import Error
from callward.intake import IntakeOptions, Source
from callward.web import start, walls

if TYPE_CHECKING:
    from callward.web.calls.ingesting import Ingest, Report

_run: list[Ingest] = []


def work(controller: UUID, sources: Sequence[Source], options: IntakeOptions, jobs: int) -> Iterator[Report]:
    """Take sources in with ``jobs`` processes, reporting in their order.

    Raises ``Error`` (``worker_died``) when a process was killed: what it was at is started anew by the next run.
    """
    # A fork would share database connections and the locks of threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(controller, options)) as pool:
        try:
            yield from pool.map(_take, sources)
        except BrokenProcessPool:
            raise Error("worker_died", "a process was killed; what is whole is kept, run again for the rest") from None


def _begin(controller: UUID, options: IntakeOptions) -> None:
    threading.Thread(target=end_with_the_run, daemon=True).start()
    start()
    walls.narrow(controller)
    from callward.web.calls.ingesting import Ingest
    from callward.web.core.models import Controller

    _run[:] = [Ingest(Controller.objects.get(id=controller), options)]


def end_with_the_run() -> None:
    """End this process when the one that began the run was killed: it would wait for work for ever."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def _take(source: Source) -> Report:
    return _run[0].take(source)
