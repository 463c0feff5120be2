"""Log lines that hold no personal data: what failed and where in the code, never the request's own words."""

from __future__ import annotations

import logging
import traceback

from django.http import HttpRequest

_OURS = 6


class PlainRequest(logging.Filter):
    """Replace a record about a request by its method and the name of its page: a path or query can hold anything."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            match = request.resolver_match
            page = match.view_name if match else "no page"
            code = getattr(record, "status_code", "")
            record.msg, record.args = "%s %s answered %s", (request.method, page, code)
        return True


class LineFormatter(logging.Formatter):
    """One line a record; an exception as its type and the places it passed, without its words."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of the base class
        kind, _, trace = ei if isinstance(ei, tuple) else (None, None, None)
        frames = traceback.extract_tb(trace)
        # What frameworks passed on the way says nothing; where it ended and which of our lines led there does.
        told = [frame for frame in frames if "/callward/" in frame.filename][-_OURS:]
        if frames and frames[-1] not in told:
            told.append(frames[-1])
        places = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in told]
        return f"{getattr(kind, '__name__', 'error')} in {' > '.join(places)}"
