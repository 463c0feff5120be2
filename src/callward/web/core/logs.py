"""Log lines that hold no personal data: what failed and where in the code, never the request's own words."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType

from django.http import HttpRequest

from callward.engine.errors import Error
from callward.web.faults import cause_of

_OURS = 6
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Name the request or job that every line inside is about, by its random id."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)


def places(trace: TracebackType | None) -> str:
    """Where an exception passed and ended, without its words."""
    frames = traceback.extract_tb(trace)
    # What frameworks passed on the way says nothing; where it ended and which of our lines led there does.
    told = [frame for frame in frames if "/callward/" in frame.filename][-_OURS:]
    if frames and frames[-1] not in told:
        told.append(frames[-1])
    return " > ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in told)


def told(fault: BaseException) -> str:
    """Say what failed and where: its type, its code or that of the database below it, the places; never its words."""
    code = fault.code if isinstance(fault, Error) else cause_of(fault)
    kind = type(fault).__name__
    return f"{kind} ({code}) in {places(fault.__traceback__)}" if code else f"{kind} in {places(fault.__traceback__)}"


class PlainRequest(logging.Filter):
    """Replace a record about a request by its method and the name of its page: a path or query can hold anything."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            match = request.resolver_match
            page = match.view_name if match else "no page"
            code = getattr(record, "status_code", "")
            record.msg, record.args = "%s %s answered %s", (request.method, page, code)
        elif not record.name.startswith("callward"):
            # What a library fills in may be a request's words or a caller's: its sentence alone says what failed.
            record.args = ()
            if not isinstance(record.msg, str):  # a fault is its own words
                record.msg = type(record.msg).__name__
        return True


class LineFormatter(logging.Formatter):
    """One line a record; an exception as its type and the places it passed, without its words."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        ids = " ".join(f"{name}={value}" for name, value in _about.get().items())
        return f"{line} [{ids}]" if ids else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of the base class
        fault = ei[1] if isinstance(ei, tuple) else None
        return told(fault) if isinstance(fault, BaseException) else "error"


class JsonFormatter(LineFormatter):
    """One JSON object a record: time, level, logger, message, the ids it is about, and the facts given with it."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
