"""The whole life of calls whose sealed objects and ledger lie in a bucket of a real S3 server, on good and bad days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar, cast

import pytest
from backups import beside, key_file
from calls_at_work import CALLED, CARD, HARMLESS, IN_DOUBT, take, vtt, wav
from cast import prove
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from faulty_proxy import Fault, FaultyProxy
from object_places import bucket_store, put_in_place, s3
from s3_server import S3Server
from typer.testing import CliRunner

from callward.cli.verify import verify as verifying
from callward.engine import tlog
from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.sequencing import log_key
from callward.web.calls import doctor, opening, reviewing
from callward.web.calls.duties import apply_decisions
from callward.web.calls.models import Call, Item, Review, Upload
from callward.web.calls.tasks import TaskError, take_in_batch
from callward.web.core.models import Controller, Line
from callward.web.core.objects import BucketStore, ObjectStore
from callward.web.core.objects.address import BucketAddress, Patience
from callward.web.lifecycle import erasing, purging
from callward.web.lifecycle.backup.manifest import snapshots
from callward.web.lifecycle.backup.restore import is_well, restore
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import KEYS, Destination
from callward.web.lifecycle.backup.verifying import verify

__all__ = ["bucket_store", "key_file", "s3"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

AFTER = CALLED + timedelta(days=400)
QUICK = Patience(connect=10, answer=10, tries=4, overall=5)
SOON = tuple(fault for fault in Fault if fault is not Fault.SILENCE)
UNANSWERED = {"object_store_unreachable"}
_T = TypeVar("_T")


@pytest.fixture
def dpo(alice: User) -> Client:
    client = Client()
    client.force_login(prove(alice))
    return client


def _names(store: ObjectStore) -> set[str]:
    return {name for name in store.list() if not name.startswith("ledger/")}


def _kept() -> set[str]:
    return set(Item.objects.values_list("object_name", flat=True))


def _well() -> bool:
    return all(check.well for check in doctor.examine(at_once=True))


def _played(client: Client, call: Call, wanted: str) -> tuple[int, bytes]:
    response = client.get(reverse("calls:recording", args=[call.id]), headers={"Range": wanted})
    if not response.streaming:
        return response.status_code, b""
    body = b"".join(cast("Iterable[bytes]", cast("StreamingHttpResponse", response).streaming_content))
    assert len(body) == int(response["Content-Length"])
    return response.status_code, body


def _added(client: Client, line: Line) -> str:
    files = [SimpleUploadedFile("a.wav", wav(HARMLESS)), SimpleUploadedFile("a.vtt", vtt(HARMLESS))]
    answer = client.post(reverse("calls:add"), {"files": files, "line": str(line.id)})
    assert answer.status_code == HTTPStatus.FOUND
    return str(answer["Location"].rstrip("/").rpartition("/")[2])


def _verified_offline(store: ObjectStore, controller: Controller, folder: Path) -> bool:
    """Fetch a log out of the bucket, file by file, and verify it as an auditor does."""
    for name in store.list(f"ledger/{controller.id.hex}"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(store.get(name))
    key = log_key(controller).verifier
    words = ["log", str(folder / "ledger" / controller.id.hex), "--vkey", tlog.format_vkey(key)]
    return CliRunner().invoke(verifying, words).exit_code == 0


def test_calls_live_and_end_in_a_bucket(
    bucket_store: BucketStore,
    care_line: Line,
    dpo: Client,
    alice: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_in_place(bucket_store, monkeypatch)
    batch = _added(dpo, care_line)
    assert _names(bucket_store) == set(Upload.objects.values_list("object_name", flat=True))
    take_in_batch.func(batch)
    sent, doubtful = Call.objects.get(), take(care_line, IN_DOUBT, phone="+447700900456")
    assert _names(bucket_store) == _kept()
    whole = opening.read_item(sent, ItemKind.RECORDING_REDACTED)
    assert whole is not None
    assert _played(dpo, sent, "bytes=1000-2999") == (HTTPStatus.PARTIAL_CONTENT, whole[1000:3000])
    reviewing.decide(doubtful, Review.Decision.RELEASE, alice)
    Review.objects.update(decided_at=timezone.now() - reviewing.UNDO - timedelta(seconds=1))
    apply_decisions()
    assert Call.objects.get(id=doubtful.id).state == Call.State.RELEASED
    assert _well()
    erasing.erase(doubtful.person, audit.SYSTEM, because="test")
    erasing.sweep()
    assert _names(bucket_store) == _kept()
    purging.purge(care_line.controller, today=AFTER)
    assert not _names(bucket_store)
    assert _well()
    assert _verified_offline(bucket_store, care_line.controller, tmp_path)


def test_a_page_says_that_recordings_cannot_be_reached_and_the_doctor_says_why(
    bucket_store: BucketStore, care_line: Line, dpo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(bucket_store, monkeypatch)
    call = take(care_line, CARD)
    batch = _added(dpo, care_line)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    put_in_place(BucketStore(bucket_store.address, patience=QUICK), monkeypatch)
    answer = dpo.get(reverse("calls:recording", args=[call.id]))
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "object_store_unreachable" in answer.content.decode()
    with pytest.raises(TaskError) as caught:
        take_in_batch.func(batch)
    assert caught.value.code == "object_store_unreachable"
    assert {upload.status for upload in Upload.objects.all()} == {Upload.Status.WAITING}
    told = {check.name: check for check in doctor.examine()}
    assert not told["object store"].well
    assert "orphans" not in told
    put_in_place(bucket_store, monkeypatch)
    take_in_batch.func(batch)
    assert Call.objects.count() == 2
    assert _well()


def test_nothing_is_swept_where_another_callward_keeps_its_ledger(
    bucket_store: BucketStore, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(bucket_store, monkeypatch)
    theirs = {f"ledger/{'a' * 32}/checkpoint": b"x", f"ab/{'0' * 30}/{'1' * 32}": b"sealed by another"}
    bucket_store.put_all(theirs)
    told = {check.name: check for check in doctor.examine(at_once=True)}
    assert not told["orphans"].well
    assert set(theirs) <= set(bucket_store.list())


def _insist(act: Callable[[], _T]) -> _T:
    """Do an act again until it is done: whatever refuses it says that the store did not answer."""
    for _ in range(60):
        try:
            return act()
        except Error as refused:
            code = refused.code
        assert code in UNANSWERED
    raise AssertionError("it was never done")


@pytest.fixture
def proxy(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    with FaultyProxy(s3.endpoint, seed=20261122) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", made.endpoint)
        yield made


def _bad_day(
    s3: S3Server, proxy: FaultyProxy, line: Line, client: Client, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[BucketStore, Destination]:
    """Take in, play, back up and purge while the store fails now and then; nothing is lost and nothing half made."""
    store = BucketStore(BucketAddress(s3.bucket()), patience=QUICK)
    put_in_place(store, monkeypatch)
    calls = [_insist(partial(take, line, said)) for said in (HARMLESS, CARD)]
    assert Call.objects.count() == len(calls)
    share, proxy.share = proxy.share, 0.0
    whole = [opening.read_item(call, ItemKind.RECORDING_REDACTED) or b"" for call in calls]
    assert _well()
    assert _names(store) == _kept()
    proxy.share = share
    for call, data in zip(calls, whole, strict=True):
        status, body = _insist(partial(_played, client, call, "bytes=500-4999"))
        assert (status, body) in {(HTTPStatus.PARTIAL_CONTENT, data[500:5000]), (HTTPStatus.SERVICE_UNAVAILABLE, b"")}
    place = Destination.opened(f"s3://{s3.bucket()}", key_file)
    made = _insist(lambda: create(place, audit.SYSTEM))
    proxy.share = 0.0
    assert verify(place, "", lambda total: lambda done: None) == []
    assert snapshots(place)[-1] == made.manifest.id
    assert place.ids(KEYS, KEYS) == [made.keys]
    assert not list(place.store.list("writers"))
    proxy.share = share
    return store, place


def _purged(proxy: FaultyProxy, line: Line, store: BucketStore) -> None:
    def purge() -> None:
        purging.purge(line.controller, today=AFTER)
        purging.purge_due()

    _insist(purge)
    proxy.share = 0.0
    assert not Item.objects.exists()
    assert _well()
    assert not _names(store)


def test_on_a_bad_day_nothing_is_lost_and_nothing_half_made(
    s3: S3Server, proxy: FaultyProxy, care_line: Line, dpo: Client, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.share, proxy._faults = 0.1, SOON
    store, _ = _bad_day(s3, proxy, care_line, dpo, key_file, monkeypatch)
    _purged(proxy, care_line, store)
    assert sum(proxy.done.values()) > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_the_worst_days_too_and_what_was_backed_up_restores(
    seed: int,
    s3: S3Server,
    care_line: Line,
    dpo: Client,
    key_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FaultyProxy(s3.endpoint, seed=seed, share=0.25) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.endpoint)
        store, place = _bad_day(s3, proxy, care_line, dpo, key_file, monkeypatch)
        audit.sequence_all()
        home = tmp_path / "restored"
        wanted = beside(home, ledger=store.below("ledger"), objects=f"s3://{s3.bucket()}/new")
        proxy.share = 0.03
        report = _insist(lambda: restore(place, key_file, home, wanted))
        assert is_well(report)
        proxy.share = 0.25
        _purged(proxy, care_line, store)
