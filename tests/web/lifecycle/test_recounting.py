"""Rules that change reach what is kept: seen before, done in batches, and nothing that had ended comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from calls_at_work import CALLED, take
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from callward.pipeline import Outcome
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts import actions
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.background.ending import settle
from callward.web.calls import items, keeping, rows
from callward.web.calls.inputs import Arrival
from callward.web.calls.models import Call, CallCategory, Item
from callward.web.calls.sealing import Placed
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.lifecycle import (
    counting_anew,
    erasing,
    foreseeing,
    happenings,
    holds,
    presets,
    purging,
    recounting,
    retention,
    tasks,
)
from callward.web.lifecycle.models import KeepingRule, Recount
from callward.web.lifecycle.rules import DUTY, QUALITY
from callward.web.people.models import Person

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
EVIDENCE = "evidence"
SOUND, WORDS, SHEET = ItemKind.RECORDING_REDACTED.value, ItemKind.TRANSCRIPT_REDACTED.value, ItemKind.SHEET.value


def _kept(line: Line, age: int, *found: str, kinds: Sequence[str] = (SOUND, WORDS, SHEET)) -> Call:
    """A call of that many days ago with items of these kinds, as intake writes it; there is nothing in them."""
    day = retention.today_of(line.controller) - timedelta(days=age)
    terms = retention.terms(line, day, voicemail=False, categories=found)
    now = timezone.now()
    person = Person.objects.create(
        id=vault.new_person_key(line.controller_id), controller=line.controller, created_at=now
    )
    call = Call.objects.create(
        controller=line.controller,
        line=line,
        person=person,
        started_at=datetime.combine(day, time(12), tzinfo=line.controller.zone),
        received_at=now,
        state=Call.State.RELEASED,
        retain_until=terms.until,
        log_until=terms.log,
        terms=terms.as_json(),
    )
    CallCategory.objects.bulk_create(CallCategory(call=call, category=one, findings=1) for one in found)
    for kind in kinds:
        end = terms.items[kind]
        Item.objects.create(
            call=call, kind=kind, mediatype="application/octet-stream", object_name=uuid4().hex, size=0,
            created_at=now, retain_until=end.until, purpose=end.purpose,
        )  # fmt: skip
    return call


def _set(line: Line, by: User, **rule: object) -> None:
    """Set a rule of a line, as its page does."""
    with recounting.changing(line, by):
        KeepingRule.objects.create(line=line, **rule)


def _work() -> None:
    """Do what the worker would, until the queue is empty."""
    for row in iter(lambda: DBTaskResult.objects.filter(status="READY").first(), None):
        row.task.call(*row.args_kwargs["args"])
        row.delete()


def _days(call: Call, kind: str) -> int:
    """How many days from the call an item is kept, by its row."""
    day = call.started_at.astimezone(call.controller.zone).date()
    return (call.items.get(kind=kind).retain_until - day).days


def _answer(call: Call, kind: str) -> str:
    fresh = Call.objects.get(id=call.id)
    return next(one.sentence for one in keeping.keeper().answers(fresh) if one.kind == kind)


def _facts(action: str) -> list[dict[str, object]]:
    entries = Entry.objects.filter(action=action).order_by("pk")
    return [json.loads(bytes(entry.body))["facts"] for entry in entries]


@pytest.fixture(autouse=True)
def _as_stored(care_line: Line) -> None:
    care_line.refresh_from_db()


def test_a_shorter_rule_reaches_what_is_kept_and_only_the_purge_destroys(care_line: Line, alice: User) -> None:
    old, young = _kept(care_line, 40), _kept(care_line, 5)
    _set(care_line, alice, subject=SOUND, maximum=20)
    assert _days(young, SOUND) == 90, "the worker has not come to it yet"
    assert purging.plan(care_line.controller).counting
    _work()
    assert not purging.plan(care_line.controller).counting
    assert (_days(young, SOUND), _days(young, WORDS), _days(old, SOUND)) == (20, 90, 20)
    assert "20 days after the call, by a rule of its line" in _answer(young, SOUND)
    assert _answer(old, SOUND).startswith("Its time ended on")
    assert purging.plan(care_line.controller).counts == {care_line.slug: {SOUND: 1}}
    assert old.items.filter(kind=SOUND).exists()
    row = Recount.objects.get()
    assert (row.state, row.reached, row.earlier, row.later) == ("done", 2, 2, 0)


def test_a_hold_beats_a_shorter_rule(care_line: Line, alice: User) -> None:
    call = _kept(care_line, 40)
    holds.place(
        call.person, kind="legal", reason="Case 12", owner=alice,
        review_on=retention.today_of(care_line.controller), by=alice,
    )  # fmt: skip
    _set(care_line, alice, maximum=20)
    _work()
    plan = purging.plan(care_line.controller)
    assert (plan.items, plan.held) == (0, 3)
    assert "a legal hold keeps it" in _answer(call, SOUND)


def test_a_longer_rule_keeps_longer_but_brings_nothing_back(care_line: Line, alice: User) -> None:
    KeepingRule.objects.create(line=care_line, subject=SOUND, maximum=10)
    living, ended = _kept(care_line, 5), _kept(care_line, 30)
    assert _days(ended, SOUND) == 10
    with recounting.changing(care_line, alice):
        KeepingRule.objects.filter(subject=SOUND).update(maximum=60)
    _work()
    assert (_days(living, SOUND), _days(ended, SOUND), _days(ended, WORDS)) == (60, 10, 90)
    assert purging.plan(care_line.controller).items == 1


def test_a_purpose_that_has_ended_stays_ended_and_keeps_nothing(care_line: Line, alice: User) -> None:
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=20)
    ended, living = _kept(care_line, 30), _kept(care_line, 5)
    today = retention.today_of(care_line.controller)
    with recounting.changing(care_line, alice):
        KeepingRule.objects.filter(purpose=QUALITY).update(maximum=120)
    _work()
    ended, living = Call.objects.get(id=ended.id), Call.objects.get(id=living.id)
    assert keeping.purposes_of(ended, today) == [EVIDENCE]
    assert keeping.purposes_of(living, today + timedelta(days=100)) == [QUALITY]
    assert (_days(ended, SOUND), _days(living, SOUND)) == (90, 120)


def test_a_purpose_that_is_new_on_the_line_does_not_take_in_what_came_before(care_line: Line, alice: User) -> None:
    care_line.purposes = [QUALITY]
    care_line.save()
    call = _kept(care_line, 5)
    care_line.purposes, care_line.retention_days = [QUALITY, EVIDENCE], 100
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=30)
    actions.save_line(care_line, by=alice)
    _work()
    assert _days(call, SOUND) == 30
    assert keeping.purposes_of(Call.objects.get(id=call.id), retention.today_of(care_line.controller)) == [QUALITY]


def test_what_no_purpose_of_the_line_keeps_any_more_has_had_its_time(care_line: Line, alice: User) -> None:
    care_line.purposes = [QUALITY]
    care_line.save()
    call = _kept(care_line, 5)
    care_line.purposes = [EVIDENCE]
    actions.save_line(care_line, by=alice)
    _work()
    assert _days(call, SOUND) == 4
    assert purging.plan(care_line.controller).items == 3


def test_a_duty_in_law_that_is_written_down_later_asks_for_what_is_kept(care_line: Line, alice: User) -> None:
    call = _kept(care_line, 5)
    presets.use(care_line, next(one for one in presets.PRESETS if one.key == "investment"), alice)
    _work()
    assert _days(call, SOUND) == 1826
    assert "FCA SYSC 10A" in _answer(call, SOUND)
    assert Recount.objects.count() == 1, "a preset is one change"


def test_of_an_erased_person_a_duty_may_ask_for_less_and_never_for_more(care_line: Line, alice: User) -> None:
    care_line.sector_duty, care_line.retention_days = "FCA SYSC 10A", 1826
    care_line.save()
    call = _kept(care_line, 5)
    erasing.erase(call.person, audit.SYSTEM, because="objection")
    for days, holds_for in ((2557, 1826), (400, 400), (1826, 400)):
        care_line.retention_days = days
        actions.save_line(care_line, by=alice)
        _work()
        assert _days(call, SOUND) == holds_for
    assert set(call.items.values_list("purpose", flat=True)) == {DUTY}


def test_rows_of_the_log_follow_its_rule(care_line: Line, alice: User) -> None:
    ended = _kept(care_line, 200, kinds=())
    Call.objects.filter(id=ended.id).update(state=Call.State.ENDED)
    _set(care_line, alice, subject="metadata", maximum=250)
    _work()
    ended.refresh_from_db()
    day = ended.started_at.astimezone(ended.controller.zone).date()
    assert ended.log_until == day + timedelta(days=250)


def test_days_from_an_event_count_from_what_is_known(care_line: Line, alice: User) -> None:
    told, untold = _kept(care_line, 30), _kept(care_line, 30)
    today = retention.today_of(care_line.controller)
    happenings.tell(told.person, "resolved", today - timedelta(days=10), audit.SYSTEM, call=told)
    _set(care_line, alice, maximum=15, event="resolved", cap=60)
    _work()
    assert (_days(told, SOUND), _days(untold, SOUND)) == (35, 60)
    happenings.tell(untold.person, "resolved", today, audit.SYSTEM, call=Call.objects.get(id=untold.id))
    assert _days(untold, SOUND) == 45


def test_an_event_that_comes_late_keeps_nothing_for_a_purpose_that_has_ended(care_line: Line) -> None:
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=100, event="resolved", cap=20)
    call = _kept(care_line, 30)
    happenings.tell(call.person, "resolved", retention.today_of(care_line.controller), audit.SYSTEM, call=call)
    assert _days(call, SOUND) == 90


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    monkeypatch.setattr(tasks, "_BATCHES", 1)


def test_a_job_that_leaves_its_work_to_the_next_while_it_is_looked_for_is_not_doubled(
    care_line: Line, alice: User
) -> None:
    _kept(care_line, 5)
    _set(care_line, alice, maximum=30)
    first = DBTaskResult.objects.filter(task_path=tasks.count_anew.module_path)
    first.update(status="RUNNING", started_at=timezone.now())
    looked: list[str] = []

    def end_after_the_first_look(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "SELECT" in sql and DBTaskResult._meta.db_table in sql and not looked:
            looked.append(sql)
            tasks.count_anew.enqueue(str(Recount.objects.get().id))
            DBTaskResult.objects.filter(status="RUNNING").update(status="SUCCESSFUL")
        return found

    with connection.execute_wrapper(end_after_the_first_look):
        assert tasks.go_on() == 0
    assert looked


@pytest.mark.usefixtures("small_batches")
def test_a_recount_that_is_cut_off_goes_on_and_counts_nothing_twice(
    care_line: Line, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [_kept(care_line, age) for age in (5, 5, 6, 7, 8)]
    _set(care_line, alice, maximum=30)
    recount = Recount.objects.get()
    assert recounting.count_batch(recount.id)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Recount, "save", cut)  # the rows are written, how far it has come is not
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            recounting.count_batch(recount.id)
    assert sorted(_days(call, SOUND) for call in calls) == [30, 30, 90, 90, 90], "undone with it"
    DBTaskResult.objects.all().delete()  # and the job is lost
    assert (tasks.go_on(), tasks.go_on()) == (1, 0)
    _work()
    recount.refresh_from_db()
    assert {_days(call, SOUND) for call in calls} == {30}
    assert (recount.state, recount.calls, recount.reached, recount.earlier) == ("done", 5, 5, 15)
    assert _facts(recounting.STARTED) == [{"number": 1}]
    assert _facts(recounting.ENDED) == [{"number": 1, "calls": 5, "earlier": 15, "later": 0, "ended": "done"}]


@pytest.mark.usefixtures("small_batches")
def test_rules_that_change_again_overtake_what_runs(care_line: Line, alice: User) -> None:
    calls = [_kept(care_line, age) for age in (5, 6, 7)]
    _set(care_line, alice, maximum=30)
    recounting.count_batch(Recount.objects.get().id)
    with recounting.changing(care_line, alice):
        KeepingRule.objects.update(maximum=50)
    _work()
    assert {_days(call, SOUND) for call in calls} == {50}
    assert list(Recount.objects.order_by("number").values_list("state", flat=True)) == ["overtaken", "done"]


def test_rules_that_change_again_after_midnight_end_nothing_that_the_first_would_have_kept(
    care_line: Line, alice: User
) -> None:
    call = _kept(care_line, 91)  # its last day was yesterday, when the first change was made
    _set(care_line, alice, maximum=120)
    Recount.objects.update(started_at=timezone.now() - timedelta(days=1))
    with recounting.changing(care_line, alice):
        KeepingRule.objects.update(maximum=130)
    _work()
    assert _days(call, SOUND) == 130
    with recounting.changing(care_line, alice):
        KeepingRule.objects.update(maximum=70)
    _work()
    with recounting.changing(care_line, alice):
        KeepingRule.objects.update(maximum=140)
    _work()
    assert _days(call, SOUND) == 70, "those before had reached everything: it has ended"


@pytest.mark.parametrize("purges", [False, True])
def test_others_write_between_two_batches(
    care_line: Line, alice: User, monkeypatch: pytest.MonkeyPatch, *, purges: bool
) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    for age in (5, 6, 7, 8, 9):
        _kept(care_line, age)
    _set(care_line, alice, maximum=30)
    breaths: list[tuple[int, int]] = []

    def breathe(_seconds: float) -> None:
        breaths.append((Recount.objects.get().reached, len(connection.savepoint_ids)))

    monkeypatch.setattr(recounting, "sleep", breathe)
    recounting.finish(care_line.controller) if purges else _work()
    assert Recount.objects.get().state == "done"
    # Two after which there were more, outside of any transaction but the test's; PostgreSQL lets writers queue.
    assert breaths == ([(2, 0), (4, 0)] if connection.vendor == "sqlite" else [])


def test_a_purge_lets_longer_rules_reach_everything_first(care_line: Line, alice: User) -> None:
    call = _kept(care_line, 60)
    Recount.objects.all().delete()
    _set(care_line, alice, maximum=170)
    purging.purge(care_line.controller, today=retention.today_of(care_line.controller) + timedelta(days=60))
    assert _days(call, SOUND) == 170


def test_a_line_that_cannot_be_counted_holds_up_the_purge_of_no_other(
    care_line: Line, proven_cast: dict[Role, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Line.objects.get(id=care_line.id)
    other.pk, other.slug, other.name, other.numbers = uuid4(), "sales-en", "Sales", ["+441632960001"]
    other.save(force_insert=True)
    over, log_over = _kept(care_line, 100), _kept(care_line, 400, kinds=())
    Call.objects.filter(id=log_over.id).update(state=Call.State.ENDED)
    going = _kept(other, 100, kinds=())
    _set(care_line, proven_cast[Role.DPO], maximum=30)
    with monkeypatch.context() as patched:
        patched.setattr(counting_anew.CountingAnew, "count", lambda *_: 1 / 0)
        purged = purging.purge(care_line.controller)
        job = DBTaskResult.objects.get()
        with pytest.raises(tasks.RecountTaskError) as failed:
            job.task.call(*job.args_kwargs["args"])
    assert [(one.slug, one.code) for one in purged.left_out] == [(care_line.slug, "recount_failed")]
    assert (over.items.count(), Call.objects.filter(id=log_over.id).exists()) == (3, True)
    assert Call.objects.get(id=going.id).state == Call.State.ENDED
    settle(job, failed.value.code, "", "")
    officer = Client()
    officer.force_login(proven_cast[Role.DPO])
    page = officer.get(reverse("lifecycle:home")).content.decode()
    assert "The rules of Care, England have changed: nothing of it is destroyed" in page
    assert "<code>recount_failed</code>" in page
    assert purging.purge(care_line.controller) == purging.Purged(3, 1, 1)
    assert "have changed: nothing of it is destroyed" not in officer.get(reverse("lifecycle:home")).content.decode()


def test_a_change_that_is_no_change_of_keeping_counts_nothing(care_line: Line, alice: User) -> None:
    _kept(care_line, 5)
    care_line.name = "Care, all of England"
    actions.save_line(care_line, by=alice)
    assert not Recount.objects.exists()


def test_a_call_that_is_written_after_a_change_is_counted_under_the_rules_of_now(
    care_line: Line, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rules were read, then they change, then its rows are written: no job would come by it again."""
    new_call = rows.new_call

    def change_after(arrival: Arrival, call: UUID, person: Person, outcome: Outcome, now: datetime) -> Call:
        made = new_call(arrival, call, person, outcome, now)
        _set(care_line, alice, subject=SOUND, maximum=20)
        return made

    monkeypatch.setattr(rows, "new_call", change_after)
    call = take(care_line)
    assert keeping.end_of(call, SOUND).until == CALLED + timedelta(days=20)
    assert call.items.get(kind=SOUND).retain_until == CALLED + timedelta(days=20)
    assert not Recount.objects.exists()


