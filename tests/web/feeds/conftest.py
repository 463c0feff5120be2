from __future__ import annotations

from pathlib import Path

import pytest
from call_fixtures import care_line, store

from callward.web.core.models import Line
from callward.web.feeds.models import Feed

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
