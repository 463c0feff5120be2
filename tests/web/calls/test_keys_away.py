"""A key that cannot be used stops intake, says so, and loses nothing: by each provider, over the real ways in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from key_services import kms, kms_running, transit
from softhsm import softhsm

from callward.cli import main as command_line
from callward.web.audit.models import Entry
from callward.web.calls.adding import resume_uploads
from callward.web.calls.models import Call, Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.core.models import Controller, Line
from callward.web.core.objects import ObjectStore
from callward.web.keys import vault
from callward.web.keys.models import DataKey, Epoch, InputDigest, PersonKey

__all__ = ["kms", "kms_running", "softhsm", "transit"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@dataclass(frozen=True)
class Place:
    """A provider of keys: how its root is taken away and brought back, and the code in between."""

    code: str
    lose: Callable[[UUID], None]
    bring_back: Callable[[UUID], None]


def _file(request: pytest.FixtureRequest) -> Place:
    def move(controller: UUID, source: str, target: str) -> None:
        folder = settings.CALLWARD_HOME / "roots" / controller.hex
        (folder / source).rename(folder / target)

    return Place(
        "key_file_missing",
        lambda controller: move(controller, "1.key", "1.away"),
        lambda controller: move(controller, "1.away", "1.key"),
    )


def _token(request: pytest.FixtureRequest) -> Place:
    told: dict[str, str] = request.getfixturevalue("softhsm")
    chosen = override_settings(**told)
    chosen.enable()
    request.addfinalizer(chosen.disable)
    away, pin = override_settings(PKCS11_TOKEN="drawn"), Path(told["PKCS11_PIN_FILE"])
    assert pin.exists()
    return Place("token_missing", lambda _: away.enable(), lambda _: away.disable())


def _kms(request: pytest.FixtureRequest) -> Place:
    operator = request.getfixturevalue("kms").operator

    def root(controller: UUID) -> str:
        found = operator.describe_key(KeyId=f"alias/callward/{controller.hex}/1")
        return str(found["KeyMetadata"]["KeyId"])

    return Place(
        "root_disabled",
        lambda controller: operator.disable_key(KeyId=root(controller)),
        lambda controller: operator.enable_key(KeyId=root(controller)),
    )


def _transit(request: pytest.FixtureRequest) -> Place:
    server = request.getfixturevalue("transit")
    return Place("vault_sealed", lambda _: setattr(server, "sealed", True), lambda _: setattr(server, "sealed", False))


_PLACES = {"file": _file, "pkcs11": _token, "kms": _kms, "vault": _transit}


@pytest.fixture(params=_PLACES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each provider in its turn. What a process holds of a key is forgotten, as after a restart."""
    yield _PLACES[request.param](request)
    vault.forget_epoch_keys()


@pytest.fixture
def home(place: Place, care_line: Line) -> Controller:
    """A controller with a line whose root is at the provider."""
    return care_line.controller


def _lost(place: Place, controller: Controller) -> None:
    place.lose(controller.id)
    vault.forget_epoch_keys()


def _found(place: Place, controller: Controller) -> None:
    place.bring_back(controller.id)
    vault.forget_epoch_keys()


def _rows(store: ObjectStore) -> tuple[object, ...]:
    """Everything that taking a call in could leave."""
    models = (Call, Upload, Entry, PersonKey, DataKey, InputDigest, Epoch)
    objects = sorted(name for name in store.list() if not name.startswith("ledger"))
    return (*(model.objects.count() for model in models), objects, list(store.spool.iterdir()))


def _ingest(monkeypatch: pytest.MonkeyPatch, folder: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["callward", "ingest", str(folder), "--line", "care-en", "--jobs", "1"])
    return command_line._run()


def test_the_command_stops_and_the_file_goes_in_when_the_key_is_back(
    place: Place,
    home: Controller,
    store: ObjectStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "a.wav").write_bytes(wav(HARMLESS))
    (folder / "a.vtt").write_bytes(vtt(HARMLESS))
    _lost(place, home)
    before = _rows(store)
    assert _ingest(monkeypatch, folder) == 2
    said = capsys.readouterr().err
    assert place.code in said
    assert len(said.strip().splitlines()) == 1, "one clear refusal"
    assert _rows(store) == before
    assert sorted(path.name for path in folder.iterdir()) == ["a.vtt", "a.wav"]
    _found(place, home)
    assert _ingest(monkeypatch, folder) == 0
    assert Call.objects.get().state == Call.State.RELEASED


def test_the_page_says_so_and_takes_the_file_when_the_key_is_back(
    place: Place, home: Controller, store: ObjectStore, cast: dict[str, Client]
) -> None:
    def send() -> tuple[int, str]:
        files = [SimpleUploadedFile("a.wav", wav(HARMLESS)), SimpleUploadedFile("a.vtt", vtt(HARMLESS))]
        line = str(Line.objects.get().id)
        answer = cast["dpo"].post(reverse("calls:add"), {"files": files, "line": line, "started": ""})
        return answer.status_code, answer.content.decode()

    _lost(place, home)
    before = _rows(store)
    status, page = send()
    assert status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The keys cannot be used now" in page
    assert place.code in page
    assert str(settings.CALLWARD_HOME) not in page
    assert _rows(store) == before
    _found(place, home)
    assert send()[0] == HTTPStatus.FOUND


def test_what_was_sent_before_waits_without_a_limit_and_goes_in_when_the_key_is_back(
    place: Place, home: Controller, store: ObjectStore, cast: dict[str, Client]
) -> None:
    files = [SimpleUploadedFile("a.wav", wav(HARMLESS)), SimpleUploadedFile("a.vtt", vtt(HARMLESS))]
    line = str(Line.objects.get().id)
    cast["dpo"].post(reverse("calls:add"), {"files": files, "line": line, "started": ""})
    batch = str(Upload.objects.values_list("batch", flat=True)[0])
    _lost(place, home)
    before = _rows(store)
    for _ in range(6):
        take_in_batch.func(batch)
    assert _rows(store) == before
    assert {upload.status for upload in Upload.objects.all()} == {Upload.Status.WAITING}
    _found(place, home)
    take_in_batch.func(batch)
    assert {upload.status for upload in Upload.objects.all()} == {Upload.Status.TAKEN_IN}
    assert resume_uploads() == 0


def test_a_program_is_told_in_its_own_form(home: Controller, cast: dict[str, Client]) -> None:
    with override_settings(CALLWARD_HOME=Path("/nonexistent"), KMS_REGION="", VAULT_ADDRESS="", PKCS11_TOKEN="none"):
        vault.forget_epoch_keys()
        answer = cast["dpo"].post(reverse("calls:add"), {}, headers={"accept": "application/json"})
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert set(answer.json()) == {"code", "detail"}
    assert answer["Retry-After"] == "60"
