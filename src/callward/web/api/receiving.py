"""Receiving calls: files sealed while they arrive, kept once, and given to the worker."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

from callward.intake import IntakeError, Source
from callward.intake.callfile import read_call_file
from callward.web.accounts import services
from callward.web.accounts.models import ServiceAccount
from callward.web.api.errors import ApiError
from callward.web.api.models import Sending
from callward.web.calls.adding import Sender, keep_batch
from callward.web.calls.uploads import Sealing, SealingUploadHandler, Sent, UploadError
from callward.web.core.labels import label
from callward.web.core.objects import ObjectError
from callward.web.keys import vault

_LONGEST_KEY = 255
_FULL = frozenset({"disk_full", "object_store_unreachable"})


class HashingUploadHandler(SealingUploadHandler):
    """Seals what comes and keeps a digest of all of it, so that the same sending is known again."""

    def __init__(self, request: HttpRequest, controller: UUID) -> None:
        super().__init__(request, controller)
        self.hash = hashlib.sha256()

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)
        self.hash.update(f"\nfile {self.file_name}\n".encode("utf-8", "surrogateescape"))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.hash.update(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        self.hash.update(f"\n{file_size}\n".encode())
        return super().file_complete(file_size)


def receive(request: HttpRequest, account: ServiceAccount) -> UUID:
    """Keep the files of a request, sealed, and queue them; returns the id to ask by.

    Raises ``ApiError``; nothing is then kept.
    """
    if request.content_type != "multipart/form-data":
        detail = "Send the files as multipart/form-data."
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "body_not_multipart", detail)
    key = _idempotency_key(request)
    handler = HashingUploadHandler(request, account.controller_id)
    request.upload_handlers = [handler]
    extra: Sent | None = None
    try:
        told = _read_form(request)
        sent = _whole(handler)
        extra = _facts_file(account, told, sent)
        content = _digest(account, handler.hash.digest() + told.encode())
        if key and (known := _known(account, key, content)):
            return known
        return _keep(account, [*sent, extra] if extra else sent, key, content)
    finally:
        handler.discard()
        if extra is not None and extra.sink is not None:
            extra.sink.discard()


def _read_form(request: HttpRequest) -> str:
    """Read the whole body; the files go through the handler, and the facts come back as text."""
    try:
        told = str(request.POST.get("facts", ""))
        len(request.FILES)
    except RequestDataTooBig:
        raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_unreadable", "A field is too long.") from None
    except (BadRequest, MultiPartParserError, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent):
        raise ApiError(HTTPStatus.BAD_REQUEST, "body_unreadable", "The body is no multipart form.") from None
    if set(request.POST) - {"facts"}:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", "Only files and facts are taken.")
    return told


def _whole(handler: SealingUploadHandler) -> list[Sent]:
    """Give what was sent, when every file of it was kept: half a call is none."""
    if not handler.sent:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "files_missing", "Send at least one file.")
    for sent in handler.sent:
        if sent.refusal:
            raise _refused(sent.refusal)
    return handler.sent


def _refused(code: str) -> ApiError:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if code == "upload_too_large":
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if code in _FULL:
        status = HTTPStatus.INSUFFICIENT_STORAGE
    return ApiError(status, code, label("refusal", code))


def _facts_file(account: ServiceAccount, told: str, sent: list[Sent]) -> Sent | None:
    """Seal the facts as the call file of the first file's name, as if they had been sent beside it."""
    if not told:
        return None
    data = told.encode()
    try:
        read_call_file(data)
    except IntakeError as error:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, error.code, label("refusal", error.code)) from None
    if any(one.name.lower().endswith(".call.json") for one in sent):
        detail = "The facts of the call come as a file and as a field: send one of them."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "facts_twice", detail)
    stem = Source(Path(sent[0].name)).stem
    sealing: Sealing | None = None
    try:
        sealing = Sealing(account.controller_id, f"{stem}.call.json")
        sealing.write(data)
        return sealing.finish()
    except (ObjectError, UploadError) as error:
        if sealing is not None:
            sealing.discard()
        raise _refused(error.code) from None


def _keep(account: ServiceAccount, sent: list[Sent], key: bytes, content: bytes) -> UUID:
    batch = uuid4()

    def remember() -> None:
        if key:
            Sending.objects.create(account=account, key=key, content=content, batch=batch, at=timezone.now())

    lines = account.allowed_lines
    line = lines[0] if lines and len(lines) == 1 else None
    sender = Sender(account.controller, services.refer(account), line)
    try:
        return keep_batch(sent, sender, batch=batch, also=remember)
    except ObjectError as error:
        raise _refused(error.code) from None
    except IntegrityError:
        # The same key came twice at once: the other sending is kept, and this one is answered like it.
        known = _known(account, key, content) if key else None
        if known is None:
            raise
        return known


def _known(account: ServiceAccount, key: bytes, content: bytes) -> UUID | None:
    """Return what a sending of this key was answered. Raises ``ApiError`` where it was another sending."""
    found = Sending.objects.filter(account=account, key=key).first()
    if found is None:
        return None
    if not hmac.compare_digest(bytes(found.content), content):
        detail = "This Idempotency-Key came with another sending before."
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_other", detail)
    return found.batch


def _idempotency_key(request: HttpRequest) -> bytes:
    text = request.headers.get("Idempotency-Key", "")
    if not text:
        return b""
    if len(text) > _LONGEST_KEY or not text.isascii() or not text.isprintable():
        detail = "An Idempotency-Key is at most 255 printable signs."
        raise ApiError(HTTPStatus.BAD_REQUEST, "idempotency_key", detail)
    account = cast("ServiceAccount", getattr(request, "service", None))
    return _digest(account, text.encode())


def _digest(account: ServiceAccount, data: bytes) -> bytes:
    key = vault.service_key(account.controller_id, "intake")
    return hmac.digest(key, b"callward/sending\n" + account.pk.bytes + data, "sha256")
