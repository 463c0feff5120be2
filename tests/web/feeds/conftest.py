from __future__ import annotations

from pathlib import Path

import pytest
from call_fixtures import care_line, store
from django.test import Client

from callward.web.accounts.models import Role, User
from callward.web.core.models import Line
from callward.web.feeds.models import Feed
from callward.web.keys import vault

__all__ = ["care_line", "store"]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """The folder that is watched."""
    made = tmp_path / "drop"
    made.mkdir()
    return made


@pytest.fixture
def feed(care_line: Line, drop: Path) -> Feed:
    """A watched folder whose files are whole once they have their final names, or nothing changed for a while."""
    return Feed.objects.create(
        controller=care_line.controller,
        name="Night recordings",
        slug="night",
        kind="folder",
        line=care_line,
        place=str(drop),
        options={"settles": "renamed"},
    )


@pytest.fixture
def cast(proven_cast: dict[Role, User]) -> dict[str, Client]:
    """A signed-in browser for each role."""
    return {str(role): _browser(member) for role, member in proven_cast.items()}


@pytest.fixture
def stranger(proven_mallory: User) -> Client:
    """The data-protection officer of another controller."""
    vault.open_controller(proven_mallory.controller_id)
    return _browser(proven_mallory)


def _browser(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client
