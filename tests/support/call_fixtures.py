"""A call's surroundings: a store of the test's own and a line, for the tests of calls and of what ends them."""

from __future__ import annotations

from pathlib import Path

import pytest

from callward.web.core import objects
from callward.web.core.models import Controller, Line
from callward.web.core.objects import FolderStore
from callward.web.keys import vault


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """A store of the test's own: the run's home is shared."""
    made = FolderStore(tmp_path / "objects")
    monkeypatch.setattr(objects, "_opened", lambda _: made)
    return made


@pytest.fixture
def care_line(acme: Controller) -> Line:
    """An English line of a controller whose keys exist."""
    vault.open_controller(acme.id)
    return Line.objects.create(
        controller=acme,
        name="Care, England",
        slug="care-en",
        kind=Line.Kind.HEALTH,
        language="en",
        countries=["GB"],
        numbers=["+441632960000"],
        timezone="Europe/London",
        purposes=["evidence", "quality"],
        lawful_basis=Line.LawfulBasis.CONTRACT,
    )
