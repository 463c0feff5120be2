"""Calls of known people through every door, well and broken; then the log is searched for what they said."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from calls_at_work import CARD, Said, take, vtt, wav
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from callward.intake import IntakeOptions, discover, given
from callward.web import audit
from callward.web.background.working import JobWorker
from callward.web.calls import tasks
from callward.web.calls.ingesting import Ingest
from callward.web.calls.models import Call
from callward.web.core import logs
from callward.web.core.models import Line
from callward.web.duties import Duty, run_until

pytestmark = pytest.mark.django_db

_WORDS = (
    "Moira Kerr", "moira.kerr@example.org", "4111 1111 1111 1111", "07700 900123", "+447700900123", "marigold",
)  # fmt: skip
_SAID = (
    Said("agent", "Good morning, may I take your name and your e-mail?", 0.2, 1.4),
    Said("caller", "It is Moira Kerr, moira.kerr@example.org, my password is marigold.", 1.8, 3.8),
    Said("agent", "And your number and card?", 4.0, 4.6),
    Said("caller", "07700 900123, and 4111 1111 1111 1111.", 4.7, 5.6),
)


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Everything that any logger says, down to its smallest word, as the console would show it: as text and as JSON."""
    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream) for _ in range(2)]
    for handler, formatter in zip(handlers, (logs.JsonFormatter(), logs.LineFormatter()), strict=True):
        handler.setFormatter(formatter)
        handler.addFilter(logs.PlainRequest())
    names = ("", "callward", "callward.requests", "django", "django.request", "django_tasks")
    chosen = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in chosen]
    for logger in chosen:
        logger.setLevel(logging.DEBUG)
    for handler in handlers:
        logging.getLogger().addHandler(handler)
    yield stream
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
    for logger, level in zip(chosen, before, strict=True):
        logger.setLevel(level)


def _fail(*words: object, **facts: object) -> None:
    raise KeyError(" ".join(_WORDS))


def _work_on_all() -> None:
    worker = JobWorker()
    for row in DBTaskResult.objects.filter(status="READY"):
        row.claim(worker.worker_id)
        worker.run_task(row)


def _sent(client: Client, line: Line, name: str, data: bytes) -> None:
    file = SimpleUploadedFile(f"Moira Kerr {name}", data)
    client.post(reverse("calls:add"), {"files": [file], "line": str(line.id), "started": ""})


def test_nothing_that_anybody_said_or_is_called_is_logged_on_any_path(
    told: io.StringIO,
    care_line: Line,
    cast: dict[str, Client],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dpo = cast["dpo"]
    # From the command line: whole, and broken in two ways.
    folder = tmp_path / "Moira Kerr"
    folder.mkdir()
    (folder / "Moira Kerr.wav").write_bytes(wav(_SAID))
    (folder / "Moira Kerr.vtt").write_bytes(vtt(_SAID))
    (folder / "moira.kerr@example.org.wav").write_bytes(b"Moira Kerr" * 20)
    (folder / "marigold.json").write_bytes(b'{"text": "4111 1111 1111 1111"')
    run = Ingest(care_line.controller, IntakeOptions(given({"line": care_line.slug, "caller_phone": "+447700900123"})))
    results = [run.take(source).result.value for source in discover([folder])]
    assert sorted(results) == ["refused", "refused", "taken_in"]
    # Through the browser and the worker: whole, broken, and with a fault of ours that quotes the caller.
    _sent(dpo, care_line, "one.vtt", vtt(CARD))
    _sent(dpo, care_line, "two.wav", b"Moira Kerr")
    _work_on_all()
    _sent(dpo, care_line, "three.vtt", vtt(_SAID))
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "_take_in", _fail)
        _work_on_all()
    assert DBTaskResult.objects.filter(status="READY").count() == 1, "it is tried again"
    # Looked at, looked for, and asked for by what is no page; pages that break.
    call = take(care_line, _SAID, phone="+447700900124")
    for path in (reverse("calls:call", args=[call.id]), "/calls/Moira Kerr/", "/people/?q=Moira+Kerr"):
        dpo.get(path, headers={"User-Agent": "Moira Kerr", "Referer": "https://example.org/?Moira Kerr"})
    dpo.post(reverse("people:find"), {"kind": "email", "value": "moira.kerr@example.org"})
    dpo.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(audit, "record", _fail, raising=False)
        assert dpo.get(reverse("calls:list")).status_code == 500
    # A duty that breaks.
    stop = threading.Event()

    def fail_and_stop() -> None:
        stop.set()
        _fail()

    monkeypatch.setattr("callward.web.calls.duties.replay", fail_and_stop)
    monkeypatch.setattr("callward.web.duties._PATIENCE", 120.0)  # what it says is looked for below
    run_until(stop, (Duty("callward.web.calls.duties:replay", 9.0),))
    said = told.getvalue()
    assert Call.objects.count() == 2, "taking the same call in again is none"
    assert all(word in said for word in ("KeyError in call_list", "job take_in_batch", "the duty"))
    assert [word for word in (*_WORDS, "Moira", "900123", "4111") if word in said] == []
