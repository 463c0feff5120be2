"""``callward sweep``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.web.core.models import Controller
    from callward.web.sweeps.models import Sweep

sweep = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Look at kept calls again, with what is known now; find and remove what may not be kept.",
)

_Line = Annotated[str, typer.Option(help="Only calls of this line.")]
_From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Only calls of this day on.")]
_To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Only calls up to this day.")]
_Item = Annotated[
    list[str] | None, typer.Option("--item", help="Only items of this kind, such as transcript.original; repeatable.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
_Workers = Annotated[int, typer.Option(min=1, help="Processes of this command.")]
_Dask = Annotated[str, typer.Option(metavar="ADDRESS", help="Work on the Dask cluster at this scheduler.")]
_Background = Annotated[bool, typer.Option("--background", help="Leave the work to the background worker.")]
_Controller = Annotated[str, typer.Option(help="Short name of the controller, where there are several.")]
_Json = Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="The id of the sweep, or how it begins.")]


_DETECT = """
Search the released copies again with the rules and the detector of now, and mask what still stands in them.

Released notes and forms are searched likewise, and the originals for payment data.
What is masked stays masked.
Ends with 0 when nothing needs a person, 1 when something does (found in a dry run, sent to review, not
opened), 2 when it could not run.
"""
_HEAL = """
Find card data and what else may never be kept, in every copy of every call, and make it go.

