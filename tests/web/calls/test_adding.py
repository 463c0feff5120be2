"""Add calls: sealed while they arrive, taken in by the worker, gone afterwards, and none lost."""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from calls_at_work import CARD, HARMLESS, PHONE, STARTED, vtt, wav
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import SkipFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import opening, taking_in, tasks, uploads
from callward.web.calls.adding import resume_uploads, sweep_uploads
from callward.web.calls.facts import open_facts
from callward.web.calls.models import Call, Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.calls.uploads import SealingUploadHandler, layered, open_name
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore, ObjectError, ObjectSink
from callward.web.keys.models import PersonKey

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]
NAME = "call-of-moira-kerr"
MASTER = Path(__file__).parents[3] / "samples" / "systems" / "asterisk" / "Master.csv"


def _file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def _send(client: Client, *files: SimpleUploadedFile, line: str = "", started: str = "") -> str:
    answer = client.post(reverse("calls:add"), {"files": list(files), "line": line, "started": started})
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    return answer["Location"].rstrip("/").rpartition("/")[2]


def _work(batch: str) -> list[Upload]:
    take_in_batch.func(batch)
    return list(Upload.objects.filter(batch=batch).order_by("size"))


def _line(line: Line) -> str:
    return str(line.id)


def test_files_of_one_name_make_one_call(cast: Cast, care_line: Line, store: FolderStore) -> None:
    facts = json.dumps({"line": "care-en", "caller": {"phone": PHONE}, "started_at": STARTED})
    batch = _send(
        cast["supervisor"],
        _file(f"{NAME}.wav", wav(HARMLESS)),
        _file(f"{NAME}.vtt", vtt(HARMLESS)),
        _file(f"{NAME}.call.json", facts.encode()),
    )
    done = _work(batch)
    [call] = Call.objects.all()
    assert [upload.status for upload in done] == [Upload.Status.TAKEN_IN] * 3
    assert {upload.call_id for upload in done} == {call.id}
    assert call.state == Call.State.RELEASED
    assert call.started_at.isoformat() == STARTED
    assert open_facts(call)["source"] == f"{NAME}.wav"
    kept = {item.object_name for item in call.items.all()}
    assert set(store.list()) == kept


def test_the_entry_of_the_call_names_who_added_it(cast: Cast, care_line: Line, proven_cast: dict[Role, User]) -> None:
    _work(_send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line)))
    for action in ("upload.received", "call.taken_in"):
        assert Entry.objects.get(action=action).actor_id == str(proven_cast[Role.DPO].id)


def test_what_the_form_says_stands_in_for_what_the_files_do_not_say(cast: Cast, care_line: Line) -> None:
    _work(_send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line), started="2026-11-19T08:15"))
    call = Call.objects.get()
    assert call.line == care_line
    assert call.started_at.isoformat() == "2026-11-19T07:15:00+00:00"


def test_nothing_of_a_file_is_on_disk_in_the_clear(
    cast: Cast, care_line: Line, store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "temporary"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    # Larger than what Django would keep in memory, so a temporary file would show.
    data = wav(CARD, seconds=90.0)
    batch = _send(cast["dpo"], _file(f"{NAME}.wav", data), _file(f"{NAME}.vtt", vtt(CARD)), line=_line(care_line))
    for stage in ("waiting", "taken in"):
        places = [store.root, spool, Path(settings.CALLWARD_HOME)]
        everything = b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())
        rows = repr(list(Upload.objects.values())) + repr(list(DBTaskResult.objects.values("args_kwargs")))
        for secret in (NAME.encode(), b"4111 1111", data[1_000_000:1_000_064]):
            assert secret not in everything, stage
            assert secret.decode("latin-1") not in rows, stage
        assert not list(spool.iterdir())
        _work(batch)
    assert Call.objects.get().state == Call.State.RELEASED