def test_an_item_that_is_exchanged_has_the_ends_of_now(care_line: Line, alice: User) -> None:
    call = _kept(care_line, 5)
    stale = Call.objects.get(id=call.id)
    _set(care_line, alice, subject=SOUND, maximum=20)
    _work()
    sound = call.items.get(kind=SOUND)
    placed = Placed(uuid4(), ItemKind(SOUND), sound.mediatype, uuid4().hex, 0, bytes(32))
    with transaction.atomic():
        items.exchange(stale, [placed], [sound], audit.SYSTEM, because="redetected", now=timezone.now())
    assert _days(call, SOUND) == 20


def _foreseen(line: Line, **changed: object) -> str:
    for name, value in changed.items():
        setattr(line, name, value)
    found = foreseeing.foresee(line, retention.rules_of(line))
    return "" if found is None else " ".join(found.sentences)


def test_what_a_change_would_do_is_said_before(care_line: Line) -> None:
    _kept(care_line, 40), _kept(care_line, 5)
    today = retention.today_of(care_line.controller)
    shorter = _foreseen(care_line, retention_days=30)
    first = f"{today - timedelta(days=10):%-d %B %Y}"
    assert f"6 items end earlier than now; the first of them has its last day on {first}." in shorter
    assert "3 of them have had their time at once" in shorter
    assert "6 items are kept longer than now." in _foreseen(care_line, retention_days=120)
    assert _foreseen(care_line, retention_days=90, name="Another") == ""
    assert not Recount.objects.exists()


