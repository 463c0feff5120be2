"""``callward keys`` and ``callward person``."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from callward.engine.errors import Error
from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.web.people.models import Person

keys = typer.Typer(no_args_is_help=True, add_completion=False, help="Epochs of the keys: how they stand, and turning.")
person = typer.Typer(no_args_is_help=True, add_completion=False, help="Find a caller, and erase one for good.")

_Controller = Annotated[str, typer.Option(help="Short name of the controller, where there are several.")]
_Json = Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")]
_MARKS = {"well": "[green]●[/]", "note": "[yellow]◆[/]", "asks": "[red]▲[/]", "stopped": "[red]■[/]"}
_BECAUSE = "operator"  # the code in the ledger: a person at the command line asked for it


def _at_minute(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M UTC")


@keys.command()
def status(*, controller: _Controller = "", as_json: _Json = False) -> None:
    """Show the epochs of a controller, how many keys are in each, and when the next turn is due."""
    set_up()
    from callward.web.keys.models import CustodyKey, Epoch, PersonKey
    from callward.web.keys.turning import roots_going
    from callward.web.lifecycle.escrow import escrow_of
    from callward.web.lifecycle.shares import shared_roots
    from callward.web.lifecycle.turns import due_at

    owner = chosen(controller)
    epochs = [
        {
            "epoch": epoch.number,
            "state": epoch.state,
            "provider": epoch.provider,
            "place": epoch.place,
            "begun": epoch.created_at.isoformat(timespec="seconds"),
            "persons": PersonKey.objects.filter(controller=owner.id, epoch=epoch.number).count(),
            "custody": CustodyKey.objects.filter(controller=owner.id, epoch=epoch.number).count(),
        }
        for epoch in Epoch.objects.filter(controller=owner.id).order_by("number")
    ]
    shared, roots = escrow_of(owner), shared_roots(owner)
    marked = PersonKey.objects.filter(controller=owner.id, marked=True).count()
    due = due_at(owner.id).isoformat(timespec="seconds")
    if as_json:
        sys.stdout.write(
            json.dumps(
                {
                    "epochs": epochs,
                    "marked": marked,
                    "turn_due": due,
                    "escrow": shared and str(shared),
                    "shares": [root.as_dict() for root in roots],
                }
            )
            + "\n"
        )
        return
    table = Table("epoch", "state", "root in", "at", "begun", "people", "custody keys", box=None, pad_edge=False)
    for row in epochs:
        table.add_row(*(str(value) if name != "begun" else _at_minute(str(value)) for name, value in row.items()))
    console = Console()
    console.print(table)
    console.print(
        f"The next turn is due {_at_minute(due)}; people who get a new key with it: {marked}.", highlight=False
    )
    for epoch in roots_going(owner.id):
        at = f" at {epoch.place}" if epoch.place else ""
        console.print(
            f"The old root of epoch {epoch.number} in {epoch.provider}{at} is destroyed on"
            f" {epoch.root_goes_at:%Y-%m-%d}: keep the settings that lead there until it is gone.",
            highlight=False,
        )
    console.print(f"The root is shared out: {shared}." if shared else "The root is not shared out among officers.")
    for root in roots:
        if root.awaited:
            left = ", ".join(
                f"{one.number} ({one.officer or 'key not kept'})" for one in root.shares if one.destroyed_at is None
            )
            console.print(
                f"Epoch {root.escrow.epoch}: {root.attested} of the {root.needed} shares that must go are destroyed by"
                f" their officers' word; not said of {left}. `callward keys attest` writes it down.",
                highlight=False,
            )


@keys.command()
def turn(*, controller: _Controller = "", as_json: _Json = False) -> None:
    """Turn the epoch: a new root, every living key under it, and the old root destroyed.

    What was erased or destroyed before is final from then on. A turn that was cut off goes on when this is run again.
    """
    set_up()
    from callward.web import audit
    from callward.web.keys.models import PersonKey
    from callward.web.lifecycle import turns

    owner = chosen(controller)
    console = Console(stderr=as_json)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        task = progress.add_task("turning", total=PersonKey.objects.filter(controller=owner.id).count())
        turned = turns.turn(owner, audit.SYSTEM, lambda rows: progress.advance(task, rows))
    audit.sequence(owner)
    if as_json:
        goes_at = turned.root_goes_at and turned.root_goes_at.isoformat(timespec="seconds")
        told = {"left": turned.left, "epoch": turned.now, "rows": turned.rows, "root_goes_at": goes_at}
        told["shared"] = turned.shared
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        end = (
            f"is destroyed by its provider on {turned.root_goes_at:%Y-%m-%d}" if turned.root_goes_at else "is destroyed"
        )
        console.print(f"Epoch {turned.now} is current; {turned.rows} rows moved, root {turned.left} {end}.")
        if turned.shared:
            console.print("Its root is shared out among the same officers: their files are in the folder of shares.")


@keys.command()
def doctor(*, as_json: _Json = False) -> None:
    """Check whether the keys of every controller can be used, and what of them is late, left over or missing.

    Changes nothing. Ends with 0 when all is well, 1 when something needs a person, 2 when a key cannot be used.
    """
    set_up()
    from callward.web.lifecycle.keys_doctor import examine, exit_code

    lines = examine()
    if as_json:
        sys.stdout.write(json.dumps({"checks": [line.as_dict() for line in lines]}) + "\n")
    else:
        console = Console()
        for line in lines:
            about = f"{line.controller} {line.name}".strip()
            console.print(f"{_MARKS[line.level]} {about}: {escape(line.told)}", highlight=False, soft_wrap=True)
            if line.do:
                console.print(f"  → {escape(line.do)}", highlight=False, soft_wrap=True)
    raise typer.Exit(exit_code(lines))


@keys.command()
def escrow(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the sealed shares are written.")],
    *,
    officer: Annotated[list[str], typer.Option(help="The age public key of one officer; give it for each.")],
    threshold: Annotated[int, typer.Option(help="How many shares put the root back.")],
    controller: _Controller = "",
) -> None:
    """Share the root out among officers: each gets a file that only their age key opens."""
    set_up()
    from callward.web import audit
    from callward.web.lifecycle.escrow import share_out

    owner = chosen(controller)
    written = share_out(owner, officer, threshold, folder, audit.SYSTEM)
    audit.sequence(owner)
    for path in written:
        Console().print(f"  {path}", highlight=False)
    Console().print(f"{threshold} of these {len(written)} shares put the root back. Give each to its officer.")


@keys.command()
def attest(
    *,
    epoch: Annotated[int, typer.Option(help="The epoch of the former root, as the share's file is named.")],
    share: Annotated[int, typer.Option(help="The number of the share.")],
    controller: _Controller = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Write down an officer's word that their share of a former root is destroyed. Nobody takes it back.

    Erasures from the time of that root are final when so many are destroyed that the others put it together no more.
    """
    set_up()
    from callward.web import audit
    from callward.web.lifecycle.shares import attest as attested

    owner = chosen(controller)
    asked = f"Has the officer destroyed share {share} of epoch {epoch}, the sealed file and every opened copy?"
    if not yes and not typer.confirm(asked):
        raise typer.Exit(1)
    root = attested(owner, epoch, share, audit.SYSTEM)
    audit.sequence(owner)
    awaited = (
        f"{root.awaited} more must say so"
        if root.awaited
        else "the shares that are left put that root together no more"
    )
    Console().print(f"Written down: {awaited}.", highlight=False)


