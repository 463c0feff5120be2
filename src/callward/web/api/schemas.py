"""What is sent and answered, as the OpenAPI document says it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema


class Problem(Schema):
    """What could not be done (RFC 9457). ``code`` is stable, ``detail`` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""


class Sent(Schema):
    """What was received and is sealed; ``url`` says what becomes of it."""

    id: UUID
    state: Literal["waiting", "done"]
    url: str


class SentFile(Schema):
    """One file of a sending."""

    size: int
    state: str
    reason: str | None = None
    detail: str | None = None
    call: UUID | None = None


class Upload(Schema):
    """What became of a sending."""

    id: UUID
    state: Literal["waiting", "done"]
    sent_at: datetime
    calls: list[UUID]
    files: list[SentFile]


class Found(Schema):
    """How many findings of a category a call has."""

    category: str
    findings: int


class CallRow(Schema):
    """A call as lists show it."""

    id: UUID
    line: str
    started_at: datetime
    direction: str
    language: str
    state: str
    reasons: list[str]
    voicemail: bool
    seconds: float
    found: list[Found]
    retain_until: date


class CallList(Schema):
    """One page of calls, the newest first; ``next`` is the address of the following one."""

    calls: list[CallRow]
    next: str | None = None


class Kept(Schema):
    """An item that is kept of a call."""

    kind: str
    mediatype: str
    size: int
    retain_until: date


class CallPage(CallRow):
    """One call with what is kept of it."""

    external_id: str | None = None
    received_at: datetime
    items: list[Kept]


class Why(Schema):
    """Why an item is still kept: one sentence."""

    kind: str
    until: date
    held: bool
    sentence: str


class Whys(Schema):
    """Why each item of a call is still kept, and in ``log`` why its row in the call log is, which outlives them."""

    id: UUID
    items: list[Why]
    log: str
