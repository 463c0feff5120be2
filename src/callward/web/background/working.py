"""The worker: takes jobs one after the other until it is asked to stop, and ends the one it is at first.

Claiming is the library's: one transaction, in which two workers never see the same row as free. What happens after is
ours: leases, retries, and faults without their words.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from time import monotonic, sleep
from types import FrameType
from uuid import uuid4

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, connections
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker

from callward.web import walls
from callward.web.background import ending, leases
from callward.web.background.ceilings import EndedError, Watch, while_leased, within
from callward.web.background.jobs import job_of
from callward.web.background.models import JobRow
from callward.web.core import logs, measures, tracing

_log = logging.getLogger(__name__)
_INTERVAL = 0.5  # seconds between two looks at an empty queue
_BACK = 2.0  # seconds before a database that was away is asked again


class JobWorker(Worker):
    """One process's worker."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"],
            interval=_INTERVAL,
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid4().hex,
            excluded_queue_names=[],
        )
        self._watch = Watch(self.worker_id)

    def work(self) -> None:
        """Take jobs until a signal asks to stop. A database that is away is waited for."""
        self.configure_signals()
        stop = threading.Event()
        renewal = threading.Thread(target=leases.renew_until, args=(stop, self.worker_id), daemon=True)
        watching = threading.Thread(target=self._watch.look_until, args=(stop,), daemon=True)
        try:
            self._while_away(lambda: leases.begin(self.worker_id))
            renewal.start()
            watching.start()
            self._while_away(self.run)
        except SystemExit:
            _log.info("the worker was asked to stop")
        finally:
            stop.set()
            self._strike_off()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """The first signal lets the present job end, a second one gives it back to the queue."""
        idle = not self.running_task
        if idle or not self.running:
            self.running = False
            raise SystemExit(0)
        self.running = False

    def configure_signals(self) -> None:
        signal.signal(signal.SIGINT, self.shutdown)
        signal.signal(signal.SIGTERM, self.shutdown)

    def run_task(self, row: JobRow) -> None:
        self.running_task = True
        name, began = row.task_path.rpartition(".")[2], monotonic()
        try:
            with logs.about(task=str(row.id)), tracing.span("job", task=name):
                outcome = self._run(row)
        finally:
            self.running_task = False
            self._run_tasks += 1
        took = monotonic() - began
        measures.count(measures.TASKS, name, outcome)
        measures.observe(measures.TASK_SECONDS, took, name)
        _log.info("job %s of %s: %s after %.3f s", name, row.id, outcome, took)

    def _run(self, row: JobRow) -> str:
        fault: BaseException | None = None
        try:
            task = row.task
        except (ImportError, AttributeError, SuspiciousOperation):
            fault = ending.JobError(ending.UNKNOWN, "no such job in this version")
        else:
            longest = job_of(task.func).longest
            try:
                owner = ending.owner_of(row)
                wall = walls.narrowed(owner) if owner else walls.across()
                with self._watch.over(row, longest), while_leased(self.worker_id), wall, within(longest):
                    task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            except EndedError as late:
                connections.close_all()  # whatever it was in the middle of is undone
                fault = ending.JobError(late.code, "the job was ended")
            except (SystemExit, KeyboardInterrupt):
                ending.put_back(row, self.worker_id)
                raise
            except Exception as error:  # noqa: BLE001 - the edge of the worker
                fault = error
        if fault is None:
            held = self._told(lambda: ending.done(row, self.worker_id))
            return "done" if held else "taken_away"
        held = self._told(lambda: ending.failed(row, self.worker_id, fault))
        return "failed" if held else "taken_away"

    def _told(self, write: Callable[[], bool]) -> bool:
        """Write how a job ended, waiting for a database that is away: the lease stands meanwhile."""
        while True:
            try:
                return write()
            except (DatabaseError, InterfaceError):
                if not self.running:
                    raise
                _wait_for_databases()

    def _while_away(self, act: Callable[[], object]) -> None:
        while self.running:
            try:
                act()
            except (DatabaseError, InterfaceError):
                _wait_for_databases()
            else:
                return

    def _strike_off(self) -> None:
        try:
            leases.end(self.worker_id)
        except (DatabaseError, InterfaceError):
            _log.warning("the lease of this worker could not be ended; it runs out by itself")


def _wait_for_databases() -> None:
    _log.warning("a database does not answer; it is asked again in %g s", _BACK)
    connections.close_all()
    sleep(_BACK)
