from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from call_fixtures import care_line, store
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from callward.web.accounts import services
from callward.web.accounts.models import Role, ServiceAccount, User
from callward.web.core.models import Line

__all__ = ["care_line", "store"]

Program = Callable[..., Client]


@pytest.fixture(autouse=True)
def _no_rate_of_others() -> Iterator[None]:
    """How often a program asked is counted in this process, so it would go on from test to test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def program(care_line: Line, astrid: User) -> Program:
    """Make a program with a role, on some lines or all, and give a client that carries its key."""

    def make(role: Role = Role.SUPERVISOR, *lines: Line) -> Client:
        account = ServiceAccount(name=f"Telephone system, {role}", role=role)
        services.open_service(account, list(lines), by=astrid)
        key = services.issue_key(account, expires_at=timezone.now() + timedelta(days=30), by=astrid)
        return Client(headers={"authorization": f"Bearer {key}", "callward-purpose": "evidence"})

    return make
