"""The worker's part of adding calls: open what was sealed, take it in, delete it. Arguments are random ids."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.db.models import QuerySet
from django_tasks import task

from callward.engine import tlog
from callward.engine.envelope import EnvelopeError
from callward.engine.errors import Error
from callward.intake import Intake, IntakeOptions, Source, file_pattern, given, group
from callward.web import audit
from callward.web.accounts.models import ServiceAccount
from callward.web.background import Retry, job
from callward.web.background.ceilings import OVERDUE, EndedError
from callward.web.background.jobs import LONGEST
from callward.web.calls.arrivals import arrival_of, lines_of, options_for
from callward.web.calls.ingesting import REFUSALS
from callward.web.calls.inputs import Status, Taken
from callward.web.calls.models import Call, Upload
from callward.web.calls.taking_in import take_in
from callward.web.calls.uploads import SealedUploads, layered, seal_name
from callward.web.core import logs
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.faults import code_of
from callward.web.keys.vault import KeyUnavailable

_log = logging.getLogger(__name__)
_SHARE = LONGEST / 2  # how long a start takes calls in before it leaves the others to the next


class TaskError(Error):
    """A background task failed: the code of what was refused, or ``task_failed``; with the type of the fault."""


def _owner(batch: str) -> UUID | None:
    return Upload.objects.filter(batch=UUID(batch)).values_list("controller_id", flat=True).first()


def give_up(batch: str) -> None:
    """Refuse what still waits of a batch, and delete it."""
    for upload in Upload.objects.filter(batch=UUID(batch), status=Upload.Status.WAITING):
        name = upload.object_name
        with transaction.atomic():
            waits = Upload.objects.filter(id=upload.id, status=Upload.Status.WAITING)
            if not waits.update(status=Upload.Status.REFUSED, reason="upload_failed", object_name=""):
                continue  # done meanwhile
            audit.record(
                "call.refused",
                actor=upload.sender,
                resource=tlog.Reference("batch", str(batch)),
                controller=upload.controller_id,
                outcome="refused",
                facts={"reason": "upload_failed"},
            )
        if name:
            object_store().delete(name)


@task()
@job(retry=Retry(times=5, first=10.0, longest=600.0), owner=_owner, give_up=give_up)
def take_in_batch(batch: str) -> None:
    """Take in what waits of a batch: a file already done is passed over, so a run that was cut off goes on.

    A batch may be more than a start has time for: what is left then is a job of its own, behind those that wait.
    Whatever goes wrong leaves here as its type alone: the queue keeps the words of a fault in the clear, and they may
    be a caller's.
    """
    try:
        _go_on(batch)
    except KeyUnavailable as refused:
        # No fault of the files: they wait, and the duty that looks after uploads queues them again each minute.
        _log.error("files wait for a key that cannot be used: %s", refused)
    except Exception as fault:  # noqa: BLE001 - the edge of the worker
        _log.warning("a job was cut short: %s", logs.told(fault))
        code = code_of(fault, "task_failed")
        raise TaskError(code, type(fault).__name__) from None


def _waiting(batch: str) -> QuerySet[Upload]:
    return Upload.objects.filter(batch=UUID(batch), status=Upload.Status.WAITING)


def _left(batch: str) -> int:
    return _waiting(batch).count()


def _go_on(batch: str) -> None:
    """Take in what waits. A start that its ceiling ended, but not before it got on, counts as no failed try."""
    before = _left(batch)
    try:
        _take_in(batch)
    except EndedError as late:
        connections.close_all()  # whatever it was in the middle of is undone
        if late.code != OVERDUE or _left(batch) == before:
            raise
        take_in_batch.enqueue(batch)


def _take_in(batch: str) -> None:
    waiting = _waiting(batch).order_by("sent_at", "id")
    uploads = list(waiting.select_related("controller", "line", "sent_by", "call"))
    ends, taken = monotonic() + _SHARE.total_seconds(), 0
    broken: Exception | None = None
    for layer in layered(uploads):
        run = _Run(layer)
        sources = list(group(dict(layer), run.files))
        whole = any(map(_shares_records, sources))
        for source in sources:
            if taken and not whole and monotonic() >= ends:
                # Each start but the last took something in, and the last one tells of what broke.
                take_in_batch.enqueue(batch)
                return
            try:
                run.take(source)
                taken += 1
            except (Error, DatabaseError):
                raise  # a key, a store or a database cannot be used: the next file would fare no better
            except Exception as fault:  # noqa: BLE001 - one file that breaks us stops no other; it waits
                broken = broken or fault
                run.leave(source)
        run.end()
    if broken is not None:
        raise broken


def _shares_records(source: Source) -> bool:
    """Whether a call's record stands among others': those left for later would look like calls without a recording."""
    return source.record_file is not None and source.record_file not in source.files


class _Run:
    """The files of one layer of a batch."""

    def __init__(self, layer: Sequence[tuple[Path, Upload]]) -> None:
        self._uploads = dict(layer)
        self.files = SealedUploads(layer)
        first = layer[0][1]
        self._by, self._controller = first.sender, first.controller
        self._lines = _lines_for(first)
        self._intake = Intake(options_for(self._lines, _options(first)), self.files)
        self._sent_at = first.sent_at

    def take(self, source: Source) -> None:
        """Take one call in, or refuse its files; either is recorded."""
        try:
            with self._intake.load(source) as loaded:
                arrival = arrival_of(
                    loaded, self._lines, source_name=source.path.name, written_at=self._sent_at.timestamp()
                )
                taken = take_in(arrival, self._by)
        except REFUSALS as error:
            self._refuse(source, error.code)
            return
        except EnvelopeError:
            self._refuse(source, "upload_broken")
            return
        self._settle(source, taken)

    def leave(self, source: Source) -> None:
        """Let the files of a call wait as they are."""
        for path in source.files:
            self._uploads.pop(path, None)

    def end(self) -> None:
        """A list of calls was read with the calls that it names: it is done when they are."""
        for path in list(self._uploads):
            self._close(path, Upload.Status.TAKEN_IN)

    def _settle(self, source: Source, taken: Taken) -> None:
        call = Call.objects.get(id=taken.call)
        status = Upload.Status.DUPLICATE if taken.status is Status.DUPLICATE else Upload.Status.TAKEN_IN
        for path in source.files:
            self._close(path, status, call=call)

    def _refuse(self, source: Source, code: str) -> None:
        with transaction.atomic():
            files = [self._uploads[path].id for path in dict.fromkeys(source.files) if path in self._uploads]
            waiting = Upload.objects.filter(id__in=files, status=Upload.Status.WAITING)
            # Locked in one order by all who take several: of two who do, one waits for the other.
            list(waiting.select_for_update().order_by("id").values_list("id"))
            # Where another start of the batch has done them meanwhile, it is no refusal that they are gone.
            if waiting.update(status=Upload.Status.REFUSED, reason=code) or not files:
                audit.record(
                    "call.refused",
                    actor=self._by,
                    resource=self._controller,
                    controller=self._controller,
                    outcome="refused",
                    facts={"reason": code},
                )
        for path in source.files:
            self._close(path, Upload.Status.REFUSED, reason=code)

    def _close(self, path: Path, status: Upload.Status, *, call: Call | None = None, reason: str = "") -> None:
        upload = self._uploads.pop(path, None)
        if upload is None:
            return
        name, upload.call = upload.object_name, call
        if call is not None:
            # From now on the name belongs to the caller, and is erased with them.
            upload.sealed_name = seal_name(upload, path.name)
        # What another start of the batch has closed stays as it told it.
        ours = Upload.objects.filter(id=upload.id, object_name=name)
        told = {"call": call, "sealed_name": upload.sealed_name, "status": status, "reason": reason}
        if ours.update(**told, object_name="") and name:
            object_store().delete(name)


def _lines_for(upload: Upload) -> dict[str, Line]:
    """The lines in use that the sender may send to: a program may be held to some."""
    lines = lines_of(upload.controller)
    if upload.sender_id is None:
        return lines
    program = ServiceAccount.objects.filter(pk=upload.sender_id).first()
    own = program.allowed_lines if program is not None else None
    return lines if own is None else {name: line for name, line in lines.items() if line in own}


def _options(upload: Upload) -> IntakeOptions:
    told = {}
    if upload.line is not None:
        told["line"] = upload.line.slug
    if upload.started_at is not None:
        told["started"] = upload.started_at.isoformat()
    return IntakeOptions(given(told), file_pattern(upload.pattern) if upload.pattern else None)
