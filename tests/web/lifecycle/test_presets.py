"""What is usual in a sector: every preset is lawful by itself, and gives a line its days, its law and its rules."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.lifecycle.disputes import disputes_of
from callward.web.lifecycle.models import KeepingRule
from callward.web.lifecycle.presets import PRESETS, Preset, offered, use
from callward.web.lifecycle.retention import rules_of
from callward.web.lifecycle.rules import DUTY, QUALITY, Event, Subject, period

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SOUND = Subject.RECORDING_REDACTED


@pytest.fixture(autouse=True)
def _as_stored(care_line: Line) -> None:
    care_line.refresh_from_db()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_is_lawful_and_agrees_with_itself(preset: Preset, care_line: Line, alice: User) -> None:
    use(care_line, preset, alice)
    care_line.full_clean()
    rules = rules_of(care_line)
    assert disputes_of(rules) == []
    assert period(rules, SOUND, QUALITY).reach <= 90
    if preset.laws:
        assert care_line.sector_duty == preset.law_for(["GB"])
        assert period(rules, SOUND, DUTY).reach >= 1826
    else:
        assert period(rules, SOUND, "evidence").reach <= 180
    assert Entry.objects.filter(action="line.preset_used").count() == 1


def test_years_follow_the_country_and_staff_in_romania_are_watched_thirty_days(care_line: Line, alice: User) -> None:
    accounting = next(one for one in PRESETS if one.key == "accounting")
    for country, days in (("SE", 2557), ("RO", 1826), ("GB", 2192)):
        care_line.countries = [country]
        use(care_line, accounting, alice)
        assert care_line.retention_days == days
    care_line.countries = ["RO"]
    assert period(rules_of(care_line), SOUND, QUALITY).reach == 30
    care_line.countries = ["FI"]
    assert "accounting" not in {one.key for one in offered(care_line)}


def test_due_diligence_counts_from_the_end_of_the_contract(care_line: Line, alice: User) -> None:
    use(care_line, next(one for one in PRESETS if one.key == "aml"), alice)
    found = period(rules_of(care_line), SOUND, DUTY)
    assert (found.event, found.days, found.cap) == (Event.CONTRACT_ENDED, 1826, 7305)


def test_a_preset_is_used_on_the_page_of_a_line(care_line: Line, proven_cast: dict[Role, User]) -> None:
    browser = Client()
    browser.force_login(proven_cast[Role.DPO])
    KeepingRule.objects.create(line=care_line, subject="sheet", maximum=5)
    page, address = reverse("lifecycle:line", args=[care_line.id]), reverse("lifecycle:use_preset", args=[care_line.id])
    assert "FCA SYSC 10A" in browser.get(page).content.decode()
    assert page + "#usual" in browser.get(reverse("line_edit", args=[care_line.id])).content.decode()
    assert browser.post(address, {"preset": "none such"}).status_code == 422
    assert browser.post(address, {"preset": "investment"}).status_code == 302
    care_line.refresh_from_db()
    assert (care_line.retention_days, care_line.sector_duty) == (1826, "FCA SYSC 10A")
    assert set(KeepingRule.objects.values_list("subject", "purpose")) == {("sheet", ""), ("", "quality")}
