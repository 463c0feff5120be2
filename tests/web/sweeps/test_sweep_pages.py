"""The pages of sweeps: who may read them, and that they tell counts and never what was found."""

from __future__ import annotations

import csv
import io
import json
from http import HTTPStatus

import pytest
from calls_at_work import CARD
from django.test import Client
from django.urls import reverse
from old_calls import keep_as_it_came

from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.sweeps import running
from callward.web.sweeps.models import Sweep
from callward.web.sweeps.unit import sweep_batch
from callward.web.sweeps.urls import urlpatterns

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

READERS = "dpo security auditor"
TABLE = {"list": READERS, "report": READERS, "csv": READERS, "json": READERS}


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
    return reverse(f"sweeps:{name}", args=[] if name == "list" else [sweep.id])


def test_every_page_opens_for_its_roles_and_for_nobody_else(
    sweep: Sweep, proven_cast: dict[Role, User], proven_mallory: User
) -> None:
    assert {str(pattern.name) for pattern in urlpatterns} == set(TABLE)
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
