"""How a job ends: done, tried again after a wait, or given up; and what its row may say."""

from __future__ import annotations

import inspect
import pkgutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import override_settings
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

import callward.web
from callward.engine.errors import Error
from callward.web.background import Retry, ending, job, leases
from callward.web.background.ceilings import EndedError, uninterrupted, while_leased, within
from callward.web.background.models import JobRow, WorkerProcess
from callward.web.background.queue import QueueError, is_id
from callward.web.background.working import JobWorker
from callward.web.core.labels import JOBS

ME = "a" * 32
_NAME = "0f6c1a0e-6f0e-4c6a-9d1e-2f5d3c1b7a90"
# Long words: a few letters or digits stand in many an id and many a time.
_SECRET = "Quillfeather 4111111111111111"


@task()
@job(retry=Retry(times=3, first=1000.0))
def fail(name: str) -> None:
    raise ValueError(_SECRET)


@task()
def refuse(name: str) -> None:
    raise Error("disk_full", "no space")


def _claimed(chosen: Task[..., None] = fail, worker: str = ME) -> JobRow:
    chosen.enqueue(str(uuid4()))
    row = DBTaskResult.objects.latest("enqueued_at")
    row.claim(worker)
    return row


def _fault(row: JobRow) -> Exception:
    try:
        row.task.call(*row.args_kwargs["args"])
    except Exception as fault:  # noqa: BLE001 - what the worker would catch
        return fault
    raise AssertionError


def test_the_wait_doubles_up_to_the_longest_and_is_spread() -> None:
    retry = Retry(first=10, longest=100, jitter=0.25)
    middle = [retry.wait(starts, lambda low, high: (low + high) / 2) for starts in (1, 2, 3, 4, 5, 400)]
    assert [wait.total_seconds() for wait in middle] == [10, 20, 40, 80, 100, 100]
    waits = {retry.wait(1).total_seconds() for _ in range(50)}
    assert len(waits) > 1
    assert all(7.5 <= wait <= 12.5 for wait in waits)


@pytest.mark.django_db
def test_a_job_that_fails_comes_back_after_its_wait_and_is_given_up_in_the_end() -> None:
    row = _claimed()
    for starts in (1, 2):
        before = timezone.now()
        assert ending.failed(row, ME, _fault(row))
        row.refresh_from_db()
        assert row.status == "READY"
        assert row.run_after > before + timedelta(seconds=700 * 2 ** (starts - 1))
        assert not DBTaskResult.objects.ready().exists(), "not before its time"
        row.claim(ME)
    assert ending.failed(row, ME, _fault(row))
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("FAILED", 3)


def _held_by_others() -> OperationalError:
    fault, cause = OperationalError(_SECRET), sqlite3.OperationalError(_SECRET)
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    fault.__cause__ = cause
    return fault


@pytest.mark.django_db
def test_a_start_that_found_the_databases_held_by_others_does_not_count() -> None:
    row = _claimed()
    for fault in [*(_held_by_others() for _ in range(4)), Error("database_busy", "as a job of ours tells it")]:
        assert ending.failed(row, ME, fault)
        row.refresh_from_db()
        assert (row.status, row.worker_ids, row.traceback.partition("\n")[0]) == ("READY", [], "database_busy")
        assert row.run_after > timezone.now(), "after its wait"
        row.claim(ME)
    assert ending.failed(row, ME, ValueError())
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("READY", 1)


@pytest.mark.django_db
def test_databases_that_are_held_for_more_than_a_day_are_told_of() -> None:
    row = _claimed()
    DBTaskResult.objects.filter(id=row.id).update(enqueued_at=timezone.now() - timedelta(days=2))
    assert ending.failed(row, ME, _held_by_others())
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("READY", 1), "it counts, so that the job is given up in the end"


@pytest.mark.django_db
def test_a_fault_is_told_by_its_type_and_places_and_never_by_its_words() -> None:
    row = _claimed()
    ending.failed(row, ME, _fault(row))
    told = repr(DBTaskResult.objects.values().get())
    assert "ValueError" in told
    assert "test_jobs.py" in told
    assert not any(word in told for word in _SECRET.split())
    other = _claimed(refuse)
    ending.failed(other, ME, _fault(other))
    other.refresh_from_db()
    assert other.traceback.startswith("disk_full\n")


@pytest.mark.django_db
def test_a_worker_whose_job_was_taken_away_writes_nothing() -> None:
    row = _claimed()
    DBTaskResult.objects.filter(id=row.id).update(worker_ids=[ME, "b" * 32])
    assert not ending.done(row, ME)
    assert not ending.failed(row, ME, ValueError())
    assert DBTaskResult.objects.get(id=row.id).status == "RUNNING"
    assert ending.done(row, "b" * 32)
    assert not ending.done(row, "b" * 32), "once is enough"


