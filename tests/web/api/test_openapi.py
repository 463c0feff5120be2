"""The description of the interface holds: whatever is sent, answers are those that it declares, and never a fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from calls_at_work import take
from django.utils import timezone
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from callward.web.accounts import services
from callward.web.accounts.models import Role, ServiceAccount, User
from callward.web.api import urls, v1
from callward.web.core.models import Line
from callward.web.wsgi import application

pytestmark = pytest.mark.django_db

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
_HEADERS = {"Callward-Purpose": "evidence"}


@pytest.fixture
def described(care_line: Line, astrid: User, monkeypatch: pytest.MonkeyPatch) -> schemathesis.schemas.BaseSchema:
    """The interface as it describes itself, to a program that may send and look up calls."""
    take(care_line)
    account = ServiceAccount(name="Telephone system", role=Role.SUPERVISOR)
    services.open_service(account, [], by=astrid)
    key = services.issue_key(account, expires_at=timezone.now() + timedelta(days=1), by=astrid)
    monkeypatch.setitem(_HEADERS, "Authorization", f"Bearer {key}")
    for throttle in (urls._RATE, v1.SENDING):
        monkeypatch.setattr(throttle, "num_requests", 10_000_000)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def _ask(described: schemathesis.schemas.BaseSchema, examples: int) -> int:
    """Send generated requests to every operation and check each answer; returns how many operations there were."""
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    for operation in operations:

        @settings(max_examples=examples, deadline=None, suppress_health_check=_HEALTH, database=None)
        @seed(20261122)
        @given(case=operation.as_strategy())
        def each(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=_HEADERS, checks=_CHECKS)

        each()
    return len(operations)


def test_every_answer_is_one_that_is_described(described: schemathesis.schemas.BaseSchema) -> None:
    assert _ask(described, 8) == 5


@pytest.mark.slow
@pytest.mark.timeout(1800)  # fifteen hundred requests, most of a minute of work on a machine that has no other
def test_many_answers_are_as_described(described: schemathesis.schemas.BaseSchema) -> None:
    assert _ask(described, 300) == 5
