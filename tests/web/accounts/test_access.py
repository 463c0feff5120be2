"""Who may use which page: every address, walked as each of the cast, against the table below."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from callward.web.accounts.access import CAN, LIBRARY_ACCESS, Capability, allow, may
from callward.web.accounts.models import Role, ServiceAccount, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line

pytestmark = pytest.mark.django_db

EVERY = "agent supervisor dpo security auditor administrator"
READERS = "dpo security auditor administrator"

# The name of every address of sign-in and settings, and the roles that may use it; "public" is open before sign-in.
# The pages of other apps are walked in their own tables; a name that is in none of them fails.
TABLE = {
    "account_login": "public",
    "sign_in_as": "public",
    "mfa_login_webauthn": "public",
    "mfa_authenticate": "public",
    "account_inactive": "public",
    "account_logout": "public",
    "first_run": "public",
    "preferences": "public",
    "second_factor": EVERY,
    "account_reauthenticate": EVERY,
    "mfa_reauthenticate": EVERY,
    "mfa_reauthenticate_webauthn": EVERY,
    "account_change_password": EVERY,
    "mfa_index": EVERY,
    "mfa_activate_totp": EVERY,
    "mfa_deactivate_totp": EVERY,
    "mfa_view_recovery_codes": EVERY,
    "mfa_generate_recovery_codes": EVERY,
    "mfa_list_webauthn": EVERY,
    "mfa_add_webauthn": EVERY,
    "mfa_edit_webauthn": EVERY,
    "mfa_remove_webauthn": EVERY,
    "settings": READERS,
    "controller_settings": READERS,
    "lines": READERS + " supervisor",
    "line_add": "dpo administrator",
    "line_edit": "dpo administrator",
    "staff": READERS,
    "staff_add": "administrator",
    "staff_member": "administrator",
    "staff_end": "administrator",
    "staff_return": "administrator",
    "staff_reset": "administrator",
    "services": READERS,
    "service_add": "administrator",
    "service": "administrator",
    "service_end": "administrator",
    "service_key_revoke": "administrator",
}


def _patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def _ours() -> dict[str, URLPattern]:
    return {name: pattern for name, pattern in _patterns(get_resolver()) if ":" not in name}


def _address(name: str, line: Line, person: User) -> str:
    arguments: dict[str, dict[str, UUID | int]] = {
        "line_edit": {"line_id": line.pk},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "service_key_revoke": {"key_id": person.pk},
    }
    member = {"user_id": person.pk}
    if name in {"service", "service_end"}:
        account = ServiceAccount.objects.create(controller=line.controller, name="Telephone system", role=Role.AGENT)
        return reverse(name, args=[account.pk])
    takes_member = name in {"staff_member", "staff_end", "staff_return", "staff_reset"}
    return reverse(name, kwargs=member if takes_member else arguments.get(name))


def _visit(user: User, address: str) -> int:
    client = Client()
    client.force_login(user)
    return client.get(address).status_code


def test_every_address_stands_in_the_table() -> None:
    assert set(_ours()) == set(TABLE)


def test_every_address_of_every_app_is_declared() -> None:
    undeclared = [
        name
        for name, pattern in _patterns(get_resolver())
        if name not in LIBRARY_ACCESS and not hasattr(pattern.callback, "callward_access")
    ]
    assert not undeclared


def test_every_library_page_that_is_declared_exists() -> None:
    assert set(LIBRARY_ACCESS) <= set(_ours())


@pytest.mark.parametrize("name", TABLE)
def test_each_role_reaches_exactly_what_is_declared_for_it(
    name: str, proven_cast: dict[Role, User], bank_line: Line
) -> None:
    person = proven_cast[Role.AGENT]
    address = _address(name, bank_line, person)
    roles = set(TABLE[name].split())
    refused = {role for role, user in proven_cast.items() if _visit(user, address) == HTTPStatus.FORBIDDEN}
    assert refused == (set() if roles == {"public"} else {role for role in Role if role.value not in roles})


@pytest.mark.parametrize("name", TABLE)
def test_a_stranger_is_sent_to_the_sign_in_page(name: str, bank_line: Line, bob: User) -> None:
    response = Client().get(_address(name, bank_line, bob))
    if TABLE[name] == "public":
        assert response.status_code != HTTPStatus.FORBIDDEN
    else:
        assert response.status_code == HTTPStatus.FOUND
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["line_edit", "staff_member"])
def test_what_belongs_to_another_controller_is_not_there(
    name: str, proven_mallory: User, bank_line: Line, bob: User
) -> None:
    proven_mallory.role = Role.ADMINISTRATOR
    proven_mallory.save()
    assert _visit(proven_mallory, _address(name, bank_line, bob)) == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["staff_end", "staff_return", "staff_reset"])
def test_nobody_changes_staff_of_another_controller(name: str, proven_mallory: User, bob: User) -> None:
    proven_mallory.role = Role.ADMINISTRATOR
    proven_mallory.save()
    client = Client()
    client.force_login(proven_mallory)
    assert client.post(reverse(name, kwargs={"user_id": bob.pk})).status_code == HTTPStatus.NOT_FOUND
    bob.refresh_from_db()
    assert bob.is_active
    assert bob.has_usable_password()


def test_a_denial_is_on_the_record(proven_cast: dict[Role, User]) -> None:
    bob = proven_cast[Role.AGENT]
    assert _visit(bob, reverse("staff")) == HTTPStatus.FORBIDDEN
    entry = Entry.objects.get(action="access.denied")
    assert entry.actor_id == str(bob.pk)
    assert (entry.resource_kind, entry.resource_id, entry.outcome) == ("page", "staff", "denied")


def test_staff_without_a_second_factor_reach_only_its_set_up(astrid: User) -> None:
    client = Client()
    client.force_login(astrid)
    assert client.get(reverse("staff"))["Location"] == reverse("second_factor")
    assert client.get(reverse("second_factor")).status_code == HTTPStatus.OK


def test_a_starting_password_is_changed_before_anything_else(proven_cast: dict[Role, User]) -> None:
    astrid = proven_cast[Role.ADMINISTRATOR]
    astrid.must_change_password = True
    astrid.save()
    client = Client()
    client.force_login(astrid)
    assert client.get(reverse("staff"))["Location"] == reverse("account_change_password")


def test_every_capability_has_its_roles() -> None:
    assert set(CAN) == set(Capability)
    assert all(CAN.values())


@pytest.mark.parametrize("stranger", [AnonymousUser(), None])
def test_who_is_not_signed_in_may_nothing(stranger: object) -> None:
    assert not any(may(stranger, capability) for capability in Capability)


def test_a_declaration_is_a_capability_or_public_and_never_both_or_neither() -> None:
    with pytest.raises(TypeError):
        allow()
    with pytest.raises(TypeError):
        allow(Capability.READ_LEDGER, public=True)
