"""Databases that others hold: waited for, done again as a whole, and told with the database's own code in the end."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import Atomic
from django.test import RequestFactory
from pytest_django import DjangoDbBlocker

from callward.web import faults, waiting
from callward.web.core import errors
from callward.web.core.outages import OutageMiddleware

_ADD = "INSERT INTO call VALUES (1)"
_CEILING = 120.0


class _File:
    """A database in a file, one connection of Django's to it, and another process' lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(sqlite3.connect(path)) as made:
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("CREATE TABLE call (id integer)")
        self.let_go = threading.Event()
        self._held = threading.Event()
        self._holder = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self._held.set()
            self.let_go.wait(_CEILING)
            other.execute("ROLLBACK")

    def hold(self) -> None:
        self._holder.start()
        assert self._held.wait(_CEILING)

    def end(self) -> None:
        self.let_go.set()
        if self._held.is_set():
            self._holder.join()

    def count(self) -> int:
        with closing(sqlite3.connect(self._path)) as asked:
            (found,) = asked.execute("SELECT count(*) FROM call").fetchone()
        return int(found)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[_File]:
    made = _File(tmp_path / "held.sqlite3")
    yield made
    made.end()


@pytest.fixture
def held(tmp_path: Path, file: _File, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database that somebody else is writing to; it does not wait by itself."""
    before = connection_created.disconnect(dispatch_uid=waiting.__name__)
    alias = "held"
    connections.settings[alias] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "held.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0},
    }
    file.hold()
    with django_db_blocker.unblock():
        yield connections[alias]
        connections[alias].close()
    connection_created.disconnect(dispatch_uid=waiting.__name__)
    if before:
        waiting.wait_for_locks()
    del connections[alias], connections.settings[alias]


@pytest.fixture
def let_go_when_waited_for(file: _File) -> Iterator[list[str]]:
    """The lock goes once the log says that it is waited for; what the log says is given."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())
            file.let_go.set()

    listener, log = Listener(), logging.getLogger(waiting.__name__)
    log.addHandler(listener)
    yield said
    log.removeHandler(listener)


def _alone(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD)


def _in_a_transaction(connection: BaseDatabaseWrapper) -> None:
    with Atomic(connection.alias, savepoint=False, durable=False), connection.cursor() as cursor:
        cursor.execute(_ADD)


_each_way = pytest.mark.parametrize("act", [_alone, _in_a_transaction])


@_each_way
def test_background_work_waits_for_a_lock_and_goes_on_when_it_is_let_go(
    held: BaseDatabaseWrapper,
    file: _File,
    let_go_when_waited_for: list[str],
    act: Callable[[BaseDatabaseWrapper], None],
) -> None:
    waiting.wait_for_locks()
    act(held)
    assert file.count() == 1
    assert "SQLITE_BUSY" in let_go_when_waited_for[0]


@_each_way
def test_a_page_does_not_wait_longer_than_its_connection(
    held: BaseDatabaseWrapper, act: Callable[[BaseDatabaseWrapper], None]
) -> None:
    with pytest.raises(OperationalError) as refused:
        act(held)
    assert faults.was_busy(refused.value)


def test_an_act_that_was_begun_is_done_again_as_a_whole(
    held: BaseDatabaseWrapper, file: _File, let_go_when_waited_for: list[str]
) -> None:
    held.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"  # so that the lock is met in the middle
    begun: list[int] = []

    def act() -> None:
        with Atomic(held.alias, savepoint=False, durable=False), held.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM call")
            begun.append(len(begun))
            cursor.execute(_ADD)

    waiting.wait_for_locks()
    waiting.patiently(act)
    assert (len(begun) > 1, file.count()) == (True, 1)


def test_what_is_held_all_the_time_is_told_as_busy_with_the_databases_own_code(held: BaseDatabaseWrapper) -> None:
    with pytest.raises(OperationalError) as refused:
        waiting.patiently(lambda: _alone(held), longest=0.0)
    told = faults.refusal(refused.value)
    assert told is not None
    assert (told.code, "(SQLITE_BUSY)" in told.detail) == ("database_busy", True)


def test_another_fault_is_not_tried_again(held: BaseDatabaseWrapper, let_go_when_waited_for: list[str]) -> None:
    def broken() -> None:
        with held.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    with pytest.raises(OperationalError):
        waiting.patiently(broken)
    assert let_go_when_waited_for == []


def test_a_page_says_that_a_database_is_busy_and_when_to_come_again(
    held: BaseDatabaseWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OperationalError) as refused:
        _alone(held)
    middleware = OutageMiddleware(errors.broken)
    for accepts, says in (("text/html", b"The database is busy"), ("application/json", b'"database_busy"')):
        request = RequestFactory().get("/", headers={"Accept": accepts})
        answer = middleware.process_exception(request, refused.value)
        assert answer is not None
        assert (answer.status_code, answer["Retry-After"], says in answer.content) == (503, "5", True)
    assert "OperationalError (SQLITE_BUSY) in " in caplog.text
    assert _ADD not in caplog.text


def test_what_fails_before_a_view_is_told_the_same(held: BaseDatabaseWrapper) -> None:
    request = RequestFactory().get("/", headers={"Accept": "text/html"})
    try:
        _alone(held)
    except OperationalError:
        assert errors.broken(request).status_code == 503
    assert errors.broken(request).status_code == 500
