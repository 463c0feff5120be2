"""Reviews: what may be decided, undone, carried out, and that a mask really masks."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import numpy as np
import pytest
import soundfile
from calls_at_work import HARMLESS, IN_DOUBT, RATE, Said, take, wav
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from numpy.typing import NDArray

from callward.sheet import dump_sheet
from callward.shelf import ItemKind
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import masking_more, opening, reviewing
from callward.web.calls.duties import apply_decisions, replay
from callward.web.calls.masking_more import _exchange
from callward.web.calls.models import Call, Item, Review
from callward.web.calls.sealing import SealedShelf
from callward.web.core.models import Line
from callward.web.core.objects import ObjectError, ObjectStore, object_store
from callward.web.keys.models import DataKey

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]
Decision = Review.Decision


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, IN_DOUBT)


def _let_time_pass(call: Call) -> None:
    Review.objects.filter(call=call).update(decided_at=timezone.now() - reviewing.UNDO - timedelta(seconds=1))


def _fresh(call: Call) -> Call:
    return Call.objects.prefetch_related("items").select_related("line").get(id=call.id)


def _sound(call: Call) -> NDArray[np.int16]:
    data = opening.read_item(_fresh(call), ItemKind.RECORDING_REDACTED)
    assert data is not None
    sound: NDArray[np.int16] = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    return sound


def _decided(call: Call, decision: Decision, by: User) -> Call:
    reviewing.decide(call, decision, by)
    _let_time_pass(call)
    assert apply_decisions() == 1
    return _fresh(call)


def test_masking_silences_the_doubtful_turn_and_takes_its_words_out(call: Call, sam: User) -> None:
    before = {item.id for item in call.items.all()}
    done = _decided(call, Decision.MASK, sam)
    start, end = int(1.8 * RATE), int(3.4 * RATE)
    assert done.state == Call.State.RELEASED
    assert not _sound(done)[start:end, 1].any()
    came = soundfile.read(io.BytesIO(wav(IN_DOUBT)), dtype="int16")[0]
    assert np.array_equal(_sound(done)[: int(1.6 * RATE)], came[: int(1.6 * RATE)])
    assert len(_sound(done)) == len(came)
    transcript = opening.transcript_of(done)
    assert transcript is not None
    assert "7731" not in "".join(turn.text for turn in transcript.turns)
    gone = before - {item.id for item in done.items.all()}
    assert len(gone) == 3
    assert not DataKey.objects.filter(id__in=gone).exists()


def test_masking_twice_changes_nothing_the_second_time(call: Call, sam: User) -> None:
    done = _decided(call, Decision.MASK, sam)
    kept = {item.id for item in done.items.all()}
    Review.objects.filter(call=call).update(applied_at=None)
    assert apply_decisions() == 1
    assert {item.id for item in _fresh(call).items.all()} == kept


def test_where_card_data_was_in_doubt_masking_destroys_the_originals(call: Call, sam: User) -> None:
    sheet = opening.sheet_of(call)
    assert sheet is not None
    doubts = tuple(replace(doubt, code="payment_residual") for doubt in sheet.doubts)
    with SealedShelf(call.controller_id, object_store()) as shelf:
        with shelf.writer(ItemKind.SHEET, "application/json") as target:
            target.write(dump_sheet(replace(sheet, doubts=doubts)))
        _exchange(call, shelf.place(), [item for item in call.items.all() if item.kind == ItemKind.SHEET], sam)
    Call.objects.filter(id=call.id).update(reasons=["payment_residual"])
    kinds = {item.kind for item in _decided(_fresh(call), Decision.MASK, sam).items.all()}
    assert kinds == {ItemKind.RECORDING_REDACTED, ItemKind.TRANSCRIPT_REDACTED, ItemKind.SHEET}


def test_releasing_changes_no_item(call: Call, sam: User) -> None:
    before = {item.id for item in call.items.all()}
    done = _decided(call, Decision.RELEASE, sam)
    assert done.state == Call.State.RELEASED
    assert {item.id for item in done.items.all()} == before


def test_what_is_kept_sealed_is_released_to_nobody(call: Call, sam: User, cast: Cast) -> None:
    done = _decided(call, Decision.KEEP_SEALED, sam)
    assert done.state == Call.State.KEPT_SEALED
    assert cast["agent"].get(reverse("calls:recording", args=[call.id])).status_code == HTTPStatus.FORBIDDEN


def test_held_sound_may_only_be_destroyed(call: Call, sam: User) -> None:
    Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() + timedelta(hours=1))
    held = _fresh(call)
    assert reviewing.choices(held) == [Decision.DESTROY]
    for refused in (Decision.MASK, Decision.RELEASE, Decision.KEEP_SEALED):
        with pytest.raises(reviewing.ReviewError, match="decision_unfit"):
            reviewing.decide(held, refused, sam)
    done = _decided(held, Decision.DESTROY, sam)
    assert not [item for item in done.items.all() if item.kind.startswith("recording.")]
    assert done.held_until is None


@pytest.mark.parametrize("code", ["dtmf_left", "audio_mask_broken", "audio_duration_changed"])
def test_a_masked_copy_that_a_check_found_broken_is_never_released(call: Call, code: str) -> None:
    call.reasons = [code]
    assert reviewing.choices(call) == [Decision.DESTROY]


def test_what_may_be_card_data_is_never_kept_sealed(call: Call) -> None:
    call.reasons = ["payment_residual"]
    assert reviewing.choices(call) == [Decision.MASK, Decision.RELEASE]


def test_a_doubt_without_a_place_cannot_be_masked(call: Call) -> None:
    Item.objects.filter(call=call, kind=ItemKind.RECORDING_REDACTED).delete()
    call = _fresh(call)
    call.reasons = ["not_located"]
    assert reviewing.choices(call) == [Decision.KEEP_SEALED, Decision.DESTROY]


def test_nothing_is_carried_out_before_the_time_for_undoing_is_over(call: Call, sam: User) -> None:
    reviewing.decide(call, Decision.RELEASE, sam)
    assert apply_decisions() == 0
    assert _fresh(call).state == Call.State.IN_REVIEW


def test_a_decision_taken_back_is_not_carried_out_and_both_are_in_the_ledger(call: Call, sam: User) -> None:
    reviewing.decide(call, Decision.MASK, sam)
    reviewing.undo(call, sam)
    assert apply_decisions() == 0
    assert _fresh(call) in reviewing.waiting(call.controller)
    acts = list(Entry.objects.filter(resource_id=str(call.id), action__startswith="review.").values_list("action"))
    assert sorted(acts) == [("review.decided",), ("review.undone",)]


def test_a_decision_is_not_undone_once_its_time_is_over(call: Call, sam: User) -> None:
    reviewing.decide(call, Decision.RELEASE, sam)
    _let_time_pass(call)
    with pytest.raises(reviewing.ReviewError, match="review_over"):
        reviewing.undo(call, sam)


def test_of_two_reviewers_at_once_the_second_is_told(call: Call, sam: User, alice: User) -> None:
    reviewing.decide(call, Decision.RELEASE, sam)
    with pytest.raises(reviewing.ReviewError, match="review_decided"):
        reviewing.decide(call, Decision.MASK, alice)
    with pytest.raises(reviewing.ReviewError, match="review_over"):
        reviewing.undo(call, alice)
    assert Review.objects.get(call=call).decision == Decision.RELEASE


def test_a_decision_is_carried_out_once(call: Call, sam: User) -> None:
    review = reviewing.decide(call, Decision.RELEASE, sam)
    _let_time_pass(call)
    assert reviewing.apply_due(review)
    assert not reviewing.apply_due(review)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time, and locks no rows")
@pytest.mark.parametrize("decision", [Decision.RELEASE, Decision.DESTROY])
def test_a_call_is_locked_before_its_review_as_by_a_purge(call: Call, sam: User, decision: Decision) -> None:
    if decision is Decision.DESTROY:
        call = _reasons(call, "text_residual", state=Call.State.HELD)
    review = reviewing.decide(call, decision, sam)
    _let_time_pass(call)
    with CaptureQueriesContext(connection) as asked:
        assert reviewing.apply_due(review)
    said = [one["sql"] for one in asked]
    locked = next(at for at, sql in enumerate(said) if '"calls_call"' in sql and sql.endswith("FOR NO KEY UPDATE"))
    assert locked < next(at for at, sql in enumerate(said) if sql.startswith('UPDATE "calls_review"'))


def test_a_decision_is_held_against_the_call_as_it_is_now(call: Call, sam: User) -> None:
    Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() + timedelta(hours=1))
    assert call.state == Call.State.IN_REVIEW, "as whoever decides has read it"
    with pytest.raises(reviewing.ReviewError, match="decision_unfit"):
        reviewing.decide(call, Decision.RELEASE, sam)


def test_a_call_that_is_held_while_a_decision_is_carried_out_is_not_released(
    call: Call, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = reviewing._settle

    def held_before(*told: Any) -> bool:
        undecided = {"decision": "", "decided_at": None, "decided_by": None}
        Review.objects.filter(call=call).update(**undecided)  # as a sweep does that finds more in it
        Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() + timedelta(hours=1))
        return settle(*told)

    reviewing.decide(call, Decision.RELEASE, sam)
    _let_time_pass(call)
    monkeypatch.setattr(reviewing, "_settle", held_before)
    assert apply_decisions() == 0
    assert _fresh(call).state == Call.State.HELD
    assert Review.objects.get(call=call).applied_at is None


def test_of_two_workers_that_mask_one_call_the_slower_one_undoes_nothing(
    call: Call, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = masking_more.mask_doubts

    def after_the_other(read: Call, actor: User) -> None:
        mask(_fresh(call), actor)
        mask(read, actor)

    reviewing.decide(call, Decision.MASK, sam)
    _let_time_pass(call)
    with monkeypatch.context() as patched:
        patched.setattr(reviewing, "mask_doubts", after_the_other)
        assert apply_decisions() == 0
    assert Review.objects.get(call=call).decision == Decision.MASK
    assert apply_decisions() == 1
    assert _fresh(call).state == Call.State.RELEASED
    assert Entry.objects.filter(resource_id=str(call.id), action="recording.masked_further").count() == 1


def test_a_decision_on_a_call_that_has_gone_meanwhile_is_nobodys(call: Call, sam: User) -> None:
    review = reviewing.decide(call, Decision.RELEASE, sam)
    Review.objects.filter(call=call).delete()
    assert not reviewing.apply_due(review)


def test_the_page_names_the_reason_marks_the_turn_and_offers_the_decisions(call: Call, cast: Cast) -> None:
    page = cast["supervisor"].get(reverse("calls:review_call", args=[call.id])).content.decode()
    assert "found words that may still tell who the caller is" in page
    assert 'class="turn doubted" id="turn-1"' in page
    assert "data-loop-start" in page
    assert [f'value="{name}"' in page for name in ("mask", "release", "keep_sealed", "destroy")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_after_a_decision_the_next_call_comes_by_itself_with_an_offer_to_undo(
    call: Call, care_line: Line, cast: Cast
) -> None:
    second = take(care_line, (*IN_DOUBT, Said("agent", "Goodbye then.", 5.2, 5.8)))
    assert second.state == Call.State.IN_REVIEW
    reviewer = cast["dpo"]
    answer = reviewer.post(reverse("calls:review_call", args=[call.id]), {"decision": "release"})
    assert answer["Location"] == reverse("calls:review_call", args=[second.id])
    page = reviewer.get(answer["Location"]).content.decode()
    assert reverse("calls:review_undo", args=[call.id]) in page
    back = reviewer.post(reverse("calls:review_undo", args=[call.id]))
    assert back["Location"] == reverse("calls:review_call", args=[call.id])
    assert not Review.objects.get(call=call).decision


def test_a_decision_needs_the_token_of_the_form(call: Call, proven_cast: dict[Role, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(proven_cast[Role.DPO])
    answer = client.post(reverse("calls:review_call", args=[call.id]), {"decision": "release"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not Review.objects.get(call=call).decision


@pytest.mark.parametrize("decision", ["", "erase", "destroy"])
def test_a_decision_that_is_not_offered_changes_nothing(call: Call, cast: Cast, decision: str) -> None:
    answer = cast["dpo"].post(reverse("calls:review_call", args=[call.id]), {"decision": decision}, follow=True)
    assert "does not fit the call" in answer.content.decode()
    assert not Review.objects.get(call=call).decision


def test_the_queue_lists_what_waits_and_says_so_when_nothing_does(call: Call, cast: Cast, sam: User) -> None:
    page = cast["dpo"].get(reverse("calls:review")).content.decode()
    assert reverse("calls:review_call", args=[call.id]) in page
    reviewing.decide(call, Decision.RELEASE, sam)
    page = cast["dpo"].get(reverse("calls:review")).content.decode()
    assert "Nothing waits for a decision." in page


def test_a_released_call_has_no_review_page(care_line: Line, cast: Cast) -> None:
    call = take(care_line, HARMLESS)
    assert cast["dpo"].get(reverse("calls:review_call", args=[call.id])).status_code == HTTPStatus.NOT_FOUND


def _reasons(call: Call, *reasons: str, state: str = Call.State.IN_REVIEW) -> Call:
    Call.objects.filter(id=call.id).update(reasons=list(reasons), state=state)
    return _fresh(call)


def test_destroying_held_sound_leaves_doubtful_words_in_the_queue(call: Call, sam: User) -> None:
    held = _reasons(call, "text_residual", "not_located", state=Call.State.HELD)
    done = _decided(held, Decision.DESTROY, sam)
    assert (done.state, done.reasons, done.held_until) == (Call.State.IN_REVIEW, ["text_residual"], None)
    assert not [item for item in done.items.all() if item.kind.startswith("recording.")]
    assert list(reviewing.waiting(call.controller)) == [done]
    assert reviewing.choices(done) == [Decision.MASK, Decision.RELEASE, Decision.KEEP_SEALED]
    ended = _decided(done, Decision.MASK, sam)
    assert ended.state == Call.State.RELEASED
    words = opening.transcript_of(ended)
    assert words is not None
    assert "[MASKED]" in [turn.text for turn in words.turns]


@pytest.mark.parametrize("reason", ["dtmf_left", "audio_mask_broken", "not_located"])
def test_once_the_sound_is_gone_what_was_wrong_with_it_decides_nothing(reason: str, call: Call) -> None:
    call.items.filter(kind__startswith="recording.").delete()
    assert Decision.DESTROY not in reviewing.choices(_reasons(call, reason))


def test_words_that_may_hold_a_card_are_not_kept_sealed_with_or_without_sound(call: Call) -> None:
    call.items.filter(kind=ItemKind.RECORDING_REDACTED).delete()
    assert reviewing.choices(_reasons(call, "payment_residual", "not_located")) == [Decision.DESTROY]
    call.items.filter(kind__startswith="recording.").delete()
    assert reviewing.choices(_fresh(call)) == [Decision.MASK, Decision.RELEASE]


def test_words_that_may_hold_a_card_go_with_the_sound(call: Call, sam: User) -> None:
    done = _decided(_reasons(call, "payment_residual", state=Call.State.HELD), Decision.DESTROY, sam)
    assert {item.kind for item in done.items.all()} == {ItemKind.TRANSCRIPT_REDACTED, ItemKind.SHEET}


def _apply_with_the_store_away(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ObjectError("object_store_unreachable", "the store does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(store, "delete", refuse)
        with pytest.raises(ObjectError, match="object_store_unreachable"):
            apply_decisions()


def test_each_piece_of_sound_is_destroyed_once_where_the_store_was_away(
    call: Call, sam: User, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = _reasons(call, "not_located", state=Call.State.HELD)
    sound = [item.id for item in held.items.all() if item.kind.startswith("recording.")]
    reviewing.decide(held, Decision.DESTROY, sam)
    _let_time_pass(held)
    _apply_with_the_store_away(store, monkeypatch)
    done = _fresh(call)
    assert done.state == Call.State.RELEASED
    assert not [item for item in done.items.all() if item.kind.startswith("recording.")]
    assert apply_decisions() == 0
    replay()
    assert not DataKey.objects.filter(id__in=sound).exists()
    outcomes = Entry.objects.filter(resource_id=str(call.id), action="item.destroyed").values_list("outcome", flat=True)
    assert Counter(outcomes) == {"intended": len(sound), "done": len(sound)}
    assert Entry.objects.filter(resource_id=str(call.id), action="call.released").count() == 1


def test_a_call_that_was_masked_is_settled_though_the_store_was_away_at_the_end(
    call: Call, sam: User, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewing.decide(call, Decision.MASK, sam)
    _let_time_pass(call)
    _apply_with_the_store_away(store, monkeypatch)
    assert Review.objects.get(call=call).decision == Decision.MASK
    assert apply_decisions() == 1
    assert _fresh(call).state == Call.State.RELEASED
    assert Entry.objects.filter(resource_id=str(call.id), action="recording.masked_further").count() == 1


def test_destroying_sound_alone_in_doubt_settles_the_call(call: Call, sam: User) -> None:
    done = _decided(_reasons(call, "not_located", state=Call.State.HELD), Decision.DESTROY, sam)
    assert done.state == Call.State.RELEASED


def test_a_crash_between_masking_and_destroying_keeps_no_original(
    call: Call, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = opening.sheet_of(call)
    assert sheet is not None
    doubts = tuple(replace(doubt, code="payment_residual") for doubt in sheet.doubts)
    with SealedShelf(call.controller_id, object_store()) as shelf:
        with shelf.writer(ItemKind.SHEET, "application/json") as target:
            target.write(dump_sheet(replace(sheet, doubts=doubts)))
        _exchange(call, shelf.place(), [item for item in call.items.all() if item.kind == ItemKind.SHEET], sam)
    marked = _reasons(call, "payment_residual")

    def crash(intents: object) -> None:
        raise SystemExit(9)

    reviewing.decide(marked, Decision.MASK, sam)
    _let_time_pass(marked)
    with monkeypatch.context() as cut:
        cut.setattr(masking_more, "finish", crash)
        with pytest.raises(SystemExit):
            apply_decisions()
    replay()
    kinds = {item.kind for item in _fresh(call).items.all()}
    assert kinds == {ItemKind.RECORDING_REDACTED, ItemKind.TRANSCRIPT_REDACTED, ItemKind.SHEET}


def test_a_mask_that_leaves_something_releases_nothing(call: Call, sam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {item.id for item in call.items.all()}
    monkeypatch.setattr(masking_more, "_mask_words", lambda transcript, turns: transcript)
    reviewing.decide(call, Decision.MASK, sam)
    _let_time_pass(call)
    with pytest.raises(masking_more.MaskError):
        apply_decisions()
    again = _fresh(call)
    assert again.state == Call.State.IN_REVIEW
    assert {item.id for item in again.items.all()} == before


def test_what_is_kept_sealed_is_open_to_nobody(call: Call, cast: Cast, sam: User) -> None:
    done = _decided(call, Decision.KEEP_SEALED, sam)
    for role in ("supervisor", "dpo", "agent"):
        assert cast[role].get(reverse("calls:recording", args=[done.id])).status_code == HTTPStatus.FORBIDDEN
        assert 'class="turns"' not in cast[role].get(reverse("calls:call", args=[done.id])).content.decode()
