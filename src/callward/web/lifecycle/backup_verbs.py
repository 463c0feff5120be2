"""``callward backup``: make, list, verify, restore and rehearse."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from callward.web.controllers import set_up

backup = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Sealed snapshots of everything, the keys apart; and the proof that they restore.",
)

_Place = Annotated[str, typer.Argument(metavar="DEST", help="Where the backups are: a folder, or s3://bucket/prefix.")]
_Key = Annotated[
    Path | None,
    typer.Option("--key", envvar="CALLWARD_BACKUP_KEY_FILE", help="The backup key: 32 bytes in a file, mode 0600."),
]
_Snapshot = Annotated[str, typer.Option(help="The id of a snapshot; the newest when left out.")]
_Sample = Annotated[int, typer.Option(min=1, max=100_000, help="How many random living calls must open whole.")]
_Days = Annotated[int | None, typer.Option(min=0, max=999, help="Keep the newest of each of so many days.")]
_Weeks = Annotated[int | None, typer.Option(min=0, max=999, help="Keep the newest of each of so many weeks.")]
_Months = Annotated[int | None, typer.Option(min=0, max=999, help="Keep the newest of each of so many months.")]
_Years = Annotated[int | None, typer.Option(min=0, max=999, help="Keep the newest of each of so many years.")]
_Json = Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")]


@backup.command()
def create(
    place: _Place,
    *,
    key: _Key = None,
    lock_days: Annotated[
        int,
        typer.Option(
            min=0,
            max=3650,
            envvar="CALLWARD_BACKUP_LOCK_DAYS",
            help="Lock the snapshot against everybody for so many days, in a bucket with Object Lock.",
        ),
    ] = 0,
    as_json: _Json = False,
) -> None:
    """Make a snapshot: rows, sealed objects that are not there yet, the ledger, and the keys apart.

    Everything is read back. What was cut off goes on when this is run again.
    """
    from callward.web.lifecycle.backup.store import Destination

    destination = Destination.opened(place, key, lock_days)
    set_up()
    from callward.web import audit
    from callward.web.lifecycle.backup.locks import can_lock
    from callward.web.lifecycle.backup.snapshot import create as make

    with _progress("objects", as_json) as begin:
        made = make(destination, audit.SYSTEM, begin)
    manifest = made.manifest
    audit.sequence_all()
    told = {
        "snapshot": manifest.id,
        "objects": len(manifest.objects),
        "copied": made.copied,
        "bytes": manifest.bytes,
        "missing": list(manifest.missing),
        "keys": made.keys,
        "locked_days": lock_days,
    }
    if as_json:
        _write(told)
    else:
        _say(
            f"Snapshot {manifest.id}: {len(manifest.objects)} objects, {made.copied} of them new, "
            f"{manifest.bytes / 1e6:.1f} MB. The keys copy is renewed."
        )
        if lock_days:
            _say(f"It is locked for {lock_days} days; the keys copy is not.")
        elif can_lock(destination.store):
            _say("Nothing is locked, though this bucket can: --lock-days keeps a snapshot against everybody.")
        for name in manifest.missing:
            _say(f"  object missing  {name}")
    raise typer.Exit(1 if manifest.missing else 0)


@backup.command(name="list")
def list_(place: _Place, *, key: _Key = None, as_json: _Json = False) -> None:
    """List the snapshots of a destination, the oldest first. Ends with 1 where one is damaged."""
    from callward.web.lifecycle.backup.manifest import read_manifest, snapshots
    from callward.web.lifecycle.backup.store import KEYS, BackupError, Destination

    destination = Destination.opened(place, key)
    rows: list[dict[str, Any]] = []
    why: dict[str, str] = {}
    for snapshot in snapshots(destination):
        try:
            manifest = read_manifest(destination, snapshot)
            rows.append(
                {
                    "snapshot": snapshot,
                    "made_at": manifest.made_at.isoformat(timespec="seconds"),
                    "objects": len(manifest.objects),
                    "bytes": manifest.bytes,
                    "rows": sum(manifest.rows.values()),
                    "fault": "",
                }
            )
        except BackupError as refused:
            rows.append(
                dict.fromkeys(("made_at", "objects", "bytes", "rows"), "")
                | {"snapshot": snapshot, "fault": refused.code}
            )
            why[snapshot] = refused.detail
    keys = destination.ids(KEYS, KEYS)
    if as_json:
        _write({"snapshots": rows, "keys": keys})
    else:
        if rows:
            sizes = [f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] else "" for row in rows]
            shown = [
                row | {"size": size, "fault": why.get(row["snapshot"], "")}
                for row, size in zip(rows, sizes, strict=True)
            ]
            _table(("snapshot", "objects", "size", "rows", *(["fault"] if why else [])), shown)
        else:
            _say("No snapshot is here yet: make one with `callward backup create`.")
        _say(f"Keys copy: {', '.join(keys) or 'none'}.")
    raise typer.Exit(1 if any(row["fault"] for row in rows) else 0)


@backup.command()
def verify(place: _Place, *, key: _Key = None, snapshot: _Snapshot = "", as_json: _Json = False) -> None:
    """Read a snapshot back whole: manifest, rows, every object. What is damaged is named; ends with 1 then."""
    from callward.web.lifecycle.backup.objects import Damage
    from callward.web.lifecycle.backup.store import Destination
    from callward.web.lifecycle.backup.verifying import verify as read_back

    destination = Destination.opened(place, key)
    with _progress("objects", as_json) as begin:
        found: list[Damage] = read_back(destination, snapshot, begin)
    if as_json:
        _write({"well": not found, "damaged": [one.as_dict() for one in found]})
    else:
        for one in found:
            _say(f"  {_plain(one.code)}  {one.name}")
        _say("Everything else reads back." if found else "Everything reads back.")
    raise typer.Exit(1 if found else 0)


@backup.command()
def restore(
    place: _Place,
    *,
    into: Annotated[Path, typer.Option("--into", metavar="HOME", help="An empty folder: the home to be.")],
    key: _Key = None,
    snapshot: _Snapshot = "",
    roots: Annotated[Path | None, typer.Option(help="Root files that are left: the old home's `roots`.")] = None,
    share: Annotated[list[Path] | None, typer.Option(help="An opened share of a root that is gone; for each.")] = None,
    ledger: Annotated[
        str | None,
        typer.Option(help="What is left of the old home's `objects/ledger`: a folder, or a place in a bucket."),
    ] = None,
    objects: Annotated[
        str, typer.Option(metavar="s3://BUCKET/PREFIX", help="An empty place for the sealed objects, not in the home.")
    ] = "",
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="The last checkpoint that a witness, a mailbox or anybody holds.")
    ] = None,
    accept_ledger_loss: Annotated[
        bool,
        typer.Option("--accept-ledger-loss", help="Go on under a new origin where the newest ledger cannot be shown."),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose what is in the PostgreSQL databases that the settings name.")
    ] = False,
    sample: _Sample = 20,
    as_json: _Json = False,
) -> None:
    """Restore a snapshot with the newest keys, under the newest ledger; what was erased or destroyed stays so.

    Run it again where it was cut off, or when what it asked for is at hand.
    Ends with 1 where something is damaged: the rest is restored, and what is not is named.

    CALLWARD_DATABASE_URL and CALLWARD_KEYS_DATABASE_URL name two empty databases for what was made of PostgreSQL.
    """
    from callward.web.lifecycle.backup.restore import Wanted, is_well
    from callward.web.lifecycle.backup.restore import restore as bring_back
    from callward.web.lifecycle.backup.store import Destination
    from callward.web.lifecycle.backup.targets import SERVERS

    destination = Destination.opened(place, key)
    assert key is not None
    wanted = Wanted(
        snapshot=snapshot,
        roots=roots,
        ledger=ledger,
        checkpoints=tuple(checkpoint or ()),
        shares=tuple(share or ()),
        accept_loss=accept_ledger_loss,
        sample=sample,
        databases={name: value for name, value in os.environ.items() if name.startswith(SERVERS)},
        replace=replace,
        objects=objects,
    )
    report = bring_back(destination, key, into, wanted)
    if as_json:
        _write(report)
    else:
        _show(report)
        where = f"CALLWARD_HOME={into}" + (f" CALLWARD_OBJECTS={objects}" if objects else "")
        _say(f"Restored into {into}. Start it with {where} callward serve.")
    raise typer.Exit(0 if is_well(report) else 1)


@backup.command()
def drill(
    place: _Place, *, key: _Key = None, snapshot: _Snapshot = "", sample: _Sample = 20, as_json: _Json = False
) -> None:
    """Restore into a scratch folder, prove that what lives opens and what was ended does not, and keep the report."""
    from callward.web.lifecycle.backup.store import Destination

    destination = Destination.opened(place, key)
    assert key is not None
    set_up()
    from callward.web import audit
    from callward.web.lifecycle.backup.drill import drill as rehearse

    drilled = rehearse(destination, key, audit.SYSTEM, snapshot=snapshot, sample=sample)
    audit.sequence_all()
    if as_json:
        _write(drilled.report | {"report": str(drilled.path)})
    else:
        _show(drilled.report)
        _say(f"The report is {drilled.path}.")
    raise typer.Exit(0 if drilled.well else 1)


@backup.command()
def prune(
    place: _Place,
    *,
    key: _Key = None,
    daily: _Days = None,
    weekly: _Weeks = None,
    monthly: _Months = None,
    yearly: _Years = None,
    drop_damaged: Annotated[
        bool, typer.Option("--drop-damaged", help="Delete snapshots that cannot be read, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")] = False,
    as_json: _Json = False,
) -> None:
    """Delete old snapshots, and objects that no snapshot has any more; the newest of each period stays.

    Without numbers CALLWARD_BACKUP_KEEP says them.
    The newest snapshot that opens always stays, and so does what the store locks.
    Ends with 1 where something is damaged or locked.
    """
    from callward.web.lifecycle.backup.store import Destination

    destination = Destination.opened(place, key)
    set_up()
    from django.conf import settings

    from callward.web import audit
    from callward.web.lifecycle.backup.pruning import Keep
    from callward.web.lifecycle.backup.pruning import prune as delete_old

    given = {"daily": daily, "weekly": weekly, "monthly": monthly, "yearly": yearly}
    named = {rule: many or 0 for rule, many in given.items()}
    keep = Keep(**named) if any(many is not None for many in given.values()) else Keep(**settings.BACKUP_KEEP)
    done = delete_old(destination, keep, audit.SYSTEM, dry_run=dry_run, drop_damaged=drop_damaged)
    audit.sequence_all()
    if as_json:
        _write(done.as_dict())
    else:
        going = ((name, "would go" if dry_run else "gone") for name in done.pruned)
        rows = [*((name, ", ".join(why)) for name, why in done.kept.items()), *going]
        rows += [*((name, "damaged") for name in done.damaged), *((name, "locked") for name in done.locked)]
        _table(("snapshot", "why"), [dict(zip(("snapshot", "why"), row, strict=True)) for row in sorted(rows)])
        _say(f"{done.objects} objects, {done.bytes / 1e6:.1f} MB, that no snapshot has.")
    raise typer.Exit(1 if done.damaged or done.locked else 0)


def _show(report: dict[str, Any]) -> None:
    """The report as a table, then what is damaged and what the restoring undid."""
    living, erased, destroyed = report["living"], report["erased"], report["destroyed"]
    rows = [
        ("snapshot", report["snapshot"]),
        ("living calls opened", f"{living['calls']} ({living['items_opened']} items)"),
        ("faults among them", ", ".join(f"{many} {_plain(code)}" for code, many in living["faults"].items()) or "none"),
        ("erased people", f"{erased['persons']}, of whom the snapshot still had {erased['replayed']}"),
        ("of these open", str(erased["opened"])),
        ("destroyed items", f"{destroyed['items']}, of which {destroyed['replayed']} had come back"),
        ("of these open", str(destroyed["opened"])),
        ("released holds", f"{report['released']['replayed']} had come back"),
        ("damaged or missing", str(len(report["damaged"]) + len(report["missing"]))),
    ]
    rows += [
        (f"ledger {log['origin']}", f"{log['size']} entries, {sum(log['undone'].values())} acts undone")
        for log in report["ledger"]
    ]
    _table(("what", "found"), [dict(zip(("what", "found"), row, strict=True)) for row in rows])
    for one in report["damaged"]:
        _say(f"  {_plain(one['code'])}  {one['name']}")
    for log in report["ledger"]:
        for act in log["acts"]:
            _say(f"  undone: {act['at']}  {_plain(act['action'])} ({act['outcome']})  {act['resource']}")


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[int], Callable[[int], None]]]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as shown:

        def begin(total: int) -> Callable[[int], None]:
            task = shown.add_task(what, total=total)
            return lambda done: shown.advance(task, done)

        yield begin


def _plain(code: str) -> str:
    """A code as words: these verbs run without the platform, which has a sentence for each."""
    return code.replace("_", " ").replace(".", " ")


def _table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        figures = column in {"objects", "size", "rows"}
        table.add_column(column, no_wrap=column == "snapshot", overflow="fold", justify="right" if figures else "left")
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    Console().print(table)


def _say(line: str) -> None:
    Console().print(line, highlight=False, soft_wrap=True)


def _write(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
