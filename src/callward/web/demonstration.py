"""The demonstration contact centre, made from the samples of the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from callward.intake import IntakeOptions, discover
from callward.web.accounts.actions import open_controller, save_line
from callward.web.accounts.demonstration import make_cast
from callward.web.accounts.models import Role
from callward.web.calls import ingesting
from callward.web.core.models import Controller, Line

_LOADED = "demonstration.loaded"


def load_centre(samples: Path, out: Console) -> None:
    """Make controller, lines and cast, and take in the calls; what is there already is left alone."""
    centre: dict[str, Any] = json.loads((samples / "centre.json").read_text("utf-8"))
    facts = centre["controller"]
    controller = Controller.objects.filter(slug=facts["slug"]).first() or open_controller(
        name=facts["name"], slug=facts["slug"], timezone_name=facts["timezone"], origin=facts["origin"]
    )
    cast = make_cast(controller)
    administrator = next(member for member in cast if member.role == Role.ADMINISTRATOR)
    known = set(Line.objects.for_controller(controller).values_list("slug", flat=True))
    for described in centre["lines"]:
        if described["slug"] not in known:
            line = Line(controller=controller, **described)
            line.full_clean()
            save_line(line, by=administrator)
    # Written last: a first start that was cut off goes on at the next one, and afterwards calls are left as they are.
    loaded = settings.CALLWARD_HOME / _LOADED
    if not loaded.exists():
        _take_in(controller, samples / "calls", out)
        loaded.touch(mode=0o600)


def _take_in(controller: Controller, folder: Path, out: Console) -> None:
    """Take the sample calls in; what an earlier run took in is known already."""
    sources = list(discover([folder]))
    tally = ingesting.Tally()
    with Progress("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn(), console=out) as bar:
        task = bar.add_task("taking in the demonstration's calls", total=len(sources))
        for report in ingesting.ingest(controller, sources, IntakeOptions(), jobs=os.cpu_count() or 1):
            tally.add(report)
            bar.advance(task)
    ingesting.publish(controller)
    out.print(
        f"{tally.taken_in} calls taken in: {tally.released} released, {tally.in_review} in review, "
        f"{tally.waiting} without a transcript; {tally.duplicates} known already, {len(tally.refused)} refused.",
        highlight=False,
    )
