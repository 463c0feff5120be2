"""A clock that is set back a day and forward again: nothing ends early, nobody waits for the day to come round."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
from backups import key_file, place
from call_fixtures import care_line, store
from calls_at_work import CARD, HARMLESS, take
from cast import prove
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.web import audit
from callward.web.accounts.middleware import _idle_too_long
from callward.web.accounts.models import User
from callward.web.accounts.sessions import sweep_sessions
from callward.web.audit.models import Entry, Head
from callward.web.audit.sequencing import LEASE
from callward.web.background import leases
from callward.web.background.models import WorkerProcess
from callward.web.calls import access
from callward.web.calls.duties import destroy_overdue
from callward.web.calls.models import Call, Item, Review
from callward.web.calls.reviewing import UNDO, apply_due
from callward.web.calls.tasks import take_in_batch
from callward.web.core.models import Line
from callward.web.keys.models import Epoch
from callward.web.lifecycle import erasing, keys_doctor, purging, turns
from callward.web.lifecycle.backup.keys_copy import renew_keys_due
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination

__all__ = ["care_line", "key_file", "place", "store"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

DAY = timedelta(days=1)
_now = timezone.now


@contextmanager
def clock(away: timedelta) -> Iterator[None]:
    """Let the clock of this machine be wrong by so much."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timezone, "now", lambda: _now() + away)
        patched.setattr(time, "time", lambda tell=time.time: tell() + away.total_seconds())
        yield


BACK = (timedelta(), -DAY, timedelta())  # right, a day behind, right again


def test_the_ledger_verifies_over_every_step_and_keeps_its_order(care_line: Line) -> None:
    for number, away in enumerate(BACK):
        with clock(away):
            take(care_line, HARMLESS, seconds=6.0 + number)
            audit.sequence(care_line.controller)
    audit.check_ledgers()
    times = list(Entry.objects.order_by("index").values_list("at", flat=True))
    assert times != sorted(times), "an entry says the time that the clock had"
    assert list(Entry.objects.order_by("index").values_list("id", flat=True)) == sorted(
        Entry.objects.values_list("id", flat=True)
    )


def test_the_lease_of_a_sequencer_that_died_before_the_clock_was_set_back_holds_nobody_up(care_line: Line) -> None:
    take(care_line, HARMLESS)
    audit.sequence(care_line.controller)
    Head.objects.update(lease_holder=uuid4(), lease_until=_now() + LEASE)
    with clock(-DAY):
        take(care_line, CARD, phone="+447700900188")
        assert not audit.sequence(care_line.controller).busy


def test_a_job_whose_worker_died_before_the_clock_was_set_back_is_taken_up_within_a_lease(care_line: Line) -> None:
    leases.begin("lost")
    row = take_in_batch.enqueue(str(uuid4()))
    DBTaskResult.objects.filter(id=row.id).update(status=TaskResultStatus.RUNNING, worker_ids=["lost"])
    with clock(-DAY):
        assert leases.take_back() == 0, "it may be alive, and has one lease to say so"
    with clock(-DAY + leases.lease() + timedelta(seconds=5)):
        assert leases.take_back() == 1


def test_a_worker_that_lives_keeps_its_job_when_the_clock_is_set_back_and_forward(care_line: Line) -> None:
    leases.begin("alive")
    row = take_in_batch.enqueue(str(uuid4()))
    DBTaskResult.objects.filter(id=row.id).update(status=TaskResultStatus.RUNNING, worker_ids=["alive"])
    with clock(-DAY):
        assert leases.take_back() == 0
        WorkerProcess.objects.update(seen_at=timezone.now())  # as it does three times in a lease
        assert leases.take_back() == 0


def test_a_job_that_waits_for_its_next_try_does_not_wait_for_a_day(care_line: Line) -> None:
    row = take_in_batch.enqueue(str(uuid4()))
    DBTaskResult.objects.filter(id=row.id).update(run_after=_now() + timedelta(minutes=5))
    with clock(-DAY):
        leases.look_after_jobs()
        assert DBTaskResult.objects.get(id=row.id).run_after <= timezone.now()


def test_the_turn_is_neither_early_nor_lost(care_line: Line) -> None:
    controller = care_line.controller
    due = turns.due_at(controller.id)
    for away in BACK:
        with clock(away):
            assert turns.turn_due() == 0
    with clock(due - _now() + timedelta(hours=1)):
        assert turns.turn_due() == 1
    with clock(timedelta()):
        assert turns.turn_due() == 0, "the clock is right again, and its epoch begins in the future"
        told = {line.name: line for line in keys_doctor.examine()}
        assert "begins in the future" in told["age"].told
    assert Epoch.objects.get(state="current").number == 2


def test_nothing_is_purged_before_its_day(care_line: Line) -> None:
    take(care_line, HARMLESS)
    last = Item.objects.earliest("retain_until").retain_until
    until = datetime.combine(last, datetime.min.time(), tzinfo=_now().tzinfo) - _now()
    for away in (until, until - DAY, until):
        with clock(away + timedelta(hours=2)):
            assert purging.purge_due() == 0
    assert Item.objects.count() == 5
    with clock(until + 2 * DAY):
        assert purging.purge_due()


def test_sound_that_may_hold_a_card_is_never_held_longer_than_a_day(care_line: Line) -> None:
    take(care_line, HARMLESS)
    Call.objects.update(state=Call.State.HELD, held_until=_now() + timedelta(hours=23))
    with clock(-DAY):
        assert destroy_overdue() == 0
    with clock(timedelta(minutes=1)):
        assert destroy_overdue() == 1


def test_a_decision_is_carried_out_though_it_was_made_in_the_future(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    review = Review.objects.create(call=call, opened_at=_now(), decision="release", decided_at=_now())
    Call.objects.update(state=Call.State.IN_REVIEW)
    with clock(-DAY):
        assert apply_due(review)
    assert UNDO < DAY


def test_a_session_does_not_live_a_day_longer(care_line: Line, alice: User, client: Client) -> None:
    client.force_login(prove(alice))
    assert client.get(reverse("calls:today")).status_code == HTTPStatus.OK
    with clock(-DAY):
        answer = client.get(reverse("calls:today"))
        assert answer.status_code == HTTPStatus.FOUND, "its times say nothing any more"
    client.force_login(alice)
    client.get(reverse("calls:today"))
    with clock(-DAY):
        assert sweep_sessions() == 1
    client.force_login(alice)
    client.get(reverse("calls:today"))
    with clock(DAY):
        assert client.get(reverse("calls:today")).status_code == HTTPStatus.FOUND


def test_a_clock_that_is_a_second_off_signs_nobody_out() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment] # nobody stores it
    assert not _idle_too_long(request)
    with clock(timedelta(seconds=-2)):
        assert not _idle_too_long(request)


def test_an_original_is_not_open_for_a_day(care_line: Line) -> None:
    call, request = take(care_line, HARMLESS), RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment] # nobody stores it
    access.open_original(request, call, "quality")
    assert access.original_is_open(request, call)
    with clock(-DAY):
        assert not access.original_is_open(request, call)


def test_who_is_erased_while_the_clock_is_behind_is_in_no_copy_of_the_keys(
    care_line: Line, place: Destination, key_file: Path
) -> None:
    person = take(care_line, HARMLESS).person
    create(place, audit.SYSTEM)
    with override_settings(BACKUP=str(place.place), BACKUP_KEY_FILE=str(key_file)), clock(-DAY):
        assert not renew_keys_due()
        erasing.erase(person, audit.SYSTEM, because="test")
        assert renew_keys_due()
