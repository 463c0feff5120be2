"""Taking in many: each source by itself, a refusal harms no other, and several processes share the work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.db import OperationalError, transaction

from callward.engine import tlog
from callward.engine.audio import AudioError
from callward.engine.envelope import EnvelopeError
from callward.engine.pii import PiiError
from callward.engine.transcripts import TranscriptError
from callward.engine.vcon import VconError
from callward.intake import DISK, Files, Intake, IntakeError, IntakeOptions, Source
from callward.transcriber import TranscriberError
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls.arrivals import arrival_of, lines_of, options_for
from callward.web.calls.crew import work
from callward.web.calls.inputs import ArrivalError, Taken
from callward.web.calls.taking_in import take_in
from callward.web.core.models import Controller, Line
from callward.web.faults import refusal
from callward.web.keys.vault import KeyGone
from callward.web.waiting import patiently

# What can be wrong with an input. Any other fault is ours and stops the run.
REFUSALS = (
    ArrivalError,
    AudioError,
    IntakeError,
    PiiError,
    TranscriberError,
    TranscriptError,
    VconError,
)
COMMAND = tlog.Reference("command", "ingest")
_FEW = 3  # starting a process costs more than so many calls


class Result(StrEnum):
    """What became of a source."""

    TAKEN_IN = "taken_in"
    DUPLICATE = "duplicate"
    RENEWED = "renewed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Report:
    """One source's result. ``name`` is the file's name: shown to who ran the command, written nowhere."""

    name: str
    result: Result
    state: str = ""
    reasons: tuple[str, ...] = ()
    detail: str = ""
    call: UUID | None = None
    categories: Mapping[str, int] = field(default_factory=dict)
    masks: int = 0
    seconds: float = 0.0


class Ingest:
    """One run for one controller. Manifests and lines are read once.

    ``actor`` is who takes in, as the ledger names them, and ``files`` opens what the sources name.
    """

    def __init__(
        self, controller: Controller, options: IntakeOptions, *, actor: Party = COMMAND, files: Files = DISK
    ) -> None:
        self._controller = controller
        self._actor = actor
        self._lines: dict[str, Line] = lines_of(controller)
        self._intake = Intake(options_for(self._lines, options), files)

    def attempt(self, source: Source, written_at: float) -> Report:
        """Take one source in that was written at that moment (POSIX seconds).

        Raises one of ``REFUSALS`` for what is wrong with it, and whatever keeps the platform from taking in.
        """
        with self._intake.load(source) as loaded:
            # A name may hold bytes that are no text.
            name = source.path.name.encode("utf-8", "replace").decode()
            arrival = arrival_of(loaded, self._lines, source_name=name, written_at=written_at)
            return _report(source, take_in(arrival, self._actor))

    def take(self, source: Source) -> Report:
        """Take one source in from a disk; a refusal is a report, and it is recorded.

        Databases that others hold are waited for, and the source is then begun anew. Raises ``Error`` where they cannot
        be had (``database_busy``, ``database_failed``, ``disk_full``), which is no fault of the source: running again
        goes on there.
        """
        try:
            return patiently(lambda: self._taken(source))
        except OperationalError as error:
            raise refusal(error) or error from None

    def _taken(self, source: Source) -> Report:
        try:
            try:
                return self.attempt(source, _written_at(source))
            except KeyGone:
                # Its caller or its claim went while it was taken in: a file begun anew finds who is there by now.
                return self.attempt(source, _written_at(source))
        except (*REFUSALS, EnvelopeError, KeyGone) as error:
            return self._refused(source, error.code, error.detail)
        except OSError as error:
            return self._refused(source, "unreadable", os.strerror(error.errno or 0).lower())

    def _refused(self, source: Source, code: str, detail: str) -> Report:
        with transaction.atomic():
            record_refusal(self._controller, self._actor, code)
        return Report(source.path.name, Result.REFUSED, reasons=(code,), detail=detail)


def _written_at(source: Source) -> float:
    """Say when a source's file was written; one that cannot be had is refused when it is opened."""
    try:
        return source.path.stat().st_mtime
    except OSError:
        return 0.0


def record_refusal(controller: Controller, actor: Party, code: str, *, rows: int = 0) -> None:
    """Put on the record, in the caller's transaction, that an input was refused, or so many rows of one."""
    audit.record(
        "call.refused", actor=actor, resource=controller, controller=controller, outcome="refused",
        facts={"reason": code, **({"rows": rows} if rows else {})},
    )  # fmt: skip


def _report(source: Source, taken: Taken) -> Report:
    result = Result(taken.status.value)
    return Report(
        source.path.name,
        result,
        taken.state,
        taken.reasons,
        call=taken.call,
        categories=taken.categories or {},
        masks=taken.masks,
        seconds=taken.seconds,
    )


def ingest(controller: Controller, sources: Iterable[Source], options: IntakeOptions, jobs: int) -> Iterator[Report]:
    """Take sources in, with up to ``jobs`` processes, and report each as it ends.

    Raises what ``Ingest.take`` does: what was taken in until then is whole, and running again goes on there.
    """
    found = list(sources)
    if jobs <= 1 or len(found) <= _FEW:
        run = Ingest(controller, options)
        yield from map(run.take, found)
        return
    yield from work(controller.id, found, options, jobs)


def publish(controller: Controller) -> None:
    """Bring the run's entries into the tree at once; where a worker is at it, the worker does."""
    audit.sequence(controller)


@dataclass(slots=True)
class Tally:
    """The summary of a run."""

    found: int = 0
    taken_in: int = 0
    released: int = 0
    in_review: int = 0
    logged: int = 0
    waiting: int = 0
    duplicates: int = 0
    renewed: int = 0
    masks: int = 0
    seconds: float = 0.0
    refused: list[Report] = field(default_factory=list)
    reviews: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        self.found += 1
        if report.result is Result.REFUSED:
            self.refused.append(report)
        elif report.result is Result.DUPLICATE:
            self.duplicates += 1
        elif report.result is Result.RENEWED:
            self.renewed += 1
        else:
            self._add_call(report)

    def _add_call(self, report: Report) -> None:
        self.taken_in += 1
        self.logged += report.state == "not_recorded"
        self.seconds += report.seconds
        self.masks += report.masks
        self.released += report.state == "released"
        self.in_review += report.state in {"in_review", "held"}
        self.waiting += report.state == "waits_for_transcript"
        for code in report.reasons:
            self.reviews[code] = self.reviews.get(code, 0) + 1
        for category, count in report.categories.items():
            self.categories[category] = self.categories.get(category, 0) + count

    @property
    def needs_a_person(self) -> bool:
        return bool(self.refused or self.in_review or self.waiting)
