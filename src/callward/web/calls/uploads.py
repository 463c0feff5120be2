"""Files that come through the browser: sealed while they arrive, opened by the worker, gone once taken in.

Nothing of a file is ever on a disk in the clear: its bytes go from the request straight into a sealing writer over
the object store, and its name, which may name a caller, into a sealed column.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from callward.engine import envelope
from callward.engine.envelope import EnvelopeError
from callward.intake import IntakeError
from callward.web.calls.models import Upload
from callward.web.core.objects import ObjectError, ObjectSink, object_store
from callward.web.keys import vault

MAX_BYTES = 2 * 1024**3
MAX_FILES = 50
_NAME_ROOM = 255


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came: sealed and waiting to be made durable, or the code of why it was not kept."""

    id: UUID
    name: str
    size: int
    sink: ObjectSink | None
    refusal: str = ""


class SealingUploadHandler(FileUploadHandler):
    """Seals each file of a request as its bytes arrive. At most a few MiB are held, whatever is sent.

    A file that cannot be kept is read past, so that the others arrive; ``sent`` then has its refusal. Whoever uses
    the handler calls ``discard`` in the end: what was not committed by then is removed.
    """

    def __init__(self, request: HttpRequest, controller: UUID) -> None:
        super().__init__(request)
        self.sent: list[Sent] = []
        self._controller = controller
        self._key = vault.service_key(controller, "intake")
        self._id: UUID | None = None
        self._sink: ObjectSink | None = None
        self._writer: envelope.SealingWriter | None = None
        self._size = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._id, self._size = uuid.uuid4(), 0
        if len(self.sent) >= MAX_FILES:
            raise self._skip("upload_too_many")
        try:
            self._sink = object_store().new_object()
        except ObjectError as error:
            raise self._skip(error.code) from None
        bound = upload_data(self._controller, self._id)
        self._writer = envelope.SealingWriter(self._key, cast("BinaryIO", self._sink), bound)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._writer is not None
        self._size += len(raw_data)
        if self._size > MAX_BYTES:
            raise self._skip("upload_too_large")
        try:
            self._writer.write(raw_data)
        except ObjectError as error:
            raise self._skip(error.code) from None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        assert self._writer is not None
        assert self._id is not None
        if not self._size:
            self._end("upload_empty")
            return None
        try:
            self._writer.close()
        except ObjectError as error:
            self._end(error.code)
            return None
        self.sent.append(Sent(self._id, self._name(), self._size, self._sink))
        self._sink = self._writer = None
        # Django wants a file object to put among the request's files; it holds nothing.
        return UploadedFile(BytesIO(), self._name(), size=self._size)

    def upload_interrupted(self) -> None:
        self._end("")

    def discard(self) -> None:
        """Remove everything that was not committed."""
        self._end("")
        for sent in self.sent:
            if sent.sink is not None:
                sent.sink.discard()

    def _skip(self, code: str) -> SkipFile:
        self._end(code)
        return SkipFile()

    def _end(self, code: str) -> None:
        if self._writer is not None:
            self._writer.abort()
        if self._sink is not None:
            self._sink.discard()
        self._sink = self._writer = None
        if code and self._id is not None:
            self.sent.append(Sent(self._id, self._name(), self._size, None, code))

    def _name(self) -> str:
        # The ending says what the file is, so a name that is too long loses its beginning.
        return (self.file_name or "")[-_NAME_ROOM:]


def upload_data(controller: UUID, upload: UUID) -> bytes:
    """The associated data that binds a sealed upload to its row."""
    return envelope.associated_data(controller=controller, item=upload, kind="upload")


def _name_data(upload: Upload) -> bytes:
    return envelope.column_data(
        controller=upload.controller_id, table="calls_upload", column="sealed_name", row=upload.id
    )


def seal_name(upload: Upload, name: str) -> bytes:
    """Seal a file's name: under the intake key, and under its caller's once the file belongs to a call."""
    return envelope.seal_value(_name_key(upload), name.encode(), _name_data(upload))


def open_name(upload: Upload) -> str:
    """Open what ``seal_name`` sealed; nothing once the caller is erased."""
    try:
        return envelope.open_value(_name_key(upload), bytes(upload.sealed_name), _name_data(upload)).decode()
    except vault.KeyGone:
        return ""


def _name_key(upload: Upload) -> bytes:
    if upload.call is not None:
        return vault.record_key(upload.controller_id, upload.call.person_id)
    return vault.service_key(upload.controller_id, "intake")


class SealedUploads:
    """The files of one batch for intake, each under its name and opened from its sealed object."""

    def __init__(self, uploads: Sequence[tuple[Path, Upload]]) -> None:
        self._uploads = dict(uploads)

    def has(self, path: Path) -> bool:
        return path in self._uploads

    def open(self, path: Path) -> BinaryIO:
        upload = self._uploads.get(path)
        if upload is None:
            raise IntakeError("missing", "a file of the call was not sent")
        key = vault.service_key(upload.controller_id, "intake")
        try:
            source = object_store().open_object(upload.object_name)
            return cast("BinaryIO", envelope.SealedReader(key, source, upload_data(upload.controller_id, upload.id)))
        except (ObjectError, EnvelopeError):
            raise IntakeError("upload_broken", "a sealed upload does not open") from None


def layered(uploads: Iterable[Upload]) -> list[list[tuple[Path, Upload]]]:
    """Lay out the files by name; a second file of the same name belongs to another call, so it lies a layer deeper."""
    layers: list[dict[Path, Upload]] = []
    for upload in uploads:
        path = Path(open_name(upload) or "unnamed")
        layer = next((layer for layer in layers if path not in layer), None)
        if layer is None:
            layers.append(layer := {})
        layer[path] = upload
    return [list(layer.items()) for layer in layers]
