"""Calls that were never recorded are rows of the call log: once, with their person, and with an end of their own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.intake import IntakeOptions, discover, given
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.calls import doctor
from callward.web.calls.facts import open_facts
from callward.web.calls.ingesting import Ingest, Report, Result, Tally
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.lifecycle import erasing, purging
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db

MASTER = Path(__file__).parents[3] / "samples" / "systems" / "asterisk" / "Master.csv"
MISSED = "1782895211.44"
CARD = "4111111111111111"


def _run(line: Line, folder: Path) -> list[Report]:
    run = Ingest(line.controller, IntakeOptions(given({"line": line.slug})))
    return [run.take(source) for source in discover([folder])]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "Master.csv").write_bytes(MASTER.read_bytes())
    return folder


def _named(identifier: str) -> Call:
    return next(call for call in Call.objects.all() if open_facts(call).get("external_id") == identifier)


def test_every_row_without_a_recording_is_a_call_without_items(care_line: Line, drop: Path) -> None:
    reports = _run(care_line, drop)
    assert [report.result for report in reports] == [Result.TAKEN_IN] * 4
    assert {call.state for call in Call.objects.all()} == {Call.State.NOT_RECORDED}
    assert not Item.objects.exists()
    call = _named(MISSED)
    assert (call.disposition, call.duration, call.direction, call.seconds) == ("no_answer", 45, "inbound", 0)
    # The times of Asterisk have no zone: the line's is taken, and the row says so.
    assert (call.started_at.isoformat(), call.zone_assumed) == ("2026-07-01T09:40:11+00:00", True)
    assert not call.person.provisional
    tally = Tally()
    for report in reports:
        tally.add(report)
    assert (tally.logged, tally.taken_in, tally.seconds, tally.needs_a_person) == (4, 4, 0.0, False)


def test_the_calls_of_one_number_are_one_persons(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    assert Person.objects.count() == 3


def test_delivered_again_every_row_is_a_duplicate(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    assert {report.result for report in _run(care_line, drop)} == {Result.DUPLICATE}
    assert Call.objects.count() == 4
    assert Entry.objects.filter(action="call.logged").count() == 4


def test_a_recording_with_its_record_is_one_call(care_line: Line, drop: Path) -> None:
    (drop / "in-1782893700.41.wav").write_bytes(wav(HARMLESS))
    (drop / "in-1782893700.41.vtt").write_bytes(vtt(HARMLESS))
    _run(care_line, drop)
    call = Call.objects.get(state=Call.State.RELEASED)
    assert (call.disposition, call.duration, call.items.count()) == ("answered", 200, 5)
    assert Call.objects.count() == 4


def test_a_record_that_comes_after_its_recording_is_a_duplicate_of_it(care_line: Line, drop: Path) -> None:
    (drop / "in-1782893700.41.wav").write_bytes(wav(HARMLESS))
    (drop / "in-1782893700.41.vtt").write_bytes(vtt(HARMLESS))
    _run(care_line, drop)
    for file in drop.glob("in-*"):
        file.unlink()
    assert {report.result for report in _run(care_line, drop)} == {Result.DUPLICATE}
    assert Call.objects.count() == 4


def test_a_recording_that_comes_after_its_record_completes_the_row(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    logged = _named("1782893700.41")
    (drop / "in-1782893700.41.wav").write_bytes(wav(HARMLESS))
    (drop / "in-1782893700.41.vtt").write_bytes(vtt(HARMLESS))
    (report,) = [one for one in _run(care_line, drop) if one.result is Result.TAKEN_IN]
    call = Call.objects.get(id=logged.id)
    assert (report.call, call.state, call.items.count()) == (logged.id, Call.State.RELEASED, 5)
    assert call.retain_until < logged.retain_until
    assert Entry.objects.filter(action="call.recording_added").count() == 1
    assert {report.result for report in _run(care_line, drop)} == {Result.DUPLICATE}


def test_a_recording_without_words_leaves_the_row_waiting_for_them(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    (drop / "in-1782893700.41.wav").write_bytes(wav(HARMLESS))
    _run(care_line, drop)
    assert _named("1782893700.41").state == Call.State.WAITS_FOR_TRANSCRIPT
    (drop / "in-1782893700.41.vtt").write_bytes(vtt(HARMLESS))
    _run(care_line, drop)
    assert _named("1782893700.41").state == Call.State.RELEASED
    assert Call.objects.count() == 4


def test_a_row_goes_when_the_time_of_the_log_is_over_and_with_it_its_person(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    last = date(2026, 7, 1) + timedelta(days=365)
    assert {call.retain_until for call in Call.objects.all()} == {last}
    assert purging.purge(care_line.controller, today=last).removed == 0
    assert purging.purge(care_line.controller, today=last + timedelta(days=1)).removed == 4
    assert not Call.objects.exists()
    assert not Person.objects.filter(erased_at=None).exists()


def test_after_an_erasure_the_row_does_not_come_back(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    person = _named(MISSED).person
    erasing.erase(person, audit.SYSTEM, because="objection")
    erasing.sweep()
    refused = [report for report in _run(care_line, drop) if report.result is Result.REFUSED]
    assert [report.reasons for report in refused] == [("input_erased",)]
    assert Call.objects.count() == 3


def test_what_was_keyed_is_nowhere(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    for call in Call.objects.all():
        assert CARD not in str(open_facts(call))
        assert CARD not in str(vars(call))


def test_the_doctor_finds_the_rows_whole(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    (check,) = [one for one in doctor.examine() if one.name == "calls"]
    assert check.well


def test_a_record_without_an_id_is_refused(care_line: Line, drop: Path) -> None:
    (drop / "Master.csv").unlink()
    (drop / "a.csv").write_text("src,dst,start\n+442079460018,100,2026-07-01 10:00:00\n")
    (report,) = _run(care_line, drop)
    assert report.reasons == ("record_row",)


def test_the_list_names_them_and_may_be_narrowed_to_them(care_line: Line, drop: Path, cast: dict[str, Client]) -> None:
    (drop / "in-1782893700.41.wav").write_bytes(wav(HARMLESS))
    (drop / "in-1782893700.41.vtt").write_bytes(vtt(HARMLESS))
    _run(care_line, drop)
    short = cast["dpo"].get(reverse("calls:list"), {"length": "1", "state": "not_recorded"}).content.decode()
    assert (short.count("0:45"), short.count("3:20")) == (1, 0)
    page = cast["dpo"].get(reverse("calls:list"), {"state": "not_recorded"}).content.decode()
    assert page.count("<tr>") == 4
    assert "No recording" in page
    assert "not answered" in page
    assert "0:45" in page


@pytest.mark.parametrize("role", ["agent", "supervisor", "dpo", "auditor"])
def test_its_page_says_how_it_ended(role: str, care_line: Line, drop: Path, cast: dict[str, Client]) -> None:
    _run(care_line, drop)
    page = cast[role].get(reverse("calls:call", args=[_named(MISSED).id])).content.decode()
    assert "not answered, after 0:45" in page
    assert "This call was not recorded." in page
    assert "365 days after the call" in page
    assert "ended:" not in page


def test_a_number_that_is_a_card_by_chance_keeps_the_id_of_its_system(care_line: Line, drop: Path) -> None:
    # 13 digits that satisfy the checksum of cards, as every tenth of Asterisk's ids does.
    row = 'id,"+442079460033","100","from-trunk","","PJSIP/trunk-0000001c","","","","2026-07-01 10:40:11"'
    (drop / "Master.csv").write_text(f'{row},,"2026-07-01 10:40:56",45,0,"NO ANSWER","3","1782895211.441",""\n')
    _run(care_line, drop)
    assert open_facts(Call.objects.get())["external_id"] == "1782895211.441"


def test_claims_of_the_log_lead_to_their_calls(care_line: Line, drop: Path) -> None:
    _run(care_line, drop)
    doctor.examine(at_once=True)
    assert {report.result for report in _run(care_line, drop)} == {Result.DUPLICATE}
    assert all(call.received_at <= timezone.now() for call in Call.objects.all())
    assert vault.find_person(care_line.controller_id, "phone", "+442079460033") is not None
