"""Healing: card data that an older version kept goes from every copy, and what may stay is left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from calls_at_work import CALLED, CARD, HARMLESS, Said, take
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from old_calls import add_text, keep_as_it_came, loudest, put, text_of
from ports import free_port
from pytest_django import DjangoAssertNumQueries

from callward.engine.transcripts import Speaker, Timing, Transcript, Turn, dump_transcript
from callward.shelf import ItemKind
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.calls import doctor, keeping, opening
from callward.web.calls.facts import open_facts, seal_facts
from callward.web.calls.models import Call
from callward.web.calls.sealing import SealedShelf
from callward.web.core.models import Line
from callward.web.core.objects import BucketAddress, BucketStore, ObjectError, object_store
from callward.web.core.objects.address import Patience
from callward.web.keys.models import DataKey
from callward.web.lifecycle import erasing, holds
from callward.web.lifecycle.models import KeepingRule
from callward.web.people.models import Person
from callward.web.sweeps import reporting, rewriting, running, tasks
from callward.web.sweeps.calls import sweep_call
from callward.web.sweeps.models import Batch, Change, Sweep
from callward.web.sweeps.searching import Look, look_at
from callward.web.sweeps.unit import Tally, UnitError, is_paused, sweep_batch

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

UNTIMED = Transcript(
    (
        Turn(Speaker.AGENT, "Your card number please?", (), Timing.NONE, 0),
        Turn(Speaker.CALLER, "It is 4111 1111 1111 1111 thank you.", (), Timing.NONE, 1),
    ),
    8000,
    "en",
)


def swept(line: Line, kind: str = "heal", *, dry_run: bool = False) -> Sweep:
    sweep = running.begin(line.controller, running.Wanted(kind, dry_run=dry_run))
    running.cut(sweep)
    for number in running.open_batches(sweep):
        sweep_batch(str(sweep.id), number)
    assert running.end_if_done(sweep)
    return Sweep.objects.get(id=sweep.id)


def test_a_card_goes_from_words_and_sound_of_every_copy(care_line: Line) -> None:
    call = keep_as_it_came(care_line, CARD)
    old = {item.kind: (item.id, item.object_name) for item in call.items.all()}
    assert "4111 1111" in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)
    sweep = swept(care_line)
    for words, sound in (
        (ItemKind.TRANSCRIPT_ORIGINAL, ItemKind.RECORDING_ORIGINAL),
        (ItemKind.TRANSCRIPT_REDACTED, ItemKind.RECORDING_REDACTED),
    ):
        assert "[PAYMENT_CARD ****1111]" in text_of(call, words)
        assert "4111 1111" not in text_of(call, words)
        assert loudest(call, sound, 2.3, 3.0) == 0
        assert loudest(call, sound, 4.3, 5.2) > 500
    for identity, name in old.values():
        assert not DataKey.objects.filter(id=identity).exists()
        assert not object_store().exists(name)
    told = reporting.figures(sweep)
    assert (told.found, told.healed, told.remaining) == (4, 4, 0)
    fresh = Call.objects.get(id=call.id)
    assert (fresh.state, fresh.findings) == (Call.State.RELEASED, call.findings + 1)
    assert fresh.categories.get(category="payment").findings == 1
    assert Entry.objects.filter(action="call.healed", resource_id=str(call.id)).count() == 1


def test_a_rule_for_what_a_sweep_finds_ends_the_call(care_line: Line) -> None:
    KeepingRule.objects.create(line=care_line, category="payment", maximum=20)
    KeepingRule.objects.create(line=care_line, category="payment", purpose="evidence", maximum=10)
    call, other = keep_as_it_came(care_line, CARD), take(care_line, HARMLESS, seconds=7.0)
    add_text(call, ItemKind.NOTE_ORIGINAL, "text/plain", b"Calls back.")
    assert set(call.items.values_list("retain_until", flat=True)) == {CALLED + timedelta(days=90)}
    swept(care_line)
    ends = set(call.items.values_list("kind", "retain_until", "purpose"))
    assert {until for _, until, _ in ends} == {CALLED + timedelta(days=20)}
    assert {purpose for *_, purpose in ends} == {"quality"}
    fresh = Call.objects.get(id=call.id)
    assert fresh.retain_until == CALLED + timedelta(days=20)
    assert all(keeping.end_of(fresh, kind).until == until for kind, until, _ in ends)
    assert keeping.purpose_end(fresh, "evidence") == CALLED + timedelta(days=10)
    assert Call.objects.get(id=other.id).retain_until == other.retain_until


def test_calls_that_were_taken_in_today_are_left_alone(care_line: Line) -> None:
    for said, seconds in ((CARD, 6.0), (HARMLESS, 7.0)):
        take(care_line, said, seconds=seconds)
    before = set(Call.objects.values_list("items__id", flat=True))
    told = reporting.figures(swept(care_line))
    assert (told.found, told.not_opened, told.calls_done) == (0, 0, 2)
    assert set(Call.objects.values_list("items__id", flat=True)) == before
    assert not Change.objects.exists()


def test_a_dry_run_tells_and_changes_nothing(care_line: Line) -> None:
    call = keep_as_it_came(care_line, CARD)
    before = set(call.items.values_list("id", flat=True))
    told = reporting.figures(swept(care_line, dry_run=True))
    assert (told.found, told.healed, told.remaining) == (4, 0, 4)
    assert told.needs_a_person
    assert set(Call.objects.get(id=call.id).items.values_list("id", flat=True)) == before
    assert not Entry.objects.filter(action="call.healed").exists()


def test_what_the_labels_of_a_call_hold_goes_too(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    person = Person.objects.get(id=call.person_id)
    labels = {"external_id": "4111111111111111", "source": "order-17.wav"}
    Call.objects.filter(id=call.id).update(sealed_facts=seal_facts(person, call.id, labels))
    told = reporting.figures(swept(care_line))
    assert told.by_kind == {("labels", "PAYMENT_CARD"): [1, 1]}
    assert open_facts(Call.objects.get(id=call.id)) == {"external_id": "[PAYMENT_CARD]", "source": "order-17.wav"}
    assert reporting.figures(swept(care_line)).found == 0


def test_a_hold_keeps_the_call_and_no_card_in_it(care_line: Line, alice: User) -> None:
    call = keep_as_it_came(care_line, CARD)
    person = Person.objects.get(id=call.person_id)
    kind, day = ItemKind.TRANSCRIPT_ORIGINAL.value, timezone.now().date()
    holds.place(person, kind="legal", reason="Case 12", owner=alice, review_on=day, by=alice, call=call, item_kind=kind)
    erasing.erase(person, alice, because="objection")
    told = reporting.figures(swept(care_line))
    assert told.by_kind[kind, "PAYMENT_CARD"] == [1, 1]
    assert told.unopened[ItemKind.RECORDING_ORIGINAL.value, "erased"] == 1
    assert "[PAYMENT_CARD ****1111]" in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)
    held = DataKey.objects.get(id=Call.objects.get(id=call.id).items.get(kind=kind).id)
    assert held.custody is not None


def test_a_card_without_a_place_in_the_sound_leaves_the_call_held_for_a_day(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    put(call, dump_transcript(UNTIMED), None)
    told = reporting.figures(swept(care_line))
    fresh = Call.objects.get(id=call.id)
    assert (fresh.state, fresh.reasons) == (Call.State.HELD, ["not_located"])
    assert fresh.held_until is not None
    assert fresh.review.applied_at is None
    assert not fresh.items.filter(kind=ItemKind.RECORDING_REDACTED.value).exists()
    assert told.outcomes == {"held": 1}
    assert told.remaining == 1, "the card is in the kept sound until a person has decided"
    again = reporting.figures(swept(care_line))
    assert (again.outcomes, again.remaining) == ({"held": 1}, 1)


def test_a_call_whose_object_is_lost_is_named_and_holds_up_no_other(care_line: Line) -> None:
    lost, whole = keep_as_it_came(care_line, CARD), keep_as_it_came(care_line, CARD, seconds=7.0)
    for item in lost.items.all():
        object_store().delete(item.object_name)
    told = reporting.figures(swept(care_line))
    assert told.unopened[ItemKind.TRANSCRIPT_ORIGINAL.value, "object_missing"] == 1
    assert told.healed == 4
    assert "4111 1111" not in text_of(whole, ItemKind.TRANSCRIPT_ORIGINAL)


def test_a_batch_that_is_done_again_counts_each_call_once(care_line: Line) -> None:
    keep_as_it_came(care_line, CARD)
    sweep = running.begin(care_line.controller, running.Wanted("heal"))
    running.cut(sweep)
    sweep_batch(str(sweep.id), 0)
    assert sweep_batch(str(sweep.id), 0)["calls"] == 1
    assert reporting.figures(sweep).calls_done == 1
    # As if it had been killed before it wrote that it is done, which is one transaction.
    Batch.objects.update(done_at=None, result={})
    Change.objects.update(counted=False)
    Sweep.objects.update(tally={}, counts={})
    assert (reporting.figures(sweep).calls_done, reporting.figures(sweep).found) == (0, 4)
    sweep_batch(str(sweep.id), 0)
    told = reporting.figures(sweep)
    assert (told.calls_done, told.found, told.healed) == (1, 4, 4)
    assert Entry.objects.filter(action="call.healed").count() == 1


def test_a_batch_that_two_workers_did_is_counted_once(care_line: Line) -> None:
    keep_as_it_came(care_line, CARD)
    sweep = running.begin(care_line.controller, running.Wanted("heal"))
    running.cut(sweep)
    late = Batch.objects.select_related("sweep").get()
    told = sweep_batch(str(sweep.id), 0)
    tally = Tally()
    tally.add(told)
    running.end_batch(late, tally)
    assert (reporting.figures(sweep).calls_done, reporting.figures(sweep).found) == (1, 4)


def test_a_list_of_sweeps_reads_no_batch(care_line: Line, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    begun = [running.begin(care_line.controller, running.Wanted("heal")) for _ in range(3)]
    done = Tally(calls=25, items=Counter({"sheet": 25})).as_json()
    Batch.objects.bulk_create(
        Batch(sweep=begun[0], number=n, calls=[], done_at=timezone.now(), result=done) for n in range(10_000)
    )
    Sweep.objects.update(tally=Tally(calls=250_000).as_json())
    with django_assert_num_queries(2) as asked:
        rows = reporting.figures_of(Sweep.objects.for_controller(care_line.controller).select_related("line")[:50])
    assert [row.calls_done for row in rows] == [250_000] * 3
    assert not [query for query in asked.captured_queries if "sweeps_batch" in query["sql"]]
    plan = Change.objects.filter(sweep__in=begun, counted=False).explain()
    assert "sweeps_change_uncounted" in plan or connection.vendor == "postgresql", plan


def test_a_cancelled_sweep_stops_and_is_gone_on_with(care_line: Line) -> None:
    keep_as_it_came(care_line, CARD)
    sweep = running.begin(care_line.controller, running.Wanted("heal"))
    running.cut(sweep)
    running.cancel(sweep)
    assert is_paused(sweep_batch(str(sweep.id), 0))
    assert not running.end_if_done(sweep)
    with pytest.raises(running.SweepError):
        running.cancel(sweep)
    sweep = running.resume(sweep, Sweep.Workers.QUEUE)
    assert tasks.go_on() == 1
    assert tasks.go_on() == 0
    tasks.take_batch.call(str(sweep.id))
    tasks.take_batch.call(str(sweep.id))
    assert Sweep.objects.get().state == Sweep.State.DONE
    actions = list(Entry.objects.filter(resource_id=str(sweep.id)).order_by("id").values_list("action", flat=True))
    assert actions == ["sweep.started", "sweep.cancelled", "sweep.resumed", "sweep.ended"]


def test_a_call_is_looked_at_again_with_the_rules_of_today(care_line: Line) -> None:
    said = (Said("agent", "Good morning.", 0.2, 1.4), Said("caller", "I was born on 4 May 1988.", 1.8, 3.8))
    Line.objects.filter(id=care_line.id).update(mask_policy={"DATE_OF_BIRTH": "keep"})
    call = take(Line.objects.get(id=care_line.id), said)
    assert "1988" in text_of(call, ItemKind.TRANSCRIPT_REDACTED)
    assert reporting.figures(swept(care_line, "detect")).found == 0
    Line.objects.filter(id=care_line.id).update(mask_policy={})
    told = reporting.figures(swept(care_line, "detect"))
    assert told.by_kind[ItemKind.TRANSCRIPT_REDACTED.value, "DATE_OF_BIRTH"] == [1, 1]
    assert "1988" not in text_of(call, ItemKind.TRANSCRIPT_REDACTED)
    assert "1988" in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)
    fresh = Call.objects.get(id=call.id)
    sheet = opening.sheet_of(fresh)
    assert sheet is not None
    [found] = [one for one in sheet.findings if one.type == "DATE_OF_BIRTH"]
    [place] = found.places
    turn = text_of(call, ItemKind.TRANSCRIPT_REDACTED).splitlines()[place.turn]
    assert turn[place.start : place.end] == "[DATE_OF_BIRTH]"


def test_a_sweep_is_of_one_line_and_of_some_days(care_line: Line, bank_line: Line) -> None:
    take(care_line, HARMLESS)
    for wanted, calls in (
        (running.Wanted("heal", line=bank_line), 0),
        (running.Wanted("heal", line=care_line), 1),
        (running.Wanted("heal", since=CALLED, until=CALLED), 1),
        (running.Wanted("heal", since=CALLED + timedelta(days=1)), 0),
    ):
        sweep = running.begin(care_line.controller, wanted)
        running.cut(sweep)
        assert Sweep.objects.get(id=sweep.id).calls == calls


def test_the_doctor_finds_nothing_to_mend_after_a_sweep(care_line: Line) -> None:
    keep_as_it_came(care_line, CARD)
    swept(care_line)
    assert [check.told for check in doctor.examine(at_once=True) if not check.well] == []


def test_notes_and_forms_lose_their_cards_and_coded_bytes_are_named(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    note, form, coded = ItemKind.NOTE_ORIGINAL, ItemKind.FORM_ORIGINAL, ItemKind.FORM_REDACTED
    add_text(call, note, "text/plain; charset=utf-8", b"Paid with card 4111 1111 1111 1111.\nCalls back.")
    add_text(call, form, "application/json", b'{"card number": "4111 1111 1111 1111", "visits": 3}')
    add_text(call, coded, "application/json", b'{"body": "' + b"QUJD" * 2000 + b'"}')
    told = reporting.figures(swept(care_line))
    fresh = Call.objects.get(id=call.id)
    assert opening.read_item(fresh, note) == b"Paid with card [PAYMENT_CARD ****1111].\nCalls back."
    assert opening.read_item(fresh, form) == b'{"card number":"[PAYMENT_CARD ****1111]","visits":3}'
    assert told.by_kind == {(form.value, "PAYMENT_CARD"): [1, 1], (note.value, "PAYMENT_CARD"): [1, 1]}
    assert told.unopened == {(coded.value, "text_coded"): 1}


def test_what_a_person_decided_while_a_call_was_searched_stands(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = keep_as_it_came(care_line, CARD)
    write = rewriting._write

    def decided_meanwhile(swept: Call, look: Look, shelf: SealedShelf) -> rewriting._Written:
        Call.objects.filter(id=swept.id).update(state=Call.State.KEPT_SEALED)
        return write(swept, look, shelf)

    monkeypatch.setattr(rewriting, "_write", decided_meanwhile)
    told = reporting.figures(swept(care_line))
    assert (told.healed, Call.objects.get(id=call.id).state) == (4, Call.State.KEPT_SEALED)


def test_texts_lose_what_is_only_suspected_and_what_hides_between_lines_and_numbers(care_line: Line) -> None:
    call, note, form = take(care_line, HARMLESS), ItemKind.NOTE_ORIGINAL, ItemKind.FORM_ORIGINAL
    lines = b"Calls back.\n\nTwo visits.\nRef 4111 1111\n1111 1111\n\n\nHer card number is 4111 11 and the rest later"
    add_text(call, note, "text/plain; charset=utf-8", lines)
    add_text(call, form, "application/json", b'{"paid": 4111111111111111.0, "visits": 3, "order": 1763787600000}')
    swept(care_line)
    kept = opening.read_item(Call.objects.get(id=call.id), note) or b""
    assert kept.startswith(b"Calls back.\n\n")
    assert b"11" not in kept.replace(b"****1111", b"")
    assert (
        opening.read_item(Call.objects.get(id=call.id), form)
        == b'{"paid":"[PAYMENT_CARD ****1111].0","visits":3,"order":1763787600000}'
    )


def test_a_card_over_two_notes_of_a_document_goes_from_both(care_line: Line) -> None:
    call, form = take(care_line, HARMLESS), ItemKind.FORM_ORIGINAL
    told = b'{"segments":[{"id":0,"text":"My card is 4111 1111"},{"id":1,"text":"1111 1111 thanks"}]}'
    add_text(call, form, "application/json", told)
    assert reporting.figures(swept(care_line)).by_kind == {(form.value, "PAYMENT_CARD"): [1, 1]}
    kept = (opening.read_item(Call.objects.get(id=call.id), form) or b"").decode()
    assert kept == (
        '{"segments":[{"id":0,"text":"My card is [PAYMENT_CARD]"},{"id":1,"text":"[PAYMENT_CARD ****1111] thanks"}]}'
    )


def test_released_notes_are_looked_at_again_with_the_rules_of_today(care_line: Line) -> None:
    call, whole, released = take(care_line, HARMLESS), ItemKind.NOTE_ORIGINAL, ItemKind.NOTE_REDACTED
    for kind in (whole, released):
        add_text(call, kind, "text/plain", b"Card 4111 1111 1111 1111.\nBorn 4 May 1988.\nCalls back.")
    told = reporting.figures(swept(care_line, "detect"))
    assert told.by_kind[released.value, "DATE_OF_BIRTH"] == [1, 1]
    fresh = Call.objects.get(id=call.id)
    assert opening.read_item(fresh, whole) == b"Card [PAYMENT_CARD ****1111].\nBorn 4 May 1988.\nCalls back."
    assert opening.read_item(fresh, released) == b"Card [PAYMENT_CARD ****1111].\nBorn [DATE_OF_BIRTH].\nCalls back."
    assert reporting.figures(swept(care_line, "detect")).found == 0


@pytest.mark.parametrize("kind", ["heal", "detect"])
def test_a_store_that_does_not_answer_is_no_lost_object(
    kind: str, care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = keep_as_it_came(care_line, CARD)
    add_text(call, ItemKind.NOTE_ORIGINAL, "text/plain", b"Card 4111 1111 1111 1111.")
    sweep = running.begin(care_line.controller, running.Wanted(kind, workers=Sweep.Workers.QUEUE))
    running.cut(sweep)
    for name, value in (("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_REGION", "eu-north-1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    away = BucketStore(BucketAddress("anywhere"), patience=Patience(connect=1, answer=1, tries=1, overall=1))
    with monkeypatch.context() as patched:
        patched.setattr(opening, "object_store", lambda: away)
        with pytest.raises(ObjectError) as refused:
            sweep_batch(str(sweep.id), 0)
        assert refused.value.unanswered
        with pytest.raises(tasks.SweepTaskError) as failed:
            tasks.take_batch.call(str(sweep.id))
        assert failed.value.code == "object_store_unreachable"
    assert not Change.objects.exists()
    assert running.open_batches(sweep) == [0]
    tasks.take_batch.call(str(sweep.id))
    told = reporting.figures(sweep)
    assert (told.found > 0, told.remaining, told.not_opened) == (True, 0, 0), "tried again at once, not after a lease"


def test_a_sweep_whose_job_was_given_up_waits_for_a_person(care_line: Line) -> None:
    take(care_line, HARMLESS)
    running.begin(care_line.controller, running.Wanted("heal", workers=Sweep.Workers.QUEUE))
    assert tasks.go_on() == 1
    DBTaskResult.objects.update(status="FAILED")
    assert tasks.go_on() == 0


def test_a_job_that_leaves_its_work_to_the_next_while_it_is_looked_for_is_not_doubled(care_line: Line) -> None:
    take(care_line, HARMLESS)
    sweep = running.begin(care_line.controller, running.Wanted("heal", workers=Sweep.Workers.QUEUE))
    assert tasks.go_on() == 1
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    looked: list[str] = []

    def end_after_the_first_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql and DBTaskResult._meta.db_table in sql and not looked:
            looked.append(sql)
            tasks.take_batch.enqueue(str(sweep.id))
            DBTaskResult.objects.filter(status="RUNNING").update(status="SUCCESSFUL")
        return found

    with connection.execute_wrapper(end_after_the_first_look):
        assert tasks.go_on() == 0
    assert looked


def test_a_batch_that_another_job_takes_while_it_is_looked_for_is_left_to_it(care_line: Line) -> None:
    take(care_line, HARMLESS)
    sweep = running.begin(care_line.controller, running.Wanted("heal", workers=Sweep.Workers.QUEUE))
    running.cut(sweep)
    tasks.take_batch.enqueue(str(sweep.id))
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())

    def take_after_the_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql and DBTaskResult._meta.db_table in sql:
            Batch.objects.filter(sweep=sweep, taken_at=None).update(taken_at=timezone.now())
        return found

    with connection.execute_wrapper(take_after_the_look):
        assert tasks._claimed(sweep.id) is None


def test_a_call_that_is_masked_while_it_is_searched_is_searched_again(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = keep_as_it_came(care_line, CARD)
    looks: list[Call] = []

    def exchanged_first(read: Call, *rest: Any) -> Any:
        looks.append(read)
        if len(looks) == 1:
            sweep_call(str(call.id), running.begin(care_line.controller, running.Wanted("heal")))
        return look_at(read, *rest)

    monkeypatch.setattr("callward.web.sweeps.calls.look_at", exchanged_first)
    swept = sweep_call(str(call.id), running.begin(care_line.controller, running.Wanted("heal")))
    assert (swept.told, swept.unopened) == ("nothing", Counter())
    assert len(looks) == 3


def test_a_name_that_stands_twice_hides_nothing(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    add_text(call, ItemKind.FORM_ORIGINAL, "application/json", b'{"a": "4111 1111 1111 1111", "a": "x"}')
    told = reporting.figures(swept(care_line))
    assert told.unopened == {(ItemKind.FORM_ORIGINAL.value, "text_unreadable"): 1}


def test_a_process_of_another_version_does_no_batch(care_line: Line) -> None:
    take(care_line, HARMLESS)
    sweep = running.begin(care_line.controller, running.Wanted("heal"))
    running.cut(sweep)
    with pytest.raises(UnitError) as refused:
        sweep_batch(str(sweep.id), 0, "another")
    assert refused.value.code == "detector_differs"
    sweep_batch(str(sweep.id), 0, sweep.detector)
    assert reporting.document(sweep)["method"]["calls_by_detector"] == {sweep.detector: 1}


def test_a_job_of_a_sweep_that_is_gone_can_be_let_go() -> None:
    tasks.give_up("0f0e0d0c-0b0a-4908-8706-050403020100")
