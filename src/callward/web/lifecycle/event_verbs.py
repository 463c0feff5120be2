"""``callward call``: events that days are counted from, one by one or as a file."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console

from callward.engine.errors import Error
from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.web.calls.models import Call
    from callward.web.core.models import Controller
    from callward.web.people.models import Person

call = typer.Typer(help="Say what happened to a call or its caller.", no_args_is_help=True)
_Controller = Annotated[str, typer.Option(help="Short name of the controller, where there are several.")]
_Json = Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")]
_COLUMNS = frozenset({"call", "caller_number", "caller_phone", "caller_email", "event", "on"})
_MAX_BYTES = 64 * 1024 * 1024
_REFUSED = 1


@call.callback()
def _group() -> None:
    """Say what happened to a call or its caller."""


@call.command()
def event(
    identity: Annotated[str, typer.Argument(metavar="CALL", help="The id of the call.")],
    what: Annotated[str, typer.Argument(metavar="EVENT", help="resolved or contract_ended.")],
    on: Annotated[str, typer.Argument(metavar="DAY", help="As 2026-11-21; not a day to come.")],
    *,
    whole_person: Annotated[
        bool, typer.Option("--person", help="Of the caller: it counts for all their calls.")
    ] = False,
    controller: _Controller = "",
    as_json: _Json = False,
) -> None:
    """Say when an event was that a rule counts from. One that was said before is replaced."""
    set_up()
    from callward.web import audit
    from callward.web.lifecycle import happenings

    owner = chosen(controller)
    found = _call(owner, identity)
    moved = happenings.tell(found.person, what, _day(on), audit.SYSTEM, call=None if whole_person else found)
    audit.sequence(owner)
    if as_json:
        sys.stdout.write(json.dumps({"moved": moved}) + "\n")
    else:
        Console().print(f"It is kept; the last days of {moved} calls have moved.", highlight=False)


@call.command()
def events(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Columns event, on, and one that names call or caller.")
    ],
    *,
    controller: _Controller = "",
    as_json: _Json = False,
) -> None:
    """Say many events out of a CSV file: columns event, on, and call, caller_number, caller_phone or caller_email.

    A row that names a call is about that call; any other is about the caller and all their calls.
    A row that is refused is named by its number and harms no other.
    Ends with 1 where one was refused.
    """
    set_up()
    from callward.web import audit
    from callward.web.lifecycle import happenings

    owner = chosen(controller)
    told = moved = 0
    refused: list[dict[str, int | str]] = []
    for number, row in _rows(file):
        try:
            person, about = _named(owner, row)
            moved += happenings.tell(person, row["event"], _day(row["on"]), audit.SYSTEM, call=about)
            told += 1
        except Error as error:
            refused.append({"row": number, "reason": error.code})
    audit.sequence(owner)
    if as_json:
        sys.stdout.write(json.dumps({"told": told, "moved": moved, "refused": refused}) + "\n")
    else:
        console = Console()
        for one in refused:
            console.print(f"  row {one['row']}: {one['reason']}", highlight=False)
        console.print(
            f"{told} events are kept, {len(refused)} rows refused; the last days of {moved} calls have moved.",
            highlight=False,
        )
    raise typer.Exit(_REFUSED if refused else 0)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row with the number of its line in the file."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise Error("events_csv", "the file of events is over 64 MiB")
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, restkey="", restval="")
            names = {name.strip().lower() for name in reader.fieldnames or []}
            if not {"event", "on"} < names or not names <= _COLUMNS:
                raise Error(
                    "events_csv", "the first row needs event, on, and call or what names a caller; nothing else"
                )
            for row in reader:
                cells = {name.strip().lower(): cell.strip() for name, cell in row.items() if isinstance(cell, str)}
                yield reader.line_num, cells
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Error("events_csv", "the file of events is no CSV in UTF-8, or cannot be read") from None


def _named(owner: Controller, row: Mapping[str, str]) -> tuple[Person, Call | None]:
    from callward.intake import normalise_email, normalise_number, normalise_phone
    from callward.web.core.models import Line
    from callward.web.people.finding import known_by

    if row.get("call"):
        found = _call(owner, row["call"])
        return found.person, found
    lines = Line.objects.filter(controller=owner)
    countries = tuple(dict.fromkeys(code for line in lines for code in line.countries))
    given = {
        "number": normalise_number(row.get("caller_number", "")),
        "phone": normalise_phone(row.get("caller_phone", ""), countries),
        "email": normalise_email(row.get("caller_email", "")),
    }
    people = {known_by(owner.id, kind, value) for kind, value in given.items() if value} - {None}
    if len(people) > 1:
        raise Error("person_ambiguous", "the row names more than one caller")
    for person in people:
        if person is not None:
            return person, None
    raise Error("person_unknown", "the controller knows nobody by that")


def _call(owner: Controller, identity: str) -> Call:
    from callward.web.calls.models import Call

    try:
        found = Call.objects.filter(controller=owner, id=UUID(identity)).select_related("person__controller").first()
    except ValueError:
        found = None
    if found is None:
        raise Error("call_unknown", "the controller has no such call")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Error("event_day", "a day is written as 2026-11-21") from None
