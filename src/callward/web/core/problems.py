"""What programs are answered when something cannot be done: problem details (RFC 9457) with a stable code."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

API = "/api/"
MEDIATYPE = "application/problem+json"


def is_for_program(request: HttpRequest) -> bool:
    """Tell whether a program asks, which reads no pages."""
    return request.path.startswith(API)


def problem(status: int, code: str, detail: str = "", **more: object) -> HttpResponse:
    """Answer with a problem. ``code`` is stable; ``detail`` is a sentence without content."""
    body = {"type": f"urn:callward:problem:{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    return HttpResponse(json.dumps(body | more), status=status, content_type=MEDIATYPE)
