"""Row security: whose rows PostgreSQL lets anybody see, whatever the code asks for.

The tests' role is an ordinary one, which owns the tables as Callward's does. All but the first run there alone: SQLite
has no such wall.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import postgresql
import pytest
from django.db import (
    DatabaseError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from callward.web import prepare, walls
from callward.web.accounts.models import User
from callward.web.background import job
from callward.web.background.working import JobWorker
from callward.web.calls.doctor import examine
from callward.web.calls.models import Call, CallQuerySet
from callward.web.core.models import Controller, Line
from callward.web.keys import epochs, vault
from callward.web.keys.models import PersonKey
from callward.web.lifecycle.models import KeepingRule
from callward.web.walls import policies
from callward.web.walls.middleware import WallMiddleware

Both = tuple[Controller, Controller]
_on_postgresql = pytest.mark.skipif(postgresql.WANTED != "postgresql", reason="runs where PostgreSQL holds the rows")
pytestmark = pytest.mark.django_db
"""What nothing in these tests writes a row of, for each controller."""
_EMPTY = {
    "account_emailaddress", "account_emailconfirmation", "audit_head", "audit_intent", "calls_daycount",
    "calls_review", "calls_upload", "core_damage", "keys_custodykey", "keys_tombstone", "lifecycle_anonymoustext",
    "lifecycle_escrow", "lifecycle_happening", "lifecycle_hold", "lifecycle_issuedcertificate", "lifecycle_logrules",
    "lifecycle_message", "lifecycle_recount", "lifecycle_sharedestroyed",
}  # fmt: skip


def _count(table: str, alias: str = "default") -> int:
    """Count rows as a query does whose scoping was forgotten."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def _controllers(table: str, alias: str = "default") -> set[UUID]:
    column = "controller_id" if alias == "default" else "controller"
    with connections[alias].cursor() as cursor:
        cursor.execute(f'SELECT DISTINCT {column} FROM "{table}"')
        return {row[0] for row in cursor.fetchall()}