@pytest.mark.django_db
def test_a_job_is_taken_back_when_its_workers_lease_is_over_and_not_before() -> None:
    leases.begin(ME)
    row = _claimed()
    assert leases.take_back() == 0
    WorkerProcess.objects.update(seen_at=timezone.now() - leases.lease() - timedelta(seconds=1))
    assert leases.alive() == 0
    assert leases.take_back() == 1
    row.refresh_from_db()
    assert (row.status, row.traceback) == ("READY", "worker_lost\n")
    assert DBTaskResult.objects.ready().exists(), "at once: it has waited already"


@pytest.mark.django_db
def test_a_worker_is_struck_off_although_a_renewal_hangs() -> None:
    worker = uuid4().hex  # one that is struck off stays so in this process
    leases.begin(worker)
    with leases._renewing, override_settings(TASK_LEASE=0.05):
        leases.end(worker)
        assert not WorkerProcess.objects.filter(id=worker).exists()
        assert not leases.stands(worker)
    assert not leases._renewing.locked()


@pytest.mark.django_db
def test_a_job_begun_while_lost_ones_are_looked_for_stays_its_workers() -> None:
    begun: list[JobRow] = []

    def begin_after_the_first_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.startswith("SELECT") and not begun:
            begun.append(DBTaskResult())  # what is asked from here on comes by here too
            leases.begin(ME)
            begun[0] = _claimed()
        return found

    with connection.execute_wrapper(begin_after_the_first_look):
        assert leases.take_back() == 0
    assert ending.done(begun[0], ME), "nobody else has run it"


@pytest.mark.django_db
def test_a_job_that_ends_every_worker_is_given_up_and_not_lost() -> None:
    row = _claimed()
    for _ in range(2):
        assert leases.take_back() == 1
        row.refresh_from_db()
        row.claim(ME)
    assert leases.take_back() == 1
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db
def test_a_job_of_another_version_is_given_up_at_once() -> None:
    row = _claimed()
    DBTaskResult.objects.update(task_path="callward.nowhere.gone")
    row.refresh_from_db()
    assert ending.failed(row, ME, ending.JobError(ending.UNKNOWN))
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db
def test_what_is_done_is_forgotten_after_a_day_and_what_was_given_up_is_not() -> None:
    for _ in range(2):
        ending.done(_claimed(), ME)
    DBTaskResult.objects.filter(id=DBTaskResult.objects.first().id).update(  # type: ignore[union-attr] # there are two
        status="FAILED"
    )
    assert leases.forget_done() == 0
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=2))
    assert leases.forget_done() == 1
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db
@pytest.mark.parametrize("argument", ["dana@example.org", "+46701740605", 8112189876, "Dana", ["x"], {"a": "b"}, 1.5])
def test_an_argument_that_is_no_id_is_refused(argument: Any) -> None:
    with pytest.raises(QueueError):
        refuse.enqueue(argument)
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("argument", [_NAME, _NAME.replace("-", ""), None, True])
def test_an_id_is_an_argument(argument: object) -> None:
    assert is_id(argument)


@task()
@job(retry=Retry(times=2), longest=timedelta(seconds=0.2))
def hang(name: str) -> None:
    with transaction.atomic():
        WorkerProcess.objects.create(id=name[:32], started_at=timezone.now(), seen_at=timezone.now())
        while True:
            # As what must not end because of one broken call: it goes on past everything.
            with suppress(Exception):
                time.sleep(0.01)


@task()
def outlive(name: str) -> None:
    """Write, lose the lease, and write again."""
    with transaction.atomic():
        WorkerProcess.objects.create(id=name[:32], started_at=timezone.now(), seen_at=timezone.now())
        time.sleep(2 * leases.lease().total_seconds())
        WorkerProcess.objects.filter(id=name[:32]).update(seen_at=timezone.now())


def _worked(chosen: Task[..., None], worker: JobWorker) -> JobRow:
    row = _claimed(chosen, worker.worker_id)
    worker.run_task(row)
    row.refresh_from_db()
    return row


