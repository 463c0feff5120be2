"""Taking one call in: once, whole or not at all, under its caller's key, completed when its words come."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import soundfile
from django.db import IntegrityError, connection
from voiced_calls import AGENT, CALLER, CARD, RATE, as_wav, key, recorded, say, told, untimed

from callward.engine import audio
from callward.engine.transcripts import Transcript, TranscriptError
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.models import Entry, Intent
from callward.web.calls import opening, rows
from callward.web.calls.facts import open_facts
from callward.web.calls.inputs import Arrival, ArrivalError, Status
from callward.web.calls.models import Call, CallCategory, Item, Review
from callward.web.calls.taking_in import take_in
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore
from callward.web.keys import vault
from callward.web.keys.models import BlindIndex, DataKey, PersonKey
from callward.web.lifecycle import purging
from callward.web.people import finding
from callward.web.people.finding import Caller
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PHONE = "+447700900123"
SPOKEN = {kind.value for kind in ItemKind if not kind.value.startswith(("note.", "form."))}
WORDS = told(say(AGENT, 1, "Which address may I write to?"), say(CALLER, 4, "It is dana@example.com as always"))
SOUND = recorded(WORDS.turns, 8)


def arrive(
    line: Line,
    words: Transcript | None = WORDS,
    sound: bytes | None = b"",
    *,
    phone: str = PHONE,
    external: str = "",
    transcript: Callable[[int], Transcript] | None = None,
) -> Arrival:
    """An arrival as intake makes it: the recording is what it is, the words are told apart by their text."""
    data = as_wav(SOUND) if sound == b"" else sound
    recording = None if data is None else io.BytesIO(data)
    read = transcript or (None if words is None else lambda rate: words)

    def alone() -> Iterator[bytes]:
        if data is not None:
            yield b"recording\n" + data

    def chunks() -> Iterator[bytes]:
        yield from alone()
        if words is not None:
            yield repr([turn.text for turn in words.turns]).encode()

    return Arrival(
        line=line,
        started_at=NOW - timedelta(hours=1),
        zone_assumed=False,
        direction=Call.Direction.INBOUND,
        language=None,
        voicemail=False,
        caller=Caller({"phone": phone} if phone else {}, "Dana Example"),
        labels={name: value for name, value in (("external_id", external), ("agent", "agent-7")) if value},
        recording=recording,
        transcript=read,
        chunks=chunks,
        recording_alone=alone,
    )


def _nothing(store: FolderStore) -> bool:
    items = DataKey.objects.filter(kind=DataKey.Kind.ITEM)
    kept = (Call.objects.all(), Item.objects.all(), CallCategory.objects.all(), Review.objects.all(), items)
    return not any(rows.exists() for rows in kept) and not list(store.list()) and not list(store.spool.iterdir())


def _refuse_rows(table: str) -> None:
    refusal = {
        "sqlite": f"CREATE TRIGGER no_more BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END",
        "postgresql": f"ALTER TABLE {table} ADD CONSTRAINT no_more CHECK (false) NOT VALID",
    }
    with connection.cursor() as cursor:
        cursor.execute(refusal[connection.vendor])


def test_a_record_whose_caller_has_had_their_time_meanwhile_is_not_lost_with_them(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(arrive(care_line, None, None, external="1"), audit.SYSTEM, now=NOW)
    logged = rows.logged_call

    def before_a_purge(*told: Any) -> Call:
        call = logged(*told)
        purging.purge(care_line.controller, today=NOW.date() + timedelta(days=400))
        return call

    with monkeypatch.context() as patched:
        patched.setattr(rows, "logged_call", before_a_purge)
        with pytest.raises(vault.KeyGone):
            take_in(arrive(care_line, None, None, external="2"), audit.SYSTEM, now=NOW)
    assert not Call.objects.exists()
    take_in(arrive(care_line, None, None, external="2"), audit.SYSTEM, now=NOW)
    assert Call.objects.get().person.erased_at is None


def test_who_is_erased_while_they_call_is_somebody_new(care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    caller, found = Caller({"phone": PHONE}), vault.find_person
    before = finding.find_or_prepare(care_line.controller_id, caller, NOW)

    def then_erased(*told: Any) -> UUID | None:
        person = found(*told)
        if person is not None:
            vault.delete_person_key(care_line.controller_id, person, erased_at=NOW)
        return person

    monkeypatch.setattr(vault, "find_person", then_erased)
    # With an identifier that they were not known by: nothing may come to lead to who is gone.
    told = replace(caller, identifiers={**caller.identifiers, "email": "dana@example.com"})
    person = finding.find_or_prepare(care_line.controller_id, told, NOW)
    assert person.id != before.id
    assert set(BlindIndex.objects.values_list("person", flat=True)) == {person.id}


def test_a_call_is_kept_with_its_items_its_keys_and_its_entries(care_line: Line, store: FolderStore) -> None:
    taken = take_in(arrive(care_line, external="case-17"), audit.SYSTEM, now=NOW)
    call = Call.objects.get(id=taken.call)
    assert (taken.status, call.state, call.received_at) == (Status.TAKEN_IN, Call.State.RELEASED, NOW)
    assert {item.kind for item in call.items.all()} == SPOKEN
    assert set(store.list()) == set(call.items.values_list("object_name", flat=True))
    assert set(DataKey.objects.filter(kind="item").values_list("id", flat=True)) == {i.id for i in call.items.all()}
    assert open_facts(call) == {"external_id": "case-17", "agent": "agent-7"}
    assert b"case-17" not in bytes(call.sealed_facts)
    actions = list(Entry.objects.filter(resource_id=str(call.id)).order_by("id").values_list("action", flat=True))
    assert actions == ["call.taken_in", "recording.redacted", "call.released"]
    assert _sounds_as_it_came(call)


def test_retention_runs_from_the_day_of_the_call_in_the_controllers_zone(care_line: Line) -> None:
    late = replace(arrive(care_line), started_at=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))  # 00:30 in Stockholm
    call = Call.objects.get(id=take_in(late, audit.SYSTEM, now=NOW).call)
    assert call.retain_until == datetime(2026, 11, 20, tzinfo=UTC).date() + timedelta(days=care_line.retention_days)


def test_the_same_input_twice_is_one_call(care_line: Line, store: FolderStore) -> None:
    first = take_in(arrive(care_line), audit.SYSTEM)
    objects, entries = set(store.list()), Entry.objects.count()
    second = take_in(arrive(care_line), audit.SYSTEM)
    assert (second.status, second.call) == (Status.DUPLICATE, first.call)
    assert set(store.list()) == objects
    assert Entry.objects.count() == entries


def test_two_who_take_the_same_input_in_at_once_make_one_call(care_line: Line, store: FolderStore) -> None:
    inner = []

    def read(rate: int) -> Transcript:
        # Another process is quicker: it takes the same input in while this one is at its main job.
        inner.append(take_in(arrive(care_line), audit.SYSTEM))
        return WORDS

    outer = take_in(arrive(care_line, transcript=read), audit.SYSTEM)
    assert (inner[0].status, outer.status) == (Status.TAKEN_IN, Status.DUPLICATE)
    assert inner[0].call == outer.call
    items = Item.objects.all()
    assert set(store.list()) == {item.object_name for item in items}
    assert set(DataKey.objects.filter(kind="item").values_list("id", flat=True)) == {item.id for item in items}
    assert (Call.objects.count(), Person.objects.count(), PersonKey.objects.count()) == (1, 1, 1)


def test_a_caller_who_is_known_by_phone_is_one_person_over_several_calls(care_line: Line) -> None:
    other = told(say(AGENT, 1, "Good day to you"))
    for words in (WORDS, other):
        take_in(arrive(care_line, words), audit.SYSTEM)
    assert Call.objects.count() == 2
    assert (Person.objects.count(), PersonKey.objects.count()) == (1, 1)
    assert Person.objects.get().provisional is False


def test_two_new_calls_of_one_caller_at_once_make_one_person(care_line: Line) -> None:
    other = told(say(AGENT, 1, "Good day to you"))

    def read(rate: int) -> Transcript:
        take_in(arrive(care_line, other), audit.SYSTEM)
        return WORDS

    take_in(arrive(care_line, transcript=read), audit.SYSTEM)
    assert Call.objects.count() == 2
    assert (Person.objects.count(), PersonKey.objects.count()) == (1, 1)


def _mark(call: Call) -> str:
    """What stands for the e-mail address in the words of the call."""
    words = opening.transcript_of(call)
    assert words is not None
    return words.turns[1].text.removeprefix("It is ")[:14]


def test_a_caller_has_one_pseudonym_in_all_their_calls_and_nobody_shares_it(care_line: Line) -> None:
    care_line.mask_policy = {"EMAIL": "pseudonym"}
    for goodbye, phone in zip("abcde", (PHONE, PHONE, "+447700900456", "", ""), strict=True):
        words = told(*WORDS.turns, say(AGENT, 7, f"well {goodbye} then"))
        take_in(arrive(care_line, words, None, phone=phone), audit.SYSTEM)
    marks = [_mark(call) for call in Call.objects.order_by("received_at", "id")]
    assert all(mark.startswith("[EMAIL ") and mark.endswith("]") for mark in marks)
    people = {call.person_id: _mark(call) for call in Call.objects.all()}
    assert Call.objects.count() == 5
    assert len(people) == len(set(people.values())) == 4


def test_a_waiting_call_is_completed_under_the_pseudonym_that_its_caller_has(care_line: Line) -> None:
    care_line.mask_policy = {"EMAIL": "hash"}
    waiting = _waiting(care_line)
    take_in(arrive(care_line), audit.SYSTEM)
    take_in(arrive(care_line, told(*WORDS.turns, say(AGENT, 7, "thank you")), None), audit.SYSTEM)
    first, second = Call.objects.order_by("received_at")
    assert first.id == waiting.id
    assert _mark(first) == _mark(second)
    assert Person.objects.count() == 1


def test_a_line_without_keyed_operators_gives_nobody_a_seed(care_line: Line) -> None:
    take_in(arrive(care_line), audit.SYSTEM)
    assert bytes(Person.objects.get().sealed_seed) == b""


def test_an_unknown_caller_gets_a_provisional_person_of_their_own(care_line: Line) -> None:
    take_in(arrive(care_line, phone=""), audit.SYSTEM)
    take_in(arrive(care_line, told(say(AGENT, 1, "Good day to you")), phone=""), audit.SYSTEM)
    assert list(Person.objects.values_list("provisional", flat=True)) == [True, True]
    assert not BlindIndex.objects.exists()


def test_an_input_whose_call_was_erased_is_refused(care_line: Line) -> None:
    call = Call.objects.get(id=take_in(arrive(care_line), audit.SYSTEM, now=NOW).call)
    vault.suppress_call(call.controller_id, call.id, until=NOW + timedelta(days=400))
    with pytest.raises(ArrivalError) as refused:
        take_in(arrive(care_line), audit.SYSTEM, now=NOW + timedelta(days=399))
    assert refused.value.code == "input_erased"


def test_a_refused_call_leaves_no_person_no_key_and_no_object(care_line: Line, store: FolderStore) -> None:
    with pytest.raises(TranscriptError):
        take_in(arrive(care_line, told(say(AGENT, 20, "far too late"))), audit.SYSTEM)
    assert _nothing(store)
    assert not Person.objects.exists()
    assert not PersonKey.objects.exists()
    assert not BlindIndex.objects.exists()


@pytest.mark.parametrize("table", ["audit_entry", "calls_item", "calls_callcategory"])
def test_rows_and_entries_are_committed_together_or_not_at_all(table: str, care_line: Line, store: FolderStore) -> None:
    _refuse_rows(table)
    with pytest.raises(IntegrityError):
        take_in(arrive(care_line), audit.SYSTEM)
    assert _nothing(store)
    assert not Person.objects.exists()


def _sounds_as_it_came(call: Call) -> bool:
    data = opening.read_item(call, ItemKind.RECORDING_ORIGINAL)
    assert data is not None
    sound, _rate = soundfile.read(io.BytesIO(data), dtype="int16")
    return np.array_equal(sound, SOUND)


def _waiting(line: Line, external: str = "", sound: bytes | None = b"") -> Call:
    taken = take_in(arrive(line, None, sound, external=external), audit.SYSTEM, now=NOW)
    assert taken.state == Call.State.WAITS_FOR_TRANSCRIPT
    return Call.objects.get(id=taken.call)


def _completed(call: Call, store: FolderStore, old: set[str], *, reasons: tuple[str, ...] = ()) -> None:
    call = Call.objects.get(id=call.id)
    assert call.state == (Call.State.IN_REVIEW if reasons else Call.State.RELEASED)
    assert tuple(call.reasons) == reasons
    assert (call.turns, call.findings, call.timing) == (2, 1, "word")
    assert {item.kind for item in call.items.all()} == SPOKEN
    assert set(store.list()) == set(call.items.values_list("object_name", flat=True))
    assert not set(store.list()) & old
    assert set(DataKey.objects.filter(kind="item").values_list("id", flat=True)) == {i.id for i in call.items.all()}
    assert not Intent.objects.filter(concluded_at=None).exists()
    actions = list(Entry.objects.filter(resource_id=str(call.id)).order_by("id").values_list("action", flat=True))
    assert actions[:2] == ["call.taken_in", "recording.redacted"]
    assert "call.transcript_added" in actions
    assert actions.count("item.destroyed") == 4  # two items, each with its intent and its result
    assert _sounds_as_it_came(call)
    redacted = opening.transcript_of(call)
    assert redacted is not None
    assert [turn.text for turn in redacted.turns][1] == "It is [EMAIL] as always"


def test_a_waiting_call_is_completed_by_its_recording_with_words(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line)
    old = set(store.list())
    taken = take_in(arrive(care_line), audit.SYSTEM)
    assert (taken.status, taken.call, Call.objects.count()) == (Status.TAKEN_IN, waiting.id, 1)
    _completed(waiting, store, old)
    assert take_in(arrive(care_line), audit.SYSTEM).status is Status.DUPLICATE
    assert take_in(arrive(care_line, None), audit.SYSTEM).status is Status.DUPLICATE


def test_words_with_the_id_of_a_waiting_call_complete_it_into_review(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line, "case-17")
    old = set(store.list())
    taken = take_in(arrive(care_line, WORDS, None, external="case-17"), audit.SYSTEM)
    assert (taken.status, taken.call, Call.objects.count()) == (Status.TAKEN_IN, waiting.id, 1)
    _completed(waiting, store, old, reasons=("words_by_id",))


def test_a_waiting_call_is_completed_when_there_is_a_transcriber_at_last(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line)
    old = set(store.list())
    taken = take_in(arrive(care_line, None, transcript=lambda rate: WORDS), audit.SYSTEM)
    assert (taken.status, taken.call) == (Status.TAKEN_IN, waiting.id)
    _completed(waiting, store, old)


def test_words_with_the_id_of_no_waiting_call_are_a_call_of_their_own(care_line: Line) -> None:
    _waiting(care_line, "case-17")
    for external in ("case-18", ""):
        words = told(say(AGENT, 1, f"this is {external or 'nothing'}"))
        assert take_in(arrive(care_line, words, None, external=external), audit.SYSTEM).status is Status.TAKEN_IN
    assert Call.objects.count() == 3


def test_an_id_is_one_lines_own(care_line: Line) -> None:
    _waiting(care_line, "case-17")
    other = Line.objects.get(id=care_line.id)
    other.pk, other.slug, other.name = None, "care-two", "Care two"
    other.save()
    take_in(arrive(other, WORDS, None, external="case-17"), audit.SYSTEM)
    assert Call.objects.count() == 2


def test_other_words_for_a_call_that_has_its_own_are_another_call(care_line: Line) -> None:
    waiting = _waiting(care_line)
    assert take_in(arrive(care_line), audit.SYSTEM).call == waiting.id
    other = told(say(AGENT, 1, "Which address may I write to?"), say(CALLER, 4, "The one that you have"))
    taken = take_in(arrive(care_line, other), audit.SYSTEM)
    assert (taken.status, taken.call != waiting.id) == (Status.TAKEN_IN, True)
    assert Call.objects.count() == 2


def test_words_that_do_not_fit_leave_the_call_waiting_as_it_was(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line)
    old = set(store.list())
    with pytest.raises(TranscriptError):
        take_in(arrive(care_line, told(say(AGENT, 20, "far too late"))), audit.SYSTEM)
    assert Call.objects.get().state == Call.State.WAITS_FOR_TRANSCRIPT
    assert set(store.list()) == old
    assert _sounds_as_it_came(waiting)


def test_a_completion_that_fails_leaves_the_call_waiting_as_it_was(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line)
    old = set(store.list())
    _refuse_rows("calls_callcategory")
    with pytest.raises(IntegrityError):
        take_in(arrive(care_line), audit.SYSTEM)
    assert Call.objects.get().state == Call.State.WAITS_FOR_TRANSCRIPT
    assert set(store.list()) == old
    assert _sounds_as_it_came(waiting)
    assert not Intent.objects.exists()


def test_two_who_complete_a_call_at_once_complete_it_once(care_line: Line, store: FolderStore) -> None:
    waiting = _waiting(care_line)
    inner = []

    def read(rate: int) -> Transcript:
        inner.append(take_in(arrive(care_line), audit.SYSTEM))
        return WORDS

    outer = take_in(arrive(care_line, transcript=read), audit.SYSTEM)
    assert (inner[0].status, outer.status, outer.call) == (Status.TAKEN_IN, Status.DUPLICATE, waiting.id)
    call = Call.objects.get()
    assert set(store.list()) == set(call.items.values_list("object_name", flat=True))


def test_keyed_tones_are_gone_from_a_completed_call_too(care_line: Line) -> None:
    sound = recorded(WORDS.turns, 12)
    key(sound, "4111", 9, CALLER)
    _waiting(care_line, "case-17", as_wav(sound))
    take_in(arrive(care_line, WORDS, None, external="case-17"), audit.SYSTEM)
    for kind in (ItemKind.RECORDING_ORIGINAL, ItemKind.RECORDING_REDACTED):
        data = opening.read_item(Call.objects.get(), kind)
        assert data is not None
        scanner = audio.DtmfScanner(RATE, 2, audio.DtmfProfile.MASKING)
        for block in audio.open_audio(io.BytesIO(data)).blocks():
            scanner.feed(block)
        assert scanner.finish() == []


@pytest.mark.parametrize("fault", ["changed", "object", "key", "item"])
def test_a_waiting_recording_that_does_not_open_any_more_is_refused(
    fault: str, care_line: Line, store: FolderStore
) -> None:
    waiting = _waiting(care_line, "case-17")
    item = opening.item_of(waiting, ItemKind.RECORDING_ORIGINAL)
    assert item is not None
    path = store.root / item.object_name
    if fault == "changed":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif fault == "object":
        path.unlink()
    elif fault == "key":
        vault.delete_data_key(waiting.controller_id, item.id)
    else:
        item.delete()
    with pytest.raises(ArrivalError) as refused:
        take_in(arrive(care_line, WORDS, None, external="case-17"), audit.SYSTEM)
    assert refused.value.code == "recording_lost"
    assert Call.objects.get().state == Call.State.WAITS_FOR_TRANSCRIPT


def test_sound_that_may_hold_a_card_is_held_for_a_day(care_line: Line) -> None:
    words = untimed(told(say(AGENT, 1, "The card number please?"), say(CALLER, 4, f"It is {CARD}")))
    call = Call.objects.get(id=take_in(arrive(care_line, words), audit.SYSTEM, now=NOW).call)
    assert (call.state, call.held_until) == (Call.State.HELD, NOW + timedelta(hours=24))
    assert Review.objects.get().call_id == call.id
