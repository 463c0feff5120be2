"""Two who act in the same moment, on a connection each: what must hold afterwards holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, connections

from callward.web.accounts import actions
from callward.web.accounts.models import Role, User
from callward.web.core.models import Controller

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer at a time, from its first statement"
    ),
]


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Do acts in a thread each; return the codes of those that were refused."""
    refused: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            for alias in connections:
                connections[alias].ensure_connection()
            ready.wait(120)
            act()
        except actions.StaffError as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def _meeting(act: Callable[..., Any]) -> Callable[..., Any]:
    """Let two who come here at once wait for each other, and go on alone after a while: the other is kept out."""
    both = threading.Barrier(2)

    def met(*told: Any, **more: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return act(*told, **more)

    return met


def test_of_two_administrators_who_end_each_others_access_one_remains(
    acme: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (
        User.objects.create_user(name, None, role=Role.ADMINISTRATOR, controller=acme) for name in ("astrid", "bertil")
    )
    monkeypatch.setattr(User, "set_unusable_password", _meeting(User.set_unusable_password))
    refused = _at_once(lambda: actions.end_access(one, by=other), lambda: actions.end_access(other, by=one))
    assert refused == ["staff_last_administrator"]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_of_two_who_found_a_controller_at_once_one_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(name: str, administrator: str) -> Callable[[], object]:
        return lambda: actions.found_controller(
            name=name, timezone_name="UTC", username=administrator, password="seven quiet lighthouses"
        )

    monkeypatch.setattr(actions, "_keep_controller", _meeting(actions._keep_controller))
    assert _at_once(found("Acme Care", "astrid"), found("Beta Care", "bertil")) == ["already_set_up"]
    assert Controller.objects.count() == 1