def test_rows_of_the_log_that_a_shorter_time_ends_at_once_are_counted_before(
    care_line: Line, proven_cast: dict[Role, User]
) -> None:
    KeepingRule.objects.create(line=care_line, subject="metadata", maximum=365)
    ended, logged, young = (_kept(care_line, age, kinds=()) for age in (200, 150, 20))
    Call.objects.filter(id__in=[ended.id, young.id]).update(state=Call.State.ENDED)
    Call.objects.filter(id=logged.id).update(state=Call.State.NOT_RECORDED, retain_until=logged.log_until)
    _kept(care_line, 40)
    officer = Client()
    officer.force_login(proven_cast[Role.DPO])
    place = reverse("lifecycle:set_rule", args=[care_line.id])
    page = officer.post(place, {"subject": "metadata", "maximum": "100"}).content.decode()
    assert "Rows of the call log are kept 100 days from the call instead of 365." in page
    assert "2 rows of the call log have had their time at once" in page
    assert 'button class="danger"' in page
    with recounting.changing(care_line, proven_cast[Role.DPO]):
        KeepingRule.objects.update(maximum=100)
    assert purging.purge(care_line.controller).removed == 2


def test_a_rule_for_what_was_found_is_looked_for_where_it_was_found(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for age in (5, 6, 7):
        _kept(care_line, age)
    _kept(care_line, 4, "health")
    before = retention.rules_of(care_line)
    KeepingRule.objects.create(line=care_line, category="health", maximum=30)
    effect = foreseeing.effect_of(care_line, before, retention.rules_of(care_line))
    assert (effect.looked, effect.earlier, effect.all) == (1, 3, True)
    monkeypatch.setattr(foreseeing, "MOST_ROWS", 2)
    effect = foreseeing.effect_of(care_line, before, retention.rules_of(care_line))
    assert (effect.looked, effect.all) == (0, False), "it is in none of the first two"


def test_a_count_that_would_take_long_is_said_to_be_more(care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreseeing, "MOST", 4)
    _kept(care_line, 5), _kept(care_line, 6)
    said = _foreseen(care_line, retention_days=30)
    assert "More than 4 items end earlier" in said
    assert "Counted among the calls that end first" in said


def test_a_change_is_shown_on_the_page_before_it_is_kept(care_line: Line, proven_cast: dict[Role, User]) -> None:
    call = _kept(care_line, 40)
    officer = Client()
    officer.force_login(proven_cast[Role.DPO])
    place, rule = reverse("lifecycle:set_rule", args=[care_line.id]), {"subject": SOUND, "maximum": "20"}
    asked = officer.post(place, rule)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "1 item ends earlier than now" in page
    assert not KeepingRule.objects.exists()
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert officer.post(place, {**sent, "maximum": "25"}).status_code == 200, "what was seen is what is kept"
    assert officer.post(place, sent).status_code == 302
    line_page = reverse("lifecycle:line", args=[care_line.id])
    assert "The worker has not begun to count its calls anew" in officer.get(line_page).content.decode()
    _work()
    assert "Items that end earlier: 1; later: 0" in officer.get(line_page).content.decode()
    assert _days(call, SOUND) == 20
    remove = reverse("lifecycle:remove_rule", args=[KeepingRule.objects.get().id])
    assert officer.post(remove).status_code == 302, "nothing would move: what has had its time stays past it"


def test_a_line_is_edited_with_the_same_care(care_line: Line, proven_cast: dict[Role, User]) -> None:
    _kept(care_line, 40)
    officer = Client()
    officer.force_login(proven_cast[Role.ADMINISTRATOR])
    place = reverse("line_edit", args=[care_line.id])
    values = {
        "name": "Care, England", "slug": "care-en", "kind": "health", "language": "en", "countries": "GB",
        "numbers": "+441632960000", "timezone": "Europe/London", "purposes": ["evidence", "quality"],
        "lawful_basis": "contract", "retention_days": 30, "audio_fill": "silence", "pad_ms": 150, "agent_channel": 0,
        "is_active": "on", "keep_original": "on",
    }  # fmt: skip
    page = officer.post(place, values).content.decode()
    assert "3 items end earlier than now" in page
    care_line.refresh_from_db()
    assert care_line.retention_days == 90
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    assert officer.post(place, {**values, "seen": seen[1]}).status_code == 302
    assert Recount.objects.count() == 1


def test_a_recount_that_was_given_up_can_be_begun_anew(
    care_line: Line, proven_cast: dict[Role, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _kept(care_line, 5)
    _set(care_line, proven_cast[Role.DPO], maximum=30)
    with monkeypatch.context() as patched:
        patched.setattr(counting_anew.CountingAnew, "count", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            recounting.count_batch(Recount.objects.get().id)
    tasks.give_up(str(Recount.objects.get().id))
    _work()
    assert _days(call, SOUND) == 90
    officer = Client()
    officer.force_login(proven_cast[Role.DPO])
    assert (
        "gave it up after 0 of 1 calls" in officer.get(reverse("lifecycle:line", args=[care_line.id])).content.decode()
    )
    officer.post(reverse("lifecycle:count_anew", args=[care_line.id]))
    _work()
    assert _days(call, SOUND) == 30


def test_calls_are_counted_with_as_many_questions_whatever_they_are(
    care_line: Line, django_assert_num_queries: object
) -> None:
    calls = [_kept(care_line, age) for age in (5, 6, 7)]
    kept = list(Call.objects.filter(id__in=[call.id for call in calls]).select_related("person"))
    care_line.retention_days = 30
    counting = counting_anew.CountingAnew(
        care_line, retention.rules_of(care_line), retention.today_of(care_line.controller)
    )
    with django_assert_num_queries(3):  # type: ignore[operator] # the fixture has no type of its own
        assert len(list(counting.count(kept))) == 3
