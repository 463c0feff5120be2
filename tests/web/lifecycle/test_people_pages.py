"""The pages of people: who may open which, nobody in an address or in the ledger, and erasing in the console."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from calls_at_work import CARD, HARMLESS, PHONE, take
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from callward.certificate import verify_certificate
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.audit.sequencing import log_key
from callward.web.calls.models import Call
from callward.web.core.labels import ERASURE_GROUNDS
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.keys.models import PersonKey
from callward.web.lifecycle import erasing, holds, turns
from callward.web.lifecycle.models import Escrow
from callward.web.lifecycle.people_urls import urlpatterns
from callward.web.lifecycle.shares import attest
from callward.web.lifecycle.verbs import person as person_verbs
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

Cast = dict[str, Client]
TABLE = {
    "find": "supervisor dpo auditor",
    "person": "supervisor dpo auditor",
    "erase": "dpo",
    "certificate": "supervisor dpo auditor",
}
YES = {"ground": "consent_withdrawn", "word": "erase"}


@pytest.fixture
def cast(proven_cast: dict[Role, User]) -> Cast:
    """A signed-in browser for each role; none of them runs a script."""
    return {str(role): _browser(member) for role, member in proven_cast.items()}


@pytest.fixture
def caller(care_line: Line) -> Person:
    return take(care_line, CARD).person


def _browser(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client


def _address(name: str, caller: Person) -> str:
    return reverse(f"people:{name}", args=[] if name == "find" else [caller.id])


def _page(client: Client, name: str, caller: Person) -> str:
    return client.get(_address(name, caller)).content.decode()


def _told(action: str) -> dict[str, object]:
    newest = Entry.objects.filter(action=action).latest("id")
    return dict(json.loads(bytes(newest.body)))


def test_every_address_of_people_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


def test_each_role_reaches_exactly_what_is_declared_for_it(caller: Person, cast: Cast) -> None:
    for name, roles in TABLE.items():
        answers = {role: client.get(_address(name, caller)).status_code for role, client in cast.items()}
        refused = {role for role, status in answers.items() if status == HTTPStatus.FORBIDDEN}
        assert refused == {role.value for role in Role if role.value not in roles.split()}, name


def test_a_stranger_is_sent_to_the_sign_in_page(caller: Person) -> None:
    for name in TABLE:
        answer = Client().get(_address(name, caller))
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_person_of_another_controller_is_not_there(caller: Person, proven_mallory: User) -> None:
    vault.open_controller(proven_mallory.controller_id)
    mallory = _browser(proven_mallory)
    for name in ("person", "erase", "certificate"):
        assert mallory.get(_address(name, caller)).status_code == HTTPStatus.NOT_FOUND
    assert mallory.post(_address("erase", caller), YES).status_code == HTTPStatus.NOT_FOUND
    assert "Nobody is known by that." in mallory.post(_address("find", caller), {"identifier": PHONE}).content.decode()
    assert PersonKey.objects.filter(id=caller.id).exists()
    erasing.erase(caller, audit.SYSTEM, because="test")
    assert mallory.get(_address("certificate", caller)).status_code == HTTPStatus.NOT_FOUND
    assert str(caller.id) not in _page(mallory, "find", caller)


@pytest.mark.parametrize("typed", [PHONE, "07700 900123", " 0044 7700 900 123 "])
def test_a_person_is_found_by_a_number_in_any_writing(caller: Person, cast: Cast, typed: str) -> None:
    answer = cast["supervisor"].post(_address("find", caller), {"identifier": typed})
    assert answer["Location"] == _address("person", caller)
    assert _told("people.searched")["facts"] == {"found": 1}


def test_a_number_without_a_country_is_read_as_one_of_each_country(
    caller: Person, care_line: Line, bank_line: Line, cast: Cast
) -> None:
    assert [*bank_line.countries, *care_line.countries] == ["SE", "GB"]
    answer = cast["dpo"].post(_address("find", caller), {"identifier": "07700 900123"})
    assert answer["Location"] == _address("person", caller)


def test_who_is_looked_for_is_in_no_address_and_in_no_entry(caller: Person, cast: Cast) -> None:
    form = _page(cast["dpo"], "find", caller)
    assert re.search(r'<form class="form" method="post"', form)
    for typed in (PHONE, "dana@example.org", "C-1234567"):
        cast["dpo"].post(_address("find", caller), {"identifier": typed})
    written = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True)).decode()
    assert "dana" not in written
    assert PHONE not in written
    assert "1234567" not in re.sub(r"[0-9a-f]{32}", "", written)


def test_nobody_is_found_by_what_nobody_is_known_by(caller: Person, cast: Cast) -> None:
    answer = cast["dpo"].post(_address("find", caller), {"identifier": "dana@example.org"})
    assert "Nobody is known by that." in answer.content.decode()
    assert _told("people.searched")["facts"] == {"found": 0}
    assert cast["dpo"].post(_address("find", caller), {"identifier": ""}).status_code == 422


def test_what_names_a_person_opens_for_those_who_may_read_it(caller: Person, cast: Cast) -> None:
    for role in ("dpo", "supervisor"):
        assert PHONE in _page(cast[role], "person", caller)
        assert _told("person.opened")["resource"] == {"kind": "person", "id": str(caller.id)}
    page = _page(cast["auditor"], "person", caller)
    assert PHONE not in page
    assert "Your role does not read what names a caller." in page
    assert _told("person.looked_up")["resource"] == {"kind": "person", "id": str(caller.id)}


def test_the_page_of_a_call_leads_to_its_caller_for_those_who_may_find_people(caller: Person, cast: Cast) -> None:
    call = Call.objects.get(person=caller)
    page = reverse("calls:call", args=[call.id])
    shown = {role for role, client in cast.items() if _address("person", caller) in client.get(page).content.decode()}
    assert shown == {"supervisor", "dpo", "auditor"}


def test_only_the_officer_is_offered_to_erase(caller: Person, cast: Cast) -> None:
    offered = {
        role for role in ("dpo", "supervisor", "auditor") if "Erase this person" in _page(cast[role], "person", caller)
    }
    assert offered == {"dpo"}


def test_the_page_says_what_goes_and_what_is_not_reached(caller: Person, cast: Cast) -> None:
    page = _page(cast["dpo"], "erase", caller)
    items = sum(call.items.count() for call in Call.objects.filter(person=caller))
    assert f"<b>{PHONE}</b>" in page
    assert _told("person.opened")["resource"] == {"kind": "person", "id": str(caller.id)}
    assert "<b>1 call</b> goes." in page
    assert f"{items} sealed items open for nobody any more." in page
    assert "stay for 400 days" in page
    assert "The root key lies in a file." in page
    assert PersonKey.objects.filter(id=caller.id).exists()


def test_the_page_says_what_a_hold_keeps(caller: Person, cast: Cast, alice: User) -> None:
    day = timezone.now().date()
    holds.place(caller, kind="legal", reason="A case.", owner=alice, review_on=day, by=alice)
    page = _page(cast["dpo"], "erase", caller)
    items = sum(call.items.count() for call in Call.objects.filter(person=caller))
    assert "0 sealed items open for nobody any more." in page
    assert f"{items} items must be kept." in page
    assert "A legal hold on everything of this person" in page
    cast["dpo"].post(_address("erase", caller), YES)
    assert f"{items} items stay under a hold" in _page(cast["dpo"], "person", caller)


def test_an_erasure_whose_end_is_not_in_the_ledger_has_no_certificate(caller: Person, cast: Cast) -> None:
    Person.objects.filter(id=caller.id).update(erased_at=timezone.now())
    assert "The ledger has no end of this erasure yet." in _page(cast["dpo"], "person", caller)
    assert cast["dpo"].get(_address("certificate", caller)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "given", [{}, {"word": "erase"}, {"ground": "objection", "word": "yes"}, {"ground": "x", "word": "erase"}]
)
def test_without_the_word_and_a_ground_nothing_is_erased(caller: Person, cast: Cast, given: dict[str, str]) -> None:
    answer = cast["dpo"].post(_address("erase", caller), given or {"word": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert PersonKey.objects.filter(id=caller.id).exists()
    assert not Entry.objects.filter(action="person.erased").exists()


def test_the_page_of_an_erasure_that_waits_for_officers_says_for_how_many(caller: Person, cast: Cast) -> None:
    Escrow.objects.create(controller=caller.controller, epoch=1, shares=3, threshold=2, made_at=timezone.now())
    assert "It is final only when they have said so." in _page(cast["dpo"], "erase", caller)
    erasing.erase(caller, audit.SYSTEM, because="test")
    turns.turn(caller.controller, audit.SYSTEM)
    page = _page(cast["dpo"], "person", caller)
    assert "<b>not final yet</b>" in page
    assert "When 2 more officers have destroyed their shares of old root keys" in page
    for number in (1, 2):
        attest(caller.controller, 1, number, audit.SYSTEM)
    assert "Erased for good" in _page(cast["dpo"], "person", caller)


def test_the_officer_erases_and_takes_the_certificate_before_and_after_the_turn(
    caller: Person, cast: Cast, tmp_path: Path
) -> None:
    officer, key = cast["dpo"], log_key(caller.controller).verifier
    assert officer.post(_address("erase", caller), YES)["Location"] == _address("person", caller)
    done = _told("person.erased")
    assert (done["outcome"], done["actor"]["kind"]) == ("done", "staff")  # type: ignore[index] # JSON
    assert done["facts"]["because"] == "consent_withdrawn"  # type: ignore[index] # JSON
    page = _page(officer, "person", caller)
    assert "final by" in page
    assert PHONE not in page
    early = officer.get(_address("certificate", caller))
    assert early["Content-Disposition"] == f'attachment; filename="erasure-{caller.id}.certificate"'
    assert verify_certificate(early.content, key)[0].final_at is None
    assert cast["auditor"].get(_address("certificate", caller)).content == early.content
    turns.turn(caller.controller, audit.SYSTEM)
    assert "Erased for good" in _page(officer, "person", caller)
    late = officer.get(_address("certificate", caller)).content
    assert verify_certificate(late, key)[0].final_at is not None
    told = CliRunner().invoke(person_verbs, ["certificate", str(caller.id), "--out", str(tmp_path / "it")])
    assert told.exit_code == 0, told.output
    assert (tmp_path / "it").read_bytes() == late, "the command line gives the same bytes"
    assert Entry.objects.filter(action="person.certificate_taken").count() == 4


def test_an_erased_person_reads_as_erased_and_is_found_by_nothing(caller: Person, cast: Cast) -> None:
    erasing.erase(caller, audit.SYSTEM, because="test")
    erasing.sweep()
    assert (
        "Nobody is known by that." in cast["dpo"].post(_address("find", caller), {"identifier": PHONE}).content.decode()
    )
    assert str(caller.id) in _page(cast["auditor"], "find", caller)
    page = _page(cast["supervisor"], "person", caller)
    assert "Erased person" in page
    assert "1 call<" in page
    again = cast["dpo"].post(_address("erase", caller), YES)
    assert again["Location"] == _address("person", caller)
    assert Entry.objects.filter(action="person.erased").count() == 2


def test_the_living_have_no_certificate(caller: Person, cast: Cast) -> None:
    assert cast["dpo"].get(_address("certificate", caller)).status_code == HTTPStatus.NOT_FOUND


def test_while_somebody_else_publishes_the_ledger_one_is_asked_to_wait(
    caller: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasing.erase(caller, audit.SYSTEM, because="test")
    with monkeypatch.context() as patched:
        patched.setattr("callward.web.audit.sequence", lambda _controller: None)
        answer = cast["dpo"].get(_address("certificate", caller), follow=True)
        assert "Take the certificate again in a minute." in answer.content.decode()
    assert cast["dpo"].get(_address("certificate", caller)).status_code == HTTPStatus.OK


def test_no_page_of_people_has_a_style_or_a_script_in_it(care_line: Line, caller: Person, cast: Cast) -> None:
    gone = take(care_line, HARMLESS, seconds=7.0, phone="+447700900456").person
    erasing.erase(gone, audit.SYSTEM, because="test")
    for page in (
        _page(cast["dpo"], "find", caller),
        _page(cast["dpo"], "erase", caller),
        _page(cast["dpo"], "person", gone),
    ):
        assert " style=" not in page
        assert not re.findall(r"<script(?![^>]* src=)", page)
        assert not re.findall(r"\son[a-z]+=", page)


def test_every_ground_of_an_erasure_is_a_code_of_the_ledger() -> None:
    assert all(re.fullmatch(r"[a-z_]+", code) for code in ERASURE_GROUNDS)