def _run(statement: str, *values: UUID, alias: str = "default") -> int:
    """Run a statement and tell how many rows it touched."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def test_every_model_is_behind_the_wall_or_listed_with_its_reason() -> None:
    assert policies.unplaced() == []
    known = {model._meta.label for model in policies._models()}
    assert set(policies.ABOVE) | set(policies.OPEN) <= known
    assert all(policies.OPEN.values())


@_on_postgresql
def test_after_a_migration_every_table_has_its_policy_and_holds_for_this_role() -> None:
    assert list(policies.faults()) == []


@_on_postgresql
@pytest.mark.parametrize("alias", ["default", "keys"])
def test_in_every_table_each_controller_sees_its_own_rows_and_no_others(both: Both, alias: str) -> None:
    acme, rival = both
    tables = policies.walled(alias)
    whole = {table: _count(table, alias) for table in tables}
    with walls.narrowed(acme.pk):
        ours = {table: _count(table, alias) for table in tables}
    with walls.narrowed(rival.pk):
        theirs = {table: _count(table, alias) for table in tables}
    with walls.narrowed(uuid4()):
        assert [table for table in tables if _count(table, alias)] == []
    assert {table for table, rows in ours.items() if rows} == {table for table, rows in theirs.items() if rows}
    assert {table for table in tables if not ours[table]} == _EMPTY & set(tables)
    assert whole == {table: ours[table] + theirs[table] for table in tables}


@_on_postgresql
@pytest.mark.parametrize("alias", ["default", "keys"])
def test_who_is_not_said_sees_nothing_and_writes_nothing(both: Both, alias: str) -> None:
    with walls.within(""):
        assert [table for table in policies.walled(alias) if _count(table, alias)] == []
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Controller.objects.create(name="Nobody", slug="nobody", origin="nobody.example", timezone="UTC")


@_on_postgresql
def test_what_is_another_controllers_is_neither_changed_nor_deleted_nor_written(both: Both) -> None:
    acme, rival = both
    call, key = Call.objects.get(controller=rival), PersonKey.objects.filter(controller=rival.pk).first()
    assert key is not None
    with walls.narrowed(acme.pk):
        assert _run("UPDATE calls_call SET language = 'sv'") == 1
        assert _run("UPDATE calls_item SET size = 0 WHERE call_id = %s", call.pk) == 0
        assert _run("DELETE FROM calls_item WHERE call_id = %s", call.pk) == 0
        assert _run("DELETE FROM keys_personkey WHERE id = %s", key.pk, alias="keys") == 0
        assert _run("UPDATE keys_epoch SET state = 'destroyed' WHERE controller = %s", rival.pk, alias="keys") == 0
        tomb = f"INSERT INTO keys_tombstone (person, controller, erased_at) VALUES ('{uuid4()}', '{rival.pk}', now())"
        for statement, alias in (
            (f"UPDATE calls_call SET controller_id = '{rival.pk}'", "default"),
            (f"UPDATE calls_item SET call_id = '{call.pk}'", "default"),
            (tomb, "keys"),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(using=alias):
                _run(statement, alias=alias)
    assert Call.objects.get(pk=call.pk).language == "en"
    assert PersonKey.objects.filter(pk=key.pk).exists()


@_on_postgresql
def test_a_request_whose_view_forgot_to_scope_sees_its_own_controller(
    both: Both, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, _ = both
    monkeypatch.setattr(CallQuerySet, "for_controller", lambda calls, _: calls)
    browser = Client()
    browser.force_login(alice)
    found = [browser.get(reverse("calls:call", args=[Call.objects.get(controller=one).pk])) for one in both]
    assert [answer.status_code for answer in found] == [200, 404]
    listed = browser.get(reverse("calls:list")).content.decode()
    assert [str(Call.objects.get(controller=one).pk) in listed for one in both] == [True, False]
    assert Call.objects.for_controller(acme).count() == 2, "outside of a request nothing holds them back"


@task()
@job(owner=UUID)
def _write_down(controller: str) -> None:
    _seen.append((_controllers("calls_call"), _controllers("keys_personkey", "keys")))


_seen: list[tuple[set[UUID], set[UUID]]] = []


@_on_postgresql
def test_a_job_of_one_controller_sees_its_rows_alone(both: Both) -> None:
    _seen.clear()
    for owner in both:
        _write_down.enqueue(str(owner.pk))
    for row in DBTaskResult.objects.order_by("enqueued_at"):
        JobWorker()._run(row)
    assert _seen == [({owner.pk}, {owner.pk}) for owner in both]
    assert walls.current() == walls.PLATFORM


def _answer(get_response: Any, controller: UUID | None) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        assert walls.current() == walls.PLATFORM, "who asks is read before anybody is known"
        if controller is not None:
            walls.narrow(controller)
        return get_response()  # type: ignore[no-any-return]

    with walls.within(""):  # as a thread of the web server
        response = WallMiddleware(view)(RequestFactory().get("/"))
        assert walls.current() == ""
        assert _count("core_controller") == 0
    return response


@_on_postgresql
def test_nothing_of_a_request_is_left_for_the_next_one_whether_it_ends_well_or_not(both: Both) -> None:
    acme, _ = both
    assert _answer(lambda: HttpResponse(str(_count("core_controller"))), acme.pk).content == b"1"

    def fail() -> HttpResponse:
        raise LookupError

    with walls.within(""):
        with pytest.raises(LookupError):
            WallMiddleware(lambda _: fail())(RequestFactory().get("/"))
        assert _count("core_controller") == 0


@_on_postgresql
def test_an_answer_that_streams_goes_on_seeing_its_rows_and_others_between_theirs(both: Both) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield repr(_controllers("calls_call")).encode()

    streams = [_answer(lambda: StreamingHttpResponse(pieces()), controller.pk) for controller in both]
    with walls.within(""):
        for parts in zip(*streams, strict=True):
            assert parts == tuple(repr({controller.pk}).encode() for controller in both)
            assert _count("calls_call") == 0


@_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_threads_do_not_see_each_others_rows(both: Both) -> None:
    seen: dict[UUID, list[set[UUID]]] = {controller.pk: [] for controller in both}
    at_once = threading.Barrier(2)

    def work(controller: UUID) -> None:
        try:
            for _ in range(20):
                with walls.narrowed(controller):
                    at_once.wait(600)
                    seen[controller].append(_controllers("calls_call"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(controller,)) for controller in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {controller: [{controller}] * 20 for controller in seen}


@_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_thread_of_the_web_server_that_nobody_narrowed_sees_nothing(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walls, "_process", "")
    seen: list[int] = []

    def look() -> None:
        seen.append(_count("calls_call"))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [0]


@_on_postgresql
def test_the_keys_that_a_process_holds_are_looked_after_across_controllers(both: Both) -> None:
    epochs.forget_epoch_keys()
    for controller in both:
        vault.service_key(controller.pk, "ledger")
    held = set(epochs._held)
    for key in epochs._held.values():
        key.seen = monotonic() - epochs.HELD
    with walls.within(""):  # as a thread of the web server
        assert epochs.let_go_of_ended() == 0
        assert set(epochs._held) == held
        assert len(held) == 2
        assert walls.current() == ""
        epochs._held[next(iter(held))].seen = monotonic() - epochs.HELD
        assert epochs._living(next(iter(held))) is None, "without that the row is not seen, and the key seems to be old"


@_on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nested", [False, True])
def test_what_a_transaction_takes_back_is_told_again(both: Both, nested: bool) -> None:
    acme, rival = both

    def fail(statement: str) -> None:
        with transaction.atomic(), walls.narrowed(rival.pk):
            assert _controllers("calls_call") == {rival.pk}
            _run(statement)
            raise LookupError

    with walls.narrowed(acme.pk):
        assert _controllers("calls_call") == {acme.pk}
        for statement in ("SELECT 1", "SELECT 1 / 0"):
            with transaction.atomic() if nested else nullcontext():
                with pytest.raises((LookupError, DatabaseError)):
                    fail(statement)
                assert _controllers("calls_call") == {acme.pk}
    assert _controllers("calls_call") == {acme.pk, rival.pk}


@_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_long_read_that_was_begun_across_controllers_goes_on_behind_a_wall(both: Both) -> None:
    acme, rival = both
    Line.objects.bulk_create(
        Line(controller=rival, name=str(n), slug=f"line-{n}", kind="other", language="en", timezone="UTC")
        for n in range(300)
    )
    for around in (transaction.atomic, walls.across):
        with around():
            rows = Line.objects.order_by("slug").iterator(50)
            seen = {next(rows).pk}
            with walls.narrowed(acme.pk):
                assert _count("core_line") == 1
                assert len(seen | {line.pk for line in rows}) == 302


@_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_first_statement_behind_a_wall_gives_what_it_gives_without_one(both: Both) -> None:
    acme, _ = both
    line = Line.objects.get(controller=acme)

    def behind(act: Callable[[], object]) -> object:
        with walls.within(""):
            assert _count("core_line") == 0
        with walls.narrowed(acme.pk):
            return act()

    assert behind(lambda: [one.pk for one in Line.objects.all()]) == [line.pk]
    assert behind(lambda: Line.objects.filter(pk=line.pk).update(name="Renamed")) == 1
    assert behind(lambda: KeepingRule.objects.bulk_create([_rule(line, days) for days in (1, 2)]))
    assert behind(lambda: KeepingRule.objects.filter(minimum__in=[1, 2]).count()) == 2
    assert behind(lambda: KeepingRule.objects.create(line=line, subject="one", minimum=3).pk)
    assert behind(lambda: _run("DELETE FROM lifecycle_keepingrule WHERE minimum IN (1, 2, 3)")) == 3
    assert behind(lambda: _many("UPDATE core_line SET name = %s", [("one",), ("two",)])) == 2
    assert behind(lambda: [one.name for one in Line.objects.iterator()]) == ["two"]
    assert behind(lambda: _run("EXPLAIN SELECT 1 FROM core_line"))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM core_line")


def _rule(line: Line, days: int) -> KeepingRule:
    return KeepingRule(line=line, subject=f"subject {days}", minimum=days)


def _many(statement: str, values: list[tuple[str]]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)


@_on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_doctor_names_a_table_without_its_policy_and_the_next_start_gives_it_back() -> None:
    _run("ALTER TABLE calls_call NO FORCE ROW LEVEL SECURITY")
    _run(f'DROP POLICY "{next(p.name for p in policies._policies("default") if p.table == "core_line")}" ON core_line')
    _run("CREATE POLICY callward_old ON audit_entry USING (true)")
    [check] = [check for check in examine() if check.name == "row security"]
    assert not check.well
    assert "audit_entry, calls_call, core_line in the default database" in check.told
    prepare()
    assert list(policies.faults()) == []


@_on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "why"), [("keeper", "is a superuser"), ("passer", "has BYPASSRLS")])
def test_the_doctor_names_a_role_that_passes_every_policy(monkeypatch: pytest.MonkeyPatch, role: str, why: str) -> None:
    postgresql.statement("CREATE ROLE passer LOGIN BYPASSRLS IN ROLE callward", role=postgresql.OWNER)
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", role)
    try:
        [told] = policies.faults()
        assert f"{role} {why}" in told
        assert told.startswith("row security holds nobody back in the default database")
    finally:
        connection.close()
        monkeypatch.undo()
        postgresql.statement("DROP ROLE passer", role=postgresql.OWNER)


@_on_postgresql
def test_a_wall_that_is_told_to_a_failed_transaction_fails_as_any_statement_does() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        before = transaction.savepoint()
        with pytest.raises(ProgrammingError):
            cursor.execute("SELECT nothing")
        with pytest.raises(InternalError), walls.narrowed(uuid4()):
            cursor.execute("SHOW server_version")
        transaction.savepoint_rollback(before)


@_on_postgresql
def test_a_wall_that_is_told_to_a_lost_connection_fails_as_any_statement_does() -> None:
    lost = connection.copy()
    try:
        with lost.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            _run_one("SELECT pg_terminate_backend(%s, 60000)", *cursor.fetchone())
            with pytest.raises(OperationalError), walls.narrowed(uuid4()):
                cursor.execute("SHOW server_version")
    finally:
        lost.close()


def _run_one(statement: str, value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        assert cursor.fetchone() == (True,)
