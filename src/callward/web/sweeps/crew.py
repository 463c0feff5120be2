"""A sweep on processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from uuid import UUID

from callward.engine.errors import Error
from callward.web import start
from callward.web.calls.crew import end_with_the_run
from callward.web.sweeps.unit import Told, is_paused, sweep_batch


def work(sweep: UUID, batches: Sequence[int], workers: int) -> Iterator[Told]:
    """Do the batches with so many processes, giving the counts of each as it ends; ends early when cancelled.

    Raises ``Error``: ``worker_died`` when a process was killed, and what the databases refuse; ``callward sweep
    resume`` goes on.
    """
    if workers <= 1 or len(batches) <= 1:
        for number in batches:
            told = sweep_batch(str(sweep), number)
            if is_paused(told):
                return
            yield told
        return
    # A fork would share database connections and the locks of threads.
    context = multiprocessing.get_context("spawn")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        try:
            for done in as_completed([pool.submit(_batch, str(sweep), number) for number in batches]):
                told = done.result()
                if is_paused(told):
                    return
                yield told
        except BrokenProcessPool:
            raise Error("worker_died", "a process was killed; `callward sweep resume` goes on") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _batch(sweep: str, number: int) -> Told:
    from django.db import OperationalError

    from callward.web.faults import refusal

    try:
        return sweep_batch(sweep, number)
    except OperationalError as fault:
        raise refusal(fault) or fault from None  # what it came of would be lost on the way


def _begin() -> None:
    threading.Thread(target=end_with_the_run, daemon=True).start()
    start()
