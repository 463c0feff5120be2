"""Records of Callward's own work end by themselves; the ledger's entries and hashes never do."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry, Intent
from callward.web.calls.models import Upload
from callward.web.core.models import Controller, Line
from callward.web.core.objects import ObjectStore
from callward.web.lifecycle import own_records
from callward.web.lifecycle.models import LogRules

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


def _upload(line: Line, by: User, days: int, status: str, name: str = "") -> None:
    Upload.objects.create(
        batch=uuid4(),
        controller=line.controller,
        sent_by=by,
        sent_at=timezone.now() - timedelta(days=days),
        sealed_name=b"x",
        size=1,
        status=status,
        object_name=name,
    )


def test_rows_of_files_go_after_their_days_and_those_at_work_stay(
    care_line: Line, alice: User, store: ObjectStore
) -> None:
    name = f"{store.new_folder()}/{uuid4().hex}"
    store.put_all({name: b"sealed"})
    _upload(care_line, alice, 91, "taken_in", name)
    _upload(care_line, alice, 89, "refused")
    _upload(care_line, alice, 400, "waiting")
    assert own_records.end(care_line.controller) == 1
    assert sorted(Upload.objects.values_list("status", flat=True)) == ["refused", "waiting"]
    assert list(store.list()) == []
    assert Entry.objects.filter(action="records.ended").count() == 1
    assert own_records.end(care_line.controller) == 0
    assert Entry.objects.filter(action="records.ended").count() == 1


def test_an_act_is_forgotten_when_it_is_concluded_long_enough(care_line: Line) -> None:
    with transaction.atomic():
        old, new = (
            audit.intend("item.destroyed", actor=audit.SYSTEM, resource=care_line, controller=care_line.controller)
            for _ in range(2)
        )
        audit.conclude(old)
    Intent.objects.update(intended_at=timezone.now() - timedelta(days=200))
    Intent.objects.filter(pk=old.pk).update(concluded_at=timezone.now() - timedelta(days=100))
    assert own_records.end(care_line.controller) == 1
    assert Intent.objects.get().pk == new.pk


def test_sealed_details_end_after_a_year_and_their_entries_stay(care_line: Line) -> None:
    controller = care_line.controller
    now = timezone.now()
    with transaction.atomic():
        for days in (366, 364):
            audit.record(
                "line.changed",
                actor=audit.SYSTEM,
                resource=care_line,
                controller=controller,
                detail=b"sealed",
                at=now - timedelta(days=days),
            )
    bodies = list(Entry.objects.order_by("id").values_list("body", flat=True))
    assert own_records.end(controller) == 1
    assert [bool(bytes(entry.detail)) for entry in Entry.objects.order_by("id")[:2]] == [False, True]
    assert list(Entry.objects.order_by("id").values_list("body", flat=True))[:2] == bodies
    audit.sequence(controller)
    LogRules.objects.filter(controller=controller).update(detail_days=700)
    assert own_records.end(controller) == 0


def test_nobody_sets_less_than_a_year_for_the_ledger(acme: Controller, proven_cast: dict[Role, User]) -> None:
    browser = Client()
    browser.force_login(proven_cast[Role.ADMINISTRATOR])
    address = reverse("lifecycle:records")
    assert browser.post(address, {"log_days": "30", "detail_days": "364"}).status_code == 422
    assert browser.post(address, {"log_days": "30", "detail_days": "800"}).status_code == 302
    assert (own_records.rules_of(acme).log_days, own_records.rules_of(acme).detail_days) == (30, 800)
    assert "<b>30 days</b>" in browser.get(reverse("lifecycle:home")).content.decode()
    with pytest.raises(IntegrityError):
        LogRules.objects.update(detail_days=100)