@pytest.mark.django_db(transaction=True)
def test_a_job_that_hangs_is_ended_at_its_ceiling_and_counts_as_a_failed_try() -> None:
    worker = JobWorker()
    begun = timezone.now()
    row = _worked(hang, worker)
    assert (row.status, row.traceback.partition("\n")[0]) == ("READY", "job_overdue")
    assert row.run_after > begun + timedelta(seconds=7), "after its wait"
    row.claim(worker.worker_id)
    worker.run_task(row)
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert not WorkerProcess.objects.exists(), "what it had begun is undone"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_commits_nothing_more() -> None:
    worker = JobWorker()
    leases.begin(worker.worker_id)
    with override_settings(TASK_LEASE=0.05):
        row = _worked(outlive, worker)
    assert row.traceback.partition("\n")[0] == "lease_lost"
    assert list(WorkerProcess.objects.values_list("id", flat=True)) == [worker.worker_id]


@pytest.mark.django_db
@pytest.mark.parametrize("stop", [leases.disown, leases.end])
def test_a_worker_that_was_struck_off_writes_nothing_late(stop: Callable[[str], None]) -> None:
    worker = uuid4().hex
    leases.begin(worker)
    with while_leased(worker):
        assert WorkerProcess.objects.filter(id=worker).exists()
    stop(worker)
    with while_leased(worker), pytest.raises(EndedError) as refused:
        WorkerProcess.objects.update(seen_at=timezone.now())
    assert refused.value.code == "lease_lost"
    with override_settings(TASK_LEASE=0.03):
        leases.renew_until(threading.Event(), worker)  # comes to its end by itself
    assert not leases.stands(worker)


def test_an_alarm_that_was_set_before_stays_set() -> None:
    heard = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda number, frame: heard.set())
    mine = signal.setitimer(signal.ITIMER_REAL, 7200)
    try:
        with within(timedelta(seconds=3600)):
            pass
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 3600 < left <= 7200
        signal.raise_signal(signal.SIGALRM)
        assert heard.wait(120)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *mine)
        signal.signal(signal.SIGALRM, before)


def test_a_ceiling_waits_for_the_end_of_what_may_not_be_cut() -> None:
    done = []

    def work() -> None:
        with uninterrupted(), uninterrupted():
            signal.setitimer(signal.ITIMER_REAL, 0.05)  # only here: elsewhere it may come before the block
            time.sleep(0.4)  # the alarm comes in here, more than once
            done.append("whole")
        time.sleep(120)
        done.append("late")

    with pytest.raises(EndedError), within(timedelta(hours=1)):
        work()
    assert done == ["whole"]


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(callward.web.__path__, "callward.web."):
        if not found.name.endswith(("manage", "wsgi", "mending")) and ".migrations" not in found.name:
            yield found.name


def test_every_job_goes_through_our_queue_takes_ids_and_has_a_word() -> None:
    jobs = {
        value.module_path: value
        for name in _modules()
        for value in vars(import_module(name)).values()
        if isinstance(value, Task)
    }
    assert jobs
    for chosen in jobs.values():
        parameters = inspect.signature(chosen.func).parameters.values()
        assert {parameter.annotation for parameter in parameters} <= {"str", "bool", "str | None"}
        assert chosen.name in JOBS


@pytest.mark.django_db
def test_a_row_that_leads_to_no_job_is_given_up_and_holds_up_no_other() -> None:
    row, lost = _claimed(worker="b" * 32), _claimed(worker="c" * 32)
    DBTaskResult.objects.filter(id=row.id).update(task_path="os.path.join")
    assert leases.take_back() == 2
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY"}
    row.refresh_from_db()
    worker = JobWorker()
    row.claim(worker.worker_id)
    worker.run_task(row)
    row.refresh_from_db()
    assert (row.status, row.traceback.partition("\n")[0]) == ("FAILED", "task_unknown")
    assert DBTaskResult.objects.get(id=lost.id).status == "READY"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_costs_no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    stop = threading.Event()

    def broken(**words: object) -> None:
        asked.append("asked")
        if len(asked) == 2:
            stop.set()
        raise InterfaceError

    monkeypatch.setattr(WorkerProcess.objects, "update_or_create", broken)
    with override_settings(TASK_LEASE=0.03):
        leases.renew_until(stop, ME)
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_struck_off_while_it_renews_its_lease_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    renew, worker = WorkerProcess.objects.update_or_create, uuid4().hex

    def strike_off() -> None:
        leases.end(worker)
        connection.close()

    ending_it = threading.Thread(target=strike_off)

    def while_struck_off(**words: Any) -> object:
        ending_it.start()
        ending_it.join(0.3)  # it would be through by now if nothing kept it waiting
        return renew(**words)

    leases.begin(worker)
    monkeypatch.setattr(WorkerProcess.objects, "update_or_create", while_struck_off)
    with override_settings(TASK_LEASE=0.03):
        leases.renew_until(threading.Event(), worker)  # comes to its end by itself
    ending_it.join()
    assert not WorkerProcess.objects.exists()
