"""`callward ingest` and `callward doctor`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.intake import IntakeOptions
    from callward.web.calls.ingesting import Report, Tally

_SHOWN_REFUSALS = 20


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Recordings, transcripts, vCons, or folders of them.")],
    line: Annotated[str, typer.Option(help="The line of calls that name none.")] = "",
    tz: Annotated[str, typer.Option(help="IANA zone of times without one; else the line's.")] = "",
    pattern: Annotated[str, typer.Option(help="File-name pattern, such as {line}_{caller}_{started}.")] = "",
    controller: Annotated[str, typer.Option(help="Short name of the controller, where there are several.")] = "",
    jobs: Annotated[int, typer.Option(min=1, help="Calls worked on at once.")] = os.cpu_count() or 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")] = False,
) -> None:
    """Take calls in: find personal data, redact, verify, seal, and record every act.

    The same input twice is one call, so an interrupted run is simply started again.
    Ends with 0 when all is done, and with 2 when it could not run.
    Ends with 1 when something needs a person: it was refused, is in review, or has no transcript.
    """
    set_up()
    from callward.intake import discover
    from callward.web.calls import ingesting

    owner = chosen(controller)
    options = _options(owner, line, tz, pattern)
    sources = list(discover(paths))
    tally = ingesting.Tally()
    console = Console(stderr=as_json)
    with _progress(console, hidden=as_json) as progress:
        task = progress.add_task("taking in", total=len(sources))
        for report in ingesting.ingest(owner, sources, options, jobs):
            tally.add(report)
            progress.advance(task)
    if tally.taken_in or tally.refused:
        # A run that was cut off leaves this to the worker or to the next run.
        ingesting.publish(owner)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(tally)) + "\n")
    else:
        _show(console, tally)
    raise typer.Exit(1 if tally.needs_a_person else 0)


def doctor(
    *,
    now: Annotated[bool, typer.Option("--now", help="Sweep what nothing refers to at once, not after a day.")] = False,
    advisories: Annotated[
        Path | None, typer.Option(help="Name known vulnerabilities of what is installed: a file of OSV records.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")] = False,
) -> None:
    """Check what is kept, replay what was cut off, sweep what a crash left, verify the ledger, prove connections.

    Ends with 0 when everything stands, 1 when something needs a person.
    """
    set_up()
    from callward.web.calls.doctor import Check, examine
    from callward.web.proofs import Proof, prove

    findings: list[Proof | Check] = [*prove(advisories), *examine(at_once=now)]
    if as_json:
        sys.stdout.write(json.dumps({"checks": [check.as_dict() for check in findings]}) + "\n")
    else:
        console = Console()
        for check in findings:
            mark = "[green]●[/]" if check.well else "[red]▲[/]"
            console.print(f"{mark} {check.name}: {escape(check.told)}", highlight=False, soft_wrap=True)
    raise typer.Exit(0 if all(check.well for check in findings) else 1)


def _options(owner: Any, line: str, tz: str, pattern: str) -> IntakeOptions:
    """What holds for every call; what makes no sense is refused before the first one is read."""
    from callward.engine.errors import Error
    from callward.intake import IntakeOptions, file_pattern, given
    from callward.web.calls.arrivals import lines_of

    if line and line not in lines_of(owner):
        raise Error("line_unknown", "the controller has no such line in use")
    facts = given({"line": line} if line else {})
    return IntakeOptions(facts, file_pattern(pattern) if pattern else None, tz or None)


def _progress(console: Console, *, hidden: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=hidden or not console.is_terminal)


def _show(console: Console, tally: Tally) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column()
    found = ", ".join(f"{name} {count}" for name, count in sorted(tally.categories.items(), key=lambda row: -row[1]))
    reviews = ", ".join(f"{code} {count}" for code, count in sorted(tally.reviews.items()))
    table.add_row("calls found", str(tally.found), f"{tally.seconds / 60:.1f} minutes of sound taken in")
    table.add_row("sealed", str(tally.taken_in), f"{tally.released} released")
    table.add_row("findings", str(sum(tally.categories.values())), found)
    table.add_row("stretches masked", str(tally.masks), "")
    table.add_row("in review", str(tally.in_review), reviews)
    table.add_row("without transcript", str(tally.waiting), "")
    if tally.logged:
        table.add_row("without recording", str(tally.logged), "rows of the call log")
    table.add_row("already here", str(tally.duplicates), "")
    if tally.renewed:
        table.add_row("newer notes", str(tally.renewed), "of calls that were here already")
    table.add_row("refused", str(len(tally.refused)), "")
    console.print(table)
    for report in tally.refused[:_SHOWN_REFUSALS]:
        console.print(
            f"  [red]▲[/] {_plain(report.name)}: {report.detail} [dim]({report.reasons[0]})[/]", highlight=False
        )
    if len(tally.refused) > _SHOWN_REFUSALS:
        console.print(f"  … and {len(tally.refused) - _SHOWN_REFUSALS} more; --json lists all")


def _plain(name: str) -> str:
    """A file name as it may be printed: no markup of ours and no command of the terminal's."""
    return escape("".join(sign if sign.isprintable() else "?" for sign in name))


def _as_json(tally: Tally) -> dict[str, object]:
    return {
        "found": tally.found,
        "taken_in": tally.taken_in,
        "released": tally.released,
        "in_review": tally.in_review,
        "waits_for_transcript": tally.waiting,
        "not_recorded": tally.logged,
        "duplicates": tally.duplicates,
        "notes_renewed": tally.renewed,
        "findings": tally.categories,
        "masks": tally.masks,
        "seconds": round(tally.seconds, 1),
        "reviews": tally.reviews,
        "refused": [_refusal(report) for report in tally.refused],
    }


def _refusal(report: Report) -> dict[str, str]:
    return {"name": report.name, "reason": report.reasons[0], "detail": report.detail}
