"""Signing in: password and second factor, the record of it, the end of idle sessions, the demonstration."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cast import PASSWORD, TOTP_SECRET, prove
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.core.signing import b64_decode
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from callward.engine.tlog import LogError
from callward.web.accounts import demonstration
from callward.web.accounts.adapters import MfaAdapter
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core import acts
from callward.web.core.models import Controller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _no_code_ends_while_it_is_typed(settings: Settings) -> None:
    settings.MFA_TOTP_PERIOD = 10**12  # seconds, of which a code stands for the same


def _code(secret: str = TOTP_SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def _set_up_app(client: Client) -> str:
    """Begin to set up an authenticator app and return the secret that the page shows."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == HTTPStatus.OK
    return str(client.session["mfa.totp.secret"])


def _acts() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("pk").values_list("action", "outcome"))


def test_a_password_alone_does_not_sign_in(alice: User) -> None:
    prove(alice)
    client = Client()
    response = client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("settings")).status_code == HTTPStatus.FOUND
    assert not _acts()


def test_password_and_code_sign_in_and_are_on_the_record(alice: User) -> None:
    prove(alice)
    client = Client()
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    response = client.post(reverse("mfa_authenticate"), {"code": _code()})
    assert response.status_code == HTTPStatus.FOUND
    page = client.get(reverse("settings"))
    assert page.status_code == HTTPStatus.OK
    assert page["Cache-Control"] == "no-store, private"
    assert "second factor" in page.content.decode()
    assert _acts() == [("staff.signed_in", "done")]


def test_a_wrong_password_is_refused_kept_on_the_record_and_not_told_apart(alice: User) -> None:
    known = Client().post(reverse("account_login"), {"login": "alice", "password": "wrong"})
    unknown = Client().post(reverse("account_login"), {"login": "nobody-here", "password": "wrong"})
    assert known.status_code == unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    errors = [re.findall(r'class="summary".*?</div>', page.content.decode(), re.DOTALL) for page in (known, unknown)]
    assert errors[0] == errors[1] != []
    assert _acts() == [("staff.sign_in_refused", "denied")] * 2
    assert b"nobody-here" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())


def test_a_wrong_code_is_refused_and_on_the_record(alice: User) -> None:
    prove(alice)
    client = Client()
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert _acts() == [("staff.sign_in_refused", "denied")]


def test_who_left_does_not_sign_in(alice: User) -> None:
    alice.is_active = False
    alice.save()
    client = Client()
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    assert client.get(reverse("settings")).status_code == HTTPStatus.FOUND


def test_an_idle_session_ends(alice: User) -> None:
    client = Client()
    client.force_login(prove(alice))
    assert client.get(reverse("settings")).status_code == HTTPStatus.OK
    session = client.session
    session["seen_at"] = int((timezone.now() - dt.timedelta(minutes=31)).timestamp())
    session.save()
    assert client.get(reverse("settings"))["Location"].startswith(reverse("account_login"))


def test_a_password_changes_only_together_with_its_entry(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(prove(alice))
    typed = {"oldpassword": PASSWORD, "password1": "nine quiet lighthouses", "password2": "nine quiet lighthouses"}

    def refuse(*_: object, **__: object) -> None:
        raise LogError("entry_facts", "the ledger takes nothing")

    with monkeypatch.context() as patch:
        patch.setattr(acts, "record", refuse)
        assert client.post(reverse("account_change_password"), typed).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert User.objects.get(pk=alice.pk).check_password(PASSWORD)
    assert client.post(reverse("account_change_password"), typed).status_code == HTTPStatus.FOUND
    assert ("staff.password_changed", "done") in _acts()


def test_a_session_from_before_the_second_factor_ends_when_another_session_adds_one(
    alice: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Callable[[], object]]]]
) -> None:
    """Whoever knew the password before there was a second factor must not come in beside it."""
    early, hers = Client(), Client()
    for client in (early, hers):
        client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
        assert client.get(reverse("settings"))["Location"] == reverse("second_factor")
    secret = _set_up_app(hers)
    with django_capture_on_commit_callbacks(execute=True):
        hers.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    assert hers.get(reverse("settings")).status_code == HTTPStatus.OK
    assert early.get(reverse("settings"))["Location"].startswith(reverse("account_login"))


def test_the_secret_of_an_app_that_is_being_set_up_is_sealed_in_the_session(alice: User) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    secret = _set_up_app(client)
    row = Session.objects.get(session_key=client.session.session_key)
    packed = b64_decode(row.session_data.removeprefix(".").partition(":")[0].encode())
    read = zlib.decompress(packed) if row.session_data.startswith(".") else packed
    assert secret.encode() not in read
    assert b"_auth_user_id" not in read


def test_a_second_factor_secret_is_sealed_in_the_database(alice: User) -> None:
    prove(alice)
    stored = str(Authenticator.objects.get(user=alice, type="totp").data)
    assert TOTP_SECRET not in stored


