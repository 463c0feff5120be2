"""The pages of sweeps: who may read them, and that they tell counts and never what was found."""

from __future__ import annotations

import csv
import io
import json
from http import HTTPStatus
from importlib import import_module

import pytest
from calls_at_work import CARD
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from old_calls import keep_as_it_came, text_of

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.sweeps import reporting, running
from callward.web.sweeps.models import Sweep
from callward.web.sweeps.unit import sweep_batch
from callward.web.sweeps.urls import urlpatterns

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

READERS = "dpo security auditor"
TABLE = {"list": READERS, "report": READERS, "csv": READERS, "json": READERS}
ACTS = {"begin": "dpo", "carry_out": "dpo", "stop": "dpo", "resume": "dpo"}


@pytest.fixture
def sweep(care_line: Line) -> Sweep:
    keep_as_it_came(care_line, CARD)
    sweep = running.begin(care_line.controller, running.Wanted("heal"))
    running.cut(sweep)
    sweep_batch(str(sweep.id), 0)
    running.end_if_done(sweep)
    audit.sequence(care_line.controller)
    return Sweep.objects.get(id=sweep.id)


def _address(name: str, sweep: Sweep) -> str:
    return reverse(f"sweeps:{name}", args=[] if name in {"list", "begin"} else [sweep.id])


def _officer(proven_cast: dict[Role, User]) -> Client:
    client = Client()
    client.force_login(proven_cast[Role.DPO])
    return client


def _work() -> None:
    """Do what the worker would, until the queue is empty."""
    for _ in range(20):
        row = DBTaskResult.objects.filter(status="READY").first()
        if row is None:
            return
        row.task.call(*row.args_kwargs["args"])
        row.delete()
    raise AssertionError


def test_every_page_opens_for_its_roles_and_for_nobody_else(
    sweep: Sweep, proven_cast: dict[Role, User], proven_mallory: User
) -> None:
    assert {str(pattern.name) for pattern in urlpatterns} == {*TABLE, *ACTS}
    for name, roles in TABLE.items():
        for role, member in proven_cast.items():
            client = Client()
            client.force_login(member)
            wanted = HTTPStatus.OK if str(role) in roles.split() else HTTPStatus.FORBIDDEN
            assert client.get(_address(name, sweep)).status_code == wanted, (name, role)
    stranger = Client()
    stranger.force_login(proven_mallory)
    assert stranger.get(_address("report", sweep)).status_code == HTTPStatus.NOT_FOUND
    assert str(sweep.id) not in stranger.get(_address("list", sweep)).content.decode()


def test_the_report_tells_counts_and_proofs_and_no_card(sweep: Sweep, proven_cast: dict[Role, User]) -> None:
    client = Client()
    client.force_login(proven_cast[Role.AUDITOR])
    pages = {name: client.get(_address(name, sweep)).content.decode() for name in TABLE}
    assert not [
        name for name, text in pages.items() if "4111 1111" in text or "4111111111111111" in text or "**" in text
    ]
    told = json.loads(pages["json"])
    assert (told["found"], told["healed"], told["remaining"]) == (4, 4, 0)
    assert {one["item"] for one in told["by_kind"]} == {
        "recording.original",
        "recording.redacted",
        "transcript.original",
        "transcript.redacted",
    }
    assert [one["action"] for one in told["ledger"]] == ["sweep.started", "sweep.ended"]
    assert all(one["proof"] and one["leaf"] for one in told["ledger"])
    [change] = told["changes"]
    entry = Entry.objects.get(controller=sweep.controller, index=change["entry"])
    assert (entry.action, entry.resource_id) == ("call.healed", change["call"])
    rows = list(csv.DictReader(io.StringIO(pages["csv"])))
    assert {(row["item"], row["what"], row["count"]) for row in rows} >= {("recording.redacted", "PAYMENT_CARD", "1")}
    assert Entry.objects.filter(action="sweep.report_taken", resource_id=str(sweep.id)).count() == 2


def test_only_the_data_protection_officer_acts(
    sweep: Sweep, proven_cast: dict[Role, User], proven_mallory: User
) -> None:
    for name, roles in ACTS.items():
        for role, member in proven_cast.items():
            client = Client()
            client.force_login(member)
            status = client.post(_address(name, sweep)).status_code
            assert (status == HTTPStatus.FORBIDDEN) == (str(role) not in roles.split()), (name, role)
    stranger = Client()
    stranger.force_login(proven_mallory)
    for name in ("carry_out", "stop", "resume"):
        assert stranger.post(_address(name, sweep)).status_code == HTTPStatus.NOT_FOUND
    assert Sweep.objects.get().state == Sweep.State.DONE


