"""Programs: an account with a role, keys that are shown once, and an end that counts at once."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.web.accounts import services
from callward.web.accounts.models import ApiKey, Role, ServiceAccount, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.keys import vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(proven_cast: dict[Role, User], bank_line: Line) -> Client:
    vault.open_controller(bank_line.controller_id)
    client = Client()
    client.force_login(proven_cast[Role.ADMINISTRATOR])
    return client


def _made(client: Client, *lines: Line) -> tuple[ServiceAccount, str]:
    """Make a program and a key for it, as an administrator does."""
    told = {"name": "Telephone system", "role": "supervisor", "lines": [str(line.pk) for line in lines]}
    client.post(reverse("service_add"), told)
    account = ServiceAccount.objects.get()
    page = client.post(reverse("service", args=[account.pk]), {"days": 30}).content.decode()
    key = page.partition("<code>")[2].partition("</code>")[0]
    return account, key


def _asks(key: str) -> int:
    return Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/calls").status_code


def test_a_key_is_shown_once_and_kept_as_a_digest(administrator: Client, bank_line: Line) -> None:
    account, key = _made(administrator, bank_line)
    assert key.startswith("cwk_")
    assert list(account.lines.all()) == [bank_line]
    assert key not in administrator.get(reverse("service", args=[account.pk])).content.decode()
    assert key.encode() not in b"".join(bytes(row.digest) for row in ApiKey.objects.all())
    assert key not in repr(list(ApiKey.objects.values()))
    assert _asks(key) == HTTPStatus.BAD_REQUEST, "let in; it did not say what for"
    assert ApiKey.objects.get().last_used_at is not None
    actions = Entry.objects.filter(resource_kind="service").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["service.added", "service.key_issued"]


def test_a_revoked_key_opens_nothing_and_the_other_goes_on(administrator: Client) -> None:
    account, first = _made(administrator)
    by = User.objects.get(username="astrid")
    second = services.issue_key(account, expires_at=timezone.now() + timedelta(days=1), by=by)
    key = ApiKey.objects.order_by("created_at").first()
    assert key is not None
    for _ in range(2):
        administrator.post(reverse("service_key_revoke", args=[key.pk]))
    assert (_asks(first), _asks(second)) == (HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST)
    assert Entry.objects.filter(action="service.key_revoked").count() == 1


def test_ending_an_account_ends_its_keys(administrator: Client) -> None:
    account, key = _made(administrator)
    administrator.post(reverse("service_end", args=[account.pk]))
    assert _asks(key) == HTTPStatus.UNAUTHORIZED
    answer = administrator.post(reverse("service", args=[account.pk]), {"days": 30})
    assert "cwk_" not in answer.content.decode().partition("<table")[0]
    assert ApiKey.objects.count() == 1


def test_a_key_opens_nothing_after_its_day(administrator: Client) -> None:
    _account, key = _made(administrator)
    ApiKey.objects.update(expires_at=timezone.now())
    assert _asks(key) == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("days", [0, 732, "soon"])
def test_a_key_ends_within_two_years(administrator: Client, days: object) -> None:
    account, _key = _made(administrator)
    answer = administrator.post(reverse("service", args=[account.pk]), {"days": days})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with pytest.raises(services.ServiceError, match="key_expiry"):
        services.issue_key(
            account, expires_at=timezone.now() + timedelta(days=732), by=User.objects.get(username="astrid")
        )


def test_programs_of_another_controller_are_not_there(administrator: Client, proven_mallory: User) -> None:
    account, _key = _made(administrator)
    proven_mallory.role = Role.ADMINISTRATOR
    proven_mallory.save()
    vault.open_controller(proven_mallory.controller_id)
    stranger = Client()
    stranger.force_login(proven_mallory)
    assert stranger.get(reverse("service", args=[account.pk])).status_code == HTTPStatus.NOT_FOUND
    assert stranger.post(reverse("service_end", args=[account.pk])).status_code == HTTPStatus.NOT_FOUND
    key = ApiKey.objects.get()
    assert stranger.post(reverse("service_key_revoke", args=[key.pk])).status_code == HTTPStatus.NOT_FOUND
    assert key.revoked_at is None