Searches recordings with their tags, transcripts, labels, notes and other texts.
What is found is masked in a new copy under a new key; the old key and object are destroyed.
Exit codes are those of detect.
"""


def _begins(kind: str, about: str) -> None:
    """Make the verb that begins a sweep of a kind: all kinds take the same options."""

    @sweep.command(kind, help=about)
    def begin(
        *,
        line: _Line = "",
        since: _From = None,
        until: _To = None,
        item: _Item = None,
        dry_run: _DryRun = False,
        workers: _Workers = 1,
        dask: _Dask = "",
        background: _Background = False,
        controller: _Controller = "",
        as_json: _Json = False,
    ) -> None:
        owner = _owner(controller)
        from callward.web.sweeps import running

        wanted = running.Wanted(
            kind,
            dry_run=dry_run,
            line=_line(owner, line),
            since=since.date() if since else None,
            until=until.date() if until else None,
            items=_kinds(item or []),
            workers=_kind_of_workers(dask, background=background),
        )
        with _cluster(dask) as cluster:
            begun = running.begin(owner, wanted)
            _work(owner, begun, workers, cluster, background=background, as_json=as_json)


_begins("detect", _DETECT)
_begins("heal", _HEAL)


@sweep.command("list")
def list_(*, controller: _Controller = "", as_json: _Json = False) -> None:
    """List the sweeps, the newest first."""
    owner = _owner(controller)
    from callward.web.sweeps import reporting
    from callward.web.sweeps.models import Sweep

    rows = reporting.figures_of(Sweep.objects.for_controller(owner)[:200])
    if as_json:
        _write({"sweeps": [one.as_json() for one in rows]})
        return
    table = Table("sweep", "kind", "begun", "state", "calls", "found", "in review", box=None, pad_edge=False)
    for one in rows:
        kind = one.sweep.kind + (" (dry run)" if one.sweep.dry_run else "")
        begun = f"{one.sweep.started_at:%Y-%m-%d %H:%M}"
        done = f"{one.calls_done}/{one.sweep.calls}"
        table.add_row(one.sweep.id.hex[:8], kind, begun, one.sweep.state, done, str(one.found), str(one.to_review))
    Console().print(table)


@sweep.command()
def show(sweep_id: _Id, *, controller: _Controller = "", as_json: _Json = False) -> None:
    """Show one sweep: its report in figures."""
    owner = _owner(controller)
    from callward.web.sweeps import running

    _report(running.found(owner, sweep_id), as_json=as_json)


@sweep.command()
def resume(
    sweep_id: _Id,
    *,
    workers: _Workers = 1,
    dask: _Dask = "",
    background: _Background = False,
    controller: _Controller = "",
    as_json: _Json = False,
) -> None:
    """Go on with a sweep that was cut off or cancelled."""
    owner = _owner(controller)
    from callward.web.sweeps import running, tasks

    named, by = running.found(owner, sweep_id), _kind_of_workers(dask, background=background)
    with _cluster(dask) as cluster:
        found = tasks.resume(named) if background else running.resume(named, by)
        _work(owner, found, workers, cluster, background=background, as_json=as_json)


@sweep.command()
def cancel(sweep_id: _Id, *, controller: _Controller = "", as_json: _Json = False) -> None:
    """Stop a sweep: its workers end within one call. What was changed stays changed."""
    owner = _owner(controller)
    from callward.web import audit
    from callward.web.sweeps import running

    found = running.found(owner, sweep_id)
    running.cancel(found)
    audit.sequence(owner)
    found.refresh_from_db()
    _report(found, as_json=as_json)


def _work(owner: Controller, begun: Sweep, workers: int, cluster: Any, *, background: bool, as_json: bool) -> None:
    """Put the calls into batches and have them done, with a bar; then tell what came of it."""
    from callward.web import audit
    from callward.web.sweeps import crew, running, tasks

    running.cut(begun)
    if background:
        tasks.go_on()
        _said_later(begun, as_json=as_json)
        return
    batches = running.open_batches(begun)
    begun.refresh_from_db()
    if cluster is not None:
        cluster.refuse_unfit(begun.id)
    done = cluster.work(begun.id, batches) if cluster is not None else crew.work(begun.id, batches, workers)
    console = Console(stderr=as_json)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        task = progress.add_task("sweeping", total=begun.calls, completed=running.tally_of(begun).calls)
        for told in done:
            progress.advance(task, told["calls"])
    running.end_if_done(begun)
    audit.sequence(owner)
    begun.refresh_from_db()
    _report(begun, as_json=as_json)


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """Connect to the cluster before anything is written: an address that is wrong begins no sweep."""
    if not address:
        yield None
        return
    from callward.web.sweeps.cluster import Cluster

    cluster = Cluster(address)
    try:
        yield cluster
    finally:
        cluster.close()


def _owner(controller: str) -> Controller:
    set_up()
    return chosen(controller)


def _kind_of_workers(dask: str, *, background: bool) -> str:
    from callward.web.sweeps.models import Sweep
    from callward.web.sweeps.running import SweepError

    if dask and background:
        raise SweepError("sweep_workers", "--dask and --background exclude each other")
    return Sweep.Workers.DASK if dask else Sweep.Workers.QUEUE if background else Sweep.Workers.LOCAL


def _line(owner: Controller, slug: str) -> Any:
    from callward.engine.errors import Error
    from callward.web.core.models import Line

    if not slug:
        return None
    line = Line.objects.for_controller(owner).filter(slug=slug).first()
    if line is None:
        raise Error("line_unknown", "the controller has no such line")
    return line


def _kinds(named: list[str]) -> list[str]:
    from callward.shelf import ItemKind
    from callward.web.sweeps.running import SweepError

    if unknown := set(named) - {kind.value for kind in ItemKind}:
        kinds = ", ".join(kind.value for kind in ItemKind)
        raise SweepError("sweep_items", f"{len(unknown)} kinds of items are not known; there are {kinds}")
    return named


def _said_later(begun: Sweep, *, as_json: bool) -> None:
    if as_json:
        _write({"sweep": str(begun.id), "state": begun.state})
    else:
        Console().print(
            f"The background worker does it; `callward sweep show {begun.id.hex[:8]}` tells how far it is.",
            highlight=False,
        )


def _report(found: Sweep, *, as_json: bool) -> None:
    from callward.web.sweeps import reporting

    figures = reporting.figures(found)
    if as_json:
        _write(reporting.document(found))
    else:
        from callward.web.sweeps.pages import kind_of_item, what_of

        console = Console()
        table = Table(box=None, show_header=False, pad_edge=False)
        for row in reporting.plain_rows(figures, kind_of_item, what_of):
            table.add_row(*row)
        console.print(table, highlight=False)
    raise typer.Exit(1 if figures.needs_a_person else 0)


def _write(document: Any) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
