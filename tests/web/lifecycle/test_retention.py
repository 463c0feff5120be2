"""Until when what is kept, and why: rules become days, each purpose ends by itself, every item has its sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from calls_at_work import CALLED, HARMLESS, take
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from callward.shelf import ItemKind
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import keeping
from callward.web.calls.forms import OpenOriginalForm
from callward.web.calls.models import Call, Item
from callward.web.core.labels import CONFLICTS, ITEMS
from callward.web.core.models import Line
from callward.web.lifecycle import holds, purging, retention
from callward.web.lifecycle.models import KeepingRule
from callward.web.lifecycle.rules import (
    DUTY,
    QUALITY,
    Conflict,
    Ground,
    LineRules,
    Rule,
    Subject,
    log_period,
    longest,
    period,
)

EVIDENCE = "evidence"
SOUND = Subject.RECORDING_REDACTED


def _line(
    days: int = 90,
    *purposes: str,
    duty: bool = False,
    countries: tuple[str, ...] = ("GB",),
    rules: tuple[Rule, ...] = (),
) -> LineRules:
    return LineRules(days, purposes or (EVIDENCE, QUALITY), duty, frozenset(countries), rules)


def test_without_rules_every_item_has_the_days_of_the_line() -> None:
    line = _line(90)
    for subject in (Subject.RECORDING_ORIGINAL, SOUND, Subject.TRANSCRIPT_ORIGINAL, Subject.SHEET):
        assert (longest(line, subject).days, longest(line, subject).ground) == (90, Ground.LINE)


def test_quality_in_romania_ends_after_thirty_days_and_evidence_goes_on() -> None:
    line = _line(90, countries=("RO", "GB"))
    assert (period(line, SOUND, QUALITY).days, period(line, SOUND, QUALITY).ground) == (30, Ground.ROMANIA)
    assert longest(line, SOUND).days == 90


def test_a_duty_of_years_does_not_lengthen_the_other_purposes() -> None:
    line = _line(1826, EVIDENCE, QUALITY, duty=True)
    assert (period(line, SOUND, DUTY).days, period(line, SOUND, DUTY).ground) == (1826, Ground.DUTY)
    assert period(line, SOUND, EVIDENCE).days == 180
    assert period(line, SOUND, QUALITY).days == 90
    assert longest(line, SOUND).purpose == DUTY


def test_a_voicemail_and_the_call_log_have_clocks_of_their_own() -> None:
    assert longest(_line(90), Subject.VOICEMAIL).days == 30
    assert longest(_line(14), Subject.VOICEMAIL).days == 14
    assert log_period(_line()).days == 365
    assert longest(_line(90, rules=(Rule(maximum=120),)), Subject.VOICEMAIL).days == 30
    assert longest(_line(90, rules=(Rule(maximum=9),)), Subject.VOICEMAIL).days == 9
    rules = (Rule("metadata", maximum=100), Rule("voicemail", maximum=45))
    assert longest(_line(90, rules=rules), Subject.VOICEMAIL).days == 45
    assert log_period(_line(rules=rules)).days == 100


def test_the_narrowest_maximum_counts() -> None:
    rules = (Rule(maximum=60), Rule(purpose=QUALITY, maximum=20), Rule("recording.redacted", maximum=40),
             Rule("recording.redacted", QUALITY, maximum=10))  # fmt: skip
    line = _line(90, rules=rules)
    assert [period(line, SOUND, purpose).days for purpose in (EVIDENCE, QUALITY)] == [40, 10]
    assert [period(line, Subject.SHEET, purpose).days for purpose in (EVIDENCE, QUALITY)] == [60, 20]


def test_original_words_go_with_their_sound() -> None:
    line = _line(90, rules=(Rule("recording.original", maximum=10),))
    assert period(line, Subject.TRANSCRIPT_ORIGINAL, EVIDENCE).days == 10
    assert period(line, Subject.TRANSCRIPT_ORIGINAL, EVIDENCE).ground is Ground.SOUND
    assert period(line, Subject.TRANSCRIPT_REDACTED, EVIDENCE).days == 90


def test_a_minimum_lengthens_up_to_the_ceiling() -> None:
    assert period(_line(60, rules=(Rule(minimum=100),)), SOUND, EVIDENCE).days == 100
    over = period(_line(60, rules=(Rule(minimum=400),)), SOUND, EVIDENCE)
    assert (over.days, over.conflict) == (60, Conflict.SHORTER_HOLDS)


@pytest.mark.parametrize(
    ("line", "purpose", "days", "conflict"),
    [
        (_line(90, rules=(Rule(maximum=300),)), EVIDENCE, 180, Conflict.OVER_CEILING),
        (_line(90, rules=(Rule(purpose=QUALITY, maximum=60),), countries=("RO",)), QUALITY, 30, Conflict.OVER_CEILING),
        (_line(90, rules=(Rule(maximum=20), Rule("recording.redacted", minimum=50))), EVIDENCE, 20,
         Conflict.SHORTER_HOLDS),
        (_line(1826, EVIDENCE, duty=True, rules=(Rule(maximum=20),)), DUTY, 1826, Conflict.DUTY_BEATS_MAXIMUM),
        (_line(1826, EVIDENCE, duty=True, rules=(Rule(maximum=2000), Rule("recording.redacted", minimum=2500))), DUTY,
         2500, Conflict.DUTY_BEATS_MAXIMUM),
    ],
)  # fmt: skip
def test_what_disagrees_is_resolved_by_rule_and_said(
    line: LineRules, purpose: str, days: int, conflict: Conflict
) -> None:
    found = period(line, SOUND, purpose)
    assert (found.days, found.conflict) == (days, conflict)


_DAYS = st.none() | st.integers(1, 4000)
_RULES = st.lists(
    st.builds(Rule, st.sampled_from(["", *Subject]), st.sampled_from(["", EVIDENCE, QUALITY, DUTY]), _DAYS, _DAYS),
    max_size=5,
)


@given(st.integers(1, 4000), _RULES, st.booleans(), st.booleans(), st.sampled_from(list(Subject)))
def test_no_rules_reach_beyond_the_law(days: int, rules: list[Rule], duty: bool, romania: bool, about: Subject) -> None:
    line = _line(days, duty=duty, countries=("RO",) if romania else ("GB",), rules=tuple(rules))
    for purpose in line.grounds:
        found = period(line, about, purpose)
        assert found.days >= 1
        if purpose != DUTY:
            assert found.days <= (30 if romania and purpose == QUALITY else 180)
        elif about is not Subject.VOICEMAIL:
            assert found.days >= min(days, period(line, Subject.RECORDING_ORIGINAL, DUTY).days)
    assert (
        period(line, Subject.TRANSCRIPT_ORIGINAL, EVIDENCE).days
        <= period(line, Subject.RECORDING_ORIGINAL, EVIDENCE).days
    )


def test_every_subject_and_every_conflict_has_words() -> None:
    assert set(Subject) == set(ITEMS)
    assert set(Conflict) == set(CONFLICTS)


@pytest.mark.django_db
def test_each_item_knows_its_last_day_and_the_purpose_that_keeps_it(care_line: Line) -> None:
    KeepingRule.objects.create(line=care_line, subject="recording.original", maximum=10)
    call = take(care_line)
    ends = {item.kind: (item.retain_until - CALLED).days for item in call.items.all()}
    assert ends.pop("recording.original") == ends.pop("transcript.original") == 10
    assert set(ends.values()) == {90}
    assert {item.purpose for item in call.items.all()} <= {EVIDENCE, QUALITY}
    assert call.retain_until == CALLED + timedelta(days=90)
    assert call.log_until == CALLED + timedelta(days=365)


@pytest.mark.django_db
def test_a_purpose_that_has_ended_opens_nothing_while_the_call_is_kept(care_line: Line) -> None:
    Line.objects.filter(id=care_line.id).update(countries=["RO"])
    care_line.refresh_from_db()
    call = take(care_line)
    assert keeping.purposes_of(call, CALLED + timedelta(days=30)) == [EVIDENCE, QUALITY]
    assert keeping.purposes_of(call, CALLED + timedelta(days=31)) == [EVIDENCE]
    assert keeping.purposes_of(call, CALLED + timedelta(days=91)) == []
    form = OpenOriginalForm({"purpose": QUALITY, "need": "complaint"}, purposes=[EVIDENCE])
    assert "purpose" in form.errors


def _age(call: Call, days: int) -> None:
    """Let a call be as if it had come in that much earlier, under the same rules."""
    call.terms["purposes"] = {
        purpose: (date.fromisoformat(until) - timedelta(days=days)).isoformat()
        for purpose, until in call.terms["purposes"].items()
    }
    for ends in call.terms.get("kinds", {}).values():
        ends.update({one: (date.fromisoformat(day) - timedelta(days=days)).isoformat() for one, day in ends.items()})
    call.save(update_fields=["terms"])


@pytest.mark.django_db
def test_the_page_no_longer_offers_a_purpose_that_has_ended(care_line: Line, proven_cast: dict[Role, User]) -> None:
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=30)
    call = take(care_line)
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    address = reverse("calls:open_original", args=[call.id])
    today = retention.today_of(care_line.controller)
    assert 'value="quality"' in browser.get(address).content.decode()
    _age(call, (today - CALLED).days + 31)
    page = browser.get(address).content.decode()
    assert 'value="quality"' not in page
    assert 'value="evidence"' in page
    refused = browser.post(address, {"purpose": QUALITY, "need": "complaint"})
    assert refused.status_code == 422
    assert not Entry.objects.filter(action="recording.original_opened").exists()
    assert "ended: quality and training" in browser.get(reverse("calls:call", args=[call.id])).content.decode()
    _age(call, 60)
    assert browser.get(address).status_code == 404


@pytest.mark.django_db
def test_every_item_answers_why_it_is_still_here(care_line: Line) -> None:
    call = take(care_line, HARMLESS)
    answers = keeping.keeper().answers(call)
    assert [answer.kind for answer in answers] == sorted(
        kind.value for kind in ItemKind if not kind.value.startswith(("note.", "form."))
    )
    for answer in answers:
        assert "90 days after the call" in answer.sentence
        assert answer.sentence.endswith(".")
        assert not answer.held
    item = Item.objects.select_related("call__line", "call__controller").first()
    assert item is not None
    past = retention.why(item, None, item.retain_until + timedelta(days=1))
    assert "destroyed with the next purge" in past


@pytest.mark.django_db
def test_a_line_keeps_no_purpose_that_it_does_not_have(care_line: Line) -> None:
    call = take(care_line)
    Line.objects.filter(id=care_line.id).update(purposes=[EVIDENCE, "fraud_prevention"])
    call = Call.objects.select_related("line__controller").get(id=call.id)
    assert keeping.purposes_of(call, CALLED + timedelta(days=1)) == [EVIDENCE]


@pytest.mark.django_db
def test_a_released_call_is_read_for_a_purpose_that_lives(care_line: Line, proven_cast: dict[Role, User]) -> None:
    KeepingRule.objects.create(line=care_line, purpose=QUALITY, maximum=30)
    call = take(care_line)
    today = retention.today_of(care_line.controller)
    browser = Client()
    browser.force_login(proven_cast[Role.AGENT])
    address, sound = reverse("calls:call", args=[call.id]), reverse("calls:recording", args=[call.id])
    page = browser.get(address + "?for=quality").content.decode()
    assert "All is well" in page
    assert "For quality and training until" in page
    assert Entry.objects.filter(action="call.opened").count() == 1
    assert browser.head(sound).status_code == 200
    _age(call, (today - CALLED).days + 31)
    # What was asked for last has ended: nothing else is put in its place until somebody asks for it.
    for ended in (address, address + "?for=quality"):
        page = browser.get(ended).content.decode()
        assert "All is well" not in page
        assert "Not open for quality and training any more" in page
    assert browser.head(sound).status_code == 403
    assert "All is well" in browser.get(address + "?for=evidence").content.decode()
    assert browser.head(sound).status_code == 200
    bodies = [bytes(entry.body).decode() for entry in Entry.objects.filter(action="call.opened").order_by("id")]
    assert [body.partition('"purpose":"')[2].partition('"')[0] for body in bodies] == [QUALITY, EVIDENCE]
    _age(call, 61)
    assert "All is well" not in browser.get(address + "?for=evidence").content.decode()


@pytest.mark.django_db
def test_sound_whose_purpose_ends_sooner_than_that_of_the_words_is_not_sent(
    care_line: Line, proven_cast: dict[Role, User]
) -> None:
    for subject in ("recording.redacted", "recording.original"):
        KeepingRule.objects.create(line=care_line, subject=subject, purpose=QUALITY, maximum=30)
    call = take(care_line)
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    address, sound = reverse("calls:call", args=[call.id]), reverse("calls:recording", args=[call.id])
    today = retention.today_of(care_line.controller)
    assert "<audio" in browser.get(address + "?for=quality").content.decode()
    assert browser.head(sound).status_code == 200
    _age(call, (today - CALLED).days + 31)
    page = browser.get(address + "?for=quality").content.decode()
    assert "All is well" in page
    assert "<audio" not in page
    assert browser.head(sound).status_code == 403
    assert "<audio" in browser.get(address + "?for=evidence").content.decode()
    assert browser.head(sound).status_code == 200


@pytest.mark.django_db
def test_what_only_the_law_keeps_is_read_by_those_who_answer_for_it(
    care_line: Line, proven_cast: dict[Role, User]
) -> None:
    Line.objects.filter(id=care_line.id).update(retention_days=1826, sector_duty="A law, section 1")
    care_line.refresh_from_db()
    call = take(care_line)
    call.terms["purposes"] |= {EVIDENCE: "2020-01-01", QUALITY: "2020-01-01"}
    call.save(update_fields=["terms"])
    address = reverse("calls:call", args=[call.id])
    for role, reads in ((Role.AGENT, False), (Role.DPO, True)):
        browser = Client()
        browser.force_login(proven_cast[role])
        assert ("All is well" in browser.get(address).content.decode()) is reads


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_a_person_and_a_row_of_the_log_answer_too(care_line: Line, proven_cast: dict[Role, User]) -> None:
    call = take(care_line)
    last = date_format(call.retain_until, "j F Y")
    assert retention.why_person(call.person).startswith(f"Kept until {last} for")
    assert "365 days after the call" in retention.why_log(call)
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    assert f"Kept until {last} for" in browser.get(reverse("people:person", args=[call.person_id])).content.decode()
    assert "365 days after the call" in browser.get(reverse("calls:call", args=[call.id])).content.decode()
    purging.purge(care_line.controller, today=call.retain_until + timedelta(days=1))
    assert "Only rows of the call log are left" in retention.why_person(call.person)


@pytest.mark.django_db
def test_a_hold_on_another_call_is_not_why_a_person_is_kept(care_line: Line, alice: User) -> None:
    held, last = take(care_line), take(care_line, seconds=7.0)
    Item.objects.filter(call=last).update(retain_until=last.retain_until + timedelta(days=9))
    review_on = last.retain_until
    holds.place(held.person, kind="legal", reason="A case.", owner=alice, review_on=review_on, by=alice, call=held)
    assert "hold" not in retention.why_person(last.person)
    holds.place(last.person, kind="legal", reason="A case.", owner=alice, review_on=review_on, by=alice)
    assert "A legal hold keeps it" in retention.why_person(last.person)
