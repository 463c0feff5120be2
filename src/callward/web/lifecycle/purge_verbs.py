"""``callward purge``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.web.lifecycle.purging import Plan


def purge(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and destroy nothing.")] = False,
    controller: Annotated[str, typer.Option(help="Short name of the controller, where there are several.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")] = False,
) -> None:
    """Destroy what has had its time, unless a hold keeps it. A purge that was cut off goes on when this is run again.

    The worker does this by itself every ten minutes.
    """
    set_up()
    from callward.web import audit
    from callward.web.lifecycle import purging

    owner = chosen(controller)
    planned = purging.plan(owner)
    if dry_run:
        _tell_plan(planned, as_json=as_json)
        return
    console = Console(stderr=as_json)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        task = progress.add_task("purging", total=planned.items)
        purged = purging.purge(owner, progress=lambda items: progress.advance(task, items))
    audit.sequence(owner)
    if as_json:
        told: dict[str, object] = {
            "items": purged.items, "held": planned.held, "ended": purged.ended, "removed": purged.removed,
            "left_out": {one.slug: one.code for one in purged.left_out},
        }  # fmt: skip
        sys.stdout.write(json.dumps(told) + "\n")
        return
    console.print(
        f"{_many(purged.items, 'item')} destroyed, {_many(purged.ended, 'call')} reduced to their log,"
        f" {purged.removed} removed from it; holds keep {_many(planned.held, 'item')} past their time.",
        highlight=False,
    )
    for one in purged.left_out:
        console.print(
            f"Nothing of line {one.slug} was destroyed: its rules have changed, and its calls could not all be counted"
            f" anew ({one.code}).",
            highlight=False,
        )


def _tell_plan(planned: Plan, *, as_json: bool) -> None:
    if as_json:
        sample = [
            {"call": str(one.call), "line": one.line, "kind": one.kind, "until": one.until.isoformat()}
            for one in planned.sample
        ]
        told = {
            "would_destroy": planned.items,
            "by_line": planned.counts,
            "held": planned.held,
            "log_rows": planned.calls_to_remove,
            "to_anonymise": planned.to_anonymise,
            "counting": planned.counting,
            "sample": sample,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        return
    console = Console()
    if planned.items:
        _show_items(planned, console)
    going = f"{_many(planned.items, 'item')} and {_many(planned.calls_to_remove, 'row')} of the call log would go."
    sentences = [going if planned.items or planned.calls_to_remove else "Nothing has had its time."]
    if planned.held:
        sentences.append(f"Holds keep {_many(planned.held, 'item')} past their time.")
    if planned.to_anonymise:
        words = _many(planned.to_anonymise, "transcript")
        sentences.append(f"The words of {words} would stay anonymous, where that can be made sure of.")
    if planned.counting:
        sentences.append("Rules that changed are still being counted; a purge waits for that, and so should you.")
    console.print(" ".join([*sentences, "Nothing was destroyed."]), highlight=False)


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _show_items(planned: Plan, console: Console) -> None:
    """How many go by line and item, then the oldest of them."""
    from callward.web.core.labels import label

    table = Table("line", "past its time", "items", box=None, pad_edge=False)
    table.columns[-1].justify = "right"
    for line, kinds in planned.counts.items():
        for kind, count in kinds.items():
            table.add_row(line, label("item", kind), str(count))
    oldest = Table("call", "the oldest of them", "last day", box=None, pad_edge=False)
    for one in planned.sample:
        oldest.add_row(str(one.call), label("item", one.kind), one.until.isoformat())
    console.print(table, "", oldest, "", sep="\n")
