"""The demonstration contact centre, made from the samples of the repository."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from callward.intake import IntakeOptions, discover
from callward.web.accounts.actions import open_controller, save_line
from callward.web.accounts.demonstration import make_cast
from callward.web.accounts.models import Role, User
from callward.web.calls import ingesting, noting
from callward.web.calls.models import Call
from callward.web.core.models import Controller, Line
from callward.web.feeds import running as feeding
from callward.web.feeds.acts import save_feed
from callward.web.feeds.models import Feed
from callward.web.lifecycle.models import KeepingRule
from callward.web.sweeps import running as sweeping
from callward.web.sweeps.models import Sweep
from callward.web.sweeps.tasks import go_on

_LOADED = "demonstration.loaded"
_NEWEST = date(2026, 11, 12)  # the day of the newest samples, a Thursday
_WEEK = 7
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def load_centre(samples: Path, out: Console) -> None:
    """Make controller, lines and cast, and take in the calls; what is there already is left alone.

    The calls happen in the days before the controller was made: the samples are moved there by whole weeks.
    """
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
        out.print(
            f"{controller.name}: {len(centre['lines'])} lines, {len(cast)} people who work there.", highlight=False
        )
        days = days_later(timezone.localdate(controller.created_at, controller.zone))
        _set_rules(controller, centre.get("rules", []))
        _take_in(controller, samples / "calls", days, out)
        _note(cast, centre.get("notes", []))
        _watch(controller, samples / "drop", days, administrator, out)
        _look_again(controller)
        loaded.touch(mode=0o600)


def drop_of(home: Path) -> Path:
    """The folder beside a demonstration's home that it watches."""
    home = home.resolve()
    return home.with_name(f"{home.name}-drop")


def days_later(made: date) -> int:
    """By how many days the samples are moved, so that the newest is one to seven days old; weekdays stay."""
    return ((made - _NEWEST).days - 1) // _WEEK * _WEEK


def _set_rules(controller: Controller, rules: list[dict[str, Any]]) -> None:
    for described in rules:
        line = Line.objects.for_controller(controller).get(slug=described["line"])
        told = {name: value for name, value in described.items() if name != "line"}
        KeepingRule.objects.get_or_create(
            line=line, subject=told.pop("subject"), purpose="", category="", defaults=told
        )


def _note(cast: list[User], notes: list[dict[str, str]]) -> None:
    """Write what the cast notes at the newest released call of a line; a call that has notes already gets no more."""
    members = {member.username: member for member in cast}
    for described in notes:
        released = Call.objects.filter(line__slug=described["line"], state=Call.State.RELEASED).order_by("-started_at")
        call = released.select_related("line__controller", "person").prefetch_related("items").first()
        if call is not None and not noting.shown_notes(call, original=False)["notes"]:
            noting.add_note(call, described["note"], by=members[described["by"]])


def _watch(controller: Controller, files: Path, days: int, by: User, out: Console) -> None:
    """Watch a folder beside the demonstration's home, with what a telephone system wrote into it."""
    if not files.is_dir() or Feed.objects.for_controller(controller).exists():
        return
    drop = drop_of(settings.CALLWARD_HOME)
    drop.mkdir(exist_ok=True)
    for file in files.iterdir():
        told = _DAY.sub(lambda day: _moved(day.group(), days), file.read_text("utf-8"))
        (drop / file.name).write_text(told, "utf-8")
        (drop / f"{file.name}.done").touch()
    feed = Feed(controller=controller, name="Telephone system", slug="telephone", kind="folder", place=str(drop))
    feed.options = {"settles": "renamed"}
    save_feed(feed, by=by)
    done = feeding.run(feed)
    out.print(
        f"{done.taken} more, never recorded, from a folder that is watched: {drop}", highlight=False, soft_wrap=True
    )


def _moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _look_again(controller: Controller) -> None:
    """Leave a search for card data in what is kept to the worker, so that there is a report to read."""
    if not Sweep.objects.for_controller(controller).exists():
        sweeping.begin(controller, sweeping.Wanted("heal", dry_run=True, workers=Sweep.Workers.QUEUE))
        go_on()


def _take_in(controller: Controller, folder: Path, days: int, out: Console) -> None:
    """Take the sample calls in; what an earlier run took in is known already."""
    sources = list(discover([folder]))
    tally = ingesting.Tally()
    with Progress("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn(), console=out) as bar:
        task = bar.add_task("Taking in calls", total=len(sources))
        # In this process: starting others takes longer than these few short calls.
        for report in ingesting.ingest(controller, sources, IntakeOptions(days_later=days), jobs=1):
            tally.add(report)
            bar.advance(task)
    ingesting.publish(controller)
    out.print(
        f"{tally.taken_in} calls taken in: {tally.released} released, {tally.in_review} in review, "
        f"{tally.waiting} without a transcript.\n"
        f"Left out, as they should be: {tally.duplicates} known already, {len(tally.refused)} refused.",
        highlight=False,
    )
