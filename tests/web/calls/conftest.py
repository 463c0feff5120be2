from __future__ import annotations

import pytest
from call_fixtures import care_line, store
from django.test import Client

from callward.web.accounts.models import Role, User
from callward.web.keys import vault

__all__ = ["care_line", "store"]


@pytest.fixture
def cast(proven_cast: dict[Role, User]) -> dict[str, Client]:
    """A signed-in browser for each role."""
    return {str(role): browser(member) for role, member in proven_cast.items()}


@pytest.fixture
def stranger(proven_mallory: User) -> Client:
    """The data-protection officer of another controller."""
    vault.open_controller(proven_mallory.controller_id)
    return browser(proven_mallory)


def browser(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client