@keys.command()
def recover(
    shares: Annotated[list[Path], typer.Argument(help="Shares that officers have opened, each in a file.")],
    *,
    controller: _Controller = "",
) -> None:
    """Put a lost root back from the shares of enough officers."""
    set_up()
    from callward.web import audit
    from callward.web.lifecycle.escrow import put_back

    owner = chosen(controller)
    epoch = put_back(owner, [path.read_text("utf-8") for path in shares], audit.SYSTEM)
    audit.sequence(owner)
    Console().print(f"The root of epoch {epoch} is back and opens the keys.")


@person.command()
def find(
    *,
    phone: Annotated[str, typer.Option(help="With country code, such as +46701740605.")] = "",
    email: Annotated[str, typer.Option(help="An e-mail address.")] = "",
    number: Annotated[str, typer.Option(help="A customer number, as the calls name it.")] = "",
    controller: _Controller = "",
    as_json: _Json = False,
) -> None:
    """Find the id of a caller by an identifier. Ends with 1 where nobody is known by it."""
    set_up()
    from callward.intake import normalise_email, normalise_number, normalise_phone
    from callward.web.calls.models import Call
    from callward.web.core.models import Line
    from callward.web.people.finding import known_by

    owner = chosen(controller)
    lines = Line.objects.filter(controller=owner)
    countries = tuple(dict.fromkeys(country for line in lines for country in line.countries))
    given = {
        "phone": normalise_phone(phone, countries),
        "email": normalise_email(email),
        "number": normalise_number(number),
    }
    if not any(given.values()):
        raise Error("identifier_missing", "give --phone, --email or --number; none of what was given can be read")
    found = {kind: known for kind, value in given.items() if value and (known := known_by(owner.id, kind, value))}
    rows = [
        {"person": str(known.id), "by": kind, "calls": Call.objects.filter(person=known).count()}
        for kind, known in found.items()
    ]
    if as_json:
        sys.stdout.write(json.dumps({"found": rows}) + "\n")
    elif rows:
        for row in rows:
            Console().print(f"{row['person']}  {row['calls']} calls, known by {row['by']}", highlight=False)
    else:
        Console().print("Nobody is known by that.")
    raise typer.Exit(0 if rows else 1)


