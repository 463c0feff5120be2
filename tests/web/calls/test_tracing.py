"""Traces: off unless an address is set; then spans of requests, jobs and steps reach a collector, without content."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from calls_at_work import CARD, take
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult

from callward.engine.errors import Error
from callward.web.background.working import JobWorker
from callward.web.calls.tasks import take_in_batch
from callward.web.core import tracing
from callward.web.core.models import Line

service: Any = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")


class _Collector:
    """An OTLP receiver on loopback that keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                import gzip

                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding") == "gzip"
                collector.sent.append(gzip.decompress(body) if packed else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"

    def spans(self) -> list[Any]:
        requests = [service.ExportTraceServiceRequest.FromString(body) for body in self.sent]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[_Collector]:
    made = _Collector()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    tracing.finish()
    with override_settings(TRACES=made.address):
        yield made
    tracing.finish()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def _named(spans: list[Any], name: str) -> Any:
    return next(span for span in spans if span.name == name)


def _facts(span: Any) -> dict[str, Any]:
    return {fact.key: fact.value.string_value or fact.value.int_value for fact in span.attributes}


@pytest.mark.django_db
def test_requests_jobs_and_steps_are_told_and_nothing_of_what_was_said(collector: _Collector, care_line: Line) -> None:
    Client().get("/calls/Dana/", headers={"User-Agent": "Dana"})
    take_in_batch.enqueue(str(uuid4()))
    row = DBTaskResult.objects.get()
    worker = JobWorker()
    row.claim(worker.worker_id)
    worker.run_task(row)
    take(care_line, CARD)
    tracing.finish()
    spans = collector.spans()
    assert _facts(_named(spans, "request")) == {
        "callward.method": "GET", "callward.view": "none", "callward.status": 404,
    }  # fmt: skip
    assert _facts(_named(spans, "job")) == {"callward.task": "take_in_batch"}
    steps = [span.name for span in spans if span.name.startswith("step.")]
    assert steps == [f"step.{name}" for name in ("listen", "read", "detect", "plan", "words", "sound", "place")]
    assert not any(word in body for body in collector.sent for word in (b"4111", b"Dana", b"card number"))


def test_a_fault_is_told_by_its_code_alone(collector: _Collector) -> None:
    with pytest.raises(ValueError, match="Dana"), tracing.span("outer", words="Dana Ek 4111", n=1):
        raise ValueError("Dana")
    with pytest.raises(Error), tracing.span("refused"):
        raise Error("disk_full", "no space")
    tracing.finish()
    spans = collector.spans()
    assert _facts(_named(spans, "outer")) == {"callward.reason": "ValueError", "callward.n": 1}
    assert _facts(_named(spans, "refused")) == {"callward.reason": "disk_full"}
    assert not any(b"Dana" in body for body in collector.sent)
    assert not any(span.events for span in spans)


def test_without_an_address_nothing_is_made() -> None:
    tracing.finish()
    with tracing.span("outer"):
        tracing.tell(n=1)
    assert not tracing.is_on()
