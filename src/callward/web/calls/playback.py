"""Playing a recording: HTTP ranges (RFC 9110 section 14), opened on the fly, never cached."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.access import Capability, allow, controller_of, staff_of
from callward.web.calls import opening
from callward.web.calls.access import may_hear, original_purpose, read_for
from callward.web.calls.models import Call
from callward.web.keys import vault

if TYPE_CHECKING:
    from callward.web.calls.models import Item

_SESSION_KEY = "sound_sent"
_ONE_LISTENING = timedelta(minutes=15)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@allow(Capability.HEAR_CALLS)
@require_safe
def recording(request: HttpRequest, call_id: UUID, copy: str = "redacted") -> HttpResponseBase:
    """Send a range of a recording; what is not released goes to reviewers, the original to whom it was opened."""
    call = get_object_or_404(Call.objects.for_controller(controller_of(request)).select_related("line"), id=call_id)
    kind = ItemKind.RECORDING_ORIGINAL if copy == "original" else ItemKind.RECORDING_REDACTED
    if not may_hear(request, call, kind):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    item = opening.item_of(call, kind)
    if item is None:
        raise Http404
    if request.method == "GET":
        _note_sending(request, call, item)
    return _send(request, call, item)


def _note_sending(request: HttpRequest, call: Call, item: Item) -> None:
    """Record, before the first byte, that sound goes out: once a session, item and quarter of an hour.

    A player asks for many ranges, and seconds heard are counted where the page can; that something was sent at all
    stands in the ledger whoever asked and however.
    """
    now, original = timezone.now(), item.kind == ItemKind.RECORDING_ORIGINAL
    purpose = original_purpose(request, call) if original else read_for(request, call)
    sending = f"{item.id.hex} {purpose}"
    sent = {name: until for name, until in request.session.get(_SESSION_KEY, {}).items() if until > now.isoformat()}
    if sending in sent:
        return
    with transaction.atomic():
        audit.record(
            "recording.sent",
            actor=staff_of(request),
            resource=call,
            controller=call.controller_id,
            purpose=purpose,
            facts={"kind": item.kind},
        )
    request.session[_SESSION_KEY] = {**sent, sending: (now + _ONE_LISTENING).isoformat()}


def _send(request: HttpRequest, call: Call, item: Item) -> HttpResponseBase:
    asked = _range(request.headers.get("Range", ""), item.size)
    if asked == "unsatisfiable":
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{item.size}"
        return refused
    start, stop = asked if isinstance(asked, tuple) else (0, item.size)
    try:
        body = opening.stream(call, item, start, stop)
    except vault.KeyGone:
        return HttpResponse(status=HTTPStatus.GONE)
    response = StreamingHttpResponse(body if request.method == "GET" else iter(()))
    if isinstance(asked, tuple):
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{item.size}"
    response["Content-Type"] = item.mediatype
    response["Content-Length"] = str(stop - start)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


def _range(header: str, size: int) -> tuple[int, int] | str | None:
    """Read one byte range as [start, stop); None for no or several ranges, which may be answered with the whole."""
    match = _RANGE.fullmatch(header.strip())
    if not match or header.strip() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else "unsatisfiable"
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    if start >= size:
        return "unsatisfiable"
    return (start, stop) if start < stop else None
