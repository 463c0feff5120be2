"""The operations of REST v1."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from ninja import Query, Router, Status

from callward.web import audit
from callward.web.accounts import services
from callward.web.accounts.access import Capability, may
from callward.web.accounts.models import ServiceAccount
from callward.web.api import receiving, schemas
from callward.web.api.deciding import PURPOSE_HEADER, call_for, calls_of, decide, purpose_of
from callward.web.api.errors import ApiError, missing
from callward.web.api.throttling import PerProgram
from callward.web.calls import keeping
from callward.web.calls.facts import open_facts
from callward.web.calls.listing import CallFilter, is_place, page_of
from callward.web.calls.models import Call, Upload
from callward.web.core.labels import label
from callward.web.keys import vault

_PROBLEMS = dict.fromkeys((400, 401, 403, 404, 410, 413, 415, 422, 429, 507), schemas.Problem)
_READS = {
    "parameters": [
        {
            "in": "header",
            "name": PURPOSE_HEADER,
            "description": "What the calls are read for; the parameter purpose says the same.",
            "schema": {"type": "string"},
        }
    ]
}
_SENDS = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "description": "Sent again with the same key within a day, a sending is kept once.",
            "schema": {"type": "string", "maxLength": 255},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "facts": {
                            "type": "string",
                            "description": "The facts of the call as JSON: docs/formats/call-facts.md.",
                        },
                    },
                }
            }
        },
    },
}

_NARROWED = frozenset({"line", "state", "category", "since", "until", "after", "purpose"})

SENDING = PerProgram("240/m", "send")
router = Router()


def _answers(*statuses: int, **ok: Any) -> dict[int, Any]:
    return {**{int(code.removeprefix("_")): schema for code, schema in ok.items()},
            **{status: _PROBLEMS[status] for status in (401, 403, 429, *statuses)}}  # fmt: skip


@router.post(
    "/calls",
    url_name="calls",
    summary="Send the files of a call",
    response=_answers(400, 413, 415, 422, 507, _202=schemas.Sent),
    openapi_extra=_SENDS,
    throttle=SENDING,
)
def send_call(request: HttpRequest, response: HttpResponse) -> Status[dict[str, object]]:
    """Recording, transcript, vCon and facts of a call, as files of one form; they are sealed while they arrive.

    The same call sent twice is one call. What becomes of it is told at the address in the answer.
    """
    account = decide(request, Capability.ADD_CALLS)
    batch = receiving.receive(request, account)
    url = reverse("api:upload", args=[batch])
    response["Location"] = url
    done = not Upload.objects.filter(batch=batch, status=Upload.Status.WAITING).exists()
    return Status(HTTPStatus.ACCEPTED, {"id": batch, "state": "done" if done else "waiting", "url": url})


@router.get(
    "/uploads/{upload_id}",
    url_name="upload",
    summary="What became of a sending",
    response=_answers(404, 422, _200=schemas.Upload),
)
def upload(request: HttpRequest, upload_id: UUID) -> dict[str, object]:
    """Told to the program that sent it, for a day after it is done."""
    account = decide(request, Capability.ADD_CALLS)
    rows = list(Upload.objects.filter(sent_by=None, sender_id=account.pk, batch=upload_id).order_by("size", "id"))
    if not rows:
        raise missing()
    waiting = any(row.status == Upload.Status.WAITING for row in rows)
    return {
        "id": upload_id,
        "state": "waiting" if waiting else "done",
        "sent_at": rows[0].sent_at,
        "calls": sorted({row.call_id for row in rows if row.call_id is not None}),
        "files": [
            {
                "size": row.size,
                "state": row.status,
                "reason": row.reason or None,
                "detail": label("refusal", row.reason) if row.reason else None,
                "call": row.call_id,
            }
            for row in rows
        ],
    }


@router.get(
    "/calls",
    url_name="calls",
    summary="Calls, the newest first",
    response=_answers(400, 422, _200=schemas.CallList),
    openapi_extra=_READS,
)
def list_calls(
    request: HttpRequest,
    line: Annotated[str, Query(description="Short name of a line.")] = "",
    state: Annotated[str, Query(description="State of the calls.")] = "",
    category: Annotated[str, Query(description="Category of data found.")] = "",
    since: Annotated[str, Query(description="First day, in the controller's time zone.")] = "",
    until: Annotated[str, Query(description="Last day.")] = "",
    after: Annotated[str, Query(description="Where the page before ended: as its next says.")] = "",
    purpose: Annotated[str, Query(description=f"What for; the header {PURPOSE_HEADER} says the same.")] = "",
) -> dict[str, object]:
    """Fifty at a time, on the lines of the program; pages go on by place and never by number."""
    account = decide(request, Capability.LIST_CALLS)
    why = purpose_of(request)
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in _NARROWED if name in request.GET})
    if after and not is_place(after):
        raise ApiError(HTTPStatus.BAD_REQUEST, "place_unknown", "This after is no place where a page ended.")
    narrowed = CallFilter(query, account.controller)
    if not narrowed.is_valid():
        names = ", ".join(sorted(narrowed.errors))
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", f"These values are not known: {names}.")
    page = page_of(narrowed.narrow(calls_of(account)), query, category=narrowed.of_category)
    with transaction.atomic():
        audit.record(
            "calls.listed",
            actor=services.refer(account),
            resource=account.controller,
            controller=account.controller,
            purpose=why,
            facts={"filter": narrowed.digest(), "rows": len(page.calls)},
        )
    onward = reverse("api:calls") + page.next if page.next else None
    return {"calls": [_row(call) for call in page.calls], "next": onward}


@router.get(
    "/calls/{call_id}",
    url_name="call",
    summary="One call",
    response=_answers(400, 404, 410, 422, _200=schemas.CallPage),
    openapi_extra=_READS,
)
def call(request: HttpRequest, call_id: UUID, purpose: str = "") -> dict[str, object]:
    """Its facts and what is kept of it, for a purpose that the call is kept for."""
    account = decide(request, Capability.LOOK_UP_CALLS)
    found = _looked_up(request, account, call_id)
    try:
        facts = open_facts(found) if may(account, Capability.HEAR_CALLS) else {}
    except vault.KeyGone:
        raise ApiError(HTTPStatus.GONE, "erased", "The caller was erased, and the call with them.") from None
    items = [
        {"kind": item.kind, "mediatype": item.mediatype, "size": item.size, "retain_until": item.retain_until}
        for item in found.items.all()
    ]
    row = _row(found)
    return {**row, "external_id": facts.get("external_id"), "received_at": found.received_at, "items": items}


@router.get(
    "/calls/{call_id}/why",
    url_name="why",
    summary="Why is this call still kept?",
    response=_answers(400, 404, 422, _200=schemas.Whys),
    openapi_extra=_READS,
)
def why(request: HttpRequest, call_id: UUID, purpose: str = "") -> dict[str, object]:
    """One sentence for each item and one for the row in the call log, as the page of the call has them."""
    account = decide(request, Capability.LOOK_UP_CALLS)
    found = _looked_up(request, account, call_id)
    keeper = keeping.keeper()
    items = [
        {"kind": answer.kind, "until": answer.until, "held": answer.held, "sentence": str(answer.sentence)}
        for answer in keeper.answers(found)
    ]
    return {"id": found.pk, "items": items, "log": keeper.log_answer(found)}


def _looked_up(request: HttpRequest, account: ServiceAccount, call_id: UUID) -> Call:
    """Return a call, with the entry that it was looked up and what for."""
    purpose = purpose_of(request)
    found = call_for(account, call_id, purpose)
    with transaction.atomic():
        audit.record(
            "call.looked_up",
            actor=services.refer(account),
            resource=found,
            controller=found.controller_id,
            purpose=purpose,
        )
    return found


def _row(call: Call) -> dict[str, object]:
    return {
        "id": call.pk,
        "line": call.line.slug,
        "started_at": call.started_at,
        "direction": call.direction,
        "language": call.language,
        "state": call.state,
        "reasons": call.reasons,
        "voicemail": call.voicemail,
        "seconds": round(call.seconds, 3),
        "found": [{"category": found.category, "findings": found.findings} for found in call.categories.all()],
        "retain_until": call.retain_until,
    }