def test_a_sweep_is_begun_as_a_dry_run_and_carried_out_by_a_word(
    care_line: Line, proven_cast: dict[Role, User]
) -> None:
    call, officer = keep_as_it_came(care_line, CARD), _officer(proven_cast)
    asked = {"kind": "heal", "line": str(care_line.id), "since": "2026-01-01", "until": ""}
    begun = officer.post(reverse("sweeps:begin"), asked)
    assert begun.status_code == HTTPStatus.FOUND
    again = officer.post(reverse("sweeps:begin"), asked)
    tried = Sweep.objects.get()
    assert (tried.dry_run, tried.workers, again["Location"]) == (True, "queue", begun["Location"])
    going = officer.get(begun["Location"]).content.decode()
    assert 'hx-trigger="every 3s"' in going
    assert 'http-equiv="refresh"' in going
    assert "No worker is running" in going
    assert "carry-out" not in going
    assert officer.get(_address("carry_out", tried)).status_code == HTTPStatus.NOT_FOUND, "not before it has ended"
    _work()
    assert "Remove what was found" in officer.get(begun["Location"]).content.decode()
    assert "4111 1111" in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)

    page = officer.get(_address("carry_out", tried)).content.decode()
    assert "<b>1 call</b> changes." in page
    assert "It cannot be undone by anybody" in page
    refused = officer.post(_address("carry_out", tried), {})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Sweep.objects.count() == 1
    done = officer.post(_address("carry_out", tried), {"known": "on"})
    _work()
    assert "4111 1111" not in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)
    carried = Sweep.objects.exclude(id=tried.id).get()
    assert (carried.line, carried.since, carried.dry_run) == (tried.line, tried.since, False)
    assert done["Location"] == _address("report", carried)
    begun_by = Entry.objects.filter(action="sweep.started").values_list("actor_id", flat=True)
    assert set(begun_by) == {str(proven_cast[Role.DPO].id)}


def test_a_sweep_is_stopped_and_gone_on_with(care_line: Line, proven_cast: dict[Role, User]) -> None:
    keep_as_it_came(care_line, CARD)
    officer = _officer(proven_cast)
    officer.post(reverse("sweeps:begin"), {"kind": "detect"})
    sweep = Sweep.objects.get()
    assert "Stop" in officer.get(_address("report", sweep)).content.decode()
    officer.post(_address("stop", sweep))
    _work()
    sweep.refresh_from_db()
    assert (sweep.state, running.tally_of(sweep).calls) == (Sweep.State.CANCELLED, 0)
    assert "Go on" in officer.get(_address("report", sweep)).content.decode()
    officer.post(_address("resume", sweep))
    _work()
    sweep.refresh_from_db()
    assert (sweep.state, running.tally_of(sweep).calls) == (Sweep.State.DONE, 1)
    told = officer.post(_address("stop", sweep), follow=True).content.decode()
    assert "The sweep had ended already." in told


def test_a_sweep_that_the_worker_gave_up_says_why_and_goes_on(care_line: Line, proven_cast: dict[Role, User]) -> None:
    keep_as_it_came(care_line, CARD)
    officer = _officer(proven_cast)
    officer.post(reverse("sweeps:begin"), {"kind": "heal"})
    DBTaskResult.objects.update(status="FAILED", traceback="object_store_unreachable\n", finished_at=timezone.now())
    sweep = Sweep.objects.get()
    page = officer.get(_address("report", sweep)).content.decode()
    assert "The worker has given it up." in page
    assert "The object store did not answer." in page
    assert "hx-trigger" not in page
    officer.post(_address("resume", sweep))
    _work()
    sweep.refresh_from_db()
    assert (sweep.state, DBTaskResult.objects.count()) == (Sweep.State.DONE, 0)


def test_days_that_make_no_sense_are_said_beside_them(care_line: Line, proven_cast: dict[Role, User]) -> None:
    asked = {"kind": "heal", "since": "2026-11-20", "until": "2026-11-19"}
    refused = _officer(proven_cast).post(reverse("sweeps:begin"), asked)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This day lies before the first." in refused.content.decode()
    assert not Sweep.objects.exists()


def test_a_page_that_redraws_itself_asks_for_its_part_and_then_for_all(
    sweep: Sweep, proven_cast: dict[Role, User]
) -> None:
    officer = _officer(proven_cast)
    assert officer.get(_address("report", sweep), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    Sweep.objects.update(state=Sweep.State.RUNNING)
    officer.get(_address("report", sweep))
    before = Entry.objects.filter(action="sweep.report_opened").count()
    part = officer.get(_address("report", sweep), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="sweep" hx-get=')
    assert "<html" not in part
    assert Entry.objects.filter(action="sweep.report_opened").count() == before


def test_a_part_is_told_without_an_entry_only_to_a_session_that_has_opened_the_page(
    sweep: Sweep, proven_cast: dict[Role, User]
) -> None:
    Sweep.objects.update(state=Sweep.State.RUNNING)
    opened = Entry.objects.filter(action="sweep.report_opened", resource_id=str(sweep.id))
    for entries in (1, 2):
        officer = _officer(proven_cast)
        for _ in range(2):
            officer.get(_address("report", sweep), headers={"HX-Request": "true"})
            assert opened.count() == entries


def test_a_sweep_that_runs_lists_no_calls(sweep: Sweep, proven_cast: dict[Role, User]) -> None:
    officer = _officer(proven_cast)
    assert len(officer.get(_address("report", sweep)).context["calls"]) == 1
    Sweep.objects.update(state=Sweep.State.RUNNING)
    assert officer.get(_address("report", sweep)).context["calls"] == []
    assert list(reporting.changes(sweep, 0)) == []


def test_the_sums_of_batches_that_were_done_are_added_up_on_upgrading(sweep: Sweep) -> None:
    first = Sweep.objects.get().tally
    batch = sweep.batches.get()
    batch.pk, batch.number = None, 1
    batch.save(force_insert=True)
    Sweep.objects.update(tally={})
    import_module("callward.web.sweeps.migrations.0002_counts").add_up(apps, None)
    added = Sweep.objects.get().tally
    assert added["calls"] == 2 * first["calls"] == 2
    assert added["items"] == {kind: 2 * many for kind, many in first["items"].items()} != {}
    assert set(added) == set(first)
