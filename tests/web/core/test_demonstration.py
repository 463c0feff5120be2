"""The demonstration's first start: cut off, it goes on at the next one."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from platform_home import SAMPLES
from pytest_django.fixtures import Settings
from rich.console import Console

from callward.web.calls.models import Call
from callward.web.demonstration import load_centre

pytestmark = pytest.mark.django_db(transaction=True)


def _add(samples: Path, stem: str) -> None:
    for file in (SAMPLES / "calls").glob(f"{stem}.*"):
        shutil.copy(file, samples / "calls")


def test_a_first_loading_that_was_cut_off_goes_on_and_a_finished_one_is_left_alone(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CALLWARD_HOME = tmp_path / "home"
    settings.CALLWARD_HOME.mkdir()
    samples, out = tmp_path / "samples", Console(file=io.StringIO())
    (samples / "calls").mkdir(parents=True)
    shutil.copy(SAMPLES / "centre.json", samples)
    stems = sorted({path.name.partition(".")[0] for path in (SAMPLES / "calls").glob("*.call.json")})[:3]

    _add(samples, stems[0])
    load_centre(samples, out)
    (loaded,) = (path for path in settings.CALLWARD_HOME.iterdir() if path.name.endswith(".loaded"))
    loaded.unlink()  # as a run leaves it that was ended after its first call
    _add(samples, stems[1])
    load_centre(samples, out)
    assert Call.objects.count() == 2

    _add(samples, stems[2])
    load_centre(samples, out)
    assert Call.objects.count() == 2
