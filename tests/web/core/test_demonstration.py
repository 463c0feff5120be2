"""The demonstration's first start: cut off, it goes on at the next one; its calls are of the days before it."""

from __future__ import annotations

import io
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from platform_home import SAMPLES
from pytest_django.fixtures import Settings
from rich.console import Console

from callward.web.calls.models import Call
from callward.web.demonstration import days_later, load_centre
from callward.web.feeds.models import Feed

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


@pytest.mark.parametrize("made", [date(2026, 11, 13), date(2026, 11, 19), date(2027, 4, 1), date(2026, 1, 1)])
def test_the_newest_call_is_one_to_seven_days_old_and_keeps_its_weekday(made: date) -> None:
    newest = date(2026, 11, 12) + timedelta(days=days_later(made))
    assert timedelta(days=1) <= made - newest <= timedelta(days=7)
    assert newest.strftime("%a") == "Thu"


def test_the_demonstration_is_of_the_days_before_it_was_made_and_its_feed_has_run(
    tmp_path: Path, settings: Settings
) -> None:
    settings.CALLWARD_HOME = tmp_path / "home"
    settings.CALLWARD_HOME.mkdir()
    samples = tmp_path / "samples"
    (samples / "calls").mkdir(parents=True)
    shutil.copy(SAMPLES / "centre.json", samples)
    shutil.copytree(SAMPLES / "drop", samples / "drop")
    # The start of a signed vCon is under its signature: no file is written anew to move it.
    _add(samples, "en-health-04")
    load_centre(samples, Console(file=io.StringIO()))

    feed = Feed.objects.get()
    assert (feed.fault, feed.calls) == ("", 3)
    (signed,) = Call.objects.exclude(state=Call.State.NOT_RECORDED)
    made = feed.controller.created_at.date()
    days = days_later(made)
    assert signed.started_at.date() == date(2026, 11, 11) + timedelta(days=days)
    logged = {call.started_at.date() for call in Call.objects.filter(state=Call.State.NOT_RECORDED)}
    assert logged == {date(2026, 11, 12) + timedelta(days=days)}