def test_the_same_call_twice_is_told_to_be_here_already(cast: Cast, care_line: Line) -> None:
    files = [("a.wav", wav(HARMLESS)), ("a.vtt", vtt(HARMLESS))]
    _work(_send(cast["dpo"], *(_file(*each) for each in files), line=_line(care_line)))
    again = _work(_send(cast["dpo"], *(_file(*each) for each in files), line=_line(care_line)))
    assert {upload.status for upload in again} == {Upload.Status.DUPLICATE}
    assert {upload.call_id for upload in again} == {Call.objects.get().id}


def test_a_recording_that_waits_is_completed_by_its_transcript(cast: Cast, care_line: Line) -> None:
    _work(_send(cast["dpo"], _file("a.wav", wav(HARMLESS)), line=_line(care_line)))
    waiting = Call.objects.get()
    assert waiting.state == Call.State.WAITS_FOR_TRANSCRIPT
    files = [_file("a.wav", wav(HARMLESS)), _file("a.vtt", vtt(HARMLESS))]
    done = _work(_send(cast["dpo"], *files, line=_line(care_line)))
    assert {(upload.status, upload.call_id) for upload in done} == {(Upload.Status.TAKEN_IN, waiting.id)}
    assert Call.objects.get().state == Call.State.RELEASED


def test_two_files_of_the_same_name_are_two_calls(cast: Cast, care_line: Line) -> None:
    files = [_file("a.vtt", vtt(HARMLESS)), _file("a.vtt", vtt(CARD))]
    done = _work(_send(cast["dpo"], *files, line=_line(care_line)))
    assert {upload.status for upload in done} == {Upload.Status.TAKEN_IN}
    assert Call.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("garbage.wav", b"\xff" * 5000, "audio_unknown_format"),
        ("truncated.wav", wav(HARMLESS)[:20000], "audio_truncated"),
        ("note.txt", b"a note", "unknown_kind"),
        ("words.vtt", b"\xff\xfe\x00garbage", "transcript_encoding"),
        ("facts.call.json", b"{}", "facts_without_call"),
        ("deep.vcon", b'{"a":' * 5000, "vcon_too_deep"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_sentence_and_leaves_nothing(
    cast: Cast, care_line: Line, store: FolderStore, name: str, data: bytes, reason: str
) -> None:
    batch = _send(cast["dpo"], _file(name, data), _file("fine.vtt", vtt(HARMLESS)), line=_line(care_line))
    done = {open_name(upload): upload for upload in _work(batch)}
    assert (done[name].status, done[name].reason) == (Upload.Status.REFUSED, reason)
    assert done["fine.vtt"].status == Upload.Status.TAKEN_IN
    call = Call.objects.get()
    assert set(store.list()) == {item.object_name for item in call.items.all()}
    assert Entry.objects.filter(action="call.refused", outcome="refused").count() == 1
    page = cast["dpo"].get(reverse("calls:added", args=[batch])).content.decode()
    assert name in page
    assert "Nothing was kept" in page or "Send them together" in page


def test_a_call_without_a_line_is_refused(cast: Cast, care_line: Line) -> None:
    [upload] = _work(_send(cast["dpo"], _file("a.vtt", vtt(HARMLESS))))
    assert upload.reason == "line_missing"


def test_a_sealed_upload_that_was_changed_is_refused(cast: Cast, care_line: Line, store: FolderStore) -> None:
    batch = _send(cast["dpo"], _file("a.wav", wav(HARMLESS)), line=_line(care_line))
    [name] = list(store.list())
    path = store.root / name
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    [upload] = _work(batch)
    assert (upload.status, upload.reason) == (Upload.Status.REFUSED, "upload_broken")
    assert not Call.objects.exists()


def test_an_empty_file_is_refused_at_once(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file("a.wav", b""), line=_line(care_line))
    assert Upload.objects.get(batch=batch).reason == "upload_empty"


def test_a_file_over_the_cap_is_read_past_and_leaves_nothing(
    cast: Cast, care_line: Line, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)
    batch = _send(cast["dpo"], _file("big.wav", bytes(300_000)), _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))
    assert {row.reason for row in Upload.objects.filter(batch=batch)} == {"upload_too_large", ""}
    assert len(list(store.list())) == 1
    assert not list(store.spool.iterdir())


