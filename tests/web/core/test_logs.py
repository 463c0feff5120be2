"""What is logged: JSON with ids and codes, and nothing that anybody said or typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory

from callward.engine.errors import Error
from callward.web.core import logs

_SECRET = "Dana Ek"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the console handler writes, from every logger."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    handler.addFilter(logs.PlainRequest())
    root, requests = logging.getLogger(), logging.getLogger("callward.requests")
    before = requests.level, root.level
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    requests.setLevel(before[0])


def _fail(fault: Exception) -> None:
    raise fault


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_object_with_the_ids_it_is_about_and_its_facts(told: io.StringIO) -> None:
    with logs.about(request="r1"), logs.about(job="j1"):
        logging.getLogger("callward.some").warning("it took %d", 3, extra={"facts": {"ms": 7}})
    logging.getLogger("callward.some").warning("over")
    first, second = _lines(told)
    assert (first["message"], first["request"], first["job"], first["ms"]) == ("it took 3", "r1", "j1", 7)
    assert first["time"].endswith("+00:00")
    assert "request" not in second


def test_a_fault_is_its_type_and_places_without_its_words(told: io.StringIO) -> None:
    try:
        _fail(ValueError(_SECRET))
    except ValueError:
        logging.getLogger("callward.some").exception("failed")
    (line,) = _lines(told)
    assert line["fault"].startswith("ValueError in ")
    assert _SECRET not in told.getvalue()


def test_what_a_library_fills_into_its_sentence_is_left_out(told: io.StringIO) -> None:
    logging.getLogger("somelibrary").error("cannot open %s", _SECRET)
    assert _lines(told)[0]["message"] == "cannot open %s"


@pytest.mark.django_db
def test_a_request_is_told_by_its_page_status_and_time_and_never_by_its_path(told: io.StringIO) -> None:
    answer = Client().get(f"/calls/{_SECRET}/?q={_SECRET}", headers={"User-Agent": _SECRET, "Referer": _SECRET})
    assert answer.status_code == 404
    line = next(line for line in _lines(told) if line["logger"] == "callward.requests")
    assert (line["method"], line["view"], line["status"]) == ("GET", "none", 404)
    assert len(line["request"]) == 32
    assert line["ms"] > 0
    assert "Dana" not in told.getvalue()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_not_repeated(told: io.StringIO) -> None:
    Client().get("/sign-in/", headers={"Host": "dana-ek.example.org"})
    assert "dana" not in told.getvalue()


def test_our_own_refusal_is_a_code(told: io.StringIO) -> None:
    try:
        _fail(Error("disk_full", "no space"))
    except Error:
        logging.getLogger("callward.some").exception("failed")
    assert _lines(told)[0]["fault"].startswith("Error (disk_full) in ")


def test_a_strange_method_is_not_repeated(told: io.StringIO) -> None:
    from django.http import HttpResponse

    from callward.web.core.middleware import RequestMiddleware

    RequestMiddleware(lambda request: HttpResponse())(RequestFactory().generic("DANA", "/"))
    assert _lines(told)[0]["method"] == "OTHER"


def test_a_fault_that_a_library_logs_as_its_sentence_is_its_type(told: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning(ValueError(_SECRET))
    assert [line["message"] for line in _lines(told)] == ["ValueError"]
