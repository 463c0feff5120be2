"""The page of jobs: who may use it, what it tells, and what its buttons do."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.background import ending, given_up
from callward.web.background.models import GivenUpJob
from callward.web.background.urls import urlpatterns
from callward.web.calls.models import Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.core.models import Controller

pytestmark = pytest.mark.django_db

TABLE = {"jobs": "administrator", "retry": "administrator", "discard": "administrator"}


@pytest.fixture
def batch(acme: Controller, astrid: User) -> UUID:
    """A batch of Acme's whose job was given up."""
    name = uuid4()
    Upload.objects.create(
        id=uuid4(),
        batch=name,
        controller=acme,
        sent_by=astrid,
        sent_at=timezone.now(),
        size=1,
        object_name="",
        sealed_name=b"",
    )
    take_in_batch.enqueue(str(name))
    DBTaskResult.objects.update(status="FAILED", traceback="disk_full\nsomewhere", worker_ids=["a"] * 5)
    return name


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _address(name: str) -> str:
    job = DBTaskResult.objects.values_list("id", flat=True).first() or uuid4()
    return reverse(f"background:{name}", args=[] if name == "jobs" else [job])


def _visit(user: User, name: str) -> int:
    client = _client(user)
    return client.get(_address(name)).status_code if name == "jobs" else client.post(_address(name)).status_code


def test_every_address_of_jobs_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_only_administrators_reach_it(name: str, proven_cast: dict[Role, User], batch: UUID) -> None:
    others = {role: user for role, user in proven_cast.items() if role != Role.ADMINISTRATOR}
    assert {_visit(user, name) for user in others.values()} == {HTTPStatus.FORBIDDEN}
    assert Client().get(_address(name)).status_code == HTTPStatus.FOUND
    assert _visit(proven_cast[Role.ADMINISTRATOR], name) in {HTTPStatus.OK, HTTPStatus.FOUND}


def test_the_page_says_what_failed_how_often_and_why(proven_cast: dict[Role, User], batch: UUID) -> None:
    page = _client(proven_cast[Role.ADMINISTRATOR]).get(_address("jobs")).content.decode()
    assert "<b>1 job</b> was given up" in page
    assert "Take in files that were added" in page
    assert "Make room and try again. <code>disk_full</code>" in page
    assert "5 times" in page
    assert "No worker is running" in page
    assert str(batch) not in page


def test_trying_again_puts_the_job_into_the_queue_and_on_the_record(proven_cast: dict[Role, User], batch: UUID) -> None:
    job = DBTaskResult.objects.get().id
    assert _visit(proven_cast[Role.ADMINISTRATOR], "retry") == HTTPStatus.FOUND
    row = DBTaskResult.objects.ready().get()
    assert row.worker_ids == []
    entry = Entry.objects.get(action="job.retried")
    assert (entry.resource_id, entry.outcome) == (str(job), "done")


def test_letting_go_ends_what_the_job_was_for_as_refused(proven_cast: dict[Role, User], batch: UUID) -> None:
    assert _visit(proven_cast[Role.ADMINISTRATOR], "discard") == HTTPStatus.FOUND
    assert not DBTaskResult.objects.exists()
    assert Upload.objects.get(batch=batch).reason == "upload_failed"
    assert Entry.objects.filter(action__in=["job.discarded", "call.refused"]).count() == 2


@pytest.mark.parametrize("name", ["retry", "discard"])
def test_a_job_of_another_controller_is_not_there(name: str, proven_mallory: User, batch: UUID) -> None:
    proven_mallory.role = Role.ADMINISTRATOR
    proven_mallory.save()
    assert _visit(proven_mallory, name) == HTTPStatus.NOT_FOUND
    assert "No job was given up." in _client(proven_mallory).get(_address("jobs")).content.decode()
    assert DBTaskResult.objects.get().status == "FAILED"


def test_the_count_beside_settings_looks_at_no_row_of_others(
    acme: Controller, rival: Controller, batch: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    given_up.note_missing()
    others = DBTaskResult.objects.bulk_create(
        DBTaskResult(
            status="FAILED",
            task_path=take_in_batch.module_path,
            args_kwargs={"args": [str(uuid4())], "kwargs": {}},
            backend_name="default",
            run_after=timezone.now(),
        )
        for _ in range(500)
    )
    GivenUpJob.objects.bulk_create(GivenUpJob(job=row, controller=rival.id) for row in others)
    with django_assert_num_queries(1) as asked:
        assert given_up.count(acme) == 1
    plan = (
        [row[-1] for row in connection.cursor().execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}").fetchall()]
        if (connection.vendor == "sqlite")
        else []
    )
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert given_up.count(rival) == 500


def test_a_job_that_is_tried_again_is_counted_no_more(
    proven_cast: dict[Role, User], acme: Controller, batch: UUID
) -> None:
    assert given_up.note_missing() == 1
    assert given_up.note_missing() == 0
    assert given_up.count(acme) == 1
    _visit(proven_cast[Role.ADMINISTRATOR], "retry")
    assert given_up.count(acme) == 0
    row = DBTaskResult.objects.get()
    row.claim("a" * 32)
    for _ in range(4):
        row.claim("a" * 32)
    assert ending.failed(row, "a" * 32, ValueError())
    assert given_up.count(acme) == 1, "noted when it was given up"


@pytest.mark.parametrize(
    ("path", "arguments"),
    [("os.path.join", ["x"]), ("gone.away", []), (take_in_batch.module_path, [])],
)
def test_a_job_that_this_version_cannot_read_hides_neither_itself_nor_others(
    path: str, arguments: list[str], batch: UUID, acme: Controller, proven_cast: dict[Role, User]
) -> None:
    DBTaskResult.objects.create(
        status="FAILED",
        traceback="task_unknown\n",
        task_path=path,
        args_kwargs={"args": arguments, "kwargs": {}},
        backend_name="default",
        run_after=timezone.now(),
    )
    by = proven_cast[Role.ADMINISTRATOR]
    assert _visit(by, "jobs") == HTTPStatus.OK
    assert len(given_up.given_up(acme)) == 2
    for row in DBTaskResult.objects.all():
        assert _client(by).post(reverse("background:discard", args=[row.id])).status_code == HTTPStatus.FOUND
    assert not DBTaskResult.objects.exists()
    assert Upload.objects.get().status == Upload.Status.REFUSED
