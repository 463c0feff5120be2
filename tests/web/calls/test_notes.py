"""What is written beside a call is redacted, sealed, shown and destroyed as its words are."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from calls_at_work import HARMLESS, take, vtt, wav
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st
from still import still

from callward.engine.pii import Type
from callward.engine.transcripts import Transcript
from callward.intake import IntakeError, IntakeOptions, discover, given, note_lines
from callward.intake.jottings import form_lines
from callward.notes import TEXT, WITHHELD, lines_of, write_notes
from callward.plan import Rules
from callward.shelf import ItemKind, Shelf
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import noting, opening
from callward.web.calls.ingesting import Ingest, Report
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.keys.models import DataKey, InputDigest
from callward.web.lifecycle import erasing, holds, purging
from callward.web.sweeps import running, texts
from callward.web.sweeps.unit import sweep_batch

pytestmark = pytest.mark.django_db

_REDACTS = "callward.web.calls.written.write_notes"
CARD = "4111 1111 1111 1111"
NOTE = f"Caller is Dana Example, write to dana@example.com\n\nPaid with card {CARD}, cvv 123\nWill call back on Monday"
FORM = {
    "appointment": {"date": "2026-12-01", "with": "care team", "confirmed": True},
    "contact": {"phone": "+447700900123", "email": "dana@example.com"},
    "card number": "4111111111111111",
    "empty": None,
}


def _call(report: Report) -> Call:
    assert report.call is not None
    return Call.objects.select_related("line__controller", "person").get(id=report.call)


def _run(line: Line, folder: Path) -> list[Report]:
    run = Ingest(line.controller, IntakeOptions(given({"line": line.slug})))
    return [run.take(source) for source in discover([folder])]


def _lines(call: Call, kind: ItemKind) -> str:
    data = opening.read_item(Call.objects.prefetch_related("items").get(id=call.id), kind)
    assert data is not None
    return data.decode()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.wav").write_bytes(wav(HARMLESS))
    (folder / "a.vtt").write_bytes(vtt(HARMLESS))
    (folder / "a.note.txt").write_text(NOTE)
    (folder / "a.form.json").write_bytes(orjson.dumps(FORM))
    return folder


def test_a_note_and_a_form_beside_a_recording_are_items_of_its_call(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    call = _call(report)
    assert {item.kind for item in call.items.all()} >= {
        "note.original",
        "note.redacted",
        "form.original",
        "form.redacted",
    }
    released, whole = _lines(call, ItemKind.NOTE_REDACTED), _lines(call, ItemKind.NOTE_ORIGINAL)
    assert "dana@example.com" not in released
    assert "dana@example.com" in whole
    assert "Will call back on Monday" in released
    form = _lines(call, ItemKind.FORM_REDACTED)
    assert "7700900123" not in form
    assert "appointment with: care team" in form


def test_no_copy_of_what_was_written_holds_a_card(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    call = _call(report)
    for kind in (kind for kind in ItemKind if kind.value.startswith(("note", "form"))):
        told = _lines(call, kind).replace(" ", "")
        assert "41111111" not in told
        assert "cvv123" not in told


def test_a_line_that_keeps_no_originals_keeps_none_of_what_was_written(care_line: Line, drop: Path) -> None:
    care_line.keep_original = False
    care_line.save()
    _run(care_line, drop)
    assert not Item.objects.filter(kind__endswith=".original").exists()
    assert Item.objects.filter(kind="note.redacted").exists()


def test_the_page_shows_the_redacted_lines(care_line: Line, drop: Path, cast: dict[str, Client]) -> None:
    (report,) = _run(care_line, drop)
    page = cast["agent"].get(reverse("calls:call", args=[report.call])).content.decode()
    assert "Will call back on Monday" in page
    assert "dana@example.com" not in page
    assert 'id="form"' in page


def test_the_original_is_shown_to_who_opened_it(care_line: Line, drop: Path, cast: dict[str, Client]) -> None:
    (report,) = _run(care_line, drop)
    address = reverse("calls:open_original", args=[report.call])
    cast["dpo"].post(address, {"purpose": "evidence", "need": "complaint"})
    page = cast["dpo"].get(reverse("calls:call", args=[report.call])).content.decode()
    assert "dana@example.com" in page
    assert "4111" not in still(page)


def test_an_agent_adds_notes_one_behind_the_other(care_line: Line, cast: dict[str, Client]) -> None:
    call = take(care_line, HARMLESS)
    address = reverse("calls:note", args=[call.id])
    for text in ("Called about the heating", "Sent to dana@example.com"):
        assert cast["agent"].post(address, {"note": text}).status_code == HTTPStatus.FOUND
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Called about the heating\nSent to dana@example.com"
    page = cast["agent"].get(reverse("calls:call", args=[call.id])).content.decode()
    assert "Called about the heating" in page
    assert "dana@example.com" not in page
    assert Entry.objects.filter(action="call.note_added", resource_id=str(call.id)).count() == 2
    assert DataKey.objects.filter(kind=DataKey.Kind.ITEM).count() == Item.objects.count()


def test_an_empty_note_is_asked_for_again(care_line: Line, cast: dict[str, Client]) -> None:
    answer = cast["agent"].post(reverse("calls:note", args=[take(care_line, HARMLESS).id]), {"note": "  "})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Item.objects.filter(kind="note.redacted").exists()


@pytest.mark.parametrize("role", ["auditor", "security", "administrator"])
def test_who_does_not_hear_calls_writes_nothing(role: str, care_line: Line, cast: dict[str, Client]) -> None:
    address = reverse("calls:note", args=[take(care_line, HARMLESS).id])
    assert cast[role].post(address, {"note": "x"}).status_code == HTTPStatus.FORBIDDEN


def test_a_stranger_writes_nothing(care_line: Line, stranger: Client) -> None:
    address = reverse("calls:note", args=[take(care_line, HARMLESS).id])
    assert stranger.post(address, {"note": "x"}).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time, and locks no rows")
def test_a_note_locks_its_call_before_its_caller_as_a_completion_does(
    care_line: Line, proven_cast: dict[Role, User]
) -> None:
    call = take(care_line, HARMLESS)
    with CaptureQueriesContext(connection) as asked:
        noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    locks = [one["sql"] for one in asked if one["sql"].endswith("FOR NO KEY UPDATE")]
    tables = [table for sql in locks for table in ("calls_call", "people_person") if f'FROM "{table}"' in sql]
    assert tables == ["calls_call", "people_person"]


@pytest.mark.parametrize("meanwhile", ["erased", "ended"])
def test_a_note_on_a_call_that_goes_meanwhile_leads_to_what_became_of_it(
    meanwhile: str, care_line: Line, cast: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = take(care_line, HARMLESS)

    def goes(words: Transcript, kind: ItemKind, rules: Rules, shelf: Shelf) -> None:
        if meanwhile == "erased":
            erasing.erase(call.person, audit.SYSTEM, because="objection")
        else:
            Call.objects.filter(id=call.id).update(state=Call.State.ENDED)
        write_notes(words, kind, rules, shelf)

    monkeypatch.setattr(_REDACTS, goes)
    answer = cast["agent"].post(reverse("calls:note", args=[call.id]), {"note": "Rang twice"})
    assert answer["Location"] == reverse("calls:call", args=[call.id])
    assert "The note was not added" in cast["agent"].get(answer["Location"]).content.decode()
    assert not Item.objects.filter(kind__startswith="note.").exists()


def test_a_note_that_others_come_before_each_time_is_asked_for_again_and_not_lost(
    care_line: Line, cast: dict[str, Client], proven_cast: dict[Role, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = take(care_line, HARMLESS)

    def another(words: Transcript, kind: ItemKind, rules: Rules, shelf: Shelf) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(_REDACTS, write_notes)
            noting.add_note(call, "Called about the heating", proven_cast[Role.DPO])
        write_notes(words, kind, rules, shelf)

    monkeypatch.setattr(_REDACTS, another)
    answer = cast["agent"].post(reverse("calls:note", args=[call.id]), {"note": "Rang twice"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Rang twice" in answer.content.decode()
    assert "Add yours again" in answer.content.decode()
    assert "Rang twice" not in _lines(call, ItemKind.NOTE_ORIGINAL)


def test_a_note_ends_with_its_call(care_line: Line, proven_cast: dict[Role, User]) -> None:
    call = take(care_line, HARMLESS)
    noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    until = Item.objects.get(kind="note.redacted").retain_until
    assert until == call.retain_until
    purging.purge(care_line.controller, today=until + timedelta(days=1))
    assert not Item.objects.exists()
    call.refresh_from_db()
    assert not noting.may_note(call)


def test_an_erasure_reaches_notes(care_line: Line, proven_cast: dict[Role, User]) -> None:
    call = take(care_line, HARMLESS)
    noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    erasing.erase(call.person, audit.SYSTEM, because="objection")
    erasing.sweep()
    assert not Item.objects.exists()
    assert not DataKey.objects.filter(kind=DataKey.Kind.ITEM).exists()


def test_notes_stay_when_their_call_gets_its_words(care_line: Line, drop: Path, proven_cast: dict[Role, User]) -> None:
    for name in ("a.vtt", "a.note.txt", "a.form.json"):
        (drop / name).unlink()
    (report,) = _run(care_line, drop)
    call = _call(report)
    noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    (drop / "a.vtt").write_bytes(vtt(HARMLESS))
    _run(care_line, drop)
    call.refresh_from_db()
    assert call.state == Call.State.RELEASED
    assert _lines(call, ItemKind.NOTE_REDACTED) == "Called about the heating"


def test_a_changed_note_takes_the_place_of_the_older_one_whose_key_goes(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    call = _call(report)
    old = Item.objects.get(call=call, kind="note.original")
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"], "it says the same"
    (drop / "a.note.txt").write_text("Paid in full\nNothing more to do")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Paid in full\nNothing more to do"
    assert not DataKey.objects.filter(id=old.id).exists()
    (fresh,) = Item.objects.filter(call=call, kind="note.original")
    assert fresh.retain_until == old.retain_until
    (drop / "a.note.txt").write_text("Paid in full")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"], "also where it lost a line"
    (drop / "a.note.txt").write_text("Paid in full\nNothing else to do")
    (drop / "a.form.json").write_bytes(orjson.dumps({"done": True}))
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"], "the newest is the note"
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Paid in full\nNothing else to do"
    assert _lines(call, ItemKind.FORM_ORIGINAL) == "done: yes"
    assert Entry.objects.filter(action="call.note_received", resource_id=str(call.id)).count() == 4


def test_a_changed_note_goes_behind_what_was_written_on_the_page(
    care_line: Line, drop: Path, proven_cast: dict[Role, User]
) -> None:
    (drop / "a.note.txt").write_text("Rang twice")
    (report,) = _run(care_line, drop)
    call = _call(report)
    noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    (drop / "a.note.txt").write_text("Rang three times")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Rang twice\nCalled about the heating\nRang three times"


def _held_note(line: Line, drop: Path, officer: User) -> Call:
    """Take a note in, and place a hold on its call."""
    (drop / "a.note.txt").write_text("Rang twice")
    (report,) = _run(line, drop)
    call, soon = _call(report), timezone.localdate() + timedelta(days=30)
    holds.place(call.person, call=call, kind="legal", reason="A case", owner=officer, review_on=soon, by=officer)
    return call


def test_a_changed_note_takes_nothing_away_that_a_hold_keeps(
    care_line: Line, drop: Path, proven_cast: dict[Role, User]
) -> None:
    call = _held_note(care_line, drop, proven_cast[Role.DPO])
    (drop / "a.note.txt").write_text("Never rang")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Rang twice\nNever rang"


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])  # a sweep closes old connections
def test_what_a_sweep_masked_in_a_note_stays_masked_when_its_file_comes_again(care_line: Line, drop: Path) -> None:
    care_line.keep_original, care_line.mask_policy = False, {Type.EMAIL: "keep"}
    care_line.save()
    (report,) = _run(care_line, drop)
    call = _call(report)
    assert "dana@example.com" in _lines(call, ItemKind.NOTE_REDACTED)
    care_line.mask_policy = {}
    care_line.save()
    sweep = running.begin(care_line.controller, running.Wanted("detect"))
    running.cut(sweep)
    for number in running.open_batches(sweep):
        sweep_batch(str(sweep.id), number)
    care_line.mask_policy = {Type.EMAIL: "keep"}
    care_line.save()
    swept = set(Item.objects.filter(call=call).values_list("id", flat=True))
    assert "dana@example.com" not in _lines(call, ItemKind.NOTE_REDACTED)
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    assert set(Item.objects.filter(call=call).values_list("id", flat=True)) == swept
    assert "dana@example.com" not in _lines(call, ItemKind.NOTE_REDACTED)


def test_an_older_note_takes_no_place_of_a_newer_one(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    (drop / "a.note.txt").write_text("Paid in full")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    (drop / "a.note.txt").write_text(NOTE)
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    assert _lines(_call(report), ItemKind.NOTE_ORIGINAL) == "Paid in full"


def test_a_note_that_had_its_time_does_not_come_back(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    long_ago = timezone.localdate() - timedelta(days=1)
    Item.objects.filter(kind__startswith="note.").update(retain_until=long_ago)
    purging.purge(care_line.controller, today=timezone.localdate())
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    assert not _call(report).items.filter(kind__startswith="note.").exists()


def test_a_note_that_a_crash_left_unclaimed_is_told_by_what_is_kept(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    call = _call(report)
    claims = InputDigest.objects.filter(call=call.id)
    whole = claims.count()
    claims.filter(id__in=claims.order_by("-id").values_list("id", flat=True)[:2]).delete()
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    assert claims.count() == whole, "it is claimed now"


def test_a_note_that_comes_with_the_words_goes_behind_what_was_written_on_the_page(
    care_line: Line, drop: Path, proven_cast: dict[Role, User]
) -> None:
    for name in ("a.vtt", "a.form.json"):
        (drop / name).unlink()
    (drop / "a.note.txt").write_text("Rang twice")
    (report,) = _run(care_line, drop)
    call = _call(report)
    noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
    (drop / "a.vtt").write_bytes(vtt(HARMLESS))
    assert [one.result.value for one in _run(care_line, drop)] == ["taken_in"]
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Rang twice\nCalled about the heating"


@pytest.mark.parametrize("between", ["a hold", "a note on the page"])
def test_nothing_is_lost_that_comes_between_looking_and_keeping(
    between: str, care_line: Line, drop: Path, proven_cast: dict[Role, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.note.txt").write_text("Rang twice")
    (report,) = _run(care_line, drop)
    call = _call(report)
    dpo, soon = proven_cast[Role.DPO], timezone.localdate() + timedelta(days=30)

    def meanwhile(words: Transcript, kind: ItemKind, rules: Rules, shelf: Shelf) -> None:
        monkeypatch.setattr(_REDACTS, write_notes)
        if between == "a hold":
            holds.place(call.person, call=call, kind="legal", reason="A case", owner=dpo, review_on=soon, by=dpo)
        else:
            noting.add_note(call, "Called about the heating", proven_cast[Role.AGENT])
        write_notes(words, kind, rules, shelf)

    monkeypatch.setattr(_REDACTS, meanwhile)
    (drop / "a.note.txt").write_text("Never rang")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    told = _lines(call, ItemKind.NOTE_ORIGINAL).split("\n")
    assert (told[0], told[-1]) == ("Rang twice", "Never rang")
    assert len(told) == (2 if between == "a hold" else 3)


def test_a_line_that_keeps_no_originals_any_more_takes_a_note_anew(care_line: Line, drop: Path) -> None:
    (report,) = _run(care_line, drop)
    call = _call(report)
    care_line.keep_original = False
    care_line.save()
    assert [one.result.value for one in _run(care_line, drop)] == ["duplicate"]
    (drop / "a.note.txt").write_text("Paid in full")
    assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    assert _lines(call, ItemKind.NOTE_REDACTED) == "Paid in full"
    assert not Item.objects.filter(call=call, kind="note.original").exists()


def test_an_original_that_is_held_stays_though_its_line_keeps_none_any_more(
    care_line: Line, drop: Path, proven_cast: dict[Role, User]
) -> None:
    call = _held_note(care_line, drop, proven_cast[Role.DPO])
    care_line.keep_original = False
    care_line.save()
    for text in ("Never rang", "Rang once"):
        (drop / "a.note.txt").write_text(text)
        assert [one.result.value for one in _run(care_line, drop)] == ["renewed"]
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "Rang twice"
    assert _lines(call, ItemKind.NOTE_REDACTED) == "Rang twice\nNever rang\nRang once"


def test_a_line_that_stays_in_doubt_is_withheld_whole(care_line: Line, proven_cast: dict[Role, User]) -> None:
    call = take(care_line, HARMLESS)
    noting.add_note(call, "It says 7731 0529 4 on top\nWill call back", proven_cast[Role.AGENT])
    assert _lines(call, ItemKind.NOTE_REDACTED) == f"{WITHHELD}\nWill call back"
    assert _lines(call, ItemKind.NOTE_ORIGINAL) == "It says 7731 0529 4 on top\nWill call back"


def test_a_sweep_rewrites_a_note_and_leaves_its_lines() -> None:
    item = Item(id=uuid4(), kind="note.original", mediatype=TEXT)
    written = texts.rewrite(
        item,
        f"Paid {CARD}\nhello".encode(),
        lambda found: ([one.text.replace(CARD, "[CARD]") for one in found], Counter(payment_card=1)),
    )
    assert written.found == {"payment_card": 1}
    assert lines_of(written.data) == ["Paid [CARD]", "hello"]


def test_a_note_without_a_call_is_refused(care_line: Line, tmp_path: Path) -> None:
    (tmp_path / "b.note.txt").write_text("hello")
    (report,) = _run(care_line, tmp_path)
    assert report.reasons == ("facts_without_call",)


BROKEN = {
    "no UTF-8": (".note.txt", b"\xff\xfe\x00", "note_text"),
    "a note without end": (".note.txt", b"a" * 5000, "note_text"),
    "a note of too many lines": (".note.txt", b"a\n" * 2001, "note_text"),
    "no JSON": (".form.json", b"{", "form_json"),
    "a list": (".form.json", b"[1]", "form_json"),
    "depth": (".form.json", b'{"a":' * 20 + b"1" + b"}" * 20, "form_json"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused_with_its_call(name: str, care_line: Line, drop: Path) -> None:
    ending, data, code = BROKEN[name]
    (drop / f"a{ending}").write_bytes(data)
    (report,) = _run(care_line, drop)
    assert report.reasons == (code,)
    assert not Call.objects.exists()


def test_the_note_of_a_vcon_is_read(care_line: Line, tmp_path: Path) -> None:
    start = "2026-07-01T10:00:00Z"
    talk = [{"speaker": "caller", "text": "All is well."}]
    analysis = {"type": "transcript", "vendor": "x", "dialog": 0, "encoding": "json", "body": talk}
    told = {"start": start, "party": 0, "dialog": 0, "encoding": "none", "mediatype": "text/plain"}
    vcon = {
        "uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46",
        "created_at": start,
        "parties": [{"role": "agent"}, {"role": "customer"}],
        "dialog": [{"type": "text", "start": start, "parties": [0, 1], "encoding": "none", "body": "All is well."}],
        "analysis": [analysis],
        "attachments": [{**told, "purpose": "note", "body": "Called about the heating"}],
    }
    (tmp_path / "a.vcon.json").write_bytes(orjson.dumps(vcon))
    (report,) = _run(care_line, tmp_path)
    assert _lines(_call(report), ItemKind.NOTE_REDACTED) == "Called about the heating"


@settings(max_examples=100)
@given_any(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_note_or_form_is_read_or_refused(data: bytes) -> None:
    for read in (note_lines, form_lines):
        with contextlib.suppress(IntakeError):
            assert all(line.strip() for line in read(data))
