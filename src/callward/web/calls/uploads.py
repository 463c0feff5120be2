"""Files that are sent here: sealed while they arrive, opened by the worker, gone once taken in.

Nothing of a file is ever on a disk in the clear: its bytes go from where they arrive straight into a sealing writer
over the object store, and its name, which may name a caller, into a sealed column.
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
from callward.engine.errors import Error
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


class UploadError(Error):
    """A file that is sent is not kept: ``upload_too_large``, ``upload_empty``."""


class Sealing:
    """One file, sealed while its bytes come; at most a few MiB of it are held.

    Raises ``ObjectError``, also from the start: ``disk_full``. Whoever began one ends it: ``finish`` or ``discard``.
    """

    def __init__(self, controller: UUID, name: str, *, key: bytes | None = None) -> None:
        self.id = uuid.uuid4()
        # The ending says what the file is, so a name that is too long loses its beginning.
        self.name = name[-_NAME_ROOM:]
        self.size = 0
        self._sink = object_store().new_object()
        self._writer = envelope.SealingWriter(
            key or vault.service_key(controller, "intake"),
            cast("BinaryIO", self._sink),
            upload_data(controller, self.id),
        )

    def write(self, data: bytes) -> None:
        """Seal what comes next. Raises ``UploadError`` (``upload_too_large``), ``ObjectError``."""
        self.size += len(data)
        if self.size > MAX_BYTES:
            raise UploadError("upload_too_large", "the file is longer than is taken in")
        self._writer.write(data)

    def finish(self) -> Sent:
        """Give the whole file, sealed, not yet durable. Raises ``UploadError`` (``upload_empty``), ``ObjectError``."""
        if not self.size:
            raise UploadError("upload_empty", "the file is empty")
        self._writer.close()
        return Sent(self.id, self.name, self.size, self._sink)

    def discard(self) -> None:
        """Remove what was sealed; harmless after the object was committed."""
        self._writer.abort()
        self._sink.discard()


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
        self._sealing: Sealing | None = None

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came
        if len(self.sent) >= MAX_FILES:
            raise self._skip("upload_too_many")
        try:
            self._sealing = Sealing(self._controller, self.file_name or "", key=self._key)
        except ObjectError as error:
            raise self._skip(error.code) from None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._sealing is not None
        try:
            self._sealing.write(raw_data)
        except (ObjectError, UploadError) as error:
            raise self._skip(error.code) from None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        assert self._sealing is not None
        try:
            done = self._sealing.finish()
        except (ObjectError, UploadError) as error:
            self._end(error.code)
            return None
        self._sealing = None
        self.sent.append(done)
        # Django wants a file object to put among the request's files; it holds nothing.
        return UploadedFile(BytesIO(), done.name, size=done.size)

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
        sealing, self._sealing = self._sealing, None
        if sealing is not None:
            sealing.discard()
        if code:
            size = sealing.size if sealing is not None else 0
            name = (self.file_name or "")[-_NAME_ROOM:]
            self.sent.append(Sent(sealing.id if sealing is not None else uuid.uuid4(), name, size, None, code))


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
        except (ObjectError, EnvelopeError) as fault:
            if isinstance(fault, ObjectError) and fault.unanswered:
                raise  # the file waits: its batch is taken in again later
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