@person.command()
def erase(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id that `callward person find` shows.")],
    *,
    controller: _Controller = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: _Json = False,
) -> None:
    """Erase a caller: nothing that was sealed for them opens any more, here or in any backup after the next turn."""
    set_up()
    from callward.web import audit
    from callward.web.lifecycle import erasing
    from callward.web.lifecycle.escrow import escrow_of
    from callward.web.lifecycle.shares import awaited_of

    owner = chosen(controller)
    row = _person(owner.id, identity)
    if not (yes or as_json) and not typer.confirm("This cannot be undone. Erase this person?"):
        raise typer.Exit(1)
    erasure = erasing.erase(row, audit.SYSTEM, because=_BECAUSE)
    erasing.sweep()
    audit.sequence(owner)
    told = {
        "person": str(erasure.person),
        "effective_at": erasure.effective_at.isoformat(timespec="seconds"),
        "final_by": erasure.final_by.isoformat(timespec="seconds"),
        "was_there": erasure.lived,
        "held": erasure.held,
    }
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        Console().print(
            f"Erased. Nothing opens from now on; final against old copies of the keys by {told['final_by']}, or as soon"
            " as the old root is gone after `callward keys turn`.",
            highlight=False,
        )
        if escrow_of(owner) is not None or awaited_of(owner):
            Console().print(
                "That waits for officers as well: until enough of them have destroyed their shares of the old root and"
                " `callward keys attest` has written it down, the certificate does not say final.",
                highlight=False,
            )
        if erasure.held:
            Console().print(
                f"{erasure.held} items stay under custody, for a hold or a duty in law; they go when that ends.",
                highlight=False,
            )


@person.command()
def certificate(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id of a person who was erased.")],
    *,
    out: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
    controller: _Controller = "",
) -> None:
    """Write the certificate of an erasure; `callward verify certificate` checks it anywhere."""
    set_up()
    from django.db import transaction

    from callward.engine import tlog
    from callward.web import audit
    from callward.web.audit.sequencing import log_key
    from callward.web.lifecycle.certificates import TAKEN, certificate_of

    owner = chosen(controller)
    row = _person(owner.id, identity)
    note = certificate_of(row)
    try:
        with out.open("xb") as target:
            target.write(note)
    except FileExistsError:
        raise Error("file_exists", f"{out} is there already and was left as it is") from None
    except OSError:
        raise Error("file_not_written", f"{out} cannot be written") from None
    with transaction.atomic():
        audit.record(TAKEN, actor=audit.SYSTEM, resource=row, controller=owner)
    console = Console()
    console.print(f"{out} is written. Anybody can check it without this machine:", highlight=False)
    vkey = tlog.format_vkey(log_key(owner).verifier)
    console.print(f"  callward verify certificate {out} --vkey '{vkey}'", highlight=False, soft_wrap=True)


def _person(controller: UUID, identity: str) -> Person:
    from callward.web.people.models import Person

    try:
        row = Person.objects.filter(controller=controller, id=UUID(identity)).first()
    except ValueError:
        row = None
    if row is None:
        raise Error("person_unknown", "the controller has no such person; `callward person find` shows the id")
    return row