def test_files_beyond_the_most_are_refused_each(cast: Cast, care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    files = [_file(f"{number}.vtt", vtt(HARMLESS)) for number in range(3)]
    batch = _send(cast["dpo"], *files, line=_line(care_line))
    assert sorted(row.reason for row in Upload.objects.filter(batch=batch)) == ["", "", "upload_too_many"]


@pytest.fixture
def handler(care_line: Line) -> Iterator[SealingUploadHandler]:
    made = SealingUploadHandler(RequestFactory().post("/"), care_line.controller_id)
    yield made
    made.discard()


def test_memory_does_not_grow_with_the_file(handler: SealingUploadHandler, store: FolderStore) -> None:
    chunk = bytes(64 * 1024)
    handler.new_file("files", "long.wav", "audio/x-wav", None)
    tracemalloc.start()
    try:
        for start in range(0, 128 * 1024**2, len(chunk)):
            handler.receive_data_chunk(chunk, start)
        handler.file_complete(128 * 1024**2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * 1024**2
    assert next(store.spool.iterdir()).stat().st_size > 128 * 1024**2


def test_an_upload_that_breaks_off_leaves_nothing(handler: SealingUploadHandler, store: FolderStore) -> None:
    handler.new_file("files", "a.wav", "audio/x-wav", None)
    handler.receive_data_chunk(bytes(3 * 1024**2), 0)
    handler.upload_interrupted()
    assert not list(store.spool.iterdir())
    assert not handler.sent


def test_a_full_disk_keeps_nothing_and_says_so(
    handler: SealingUploadHandler, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler.new_file("files", "a.wav", "audio/x-wav", None)

    def refuse(self: ObjectSink, data: bytes) -> int:
        raise ObjectError("disk_full", "no space")

    monkeypatch.setattr(ObjectSink, "write", refuse)
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(bytes(5 * 1024**2), 0)
    assert [sent.refusal for sent in handler.sent] == ["disk_full"]
    assert not list(store.spool.iterdir())


def test_without_the_token_nothing_is_kept(proven_cast: dict[Role, User], care_line: Line, store: FolderStore) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(proven_cast[Role.DPO])
    answer = client.post(reverse("calls:add"), {"files": [_file("a.wav", wav(HARMLESS))]})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not list(store.list())
    assert not list(store.spool.iterdir())
    assert not Upload.objects.exists()


def test_a_form_without_files_is_refused_with_a_word(cast: Cast, care_line: Line) -> None:
    answer = cast["dpo"].post(reverse("calls:add"), {"line": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose at least one file." in answer.content.decode()


def test_a_line_of_another_controller_is_refused(cast: Cast, care_line: Line, stranger: Client) -> None:
    answer = stranger.post(reverse("calls:add"), {"files": [_file("a.vtt", b"x")], "line": _line(care_line)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_names_of_files_are_for_who_sent_them(cast: Cast, care_line: Line, stranger: Client) -> None:
    batch = _send(cast["dpo"], _file(f"{NAME}.vtt", vtt(HARMLESS)), line=_line(care_line))
    address = reverse("calls:added", args=[batch])
    assert NAME in cast["dpo"].get(address).content.decode()
    assert cast["supervisor"].get(address).status_code == HTTPStatus.NOT_FOUND
    assert stranger.get(address).status_code == HTTPStatus.NOT_FOUND


def test_opening_the_list_of_names_is_an_act_and_asking_again_is_none(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file(f"{NAME}.vtt", vtt(HARMLESS)), line=_line(care_line))
    address = reverse("calls:added", args=[batch])
    before = Entry.objects.filter(action="uploads.listed").count()
    cast["dpo"].get(address)
    cast["dpo"].get(address, headers={"HX-Request": "true"})
    assert Entry.objects.filter(action="uploads.listed").count() == before + 1


def test_the_name_of_a_file_ends_with_its_caller(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file(f"{NAME}.vtt", vtt(HARMLESS)), line=_line(care_line))
    [upload] = _work(batch)
    assert open_name(upload) == f"{NAME}.vtt"
    assert upload.call is not None
    PersonKey.objects.filter(id=upload.call.person_id).delete()
    assert open_name(upload) == ""
    page = cast["dpo"].get(reverse("calls:added", args=[batch])).content.decode()
    assert NAME not in page


def test_the_page_asks_again_until_nothing_waits(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))
    address = reverse("calls:added", args=[batch])
    waiting = cast["dpo"].get(address).content.decode()
    assert 'hx-trigger="every' in waiting
    assert 'http-equiv="refresh"' in waiting
    _work(batch)
    done = cast["dpo"].get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in done
    assert "hx-trigger" not in done
    assert "<b>1 call</b> taken in." in done


def test_an_upload_that_is_in_no_queue_is_given_to_the_worker_again(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))
    Upload.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    assert resume_uploads() == 0, "it is still in the queue"
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert resume_uploads() == 0, "somebody is at it, or the lease brings it back"
    DBTaskResult.objects.update(status="SUCCESSFUL")
    assert resume_uploads() == 1
    assert DBTaskResult.objects.filter(status="READY", args_kwargs={"args": [batch], "kwargs": {}}).count() == 1
    assert _work(batch)[0].status == Upload.Status.TAKEN_IN


def test_a_batch_that_is_being_worked_on_is_looked_at_without_a_lock(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))
    Upload.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    with CaptureQueriesContext(connection) as looked:
        assert resume_uploads() == 0
    assert [query["sql"] for query in looked if not query["sql"].startswith("SELECT")] == []
    assert not [query["sql"] for query in looked if "FOR UPDATE" in query["sql"]]
    DBTaskResult.objects.update(status="SUCCESSFUL")
    with CaptureQueriesContext(connection) as queued:
        assert resume_uploads() == 1
    assert any(query["sql"].startswith("SAVEPOINT") for query in queued), "asked again in a transaction"
    assert Upload.objects.get(batch=batch).status == Upload.Status.WAITING


def test_of_two_starts_of_one_batch_the_slower_one_refuses_nothing(
    cast: Cast, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))

    def after_the_other(uploads: list[Upload]) -> Any:
        monkeypatch.setattr(tasks, "layered", layered)
        tasks.take_in_batch.func(batch)
        return layered(uploads)

    monkeypatch.setattr(tasks, "layered", after_the_other)
    tasks.take_in_batch.func(batch)
    upload = Upload.objects.get(batch=batch)
    assert (upload.status, upload.reason) == (Upload.Status.TAKEN_IN, "")
    assert not Entry.objects.filter(action="call.refused").exists()


def test_a_file_that_was_taken_in_while_its_batch_is_given_up_is_not_refused(cast: Cast, care_line: Line) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))

    def taken_in_after_the_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql:
            Upload.objects.filter(status=Upload.Status.WAITING).update(status=Upload.Status.TAKEN_IN)
        return found

    with connection.execute_wrapper(taken_in_after_the_look):
        tasks.give_up(batch)
    assert Upload.objects.get(batch=batch).status == Upload.Status.TAKEN_IN
    assert not Entry.objects.filter(action="call.refused").exists()


def test_an_upload_whose_job_was_given_up_waits_a_week_for_somebody_and_is_refused_then(
    cast: Cast, care_line: Line
) -> None:
    from callward.web.core.objects import object_store

    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line))
    now, name = timezone.now(), Upload.objects.get(batch=batch).object_name
    Upload.objects.update(sent_at=now - timedelta(days=8))
    DBTaskResult.objects.update(status="FAILED", finished_at=now - timedelta(days=6))
    assert resume_uploads() == 0
    assert Upload.objects.get(batch=batch).status == Upload.Status.WAITING
    DBTaskResult.objects.update(finished_at=now - timedelta(days=7, minutes=1))
    assert resume_uploads() == 0
    assert Upload.objects.get(batch=batch).reason == "upload_failed"
    assert not object_store().exists(name)
    assert not DBTaskResult.objects.exists()


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    cast: Cast, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), _file("b.vtt", vtt(CARD)), line=_line(care_line))
    took = taking_in.take_in

    def take_one(*args: object) -> object:
        monkeypatch.setattr(tasks, "take_in", die)
        return took(*args)  # type: ignore[arg-type] # passed on

    def die(*args: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(tasks, "take_in", take_one)
    with pytest.raises(KeyboardInterrupt):
        take_in_batch.func(batch)
    assert Upload.objects.filter(status=Upload.Status.WAITING).count() == 1
    monkeypatch.setattr(tasks, "take_in", took)
    assert {upload.status for upload in _work(batch)} == {Upload.Status.TAKEN_IN}
    assert Call.objects.count() == 2


def test_a_day_later_what_is_done_is_forgotten_and_what_waits_is_not(cast: Cast, care_line: Line) -> None:
    _work(_send(cast["dpo"], _file("a.vtt", vtt(HARMLESS)), line=_line(care_line)))
    _send(cast["dpo"], _file("b.vtt", vtt(CARD)), line=_line(care_line))
    Upload.objects.update(sent_at=timezone.now() - timedelta(days=2))
    assert sweep_uploads() == 1
    assert [row.status for row in Upload.objects.all()] == [Upload.Status.WAITING]


def test_a_batch_that_is_more_than_a_start_has_time_for_goes_on_in_the_next(
    cast: Cast, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_SHARE", timedelta())
    names = ("a.vtt", "b.vtt", "c.vtt")
    rows = "file,line,caller_phone\n" + "".join(f"{name},care-en,{PHONE}\n" for name in names)
    files = [_file(name, vtt(text)) for name, text in zip(names, (HARMLESS, CARD, HARMLESS + CARD), strict=True)]
    batch = _send(cast["dpo"], _file("calls.csv", rows.encode()), *files)
    for done in (1, 2, 3):
        assert DBTaskResult.objects.count() == done, "each start but the last asks for another"
        _work(batch)
        assert Call.objects.count() == done
    assert DBTaskResult.objects.count() == 3
    assert set(Upload.objects.values_list("status", flat=True)) == {Upload.Status.TAKEN_IN}
    assert set(Call.objects.values_list("line", flat=True)) == {care_line.id}


def test_calls_whose_records_share_a_file_are_taken_in_by_one_start(
    cast: Cast, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_SHARE", timedelta())
    files = [_file("Master.csv", MASTER.read_bytes()), _file("in-1782893700.41.vtt", vtt(HARMLESS))]
    done = _work(_send(cast["dpo"], *files, line=_line(care_line)))
    assert {upload.status for upload in done} == {Upload.Status.TAKEN_IN}
    assert Call.objects.count() == 4
    assert DBTaskResult.objects.count() == 1


def test_a_list_of_calls_gives_the_facts_of_those_it_names(cast: Cast, care_line: Line) -> None:
    rows = f"file,line,caller_phone\na.vtt,care-en,{PHONE}\n"
    batch = _send(cast["dpo"], _file("calls.csv", rows.encode()), _file("a.vtt", vtt(HARMLESS)))
    assert {upload.status for upload in _work(batch)} == {Upload.Status.TAKEN_IN}
    assert Call.objects.get().line == care_line
    assert opening.transcript_of(Call.objects.get()) is not None
