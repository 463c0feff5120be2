"""Holds: what is held stays with its keys past its time and past its person, card data excepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import ExitStack
from datetime import date, timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from calls_at_work import HARMLESS, take
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry, Intent
from callward.web.calls import doctor, keeping, opening
from callward.web.calls.duties import destroy_overdue
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.keys.models import CustodyKey, DataKey
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import erasing, holds, purging, retention, turns
from callward.web.lifecycle.models import Hold
from callward.web.lifecycle.urls import urlpatterns

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

REASON = "Case 12 of Moira Lund against us"
SOUND = ItemKind.RECORDING_ORIGINAL.value

TABLE = {
    "home": "supervisor dpo auditor administrator",
    "line": "supervisor dpo auditor administrator",
    "set_rule": "dpo administrator",
    "remove_rule": "dpo administrator",
    "holds": "supervisor dpo auditor administrator",
    "hold": "supervisor dpo auditor administrator",
    "release_hold": "dpo",
    "place_hold": "supervisor dpo",
    "voicemail": "agent supervisor dpo",
    "shares": "supervisor dpo auditor administrator",
    "share_destroyed": "dpo administrator",
    "records": "dpo administrator",
    "use_preset": "dpo administrator",
    "count_anew": "dpo administrator",
    "texts": "supervisor dpo",
    "export_texts": "supervisor dpo",
    "remove_text": "dpo",
    "call_events": "supervisor dpo",
    "person_events": "supervisor dpo",
    "take_back_event": "supervisor dpo",
}


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, HARMLESS)


@pytest.fixture
def clients(proven_cast: dict[Role, User]) -> dict[str, Client]:
    made = {str(role): Client() for role in proven_cast}
    for role, member in proven_cast.items():
        made[str(role)].force_login(member)
    return made


def _hold(call: Call, by: User, *, kind: str = "legal", whole_person: bool = False, item: str = "") -> Hold:
    return holds.place(
        call.person,
        call=None if whole_person else call,
        item_kind=item,
        kind=kind,
        reason=REASON,
        owner=by,
        review_on=timezone.localdate() + timedelta(days=90),
        by=by,
    )


def _opens(item: Item) -> bool:
    try:
        with opening.open_item(item.call, item) as reader:
            return bool(reader.readall())
    except vault.KeyGone:
        return False


def _after(line: Line) -> date:
    return retention.today_of(line.controller) + timedelta(days=10_000)


def test_a_hold_is_written_down_and_its_reason_is_sealed(call: Call, alice: User) -> None:
    hold = _hold(call, alice)
    assert holds.reason_of(hold) == REASON
    assert b"Moira" not in bytes(hold.sealed_reason)
    body = bytes(Entry.objects.get(action="hold.placed").body).decode()
    assert json.loads(body)["facts"]["scope"] == "call"
    assert "Moira" not in body


@pytest.mark.parametrize(("scope", "kept"), [("person", 10), ("call", 5), ("item", 1)])
def test_a_purge_passes_over_what_is_held(scope: str, kept: int, call: Call, care_line: Line, alice: User) -> None:
    take(care_line, HARMLESS, seconds=7.0)
    _hold(call, alice, whole_person=scope == "person", item=SOUND if scope == "item" else "")
    purging.purge(care_line.controller, today=_after(care_line))
    left = list(Item.objects.select_related("call"))
    assert len(left) == kept
    assert all(map(_opens, left))


def test_a_released_hold_keeps_nothing_and_its_reason_is_gone(call: Call, care_line: Line, alice: User) -> None:
    hold = _hold(call, alice)
    holds.release(hold, alice)
    hold.refresh_from_db()
    assert holds.reason_of(hold) == ""
    assert not DataKey.objects.filter(id=hold.id).exists()
    assert purging.purge(care_line.controller, today=_after(care_line)).items == 5
    outcomes = Entry.objects.filter(action="hold.released").order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["intended", "done"]
    with pytest.raises(holds.HoldError) as refused:
        holds.release(hold, alice)
    assert refused.value.code == "hold_released"


def test_an_erasure_says_what_is_held_and_leaves_it_open_under_custody(
    call: Call, care_line: Line, alice: User
) -> None:
    other = take(care_line, HARMLESS, seconds=7.0)
    gone = list(other.items.all())
    hold = _hold(call, alice)
    erasure = erasing.erase(call.person, audit.SYSTEM, because="test")
    assert (erasure.lived, erasure.held) == (True, 5)
    erased = Entry.objects.filter(action="person.erased").latest("id")
    assert '"held":5' in bytes(erased.body).decode()
    assert erasing.sweep() == 1
    assert [row.id for row in Call.objects.all()] == [call.id]
    assert all(map(_opens, call.items.all()))
    assert not any(object_store().exists(item.object_name) for item in gone)
    assert holds.reason_of(hold) == REASON
    turns.turn(care_line.controller, audit.SYSTEM)
    assert all(map(_opens, call.items.all()))
    assert erasing.sweep() == 0


def test_of_a_call_of_which_one_item_is_held_the_rest_goes_with_the_person(call: Call, alice: User) -> None:
    _hold(call, alice, item=SOUND)
    assert erasing.erase(call.person, audit.SYSTEM, because="test").held == 1
    erasing.sweep()
    (left,) = Item.objects.select_related("call")
    assert left.kind == SOUND
    assert _opens(left)
    assert list(object_store().list()) == [left.object_name]


def test_what_two_holds_keep_stays_until_the_second_is_released(call: Call, alice: User) -> None:
    first, second = _hold(call, alice), _hold(call, alice, kind="complaint", item=SOUND)
    erasing.erase(call.person, audit.SYSTEM, because="test")
    erasing.sweep()
    holds.release(first, alice)
    erasing.sweep()
    (left,) = Item.objects.select_related("call")
    assert left.kind == SOUND
    assert _opens(left)
    assert holds.reason_of(second) == REASON
    holds.release(second, alice)
    assert not _opens(left)
    assert erasing.sweep() == 1
    assert not DataKey.objects.exists()
    assert not CustodyKey.objects.exists()
    assert list(object_store().list()) == []


def test_what_two_holds_keep_stays_where_one_is_released_in_the_middle_of_the_erasure(
    call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = _hold(call, alice), _hold(call, alice, kind="complaint", item=SOUND)
    with monkeypatch.context() as patched:
        patched.setattr(vault, "delete_person_key", _cut)
        with pytest.raises(_CutError):
            erasing.erase(call.person, audit.SYSTEM, because="test")
    holds.release(first, alice)
    assert erasing.replay() == 1
    erasing.sweep()
    (left,) = Item.objects.select_related("call")
    assert left.kind == SOUND
    assert _opens(left)


def test_what_is_held_moves_by_portions_and_no_provider_is_asked_under_the_lock(
    call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(call, alice)
    moved, asked = [], []
    move, unwrap = vault.hold_under_custody, FileProvider.unwrap

    def watched_move(controller: UUID, items: Collection[UUID], ground: str) -> UUID:
        moved.append(len(items))
        return move(controller, items, ground)

    def watched_unwrap(self: FileProvider, controller: UUID, epoch: int, wrapped: bytes) -> bytes:
        asked.append(connection.in_atomic_block)
        return unwrap(self, controller, epoch, wrapped)

    with monkeypatch.context() as patched:
        patched.setattr(holds, "PORTION", 1)
        patched.setattr(vault, "hold_under_custody", watched_move)
        patched.setattr(FileProvider, "unwrap", watched_unwrap)
        vault.forget_epoch_keys()
        erasing.erase(call.person, audit.SYSTEM, because="test")
    assert moved == [1] * (call.items.count() + 1), "each item, and the reason of the hold, once"
    assert asked
    assert not any(asked)
    assert all(map(_opens, call.items.all()))


def test_what_a_hold_and_a_duty_in_law_keep_stays_when_the_hold_is_released(care_line: Line, alice: User) -> None:
    Line.objects.filter(id=care_line.id).update(retention_days=1826, sector_duty="SYSC 10A")
    care_line.refresh_from_db()
    call = take(care_line, HARMLESS)
    hold = _hold(call, alice)
    erasing.erase(call.person, audit.SYSTEM, because="test")
    holds.release(hold, alice)
    assert erasing.sweep() == 0
    assert all(map(_opens, call.items.all()))


def test_a_duty_in_law_outlives_the_erasure_until_its_time_is_over(care_line: Line) -> None:
    Line.objects.filter(id=care_line.id).update(retention_days=1826, sector_duty="SYSC 10A")
    care_line.refresh_from_db()
    call = take(care_line, HARMLESS)
    assert erasing.erase(call.person, audit.SYSTEM, because="test").held == 5
    assert erasing.sweep() == 0
    assert all(map(_opens, call.items.all()))
    purging.purge(care_line.controller, today=_after(care_line))
    assert list(object_store().list()) == []
    erasing.sweep()
    assert not CustodyKey.objects.exists()


def test_a_sweep_that_comes_before_the_purge_takes_the_keys_that_a_duty_had_kept(care_line: Line) -> None:
    Line.objects.filter(id=care_line.id).update(retention_days=1826, sector_duty="SYSC 10A")
    care_line.refresh_from_db()
    call = take(care_line, HARMLESS)
    assert erasing.erase(call.person, audit.SYSTEM, because="test").held == 5
    assert DataKey.objects.filter(custody__isnull=False).count() == 5
    Item.objects.update(retain_until=timezone.localdate() - timedelta(days=2))
    assert erasing.sweep() == 1
    assert list(object_store().list()) == []
    assert not DataKey.objects.exists()
    assert not CustodyKey.objects.exists()


def test_no_hold_keeps_sound_that_may_hold_card_data(call: Call, alice: User) -> None:
    _hold(call, alice)
    Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() - timedelta(minutes=1))
    assert destroy_overdue() == 1
    assert not call.items.filter(kind__startswith="recording.").exists()
    assert call.items.count() == 3


def test_nobody_who_is_erased_can_be_held(call: Call, alice: User) -> None:
    erasing.erase(call.person, audit.SYSTEM, because="test")
    with pytest.raises(holds.HoldError) as refused:
        _hold(call, alice)
    assert refused.value.code == "hold_person_erased"
    assert not Hold.objects.exists()


def test_no_hold_is_placed_while_an_erasure_is_under_way(
    call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(vault, "delete_person_key", _cut)
        with pytest.raises(_CutError):
            erasing.erase(call.person, audit.SYSTEM, because="test")
    with pytest.raises(holds.HoldError):
        _hold(call, alice)
    assert DataKey.objects.count() == 6  # five items and the record: no key is left of the hold that was refused


def _interrupted_after() -> None:
    connection.commit()
    raise KeyboardInterrupt


def _lost_after() -> None:
    connection.commit()
    raise OperationalError


def _lost_before() -> None:
    connection.rollback()
    raise OperationalError


def _no_answer(*_: object) -> None:
    raise OperationalError


@pytest.mark.parametrize(("stopped", "stands"), [(_interrupted_after, 1), (_lost_after, 1), (_lost_before, 0)])
def test_who_is_stopped_during_the_commit_of_a_hold_loses_no_key_of_one_that_stands(
    stopped: Callable[[], None], stands: int, call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as lost, monkeypatch.context() as patched:

        def commit() -> None:
            patched.undo()
            if stopped is not _interrupted_after:
                lost.enter_context(connection.execute_wrapper(_no_answer))
            stopped()

        patched.setattr(connection, "commit", commit)
        with pytest.raises((KeyboardInterrupt, OperationalError)):
            _hold(call, alice)
    assert [holds.reason_of(hold) for hold in Hold.objects.all()] == [REASON] * stands
    (check,) = [one for one in doctor.examine(at_once=True) if one.name == "stray keys"]
    assert check.told.startswith(f"{1 - stands} keys")
    assert DataKey.objects.filter(kind="item").count() == 5 + stands


class _CutError(Exception):
    pass


def _cut(*_: object, **__: object) -> bool:
    raise _CutError


@pytest.mark.parametrize("step", ["callward.web.keys.vault.delete_person_key", "callward.web.audit.conclude"])
def test_an_erasure_with_holds_is_finished_from_wherever_it_was_cut_off(
    step: str, call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hold(call, alice)
    with monkeypatch.context() as patched:
        patched.setattr(step, _cut)
        with pytest.raises(_CutError):
            erasing.erase(call.person, audit.SYSTEM, because="test")
    assert erasing.replay() == 1
    erasing.sweep()
    assert all(map(_opens, call.items.all()))
    assert not Intent.objects.filter(concluded_at=None).exists()
    assert CustodyKey.objects.count() == 1


@pytest.mark.parametrize("step", ["end_custody", "delete_data_key"])
def test_a_release_is_finished_from_wherever_it_was_cut_off(
    step: str, call: Call, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = _hold(call, alice)
    erasing.erase(call.person, audit.SYSTEM, because="test")
    with monkeypatch.context() as patched:
        patched.setattr(vault, step, _cut)
        with pytest.raises(_CutError):
            holds.release(hold, alice)
    assert holds.replay() == 1
    assert holds.replay() == 0
    erasing.sweep()
    assert not Item.objects.exists()
    assert not CustodyKey.objects.exists()


def test_a_release_is_finished_although_its_call_has_gone(
    call: Call, care_line: Line, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = _hold(call, alice)
    with monkeypatch.context() as patched:
        patched.setattr(vault, "delete_data_key", _cut)
        with pytest.raises(_CutError):
            holds.release(hold, alice)
    purging.purge(care_line.controller, today=_after(care_line))
    assert not Hold.objects.exists()
    assert holds.replay() == 1
    assert purging.replay() == 1
    assert not DataKey.objects.exists()
    assert not Intent.objects.filter(concluded_at=None).exists()


def test_a_hold_past_its_review_date_is_counted_where_one_sees_it(
    call: Call, alice: User, clients: dict[str, Client]
) -> None:
    hold = _hold(call, alice)
    Hold.objects.filter(id=hold.id).update(review_on=timezone.localdate() - timedelta(days=2))
    lists = reverse("lifecycle:holds")
    assert "1 is past its review date" in clients["auditor"].get(lists).content.decode()
    assert "Lifecycle<b>1<" in clients["dpo"].get(lists).content.decode()
    assert "Lifecycle<b>" not in clients["auditor"].get(lists).content.decode()


def test_the_doctor_leaves_the_keys_of_standing_holds(call: Call, alice: User) -> None:
    hold = _hold(call, alice)
    assert all(check.well for check in doctor.examine(at_once=True))
    assert holds.reason_of(hold) == REASON


def test_what_is_held_says_so_and_opens_for_what_it_is_held_for(call: Call, alice: User) -> None:
    _hold(call, alice, kind="complaint", item=SOUND)
    answers = {answer.kind: answer for answer in keeping.keeper().answers(call)}
    assert [kind for kind, answer in answers.items() if answer.held] == [SOUND]
    assert "complaint hold" in answers[SOUND].sentence
    assert keeping.purposes_of(call, timezone.localdate() + timedelta(days=5000)) == ["complaint_handling"]


def _address(name: str, call: Call, hold: Hold) -> str:
    arguments: dict[str, list[object]] = {
        "home": [], "holds": [], "hold": [hold.id], "release_hold": [hold.id], "place_hold": [call.id],
        "voicemail": [], "records": [], "texts": [], "export_texts": [], "remove_text": [hold.id],
        "call_events": [call.id], "person_events": [call.person_id], "take_back_event": [hold.id],
        "shares": [], "share_destroyed": [1, 1],
        "line": [call.line_id], "use_preset": [call.line_id], "count_anew": [call.line_id],
        "set_rule": [call.line_id], "remove_rule": [hold.id],
    }  # fmt: skip
    return reverse(f"lifecycle:{name}", args=arguments[name])


def test_every_page_is_open_to_whom_the_table_says(
    call: Call, alice: User, clients: dict[str, Client], proven_mallory: User
) -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)
    hold = _hold(call, alice)
    stranger = Client()
    stranger.force_login(proven_mallory)
    for name, roles in TABLE.items():
        address = _address(name, call, hold)
        open_to = {role for role, one in clients.items() if one.get(address).status_code != HTTPStatus.FORBIDDEN}
        assert open_to == set(roles.split()), name
        if name not in {"home", "holds", "texts", "export_texts", "voicemail", "records", "shares"}:
            assert stranger.get(address).status_code in {404, 405}, name
        assert Client().get(address).status_code == HTTPStatus.FOUND


def test_a_hold_is_placed_and_released_in_the_browser(call: Call, alice: User, clients: dict[str, Client]) -> None:
    dpo = clients["dpo"]
    page = dpo.get(reverse("calls:call", args=[call.id])).content.decode()
    place = reverse("lifecycle:place_hold", args=[call.id])
    assert place in page
    assert place not in clients["agent"].get(reverse("calls:call", args=[call.id])).content.decode()
    asked = {"scope": "call", "kind": "legal", "reason": REASON, "owner": alice.pk, "review_on": "2020-01-01"}
    assert "Choose a day to come." in dpo.post(place, asked).content.decode()
    asked["review_on"] = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert dpo.post(place, asked).status_code == HTTPStatus.FOUND
    hold = Hold.objects.get()
    address = reverse("lifecycle:hold", args=[hold.id])
    assert "A legal hold on the whole call" in dpo.get(reverse("calls:call", args=[call.id])).content.decode()
    assert REASON in dpo.get(address).content.decode()
    assert REASON not in clients["auditor"].get(address).content.decode()
    release = reverse("lifecycle:release_hold", args=[hold.id])
    assert dpo.post(release, {"word": "yes"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert dpo.post(release, {"word": "release"}).status_code == HTTPStatus.FOUND
    assert not Hold.objects.standing().exists()
    assert hold.get_kind_display() in dpo.get(reverse("lifecycle:holds") + "?state=released").content.decode()


def _change(officer: Client, place: str, sent: dict[str, str]) -> None:
    """Change rules as one does who is shown first what that does to what is kept, where it does anything."""
    answer = officer.post(place, sent)
    if answer.status_code == HTTPStatus.OK:
        answer = officer.post(place, sent | {"seen": answer.context["foreseen"].mark})
    assert answer.status_code == HTTPStatus.FOUND


def test_a_rule_of_a_line_is_set_replaced_and_removed(care_line: Line, call: Call, clients: dict[str, Client]) -> None:
    dpo, place = clients["dpo"], reverse("lifecycle:set_rule", args=[care_line.id])
    assert dpo.post(place, {"subject": "sheet", "minimum": "9", "maximum": "3"}).status_code == 422
    assert dpo.post(place, {"subject": "sheet"}).status_code == 422
    for days in ("20", "25"):
        _change(dpo, place, {"subject": "sheet", "purpose": "", "maximum": days})
    (rule,) = care_line.keeping_rules.all()
    assert rule.maximum == 25
    page = clients["auditor"].get(reverse("lifecycle:line", args=[care_line.id])).content.decode()
    assert "<b>25</b>" in page
    assert "Original recording, redacted recording, original transcript" in page
    assert page.count("Sheet of findings") == 2, "a row of its own, and its rule"
    _change(dpo, reverse("lifecycle:remove_rule", args=[rule.id]), {})
    assert not care_line.keeping_rules.exists()
    page = clients["auditor"].get(reverse("lifecycle:line", args=[care_line.id])).content.decode()
    assert "Everything of a call" in page
    assert "Sheet of findings" not in page
    told = Entry.objects.filter(action__startswith="line.keeping_rule").count()
    assert told == 3