def test_a_second_factor_of_another_web_secret_is_refused() -> None:
    sealed = MfaAdapter().encrypt(TOTP_SECRET)
    changed = ("A" if sealed[0] != "A" else "B") + sealed[1:]
    with pytest.raises(SuspiciousOperation):
        MfaAdapter().decrypt(changed)
    assert MfaAdapter().decrypt(sealed) == TOTP_SECRET


def test_the_cast_is_not_offered_outside_the_demonstration(alice: User) -> None:
    assert "Alice" not in Client().get(reverse("account_login")).content.decode()
    client = Client()
    client.post(reverse("sign_in_as"), {"who": "alice"})
    assert client.get(reverse("settings")).status_code == HTTPStatus.FOUND


def test_the_demonstration_signs_in_from_this_computer_only(acme: Controller, settings: Settings) -> None:
    settings.DEMO = True
    demonstration.make_cast(acme)
    near, far = Client(REMOTE_ADDR="127.0.0.1"), Client(REMOTE_ADDR="192.0.2.7")
    for client in (near, far):
        client.post(reverse("sign_in_as"), {"who": "alice"})
    page = near.get(reverse("settings"))
    assert page.status_code == HTTPStatus.OK
    assert "Demonstration" in page.content.decode()
    assert far.get(reverse("settings")).status_code == HTTPStatus.FOUND


def test_a_demonstration_session_is_worth_nothing_without_the_demonstration(
    acme: Controller, settings: Settings
) -> None:
    settings.DEMO = True
    demonstration.make_cast(acme)
    client = Client()
    client.post(reverse("sign_in_as"), {"who": "alice"})
    settings.DEMO = False
    assert client.get(reverse("settings"))["Location"] == reverse("second_factor")


def test_the_cast_of_the_demonstration_has_every_role() -> None:
    assert {role for _, role in demonstration.CAST} == set(Role)


def test_the_cast_has_no_password_to_change(acme: Controller, settings: Settings) -> None:
    settings.DEMO = True
    demonstration.make_cast(acme)
    client = Client()
    client.post(reverse("sign_in_as"), {"who": "alice"})
    assert reverse("account_change_password") not in client.get(reverse("mfa_index")).content.decode()
    assert client.get(reverse("account_change_password"))["Location"] == reverse("mfa_index")


def test_127_0_0_1_is_sent_to_the_name_that_passkeys_need() -> None:
    response = Client().get("/sign-in/", {"next": "calls"}, HTTP_HOST="127.0.0.1:8000")
    assert response["Location"] == "http://localhost:8000/sign-in/?next=calls"


@pytest.mark.parametrize("host", ["127.0.0.1:@evil.example", "127.0.0.1:80@evil.example", "127.0.0.1:8000/evil"])
def test_a_host_that_only_begins_like_this_computer_is_refused(host: str) -> None:
    assert Client().get("/sign-in/", HTTP_HOST=host).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_the_cast_is_not_offered_through_a_proxy(acme: Controller, settings: Settings, header: str) -> None:
    settings.DEMO = True
    demonstration.make_cast(acme)
    client = Client(REMOTE_ADDR="127.0.0.1", headers={header: "192.0.2.7"})
    client.post(reverse("sign_in_as"), {"who": "alice"})
    assert client.get(reverse("settings")).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_preferences_never_lead_elsewhere(elsewhere: str) -> None:
    response = Client().post(reverse("preferences"), {"theme": "dark", "next": elsewhere})
    assert response["Location"] == "/"
    assert response.cookies["theme"].value == "dark"


def test_language_and_colours_are_kept_without_javascript(acme: Controller, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("sv", "Svenska")]
    client = Client()
    client.post(reverse("preferences"), {"language": "sv", "theme": "dark", "next": "/sign-in/"})
    assert '<html lang="sv" data-theme="dark">' in _door(client)


def test_dense_rows_and_a_narrow_menu_are_kept_until_they_are_given_up(acme: Controller) -> None:
    client = Client()
    for word, value in {"spacing": "dense", "menu": "narrow"}.items():
        client.post(reverse("preferences"), {word: value})
    assert '<html lang="en" data-spacing="dense" data-menu="narrow">' in _door(client)
    client.post(reverse("preferences"), {"spacing": "", "menu": "wide"})
    assert '<html lang="en" data-menu="narrow">' in _door(client), "a word that nobody knows changes nothing"


def _door(client: Client) -> str:
    return client.get(reverse("account_login")).content.decode()


def test_a_language_without_a_catalogue_is_neither_offered_nor_taken(acme: Controller) -> None:
    client = Client(headers={"Accept-Language": "sv"})
    client.post(reverse("preferences"), {"language": "sv", "next": "/sign-in/"})
    page = _door(client)
    assert '<html lang="en">' in page
    assert "Svenska" not in page
