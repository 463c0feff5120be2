"""REST v1: what programs send is sealed and taken in once, and what they read is decided and recorded."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from calls_at_work import CARD, HARMLESS, PHONE, STARTED, take, vtt, wav
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from callward.web.accounts.models import ApiKey, Role, User
from callward.web.api import urls
from callward.web.api.duties import sweep_sendings
from callward.web.api.models import Sending
from callward.web.audit.models import Entry
from callward.web.calls import uploads
from callward.web.calls.models import Call, Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore

pytestmark = pytest.mark.django_db

Program = Callable[..., Client]
NAME = "call-of-moira-kerr"
FACTS = {"line": "care-en", "caller": {"phone": PHONE}, "started_at": STARTED, "id": "x-1"}
CALLS = "/api/v1/calls"

# Every operation, and the roles whose programs may use it.
TABLE = {
    ("post", "calls"): "supervisor dpo administrator",
    ("get", "upload"): "supervisor dpo administrator",
    ("get", "calls"): "agent supervisor dpo auditor security",
    ("get", "call"): "agent supervisor dpo auditor",
    ("get", "why"): "agent supervisor dpo auditor",
}


def files(said: object = HARMLESS, stem: str = NAME) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"{stem}.wav", wav(HARMLESS)), SimpleUploadedFile(f"{stem}.vtt", vtt(HARMLESS))]


def send(client: Client, key: str = "", **told: Any) -> Any:
    body = {"files": files(), "facts": json.dumps(FACTS), **told}
    return client.post(CALLS, {name: value for name, value in body.items() if value},
                       headers={"idempotency-key": key} if key else {})  # fmt: skip


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem of a status and a code, and give it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:callward:problem:{code}")
    return told


def work(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.ACCEPTED, answer.content
    batch: str = answer.json()["id"]
    take_in_batch.func(batch)
    return batch


def test_every_operation_stands_in_the_table() -> None:
    [resolver] = get_resolver("callward.web.api.urls").url_patterns
    assert isinstance(resolver, URLResolver)
    names = {pattern.name for pattern in resolver.url_patterns if isinstance(pattern, URLPattern)}
    assert names == {name for _method, name in TABLE} | {"openapi-json", "api-root"}


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_the_program_of_each_role_may_do_exactly_what_is_declared(
    method: str, name: str, program: Program, care_line: Line
) -> None:
    arguments = [take(care_line).pk] if name in {"call", "why"} else [uuid4()]
    address = reverse(f"api:{name}", args=[] if name == "calls" else arguments)
    answers = {role.value: getattr(program(role), method)(address) for role in Role}
    allowed = {role for role, answer in answers.items() if answer.status_code != HTTPStatus.FORBIDDEN}
    assert allowed == set(TABLE[method, name].split())
    for role in {role.value for role in Role} - allowed:
        refused(answers[role], HTTPStatus.FORBIDDEN, "capability_missing")


@pytest.mark.parametrize(("method", "name"), TABLE)
def test_nothing_answers_without_a_key(method: str, name: str, proven_cast: dict[Role, User]) -> None:
    address = reverse(f"api:{name}", args=[] if name == "calls" else [uuid4()])
    session = Client()
    session.force_login(proven_cast[Role.DPO])  # a session opens nothing here
    answer = getattr(session, method)(address)
    refused(answer, HTTPStatus.UNAUTHORIZED, "key_missing")
    assert answer["WWW-Authenticate"] == "Bearer"
    stranger = Client(headers={"authorization": "Bearer cwk_invented"})
    refused(getattr(stranger, method)(address), HTTPStatus.UNAUTHORIZED, "key_unknown")


def test_a_call_that_is_sent_is_taken_in_and_told(program: Program, store: FolderStore) -> None:
    client = program()
    answer = send(client)
    batch = work(answer)
    assert answer["Location"] == f"/api/v1/uploads/{batch}"
    call = Call.objects.get()
    assert call.state == Call.State.RELEASED
    assert call.started_at.isoformat() == STARTED
    told = client.get(answer["Location"]).json()
    assert (told["state"], told["calls"]) == ("done", [str(call.pk)])
    assert {file["state"] for file in told["files"]} == {"taken_in"}
    assert set(store.list()) == set(call.items.values_list("object_name", flat=True))
    entry = Entry.objects.get(action="call.taken_in")
    assert entry.actor_kind == "service"


def test_the_same_call_sent_twice_is_one_call(program: Program) -> None:
    client = program()
    work(send(client))
    again = work(send(client))
    assert Call.objects.count() == 1
    told = client.get(f"/api/v1/uploads/{again}").json()
    assert {file["state"] for file in told["files"]} == {"duplicate"}
    assert told["calls"] == [str(Call.objects.get().pk)]


def test_a_sending_with_a_key_of_its_own_is_kept_once(program: Program, store: FolderStore) -> None:
    client = program()
    first, second = send(client, key="one"), send(client, key="one")
    assert first.json()["id"] == second.json()["id"]
    assert Upload.objects.count() == 3
    assert len(list(store.list())) == 3
    other = send(client, key="one", files=[SimpleUploadedFile("a.vtt", vtt(CARD))])
    refused(other, HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_other")
    assert send(program(), key="one").json()["id"] != first.json()["id"], "another program has keys of its own"
    assert not list(store.spool.iterdir())


def test_keys_of_sendings_are_forgotten_after_a_day(program: Program) -> None:
    send(program(), key="one")
    assert sweep_sendings() == 0
    Sending.objects.update(at=timezone.now() - timedelta(days=1))
    assert sweep_sendings() == 1


def test_nothing_that_is_sent_is_on_disk_in_the_clear(
    program: Program, store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "temporary"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    data = wav(CARD, seconds=90.0)
    answer = send(program(), files=[SimpleUploadedFile(f"{NAME}.wav", data)])
    assert answer.status_code == HTTPStatus.ACCEPTED
    places = [store.root, spool, Path(settings.CALLWARD_HOME)]
    everything = b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())
    rows = repr(list(Upload.objects.values())) + repr(list(Sending.objects.values()))
    for secret in (NAME.encode(), PHONE.encode(), data[1_000_000:1_000_064]):
        assert secret not in everything
        assert secret.decode("latin-1") not in rows
    assert not list(spool.iterdir())


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"files": []}, 422, "files_missing"),
        ({"files": [SimpleUploadedFile("a.wav", b"")]}, 422, "upload_empty"),
        ({"facts": "no json"}, 422, "facts_json"),
        ({"facts": '{"nobody": "x"}'}, 422, "facts_field"),
        ({"facts": '{"started_at": "yesterday"}'}, 422, "facts_value"),
        ({"more": "than is asked for"}, 422, "request_invalid"),
        ({"files": [*files(), SimpleUploadedFile(f"{NAME}.call.json", b"{}")]}, 422, "facts_twice"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(
    program: Program, store: FolderStore, told: dict[str, Any], status: int, code: str
) -> None:
    refused(
        send(program(), **told) if told.get("files") != [] else program().post(CALLS, {"facts": "{}"}), status, code
    )
    assert not Upload.objects.exists()
    assert not list(store.list())
    assert not list(store.spool.iterdir())


def test_a_file_over_the_cap_is_refused(program: Program, store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 50_000)
    refused(send(program()), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload_too_large")
    assert not list(store.spool.iterdir())


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{}", "application/json", 415, "body_not_multipart"),
        (b"--x\r\nbroken", "multipart/form-data", 400, "body_unreadable"),
    ],
)
def test_a_body_that_is_no_form_is_refused(program: Program, body: object, kind: str, status: int, code: str) -> None:
    refused(program().post(CALLS, data=body, content_type=kind), status, code)


def test_an_idempotency_key_is_short_and_plain(program: Program) -> None:
    refused(send(program(), key="x" * 256), HTTPStatus.BAD_REQUEST, "idempotency_key")


def test_what_is_refused_later_is_told_with_its_code(program: Program) -> None:
    client = program()
    batch = work(send(client, files=[SimpleUploadedFile("a.wav", b"\xff" * 5000)]))
    told = client.get(f"/api/v1/uploads/{batch}").json()
    assert {file["reason"] for file in told["files"]} == {"audio_unknown_format"}
    assert all("Nothing was kept" in file["detail"] for file in told["files"])
    assert NAME not in json.dumps(told)


def test_an_upload_is_told_only_to_the_program_that_sent_it(program: Program) -> None:
    batch = send(program()).json()["id"]
    refused(program().get(f"/api/v1/uploads/{batch}"), HTTPStatus.NOT_FOUND, "not_found")


def test_a_program_held_to_a_line_sends_and_reads_there_only(
    program: Program, care_line: Line, bank_line: Line
) -> None:
    client = program(Role.DPO, bank_line)
    batch = work(send(client))
    told = client.get(f"/api/v1/uploads/{batch}").json()
    assert {file["reason"] for file in told["files"]} == {"line_unknown"}
    other = take(care_line, CARD)
    assert client.get(CALLS).json()["calls"] == []
    refused(client.get(f"{CALLS}/{other.pk}"), HTTPStatus.NOT_FOUND, "not_found")
    facts = json.dumps({name: value for name, value in FACTS.items() if name != "line"})
    work(send(client, facts=facts))
    assert Call.objects.exclude(pk=other.pk).get().line == bank_line


def test_calls_are_listed_page_by_page_and_on_the_record(program: Program, care_line: Line) -> None:
    first = take(care_line)
    for number in range(55):
        copy = Call.objects.get(pk=first.pk)
        copy.pk, copy.started_at = uuid4(), first.started_at - timedelta(minutes=number + 1)
        copy.save(force_insert=True)
    client = program(Role.AUDITOR)
    page = client.get(CALLS, {"line": "care-en"}).json()
    rest = client.get(page["next"]).json()
    listed = [call["id"] for call in (*page["calls"], *rest["calls"])]
    assert listed[0] == str(first.pk)
    assert len(set(listed)) == len(listed) == 56
    assert rest["next"] is None
    entries = Entry.objects.filter(action="calls.listed")
    assert [json.loads(bytes(entry.body))["purpose"] for entry in entries] == ["evidence"] * 2


def test_the_address_of_the_next_page_goes_on_for_the_same_purpose(program: Program, care_line: Line) -> None:
    first = take(care_line)
    for number in range(50):
        copy = Call.objects.get(pk=first.pk)
        copy.pk, copy.started_at = uuid4(), first.started_at - timedelta(minutes=number + 1)
        copy.save(force_insert=True)
    client, silent = program(Role.AUDITOR), {"callward-purpose": ""}
    page = client.get(CALLS, {"purpose": "evidence"}, headers=silent).json()
    assert len(client.get(page["next"], headers=silent).json()["calls"]) == 1


@pytest.mark.parametrize("after", ["nowhere", "2026-01-01T00:00:00_x", "9999-01-01T00:00:00+00:00_" + "0" * 32])
def test_a_place_that_cannot_be_read_is_refused(program: Program, after: str) -> None:
    refused(program(Role.AUDITOR).get(CALLS, {"after": after}), HTTPStatus.BAD_REQUEST, "place_unknown")


def test_what_a_program_is_refused_is_on_the_record(program: Program, care_line: Line) -> None:
    call = take(care_line)
    program(Role.SECURITY).get(f"{CALLS}/{call.pk}")
    program(Role.DPO).get(f"{CALLS}/{call.pk}", headers={"callward-purpose": "fraud_prevention"})
    late = program(Role.DPO)
    ApiKey.objects.filter(account__role=Role.DPO).update(revoked_at=timezone.now())
    assert {late.get(CALLS).status_code for _ in range(3)} == {HTTPStatus.UNAUTHORIZED}
    bodies = [json.loads(bytes(one.body)) for one in Entry.objects.filter(action="access.denied").order_by("id")]
    assert sorted(body["facts"]["reason"] for body in bodies) == ["capability_missing", "key_revoked", "purpose_over"]
    assert {(body["actor"]["kind"], body["outcome"]) for body in bodies} == {("service", "denied")}


def test_a_list_is_narrowed_and_an_unknown_value_is_refused(program: Program, care_line: Line) -> None:
    take(care_line, CARD)
    client = program(Role.AUDITOR)
    assert len(client.get(CALLS, {"category": "payment"}).json()["calls"]) == 1
    assert client.get(CALLS, {"category": "health"}).json()["calls"] == []
    refused(client.get(CALLS, {"line": "nowhere"}), HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid")


def test_a_call_is_told_for_a_purpose_that_it_is_kept_for(program: Program, care_line: Line) -> None:
    call = take(care_line)
    client, address = program(Role.DPO), f"{CALLS}/{call.pk}"
    told = client.get(address).json()
    assert told["line"] == "care-en"
    assert {item["kind"] for item in told["items"]} >= {"recording.original", "transcript.redacted"}
    assert PHONE not in json.dumps(told)
    entry = Entry.objects.get(action="call.looked_up")
    assert json.loads(bytes(entry.body))["purpose"] == "evidence"
    for purpose, status, code in (
        ("", 400, "purpose_missing"),
        ("curiosity", 400, "purpose_unknown"),
        ("fraud_prevention", 403, "purpose_over"),
    ):
        refused(client.get(address, headers={"callward-purpose": purpose}), status, code)
    assert client.get(address, {"purpose": "quality"}, headers={"callward-purpose": ""}).status_code == HTTPStatus.OK


def test_why_a_call_is_still_here_is_one_sentence_for_each_item(program: Program, care_line: Line) -> None:
    call = take(care_line)
    told = program(Role.AUDITOR).get(f"{CALLS}/{call.pk}/why").json()
    assert {item["kind"] for item in told["items"]} >= set(call.items.values_list("kind", flat=True))
    assert all(item["sentence"].strip() for item in told["items"])


def test_why_the_row_of_a_call_is_still_here_is_told_when_nothing_else_is(program: Program, care_line: Line) -> None:
    call = take(care_line)
    call.items.all().delete()
    told = program(Role.AUDITOR).get(f"{CALLS}/{call.pk}/why").json()
    assert told["items"] == []
    assert "365 days after the call" in told["log"]


def test_a_call_of_another_controller_is_not_there(program: Program, care_line: Line, rival: Any) -> None:
    call = take(care_line)
    Call.objects.filter(pk=call.pk).update(controller=rival)
    refused(program(Role.DPO).get(f"{CALLS}/{call.pk}"), HTTPStatus.NOT_FOUND, "not_found")


def test_a_program_that_asks_too_often_is_told_when_to_ask_again(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls._RATE, "num_requests", 2)
    client = program(Role.AUDITOR)
    assert [client.get(CALLS).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get(CALLS)
    refused(answer, HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= 61
    assert program(Role.AUDITOR).get(CALLS).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/nothing", 404, "not_found"),
        ("get", "/api/v1/calls/no-id", 422, "request_invalid"),
        ("delete", "/api/v1/calls", 405, "method_not_allowed"),
    ],
)
def test_every_refusal_is_a_problem(program: Program, method: str, address: str, status: int, code: str) -> None:
    refused(getattr(program(), method)(address), status, code)


def test_the_description_is_open_to_everybody() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/calls", "/api/v1/uploads/{upload_id}", "/api/v1/calls/{call_id}", "/api/v1/calls/{call_id}/why",
    }  # fmt: skip


def test_a_program_whose_lines_are_deleted_may_do_nothing_and_is_told_so(
    program: Program, care_line: Line, proven_cast: dict[Role, User]
) -> None:
    kept, owner = take(care_line), care_line.controller
    spare = [Line.objects.create(controller=owner, slug=slug, name=f"Spare {slug}") for slug in ("one", "two")]
    client = program(Role.SUPERVISOR, *spare)
    waiting = send(client).json()["id"]
    for line in spare:
        line.delete()
    for answer in (client.get(CALLS), client.get(f"{CALLS}/{kept.pk}"), send(client)):
        assert "were deleted" in refused(answer, HTTPStatus.FORBIDDEN, "lines_gone")["detail"]
    take_in_batch.func(waiting)
    assert set(Upload.objects.values_list("status", flat=True)) == {Upload.Status.REFUSED}
    assert Call.objects.count() == 1, "what it had sent goes to no other line"
    browser = Client()
    browser.force_login(proven_cast[Role.ADMINISTRATOR])
    assert "its lines were deleted" in browser.get(reverse("services")).content.decode()
