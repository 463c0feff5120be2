"""Taking in many: a refusal harms no other call, a busy database waits, a full one stops the run."""

from __future__ import annotations

import pickle
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.db import OperationalError

from callward.engine.errors import Error
from callward.intake import IntakeOptions, Source, discover, given
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.calls import ingesting
from callward.web.calls.ingesting import Ingest, Report, Result, Tally, record_refusal
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.waiting import patiently

pytestmark = pytest.mark.django_db


def _sources(folder: Path, **files: bytes) -> list[Source]:
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return list(discover([folder]))


def _run(line: Line) -> Ingest:
    return Ingest(line.controller, IntakeOptions(given({"line": line.slug})))


def test_a_refused_source_is_reported_and_recorded_and_the_next_is_taken_in(care_line: Line, tmp_path: Path) -> None:
    sources = _sources(tmp_path, broken_wav=b"", whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    reports = {report.name: report for report in map(_run(care_line).take, sources)}
    assert (reports["broken.wav"].result, reports["broken.wav"].reasons) == (Result.REFUSED, ("audio_empty",))
    assert (reports["whole.wav"].result, reports["whole.wav"].state) == (Result.TAKEN_IN, Call.State.RELEASED)
    refusal = Entry.objects.get(action="call.refused")
    assert refusal.outcome == "refused"
    assert b"audio_empty" in bytes(refusal.body)
    assert b"broken" not in bytes(refusal.body)


def test_the_same_source_again_is_a_duplicate(care_line: Line, tmp_path: Path) -> None:
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    first, second = _run(care_line).take(source), _run(care_line).take(source)
    assert (first.result, second.result, second.call) == (Result.TAKEN_IN, Result.DUPLICATE, first.call)


def test_a_file_that_went_away_is_refused(care_line: Line, tmp_path: Path) -> None:
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    (tmp_path / "whole.wav").unlink()
    assert _run(care_line).take(source).result is Result.REFUSED


def test_without_a_line_or_with_an_unknown_one_a_call_is_refused(care_line: Line, tmp_path: Path) -> None:
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    for told, reason in (({}, "line_missing"), ({"line": "nowhere"}, "line_unknown")):
        report = Ingest(care_line.controller, IntakeOptions(given(told))).take(source)
        assert report.reasons == (reason,)


def test_a_line_that_is_out_of_use_takes_no_calls(care_line: Line, tmp_path: Path) -> None:
    Line.objects.filter(id=care_line.id).update(is_active=False)
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    assert _run(care_line).take(source).reasons == ("line_unknown",)


def _sqlite_fault(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("as SQLite says it")
    cause.sqlite_errorcode = code
    fault = OperationalError("as Django says it")
    fault.__cause__ = cause
    return fault


class _BusyAtFirst:
    """The act that takes a call in, and a database that others hold the first times it is asked."""

    def __init__(self, act: Callable[..., object], *codes: int) -> None:
        self._act, self._codes = act, list(codes)

    def __call__(self, *words: object) -> object:
        if self._codes:
            raise _sqlite_fault(self._codes.pop())
        return self._act(*words)


@pytest.mark.parametrize("act", ["take_in", "record_refusal"])
def test_a_source_waits_for_a_database_that_others_hold_and_is_begun_anew(
    act: str, care_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = _sources(tmp_path, broken_wav=b"", whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    busy = _BusyAtFirst(getattr(ingesting, act), sqlite3.SQLITE_BUSY, 261, 517)
    monkeypatch.setattr(ingesting, act, busy)
    reports = {report.name: report for report in map(_run(care_line).take, sources)}
    assert reports["broken.wav"].reasons == ("audio_empty",)
    assert reports["whole.wav"].result is Result.TAKEN_IN
    assert Entry.objects.filter(action="call.refused").count() == 1
    assert Call.objects.count() == 1


@pytest.mark.parametrize(("times", "result"), [(1, Result.TAKEN_IN), (2, Result.REFUSED)])
def test_a_good_source_whose_claim_goes_once_is_begun_anew(
    times: int, result: Result, care_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [False] * times

    def is_claimed(controller: UUID, call: UUID) -> bool:
        return left.pop() if left else claimed(controller, call)

    claimed = vault.is_claimed
    monkeypatch.setattr(vault, "is_claimed", is_claimed)
    (report,) = map(_run(care_line).take, _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS)))
    assert (report.result, report.reasons == ("key_gone",)) == (result, result is Result.REFUSED)
    assert Call.objects.count() == (result is Result.TAKEN_IN)
    assert Entry.objects.filter(action="call.refused").count() == (result is Result.REFUSED)


def test_a_database_that_others_hold_for_good_stops_the_run_and_blames_no_source(
    care_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source,) = _sources(tmp_path, broken_wav=b"")
    monkeypatch.setattr(ingesting, "patiently", partial(patiently, longest=0.0))
    monkeypatch.setattr(ingesting, "record_refusal", _BusyAtFirst(record_refusal, sqlite3.SQLITE_BUSY))
    run = _run(care_line)
    with pytest.raises(Error) as stopped:
        run.take(source)
    travelled = pickle.loads(pickle.dumps(stopped.value))
    assert travelled.code == "database_busy", "as it comes out of another process"
    assert not Entry.objects.filter(action="call.refused").exists()


@pytest.mark.parametrize(("code", "reason"), [(sqlite3.SQLITE_FULL, "disk_full"), (10, "database_failed")])
def test_a_database_that_cannot_be_written_stops_the_run(
    code: int, reason: str, care_line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))

    def broken(*_: object) -> None:
        raise _sqlite_fault(code)

    run = _run(care_line)
    monkeypatch.setattr(ingesting, "take_in", broken)
    with pytest.raises(Error) as stopped:
        run.take(source)
    assert stopped.value.code == reason


def test_the_runs_entries_stand_in_the_tree_when_it_ends(care_line: Line, tmp_path: Path) -> None:
    (source,) = _sources(tmp_path, whole_wav=wav(HARMLESS), whole_vtt=vtt(HARMLESS))
    _run(care_line).take(source)
    assert Entry.objects.filter(index=None).exists()
    ingesting.publish(care_line.controller)
    assert not Entry.objects.filter(index=None).exists()
    audit.check_ledgers()


def test_nothing_of_a_call_is_written_to_a_log(
    care_line: Line, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    sources = _sources(tmp_path, secret_wav=wav(HARMLESS), secret_vtt=vtt(HARMLESS), secretly_wav=b"RIFF")
    for source in sources:
        _run(care_line).take(source)
    said = caplog.text + "".join(capfd.readouterr())
    assert "secret" not in said
    assert str(tmp_path) not in said
    assert "All is well" not in said


def test_a_summary_counts_every_report_once() -> None:
    tally = Tally()
    for report in (
        Report("a", Result.TAKEN_IN, "released", categories={"payment": 2}, masks=3, seconds=10),
        Report("b", Result.TAKEN_IN, "in_review", ("text_residual",), categories={"payment": 1}, seconds=5),
        Report("c", Result.TAKEN_IN, "held", ("not_located",)),
        Report("d", Result.TAKEN_IN, "waits_for_transcript"),
        Report("e", Result.DUPLICATE, "released", seconds=10, call=uuid4()),
        Report("f", Result.REFUSED, reasons=("audio_empty",)),
    ):
        tally.add(report)
    assert (tally.found, tally.taken_in, tally.released, tally.in_review) == (6, 4, 1, 2)
    assert (tally.waiting, tally.duplicates, tally.masks) == (1, 1, 3)
    assert tally.seconds == 15
    assert (tally.categories, tally.reviews) == ({"payment": 3}, {"text_residual": 1, "not_located": 1})
    assert [report.name for report in tally.refused] == ["f"]
    assert tally.needs_a_person


@pytest.mark.parametrize(
    ("report", "needed"),
    [
        (Report("a", Result.TAKEN_IN, "released"), False),
        (Report("a", Result.DUPLICATE, "in_review"), False),
        (Report("a", Result.TAKEN_IN, "in_review"), True),
        (Report("a", Result.TAKEN_IN, "held"), True),
        (Report("a", Result.TAKEN_IN, "waits_for_transcript"), True),
        (Report("a", Result.REFUSED, reasons=("audio_empty",)), True),
    ],
)
def test_a_person_is_needed_for_what_was_not_released(report: Report, needed: bool) -> None:
    tally = Tally()
    tally.add(report)
    assert tally.needs_a_person is needed


def test_the_processes_of_a_run_survive_errors_in_between() -> None:
    """An error crosses from one process to another with its code and detail."""
    import pickle

    again = pickle.loads(pickle.dumps(Error("disk_full", "no space")))
    assert (again.code, again.detail) == ("disk_full", "no space")
    assert sys.modules[Error.__module__].Error is type(again)
