"""What the platform refuses to start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.test import override_settings

from callward.web.keys.providers import FileProvider


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    provider, controller = FileProvider(tmp_path), uuid4()
    provider.create_root(controller, 1)
    with override_settings(CALLWARD_HOME=tmp_path):
        yield provider.path(controller, 1)


def _found() -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in run_checks(tags=[Tags.security]) if "keys." in str(message.id)]


def test_closed_key_files_pass(root: Path) -> None:
    assert _found() == []


def test_a_root_that_others_can_read_stops_the_start_and_says_how_to_mend_it(root: Path) -> None:
    root.chmod(0o644)
    assert _found() == [("keys.E001", f"others can read {root}: run chmod 600 {root}")]
    with pytest.raises(CommandError, match="run chmod 600"):
        call_command("check", "--tag", "security")


def test_an_open_roots_folder_and_database_are_named(root: Path) -> None:
    home = root.parents[2]
    (home / "roots").chmod(0o755)
    (home / "keys.sqlite3").touch(mode=0o644)
    (home / "keys.sqlite3").chmod(0o644)
    assert [code for code, _ in _found()] == ["keys.E002", "keys.E002"]
