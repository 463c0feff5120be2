"""The first start: in the browser with the terminal's token, or from the command line."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from callward.web.accounts import first_run, founding
from callward.web.accounts.actions import StaffError
from callward.web.accounts.factors import has_second_factor
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Controller
from callward.web.keys import vault

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Acme Care",
    "timezone": "Europe/Tallinn",
    "username": "astrid",
    "password": "seven quiet lighthouses",
    "password_again": "seven quiet lighthouses",
}


@pytest.fixture(autouse=True)
def _no_token() -> None:
    first_run.forget_token()


def test_before_there_is_a_controller_sign_in_leads_to_the_first_start() -> None:
    assert Client().get(reverse("account_login"))["Location"] == reverse("first_run")


def test_the_token_of_the_terminal_makes_controller_keys_and_administrator() -> None:
    token = first_run.offer_token()
    client = Client()
    response = client.post(reverse("first_run"), {**TYPED, "token": token})
    assert response["Location"] == reverse("second_factor")
    controller = Controller.objects.get()
    astrid = User.objects.get()
    assert (controller.timezone, astrid.role, astrid.controller) == ("Europe/Tallinn", Role.ADMINISTRATOR, controller)
    assert len(vault.service_key(controller.pk, "ledger")) == 32
    assert len(vault.record_key(controller.pk, astrid.pk)) == 32
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["controller.opened", "staff.added", "staff.signed_in"]
    assert client.get(reverse("staff"))["Location"] == reverse("second_factor")
    assert client.get(reverse("mfa_activate_totp")).status_code == HTTPStatus.OK


def test_the_token_is_used_up_and_the_page_gone() -> None:
    token = first_run.offer_token()
    Client().post(reverse("first_run"), {**TYPED, "token": token})
    assert first_run.offer_token() is None
    again = Client().post(reverse("first_run"), {**TYPED, "token": token, "name": "Other"})
    assert again["Location"] == reverse("account_login")
    assert Controller.objects.count() == 1


@pytest.mark.parametrize("token", ["", "guess", "é"])
def test_a_wrong_token_changes_nothing(token: str) -> None:
    first_run.offer_token()
    response = Client().post(reverse("first_run"), {**TYPED, "token": token})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Controller.objects.exists()
    page = response.content.decode()
    assert 'value="Acme Care"' in page, "what was typed is kept"
    assert TYPED["password"] not in page, "but never a password"


def test_without_a_token_on_the_machine_no_token_fits() -> None:
    assert not first_run.is_token("")
    assert not first_run.is_token("anything")


def test_the_token_file_is_for_this_account_alone() -> None:
    first_run.offer_token()
    assert (Path(settings.CALLWARD_HOME) / "setup.token").stat().st_mode & 0o777 == 0o600


def test_the_command_line_founds_with_a_second_factor() -> None:
    enrolment = founding.found(name="Acme Care", zone="UTC", username="astrid", password="seven quiet lighthouses")
    assert len(enrolment.codes) == 10
    assert enrolment.secret in enrolment.url
    assert has_second_factor(User.objects.get())


def test_of_two_who_send_the_page_at_once_one_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    token = first_run.offer_token()
    Client().post(reverse("first_run"), {**TYPED, "token": token})
    monkeypatch.setattr(first_run, "is_first_run", lambda: True)
    monkeypatch.setattr(first_run, "is_token", lambda offered: offered == token)
    late = Client().post(reverse("first_run"), {**TYPED, "token": token, "username": "mallory", "name": "Other"})
    assert late["Location"] == reverse("account_login")
    assert (Controller.objects.count(), list(User.objects.values_list("username", flat=True))) == (1, ["astrid"])


def test_a_controller_without_an_administrator_never_comes_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(User.objects, "create_user", cut_off)
    with pytest.raises(KeyboardInterrupt):
        founding.found(name="Acme", zone="UTC", username="astrid", password="seven quiet lighthouses")
    assert first_run.is_first_run()


@pytest.mark.parametrize("origin", ["acme care", "acme+care", "acme\ncare", "x" * 201])
def test_an_origin_under_which_no_ledger_can_be_signed_is_refused(origin: str) -> None:
    with pytest.raises(StaffError) as refused:
        founding.found(name="Acme", zone="UTC", username="astrid", password="seven quiet lighthouses", origin=origin)
    assert refused.value.code == "founding_refused"
    assert not Controller.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("password", "short"), ("username", "Astrid Berg"), ("zone", "Mars/Olympus")]
)
def test_the_command_line_refuses_what_the_page_refuses(field: str, value: str) -> None:
    typed = {"zone": "UTC", "username": "astrid", "password": "seven quiet lighthouses", field: value}
    with pytest.raises(StaffError):
        founding.found(name="Acme", zone=typed["zone"], username=typed["username"], password=typed["password"])
    assert not Controller.objects.exists()
