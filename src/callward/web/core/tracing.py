"""Traces for OpenTelemetry, off unless an address is set: what took how long, by names and codes of ours.

No span has an attribute with content: only short codes and numbers pass, an exception as its type alone. Needs the
extra ``telemetry``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

import callward
from callward.engine.errors import Error

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

_CODE = re.compile(r"[A-Za-z][A-Za-z_:.-]{0,63}")
_providers: dict[int, TracerProvider] = {}


@contextmanager
def span(name: str, **facts: str | float) -> Iterator[None]:
    """Time what happens inside, as a child of the span around it. ``facts`` are codes and numbers."""
    if not settings.TRACES:
        yield
        return
    from opentelemetry.trace import Status, StatusCode

    held = _tracer().start_as_current_span(
        name, attributes=_plain(facts), record_exception=False, set_status_on_exception=False
    )
    with held as current:
        try:
            yield
        except BaseException as fault:
            reason = fault.code if isinstance(fault, Error) else type(fault).__name__
            current.set_attribute("callward.reason", reason)
            current.set_status(Status(StatusCode.ERROR))
            raise


def tell(**facts: str | float) -> None:
    """Add what became known meanwhile to the span that is open."""
    if settings.TRACES:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attributes(_plain(facts))


def _plain(facts: dict[str, str | float]) -> dict[str, str | float]:
    """Only what cannot hold content: numbers, and words that look like codes."""
    told = {name: value for name, value in facts.items() if not isinstance(value, str) or _CODE.fullmatch(value)}
    return {f"callward.{name}": value for name, value in told.items()}


def is_on() -> bool:
    """Whether this process has begun to send spans."""
    return os.getpid() in _providers


def finish() -> None:
    """Send what is left, and begin anew with the next span."""
    while _providers:
        _providers.popitem()[1].shutdown()


def _tracer() -> Tracer:
    """The tracer of this process: the thread that sends does not outlive a fork."""
    pid = os.getpid()
    if pid not in _providers:
        _providers.clear()
        _providers[pid] = _made(_exporter())
    return _providers[pid].get_tracer("callward")


def _exporter() -> SpanExporter:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise Error("telemetry_missing", "CALLWARD_TRACES needs the extra: pip install 'callward[telemetry]'") from None
    return OTLPSpanExporter(endpoint=settings.TRACES, timeout=5)


def _made(exporter: SpanExporter) -> TracerProvider:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = Resource({"service.name": "callward", "service.version": callward.__version__})
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    return provider
