"""Rules for what was found, and days that count from an event: what they ask, what wins, and when the clock begins."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from calls_at_work import CALLED, CARD, HARMLESS, PHONE, take
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import keeping
from callward.web.calls.models import Call
from callward.web.core.labels import ENDINGS, EVENTS, REFUSALS
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.lifecycle import erasing, event_verbs, happenings, holds, purging
from callward.web.lifecycle.clocks import ends
from callward.web.lifecycle.disputes import disputes_of
from callward.web.lifecycle.models import Happening, KeepingRule
from callward.web.lifecycle.rules import (
    DUTY,
    QUALITY,
    Conflict,
    Event,
    Ground,
    LineRules,
    Rule,
    Subject,
    Then,
    longest,
    period,
)
from callward.web.people.models import Person

EVIDENCE = "evidence"
SOUND = Subject.RECORDING_REDACTED
NEXT_DAY = CALLED + timedelta(days=1)


def _line(days: int = 90, *purposes: str, duty: bool = False, rules: tuple[Rule, ...] = ()) -> LineRules:
    return LineRules(days, purposes or (EVIDENCE, QUALITY), duty, frozenset({"GB"}), rules)


def test_what_was_found_shortens_by_a_maximum_and_lengthens_by_a_minimum() -> None:
    line = _line(90, rules=(Rule(category="health", maximum=30), Rule(category="financial", minimum=150)))
    assert period(line, SOUND, EVIDENCE).days == 90
    health = period(line, SOUND, EVIDENCE, {"health"})
    assert (health.days, health.ground) == (30, Ground.FOUND)
    assert period(line, SOUND, EVIDENCE, {"financial"}).days == 150
    both = period(line, SOUND, EVIDENCE, {"health", "financial"})
    assert (both.days, both.conflict) == (30, Conflict.SHORTER_HOLDS)


def test_a_maximum_for_what_was_found_never_lengthens() -> None:
    line = _line(60, rules=(Rule(category="health", maximum=150),))
    assert period(line, SOUND, EVIDENCE, {"health"}).days == 60


def test_of_several_things_found_the_shortest_holds() -> None:
    line = _line(90, rules=(Rule(category="health", maximum=50), Rule(category="child", maximum=14)))
    assert period(line, SOUND, EVIDENCE, {"health", "child"}).days == 14


def test_what_was_found_beats_the_rule_of_the_item_but_not_the_duty() -> None:
    rules = (Rule("recording.redacted", maximum=120), Rule(category="health", maximum=20))
    line = _line(1826, EVIDENCE, duty=True, rules=rules)
    found = period(line, SOUND, EVIDENCE, {"health"})
    assert (found.days, found.conflict, found.asked) == (20, Conflict.TWO_MAXIMA, 120)
    duty = period(line, SOUND, DUTY, {"health"})
    assert (duty.reach, duty.conflict, duty.asked) == (1826, Conflict.DUTY_BEATS_MAXIMUM, 20)


def test_a_clock_that_has_not_begun_runs_to_its_cap() -> None:
    rule = Rule(maximum=30, event=Event.RESOLVED, cap=100)
    found = period(_line(rules=(rule,)), SOUND, EVIDENCE)
    assert found.until(CALLED, {}) == CALLED + timedelta(days=100)
    assert found.until(CALLED, {"resolved": CALLED + timedelta(days=5)}) == CALLED + timedelta(days=35)
    assert found.until(CALLED, {"contract_ended": CALLED}) == CALLED + timedelta(days=100)
    assert found.until(CALLED, {"resolved": CALLED - timedelta(days=1)}) == CALLED + timedelta(days=100)


def test_five_years_after_the_relationship_ends_is_a_duty_that_no_cap_undoes() -> None:
    rule = Rule(purpose=DUTY, minimum=1826, event=Event.CONTRACT_ENDED, cap=400)
    found = period(_line(1826, EVIDENCE, duty=True, rules=(rule,)), SOUND, DUTY)
    ended = CALLED + timedelta(days=900)
    assert found.until(CALLED, {"contract_ended": ended}) == ended + timedelta(days=1826)
    assert found.until(CALLED, {}) == CALLED + timedelta(days=1826)
    assert period(_line(1826, EVIDENCE, duty=True, rules=(rule,)), SOUND, EVIDENCE).reach == 180


def test_a_minimum_and_a_maximum_from_two_events_follow_the_maximum() -> None:
    rules = (Rule(maximum=60), Rule("recording.redacted", minimum=90, event=Event.RESOLVED, cap=90))
    found = period(_line(rules=rules), SOUND, EVIDENCE)
    assert (found.reach, found.event, found.conflict) == (60, Event.CALL, Conflict.TWO_EVENTS)


def test_a_minimum_that_the_clock_of_an_event_fulfils_anyway_is_no_conflict() -> None:
    rules = (Rule(maximum=60, event=Event.RESOLVED, cap=120), Rule(category="financial", minimum=50))
    assert period(_line(rules=rules), SOUND, EVIDENCE, {"financial"}).conflict is None


_DAYS = st.none() | st.integers(1, 4000)
_CATEGORIES = ["", "health", "payment"]


_WHAT = (st.sampled_from(["", *Subject]), st.sampled_from(["", EVIDENCE, QUALITY, DUTY]), _DAYS, _DAYS)
_RULES = st.builds(Rule, *_WHAT, st.sampled_from(_CATEGORIES)) | st.builds(
    Rule,
    *_WHAT,
    st.sampled_from(_CATEGORIES),
    st.sampled_from([Event.CONTRACT_ENDED, Event.RESOLVED]),
    st.integers(1, 4000),
)


def test_a_maximum_from_an_event_shortens_though_its_cap_is_long() -> None:
    line = _line(90, rules=(Rule(category="health", maximum=10, event=Event.RESOLVED, cap=200),))
    health = period(line, SOUND, EVIDENCE, {"health"})
    assert health.until(CALLED, {}) == CALLED + timedelta(days=90)
    assert health.until(CALLED, {"resolved": CALLED + timedelta(days=5)}) == CALLED + timedelta(days=15)
    assert health.until(CALLED, {"resolved": CALLED + timedelta(days=89)}) == CALLED + timedelta(days=90)


_patiently = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # other tests share the machine


@_patiently
@given(
    st.integers(1, 4000),
    st.lists(_RULES, max_size=5),
    st.booleans(),
    st.sampled_from(list(Subject)),
    st.sets(st.sampled_from(["health", "payment"])),
    st.dictionaries(st.sampled_from(["resolved", "contract_ended"]), st.integers(0, 5000)),
)
def test_no_rule_and_no_event_reach_beyond_the_law(
    days: int, rules: list[Rule], duty: bool, about: Subject, found: set[str], happened: dict[str, int]
) -> None:
    line = _line(days, duty=duty, rules=tuple(rules))
    events = {name: CALLED + timedelta(days=after) for name, after in happened.items()}
    for purpose in line.grounds:
        one = period(line, about, purpose, found)
        end = one.until(CALLED, events)
        if purpose != DUTY:
            latest = max([0, *happened.values()])
            assert one.reach <= 180
            assert end <= CALLED + timedelta(days=180 + latest)
        elif about is not Subject.TRANSCRIPT_ORIGINAL:
            assert end >= CALLED + timedelta(days=days)


@_patiently
@given(
    st.integers(1, 400),
    st.lists(_RULES, max_size=5),
    st.dictionaries(st.sampled_from(["resolved", "contract_ended"]), st.integers(0, 400)),
)
def test_of_what_was_found_every_maximum_from_the_call_holds(
    days: int, rules: list[Rule], happened: dict[str, int]
) -> None:
    maxima = tuple(replace(rule, minimum=None, category=rule.category or "health") for rule in rules if rule.maximum)
    line = _line(days, rules=maxima)
    events = {name: CALLED + timedelta(days=after) for name, after in happened.items()}
    for purpose in line.grounds:
        end = period(line, SOUND, purpose, {"health", "payment"}).until(CALLED, events)
        assert end <= period(line, SOUND, purpose).until(CALLED, events)
        for rule in maxima:
            if rule.is_about(SOUND, purpose) and rule.event is Event.CALL and rule.maximum:
                assert end <= CALLED + timedelta(days=rule.maximum)


@_patiently
@given(st.lists(_RULES, max_size=4), st.dictionaries(st.sampled_from(["resolved"]), st.integers(0, 900)))
def test_original_words_never_outlive_their_sound(rules: list[Rule], happened: dict[str, int]) -> None:
    line = _line(rules=tuple(rules))
    kinds = (Subject.RECORDING_ORIGINAL, Subject.TRANSCRIPT_ORIGINAL)
    clocks = {kind.value: [period(line, kind, purpose) for purpose in line.grounds] for kind in kinds}
    events = {name: CALLED + timedelta(days=after) for name, after in happened.items()}
    fixed = ends(clocks, CALLED, events, log_days=365)
    assert fixed.items["transcript.original"].until <= fixed.items["recording.original"].until


def test_every_disagreement_is_listed_once_with_what_wins() -> None:
    rules = (
        Rule(maximum=300),
        Rule(category="health", maximum=40),
        Rule(category="payment", minimum=50),
        Rule("metadata", minimum=500),
    )
    found = {(one.conflict, one.category): one for one in disputes_of(_line(rules=rules))}
    assert found[Conflict.OVER_CEILING, ""].asked == 300
    assert found[Conflict.OVER_CEILING, ""].holds == 180
    assert set(found[Conflict.OVER_CEILING, ""].purposes) == {EVIDENCE, QUALITY}
    assert found[Conflict.TWO_MAXIMA, "health"].holds == 40
    assert (Conflict.CARD_NEVER_KEPT, "payment") in found
    assert found[Conflict.SHORTER_HOLDS, ""].subjects == ("metadata",)


def test_every_event_and_ending_has_words() -> None:
    assert set(EVENTS) == set(Event)
    assert set(ENDINGS) == set(Then)
    assert {"event_unknown", "event_to_come", "event_before_call", "event_person_erased"} <= set(REFUSALS)


def test_the_longest_of_equal_periods_names_the_duty() -> None:
    assert longest(_line(90, EVIDENCE, duty=True), SOUND).purpose == DUTY


@pytest.mark.django_db(databases=["default", "keys"])
def test_what_was_found_in_a_call_decides_when_it_goes(care_line: Line) -> None:
    KeepingRule.objects.create(line=care_line, category="payment", maximum=14)
    plain, paid = take(care_line, HARMLESS), take(care_line, CARD)
    assert plain.retain_until == CALLED + timedelta(days=90)
    assert paid.retain_until == CALLED + timedelta(days=14)
    assert "what was found" in keeping.keeper().answers(paid)[0].sentence


def _resolved_rule(line: Line) -> None:
    KeepingRule.objects.create(line=line, maximum=20, event="resolved", cap=120)


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_event_moves_the_last_days_and_taking_it_back_moves_them_back(care_line: Line) -> None:
    _resolved_rule(care_line)
    call = take(care_line)
    assert set(call.items.values_list("retain_until", flat=True)) == {CALLED + timedelta(days=120)}
    assert "nobody has said when" in keeping.keeper().answers(call)[0].sentence
    assert happenings.tell(call.person, "resolved", CALLED + timedelta(days=1), audit.SYSTEM, call=call) == 1
    call.refresh_from_db()
    assert set(call.items.values_list("retain_until", flat=True)) == {CALLED + timedelta(days=21)}
    assert call.retain_until == keeping.purpose_end(call, EVIDENCE) == CALLED + timedelta(days=21)
    assert (
        f"counted from the day the matter was resolved, {NEXT_DAY.day} {NEXT_DAY:%B %Y}"
        in keeping.keeper().answers(call)[0].sentence
    )
    assert Entry.objects.filter(action="event.told", resource_id=str(call.id)).count() == 1
    assert happenings.take_back(Happening.objects.get(), audit.SYSTEM) == 1
    assert set(call.items.values_list("retain_until", flat=True)) == {CALLED + timedelta(days=120)}


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_event_of_a_person_counts_for_all_their_calls_but_not_before_a_calls_own(care_line: Line) -> None:
    _resolved_rule(care_line)
    first, second = take(care_line), take(care_line, seconds=7.0)
    happenings.tell(first.person, "resolved", CALLED, audit.SYSTEM, call=first)
    assert happenings.tell(first.person, "resolved", CALLED + timedelta(days=1), audit.SYSTEM) == 1
    assert [Call.objects.get(id=one.id).retain_until for one in (first, second)] == [
        CALLED + timedelta(days=20),
        CALLED + timedelta(days=21),
    ]
    third = take(care_line, seconds=8.0)
    assert third.retain_until == CALLED + timedelta(days=21)


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_event_brings_nothing_back_that_has_had_its_time(care_line: Line) -> None:
    _resolved_rule(care_line)
    call = take(care_line)
    call.items.update(retain_until=date(2020, 1, 1))
    Call.objects.filter(id=call.id).update(retain_until=date(2020, 1, 1))
    happenings.tell(call.person, "resolved", CALLED, audit.SYSTEM, call=call)
    assert set(call.items.values_list("retain_until", flat=True)) == {date(2020, 1, 1)}
    assert Call.objects.get(id=call.id).retain_until == date(2020, 1, 1)


@pytest.mark.django_db(databases=["default", "keys"])
def test_an_event_opens_no_call_for_a_purpose_that_has_ended(care_line: Line) -> None:
    """Quality counts from the resolution and has ended; what evidence keeps is not opened for it again."""
    care_line.purposes = [EVIDENCE, QUALITY]
    care_line.save()
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=60, event="resolved", cap=30)
    call = take(care_line)
    ended = CALLED - timedelta(days=1)
    purposes = call.terms["purposes"] | {QUALITY: ended.isoformat()}
    Call.objects.filter(id=call.id).update(terms=call.terms | {"purposes": purposes})
    happenings.tell(call.person, "resolved", CALLED, audit.SYSTEM, call=Call.objects.get(id=call.id))
    call.refresh_from_db()
    assert keeping.purpose_end(call, QUALITY) == ended
    assert keeping.purposes_of(call, CALLED) == [EVIDENCE]


@pytest.mark.django_db(databases=["default", "keys"])
def test_no_event_is_kept_of_somebody_who_is_being_erased(care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    call = take(care_line)

    def cut(*_: object) -> int:
        raise vault.KeyUnavailable("kms_unreachable", "the key provider does not answer")

    known = Person.objects.get(id=call.person_id)  # as another process read it before
    monkeypatch.setattr(holds, "into_custody", cut)
    with pytest.raises(vault.KeyUnavailable):
        erasing.erase(call.person, audit.SYSTEM, because="objection")
    with pytest.raises(happenings.HappeningError) as refused:
        happenings.tell(known, "contract_ended", CALLED, audit.SYSTEM)
    assert refused.value.code == "event_person_erased"
    assert not Happening.objects.exists()


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_call_without_such_a_clock_is_left_alone(care_line: Line) -> None:
    call = take(care_line)
    assert happenings.tell(call.person, "resolved", CALLED, audit.SYSTEM, call=call) == 0
    assert "clocks" not in call.terms


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize(
    ("event", "days", "code"),
    [("married", 0, "event_unknown"), ("resolved", 40_000, "event_to_come"), ("resolved", -1, "event_before_call")],
)
def test_an_event_that_cannot_be_is_refused(care_line: Line, event: str, days: int, code: str) -> None:
    call = take(care_line)
    with pytest.raises(happenings.HappeningError) as refused:
        happenings.tell(call.person, event, CALLED + timedelta(days=days), audit.SYSTEM, call=call)
    assert refused.value.code == code


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_events_go_with_their_person(care_line: Line) -> None:
    call = take(care_line)
    happenings.tell(call.person, "contract_ended", CALLED, audit.SYSTEM)
    erasing.erase(call.person, audit.SYSTEM, because="objection")
    assert not Happening.objects.exists()
    call.person.refresh_from_db()
    with pytest.raises(happenings.HappeningError):
        happenings.tell(call.person, "contract_ended", CALLED, audit.SYSTEM)


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_a_purge_follows_the_event(care_line: Line) -> None:
    _resolved_rule(care_line)
    call = take(care_line)
    happenings.tell(call.person, "resolved", CALLED, audit.SYSTEM, call=call)
    assert purging.purge(care_line.controller, today=CALLED + timedelta(days=20)).items == 0
    assert purging.purge(care_line.controller, today=CALLED + timedelta(days=21)).items == 5


@pytest.mark.django_db(databases=["default", "keys"])
def test_events_are_told_on_the_page_of_a_call_and_of_a_caller(
    care_line: Line, proven_cast: dict[Role, User], proven_mallory: User
) -> None:
    _resolved_rule(care_line)
    call = take(care_line)
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    address = reverse("lifecycle:call_events", args=[call.id])
    assert address in browser.get(reverse("calls:call", args=[call.id])).content.decode()
    assert "Nothing is said yet" in browser.get(address).content.decode()
    told = browser.post(address, {"event": "resolved", "on": NEXT_DAY.isoformat()}, follow=True)
    assert "The last days of 1 call have moved" in told.content.decode()
    tomorrow = (timezone.now() + timedelta(days=3)).date().isoformat()
    assert browser.post(address, {"event": "resolved", "on": tomorrow}).status_code == 422
    whole = reverse("lifecycle:person_events", args=[call.person_id])
    assert browser.post(whole, {"event": "contract_ended", "on": NEXT_DAY.isoformat()}).status_code == 302
    for row in Happening.objects.all():
        assert browser.post(reverse("lifecycle:take_back_event", args=[row.id])).status_code == 302
    assert not Happening.objects.exists()
    stranger = Client()
    stranger.force_login(proven_mallory)
    assert stranger.get(address).status_code == 404
    agent = Client()
    agent.force_login(proven_cast[Role.AGENT])
    assert agent.get(address).status_code == 403


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_rule_with_an_event_needs_a_cap_on_its_page(care_line: Line, proven_cast: dict[Role, User]) -> None:
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    address = reverse("lifecycle:set_rule", args=[care_line.id])
    asked = {"category": "health", "maximum": "30", "event": "resolved"}
    assert browser.post(address, asked).status_code == 422
    assert browser.post(address, asked | {"cap": "90"}).status_code == 302
    assert browser.post(address, asked | {"cap": "80"}).status_code == 302
    rule = KeepingRule.objects.get()
    assert (rule.category, rule.event, rule.cap) == ("health", "resolved", 80)
    page = browser.get(reverse("lifecycle:line", args=[care_line.id])).content.decode()
    assert "until then 80 days from the call" in page
    log = {"subject": "metadata", "maximum": "30"}
    for more in ({"category": "health"}, {"event": "resolved", "cap": "9"}, {"then": "anonymise"}):
        assert browser.post(address, log | more).status_code == 422
    assert browser.post(address, {"maximum": "400"}).status_code == 302
    page = browser.get(reverse("lifecycle:line", args=[care_line.id])).content.decode()
    assert "Conflicts, and what holds" in page
    assert "the ceiling holds" in page


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_the_command_tells_one_event_or_a_file_of_them(
    care_line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(event_verbs, "set_up", lambda: None)
    _resolved_rule(care_line)
    call = take(care_line)
    said = CliRunner().invoke(event_verbs.call, ["event", str(call.id), "resolved", str(CALLED), "--json"])
    assert json.loads(said.stdout) == {"moved": 1}
    file = tmp_path / "events.csv"
    file.write_text(
        "call,caller_phone,event,on\n"
        f"{call.id},,resolved,{NEXT_DAY}\n"
        f",{PHONE},contract_ended,{NEXT_DAY}\n"
        f",+447700900999,resolved,{NEXT_DAY}\n"
        f"{call.id},,resolved,yesterday\n",
        encoding="utf-8",
    )
    said = CliRunner().invoke(event_verbs.call, ["events", str(file), "--json"])
    assert said.exit_code == 1
    told = json.loads(said.stdout)
    assert (told["told"], told["moved"]) == (2, 1)
    assert told["refused"] == [{"row": 4, "reason": "person_unknown"}, {"row": 5, "reason": "event_day"}]
    # Garbage is refused row by row, and a row that names two callers moves nobody's days.
    other = take(care_line, seconds=7.0, phone="+447700900456").person_id
    vault.index_person(care_line.controller_id, other, "email", "kari@example.com")
    file.write_text(
        "call,caller_phone,caller_email,event,on\n"
        f",{PHONE},kari@example.com,resolved,{NEXT_DAY}\n"
        f"{call.id},,,{'x' * 9000},{NEXT_DAY}\n"
        f"{call.id}x,,,resolved,{NEXT_DAY}\n"
        f",{'+9' * 4000},@,resolved,{NEXT_DAY}\n"
        f"{call.id},,,resolved,9999-12-31\n"
        "\u2028,,\n"
        f"{call.id},,,=resolved(),0000-00-00,more,and more\n",
        encoding="utf-8",
    )
    said = CliRunner().invoke(event_verbs.call, ["events", str(file), "--json"])
    reasons = [row["reason"] for row in json.loads(said.stdout)["refused"]]
    assert reasons == [
        "person_ambiguous",
        "event_unknown",
        "call_unknown",
        "person_unknown",
        "event_to_come",
        "person_unknown",
        "event_day",
    ]
    file.write_text("nothing,useful\n1,2\n", encoding="utf-8")
    assert CliRunner().invoke(event_verbs.call, ["events", str(file)]).exception is not None
