"""Purging: what has had its time is gone from rows, keys and store, whatever it was cut off at, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from calls_at_work import CALLED, HARMLESS, PHONE, take
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from typer.testing import CliRunner

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry, Intent
from callward.web.calls import doctor, opening, written
from callward.web.calls.destroying import finish_many
from callward.web.calls.inputs import ArrivalError
from callward.web.calls.models import Call, CallCategory, Item
from callward.web.core.models import Controller, Line
from callward.web.core.objects import FolderStore, object_store
from callward.web.keys import vault
from callward.web.keys.models import BlindIndex, DataKey, InputDigest, PersonKey, Tombstone
from callward.web.lifecycle import duties, purging, retention
from callward.web.lifecycle.models import KeepingRule
from callward.web.people.finding import known_by
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

LAST = CALLED + timedelta(days=90)
AFTER = LAST + timedelta(days=1)
LOG_OVER = CALLED + timedelta(days=366)


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, HARMLESS)


def test_nothing_goes_on_its_last_day_and_everything_on_the_next(call: Call, care_line: Line) -> None:
    assert purging.purge(care_line.controller, today=LAST) == purging.Purged(0, 0, 0)
    assert opening.transcript_of(call) is not None
    assert purging.purge(care_line.controller, today=AFTER) == purging.Purged(5, 1, 0)
    assert not Item.objects.exists()
    assert not DataKey.objects.filter(kind=DataKey.Kind.ITEM).exists()
    assert list(object_store().list()) == []
    assert PersonKey.objects.get().marked


def test_a_call_is_left_as_a_row_of_the_log_and_then_not_at_all(call: Call, care_line: Line) -> None:
    person = call.person_id
    purging.purge(care_line.controller, today=AFTER)
    row = Call.objects.get()
    assert (row.state, bytes(row.sealed_facts), row.findings, row.reasons) == (Call.State.ENDED, b"", 0, [])
    assert not CallCategory.objects.exists()
    assert all(check.well for check in doctor.examine(at_once=True))
    assert purging.purge(care_line.controller, today=LOG_OVER).removed == 1
    assert not Call.objects.exists()
    assert not DataKey.objects.exists()
    assert not BlindIndex.objects.exists()
    assert known_by(care_line.controller_id, "phone", PHONE) is None
    assert Person.objects.get(id=person).erased_at is not None
    assert Tombstone.objects.get().person == person
    assert all(one.call is None and one.suppressed_until for one in InputDigest.objects.all())
    with pytest.raises(ArrivalError) as refused:
        take(care_line, HARMLESS)
    assert refused.value.code == "input_erased"


def test_a_person_who_has_called_again_is_not_ended(call: Call, care_line: Line) -> None:
    purging.purge(care_line.controller, today=AFTER)
    again = take(care_line, HARMLESS, seconds=7.0)
    Call.objects.filter(id=again.id).update(log_until=LOG_OVER + timedelta(days=9))
    Item.objects.update(retain_until=LOG_OVER + timedelta(days=9))
    assert purging.purge(care_line.controller, today=LOG_OVER).removed == 1
    assert again.person_id == call.person_id
    assert Person.objects.get(id=call.person_id).erased_at is None
    assert opening.transcript_of(again) is not None


def test_a_person_is_not_ended_while_a_call_of_theirs_is_on_its_way_in(call: Call, care_line: Line) -> None:
    purging.purge(care_line.controller, today=AFTER)
    vault.keep_data_keys(care_line.controller_id, call.person_id, {call.id: bytes(32)})
    purging.purge(care_line.controller, today=LOG_OVER)
    assert PersonKey.objects.filter(id=call.person_id).exists()
    assert purging.replay() == 0
    vault.delete_data_key(care_line.controller_id, call.id)  # it never came
    assert purging.replay() == 1
    assert not PersonKey.objects.filter(id=call.person_id).exists()
    assert not Intent.objects.filter(concluded_at=None).exists()


def test_items_of_one_call_go_each_on_its_own_day(care_line: Line) -> None:
    KeepingRule.objects.create(line=care_line, subject=ItemKind.RECORDING_ORIGINAL.value, maximum=10)
    call = take(care_line, HARMLESS)
    purged = purging.purge(care_line.controller, today=CALLED + timedelta(days=11))
    assert (purged.items, purged.ended) == (2, 0)
    assert set(call.items.values_list("kind", flat=True)) == {"recording.redacted", "transcript.redacted", "sheet"}
    assert opening.transcript_of(call) is not None


def test_another_controller_keeps_what_it_has(call: Call, rival: Controller) -> None:
    vault.open_controller(rival.id)
    purging.purge(rival, today=LOG_OVER)
    assert call.items.count() == 5


def test_each_deletion_is_in_the_ledger_with_both_ends(call: Call, care_line: Line) -> None:
    purging.purge(care_line.controller, today=AFTER)
    entries = Entry.objects.filter(resource_id=str(call.id), action="item.destroyed")
    assert sorted(entries.values_list("outcome", flat=True)) == ["done"] * 5 + ["intended"] * 5
    bodies = [bytes(entry.body).decode() for entry in entries.filter(outcome="done")]
    assert all('"because":"retention"' in body for body in bodies)
    assert Entry.objects.filter(resource_id=str(call.id), action="call.ended").count() == 1


def test_a_dry_run_counts_shows_a_sample_and_destroys_nothing(call: Call, care_line: Line) -> None:
    before = Entry.objects.count()
    plan = purging.plan(care_line.controller, AFTER)
    assert plan.counts == {
        "care-en": dict.fromkeys(
            sorted(kind.value for kind in ItemKind if not kind.value.startswith(("note.", "form."))), 1
        )
    }
    assert (plan.items, plan.held, len(plan.sample)) == (5, 0, 5)
    assert {one.call for one in plan.sample} == {call.id}
    assert call.items.count() == 5
    assert Entry.objects.count() == before
    assert purging.plan(care_line.controller, LAST).items == 0


def test_no_note_comes_to_a_call_that_a_purge_has_ended_meanwhile(
    call: Call, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    redact = written._redacted

    def before_a_purge(*told: Any) -> dict[ItemKind, bytes]:
        copies = redact(*told)
        purging.purge(care_line.controller, today=AFTER)
        return copies

    monkeypatch.setattr(written, "_redacted", before_a_purge)
    with pytest.raises(vault.KeyGone):
        written.add(call, ["Will call back on Monday."], audit.SYSTEM)
    assert Call.objects.get().state == Call.State.ENDED
    assert not Item.objects.exists()
    assert list(object_store().list()) == []


class _CutError(Exception):
    pass


_STEPS = {
    "before the keys": (vault, "delete_data_keys"),
    "after the keys": (audit, "conclude"),
    "after the rows": (FolderStore, "delete_all"),
    "before the calls end": (purging, "_end"),
    "before the inputs are suppressed": (vault, "suppress_call"),
    "before the person ends": (vault, "end_bare_person"),
}


@pytest.mark.parametrize("step", _STEPS)
def test_a_purge_that_was_cut_off_is_finished_by_the_next(
    step: str, call: Call, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> bool:
        raise _CutError

    with monkeypatch.context() as patched:
        patched.setattr(*_STEPS[step], cut)
        with pytest.raises(_CutError):
            purging.purge(care_line.controller, today=LOG_OVER)
    purging.purge(care_line.controller, today=LOG_OVER)
    purging.replay()
    doctor.examine(at_once=True)
    assert not Call.objects.exists()
    assert not Item.objects.exists()
    assert not DataKey.objects.exists()
    assert [name for name in object_store().list() if not name.startswith("ledger")] == []
    assert not Intent.objects.filter(concluded_at=None).exists()
    assert Person.objects.get(id=call.person_id).erased_at is not None
    assert Entry.objects.filter(action="item.destroyed", outcome="done").count() == 5


def test_a_purge_in_batches_ends_where_all_at_once_would(
    call: Call, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    told: list[int] = []
    assert purging.purge(care_line.controller, today=AFTER, progress=told.append) == purging.Purged(5, 1, 0)
    assert told == [2, 2, 1]
    assert call.items.count() == 0


def test_two_purges_at_once_destroy_each_item_once(
    call: Call, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = list[purging.Purged]()

    def while_another_runs(controller: UUID, intents: list[Intent]) -> None:
        if not others:
            others.append(purging.Purged(0, 0, 0))
            others[0] = purging.purge(care_line.controller, today=AFTER)
        finish_many(controller, intents)

    monkeypatch.setattr(purging, "finish_many", while_another_runs)
    assert purging.purge(care_line.controller, today=AFTER).items == 5
    assert others[0].items == 0
    assert Entry.objects.filter(action="item.destroyed", outcome="done").count() == 5
    assert call.items.count() == 0


def test_the_worker_purges_and_the_demonstration_keeps_its_calls(call: Call, care_line: Line) -> None:
    Item.objects.update(retain_until=date(2020, 1, 1))
    with override_settings(DEMO=True):
        assert duties.purge_due() == 0
    assert not settings.DEMO
    assert duties.purge_due() == 5
    assert not call.items.exists()


def test_a_call_in_review_leaves_the_queue_when_its_time_is_over(call: Call, care_line: Line) -> None:
    Call.objects.filter(id=call.id).update(state=Call.State.IN_REVIEW)
    purging.purge(care_line.controller, today=AFTER)
    assert Call.objects.get().state == Call.State.ENDED


def test_the_overview_counts_what_is_past_its_time(call: Call, proven_cast: dict[Role, User]) -> None:
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    today = reverse("calls:today")
    assert "Kept past its time" in browser.get(today).content.decode()
    assert "5 items are kept past their time" not in browser.get(today).content.decode()
    call.items.update(retain_until=date(2020, 1, 1))
    assert "5 items are kept past their time" in browser.get(today).content.decode()
    assert "<b>5 items</b> are kept past their time" in browser.get(reverse("lifecycle:home")).content.decode()


def test_the_overview_counts_what_goes_soon_up_to_a_number(
    call: Call, proven_cast: dict[Role, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, today = Client(), retention.today_of(call.controller)
    browser.force_login(proven_cast[Role.DPO])
    call.items.update(retain_until=today + retention.SOON)
    assert "Nothing goes within seven days." in browser.get(reverse("lifecycle:home")).content.decode()
    call.items.update(retain_until=today + timedelta(days=6))
    monkeypatch.setattr(retention, "COUNTED", 5)
    assert "5 items go within seven days." in browser.get(reverse("lifecycle:home")).content.decode()
    monkeypatch.setattr(retention, "COUNTED", 4)
    assert "More than 4 items go within seven days." in browser.get(reverse("lifecycle:home")).content.decode()
    assert retention.count_soon(call.controller, today) == 5


def test_what_goes_soon_is_found_by_its_day_and_not_by_reading_every_call(call: Call) -> None:
    with CaptureQueriesContext(connection) as asked:
        retention.count_soon(call.controller, retention.today_of(call.controller))
    [query] = [one["sql"] for one in asked if "retain_until" in one["sql"]]
    assert f"LIMIT {retention.COUNTED + 1}" in query
    if connection.vendor == "sqlite":
        plan = retention.over(call.controller, AFTER).explain()
        assert plan.splitlines()[0].split(" ", 3)[3].startswith("SEARCH calls_item USING INDEX calls_item_retain_until")


def test_the_page_of_an_ended_call_says_so(call: Call, care_line: Line, proven_cast: dict[Role, User]) -> None:
    purging.purge(care_line.controller, today=AFTER)
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    page = browser.get(reverse("calls:call", args=[call.id])).content.decode()
    assert "had its time and is destroyed" in page
    assert "Place a hold" not in page


def test_the_command_says_first_and_does_then(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    from callward.web.lifecycle import purge_verbs

    monkeypatch.setattr(purge_verbs, "set_up", lambda: None)
    app = typer.Typer()
    app.command()(purge_verbs.purge)
    call.items.update(retain_until=date(2020, 1, 1))
    said = CliRunner().invoke(app, ["--dry-run", "--json"])
    assert said.exit_code == 0, said.output
    assert '"would_destroy": 5' in said.stdout
    assert call.items.count() == 5
    assert "5 items" in CliRunner().invoke(app, ["--dry-run"]).stdout
    assert '"items": 5' in CliRunner().invoke(app, ["--json"]).stdout
    assert call.items.count() == 0
