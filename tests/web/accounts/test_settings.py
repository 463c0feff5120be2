"""Settings: the controller, lines and staff, each change on the record."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from cast import PASSWORD, prove
from django import forms
from django.test import Client
from django.urls import reverse

from callward.web import settings as platform_settings
from callward.web.accounts import actions
from callward.web.accounts.actions import StaffError
from callward.web.accounts.factors import has_second_factor
from callward.web.accounts.forms import LineForm
from callward.web.accounts.models import Role, User
from callward.web.accounts.names import name_of
from callward.web.audit.models import Entry
from callward.web.core.languages import LANGUAGE_NAMES
from callward.web.core.models import Controller, Line
from callward.web.keys import vault

pytestmark = pytest.mark.django_db

LINE = {
    "name": "Telecom, Estonia",
    "kind": "telecom",
    "language": "et",
    "countries": "ee, fi",
    "timezone": "Europe/Tallinn",
    "numbers": "+372 321 2345\n+3723212346",
    "lawful_basis": "contract",
    "purposes": ["evidence"],
    "retention_days": "60",
    "audio_fill": "tone",
    "pad_ms": "150",
    "agent_channel": "0",
    "is_active": "on",
    "mask_PHONE": "replace",
    "mask_CITY": "keep",
}


@pytest.fixture
def administrator(astrid: User) -> Client:
    client = Client()
    client.force_login(prove(astrid))
    return client


def test_a_line_is_added_with_its_rules(administrator: Client, acme: Controller) -> None:
    assert administrator.post(reverse("line_add"), LINE)["Location"] == reverse("lines")
    line = Line.objects.get()
    assert (line.controller, line.slug, line.countries) == (acme, "telecom-estonia", ["EE", "FI"])
    assert line.numbers == ["+3723212345", "+3723212346"]
    assert line.mask_policy == {"PHONE": "replace", "CITY": "keep"}
    assert not line.keep_original
    assert Entry.objects.get(action="line.added").resource_id == str(line.pk)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("countries", "Estonia", "two-letter country code"),
        ("numbers", "321 2345", "country code"),
        ("purposes", [], "at least one purpose"),
        ("retention_days", "400", "Name the duty in law"),
        ("retention_days", "0", "greater than or equal to 1"),
        ("timezone", "Mars/Olympus", "Select a valid choice"),
        ("mask_PHONE", "publish", "Select a valid choice"),
        ("slug", "Not a slug", "valid"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_and_what_was_typed_is_kept(
    administrator: Client, field: str, value: object, said: str
) -> None:
    response = administrator.post(reverse("line_add"), {**LINE, field: value})
    page = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'class="summary"' in page
    assert said in page
    assert 'value="Telecom, Estonia"' in page
    assert not Line.objects.exists()


def test_the_error_summary_links_to_the_field(administrator: Client) -> None:
    page = administrator.post(reverse("line_add"), {**LINE, "countries": "Estonia"}).content.decode()
    target = re.search(r'class="summary".*?href="#([^"]+)"', page, re.DOTALL)
    assert target
    assert f'id="{target[1]}"' in page


def test_two_lines_of_a_controller_never_share_a_short_name(administrator: Client, bank_line: Line) -> None:
    response = administrator.post(reverse("line_add"), {**LINE, "slug": bank_line.slug})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_line_is_edited_and_shows_what_it_has(administrator: Client, bank_line: Line) -> None:
    address = reverse("line_edit", kwargs={"line_id": bank_line.pk})
    assert 'value="SE"' in administrator.get(address).content.decode()
    administrator.post(address, {**LINE, "slug": bank_line.slug})
    bank_line.refresh_from_db()
    assert bank_line.retention_days == 60
    assert Entry.objects.filter(action="line.changed").count() == 1


def test_the_controller_is_renamed_on_the_record(administrator: Client, acme: Controller) -> None:
    administrator.post(reverse("controller_settings"), {"name": "Acme Support", "timezone": "Europe/Oslo"})
    acme.refresh_from_db()
    assert (acme.name, acme.timezone) == ("Acme Support", "Europe/Oslo")
    assert Entry.objects.filter(action="controller.changed").exists()


def test_a_member_of_staff_is_added_with_a_sealed_name_and_a_password_shown_once(
    administrator: Client, acme: Controller
) -> None:
    vault.open_controller(acme.pk)
    response = administrator.post(reverse("staff_add"), {"username": "dag", "name": "Dag Ek", "role": "agent"})
    shown = re.search(r'class="codes">([a-z0-9-]{19})<', response.content.decode())
    dag = User.objects.get(username="dag")
    assert shown
    assert dag.check_password(shown[1])
    assert dag.must_change_password
    assert b"Dag Ek" not in bytes(dag.sealed_name)
    assert name_of(dag) == "Dag Ek"
    assert "Dag Ek" in administrator.get(reverse("staff")).content.decode()
    assert b"Dag Ek" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())


def test_access_ends_at_once_everywhere(administrator: Client, bob: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(prove(bob))
    administrator.post(reverse("staff_end", kwargs={"user_id": bob.pk}))
    bob.refresh_from_db()
    assert not bob.is_active
    assert bob.left_on
    assert not has_second_factor(bob)
    assert elsewhere.get(reverse("mfa_index"))["Location"].startswith(reverse("account_login"))
    assert Entry.objects.filter(action="staff.left", resource_id=str(bob.pk)).exists()


def test_a_reset_takes_password_factors_and_sessions(administrator: Client, bob: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(prove(bob))
    administrator.post(reverse("staff_reset", kwargs={"user_id": bob.pk}))
    bob.refresh_from_db()
    assert not bob.check_password(PASSWORD)
    assert bob.must_change_password
    assert not has_second_factor(bob)
    assert elsewhere.get(reverse("mfa_index")).status_code == HTTPStatus.FOUND


def test_nobody_ends_their_own_administration(administrator: Client, astrid: User) -> None:
    administrator.post(reverse("staff_end", kwargs={"user_id": astrid.pk}))
    astrid.refresh_from_db()
    assert astrid.is_active
    with pytest.raises(StaffError) as refused:
        actions.change_role(astrid, Role.AGENT, by=astrid)
    assert refused.value.code == "staff_self"


def test_one_administrator_remains(astrid: User, bob: User) -> None:
    with pytest.raises(StaffError) as refused:
        actions.end_access(astrid, by=bob)
    assert refused.value.code == "staff_last_administrator"


def test_an_act_that_cannot_be_recorded_does_not_happen(
    bank_line: Line, astrid: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from callward.web.core import acts

    def refuse(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the ledger is full")

    monkeypatch.setattr(acts, "_recorders", [refuse])
    bank_line.retention_days = 30
    with pytest.raises(RuntimeError):
        actions.save_line(bank_line, by=astrid)
    bank_line.refresh_from_db()
    assert bank_line.retention_days == 90


def test_languages_of_pages_and_lines_have_one_place() -> None:
    field = LineForm.base_fields["language"]
    assert isinstance(field, forms.ChoiceField)
    assert dict(field.choices) == dict(LANGUAGE_NAMES)  # type: ignore[arg-type]  # no groups, no callable
    assert dict(platform_settings.LANGUAGES).items() <= LANGUAGE_NAMES.items()
