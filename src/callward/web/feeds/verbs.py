"""`callward feeds`: the sources that calls come from by themselves."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from callward.web.controllers import chosen, set_up

if TYPE_CHECKING:
    from callward.web.core.models import Controller
    from callward.web.feeds.models import Feed

feeds = typer.Typer(no_args_is_help=True, help="List, add, remove and run the sources that calls come from.")

_Controller = Annotated[
    str, typer.Option("--controller", help="Short name of the controller, where there are several.")
]
_Json = Annotated[bool, typer.Option("--json", help="Write one JSON object and nothing else.")]
_Slug = Annotated[str, typer.Argument(help="The feed's short name.")]


@feeds.command("list")
def list_(*, controller: _Controller = "", as_json: _Json = False) -> None:
    """List feeds: how each stands, its last arrival, and what to do. Ends with 1 when one needs a person."""
    set_up()
    from callward.web.feeds import shown
    from callward.web.feeds.models import Feed

    rows = []
    for feed in Feed.objects.for_controller(chosen(controller)).select_related("line"):
        refused, waiting = shown.counts_of(feed)
        rows.append((feed, refused, shown.standing_of(feed, refused, waiting)))
    if as_json:
        told = [
            {
                "name": feed.slug,
                "kind": feed.kind,
                "line": feed.line.slug if feed.line else None,
                "on": feed.is_on,
                "state": standing.status,
                "fault": feed.fault or None,
                "looked_at": feed.looked_at.isoformat() if feed.looked_at else None,
                "last_arrival": feed.arrived_at.isoformat() if feed.arrived_at else None,
                "calls": feed.calls,
                "duplicates": feed.duplicates,
                "refused": refused,
            }
            for feed, refused, standing in rows
        ]
        sys.stdout.write(json.dumps({"feeds": told}) + "\n")
    else:
        table = Table(box=None, pad_edge=False)
        for head in ("feed", "kind", "state", "last arrival", "calls", "refused", "what to do"):
            table.add_column(head)
        for feed, refused, standing in rows:
            arrived = feed.arrived_at.strftime("%Y-%m-%d %H:%M") if feed.arrived_at else "never"
            told_row = (feed.slug, feed.kind, standing.word, arrived, str(feed.calls), str(refused), standing.next)
            table.add_row(*map(escape, told_row))
        Console().print(table if rows else "No feed yet: add one with `callward feeds add`.")
    raise typer.Exit(1 if any(standing.status in {"due", "overdue", "blocked"} for *_, standing in rows) else 0)


@feeds.command()
def add(
    slug: _Slug,
    kind: Annotated[str, typer.Option(help="The kind of feed, such as folder.")] = "folder",
    place: Annotated[str, typer.Option(help="Where it is, as the kind reads it: a folder's full path.")] = "",
    line: Annotated[str, typer.Option(help="The line of calls that name none.")] = "",
    name: Annotated[str, typer.Option(help="What people call it; the short name when left out.")] = "",
    pattern: Annotated[str, typer.Option(help="File-name pattern, such as {line}_{caller}_{started}.")] = "",
    option: Annotated[list[str] | None, typer.Option(help="What the kind asks for, as name=value; repeatable.")] = None,
    secret_file: Annotated[str, typer.Option(help="Read the secret that the source asks for from this file.")] = "",
    controller: _Controller = "",
    *,
    delete_originals: Annotated[
        bool, typer.Option("--delete-originals", help="Delete originals once the sealed copy has been read back.")
    ] = False,
    leave_refused: Annotated[
        bool, typer.Option("--leave-refused", help="Leave refused files where they are, instead of moving them.")
    ] = False,
) -> None:
    """Add a feed. It is looked into by the worker every few seconds."""
    set_up()
    from callward.web.calls.ingesting import COMMAND
    from callward.web.feeds import acts
    from callward.web.feeds.forms import FeedForm
    from callward.web.feeds.kinds import kind_of
    from callward.web.feeds.models import Feed

    owner = chosen(controller)
    told = dict(part.partition("=")[::2] for part in option or [])
    kind_found = kind_of(Feed(kind=kind))
    defaults = {f"option_{key}": field.initial for key, field in kind_found.options().items()}
    data = {
        "name": name or slug, "slug": slug, "place": place, "pattern": pattern, "is_on": "on",
        "line": str(_line(owner, line)) if line else "",
        "originals": "delete" if delete_originals else "keep",
        "refused": "stay" if leave_refused else "move",
        "secret": _read(secret_file),
        **{key: value for key, value in defaults.items() if value is not None},
        **{f"option_{key}": value for key, value in told.items()},
    }  # fmt: skip
    form = FeedForm(data, controller=owner, kind=kind_found)
    unknown = [key for key in told if f"option_{key}" not in form.fields]
    _refuse_errors(form.errors.get_json_data(), unknown)
    made = form.feed()
    acts.save_feed(made, by=COMMAND, secret=form.cleaned_data.get("secret", ""))
    out = Console()
    out.print(f"[bold]{escape(made.slug)}[/] is kept.", highlight=False)
    for word, text in kind_found.notes(made):
        out.print(f"{word}: {escape(text)}", highlight=False)


@feeds.command()
def remove(slug: _Slug, *, controller: _Controller = "") -> None:
    """Remove a feed. What lies at its source stays there, and so do the calls that came from it."""
    set_up()
    from callward.web.calls.ingesting import COMMAND
    from callward.web.feeds import acts

    acts.remove_feed(_feed(chosen(controller), slug), by=COMMAND)
    Console().print(f"[bold]{escape(slug)}[/] is removed.", highlight=False)


@feeds.command()
def run(
    slug: Annotated[str, typer.Argument(help="The feed's short name; every feed that is on when left out.")] = "",
    *,
    controller: _Controller = "",
    as_json: _Json = False,
) -> None:
    """Look into feeds once, now. Ends with 0 when all is done, 1 when something needs a person."""
    set_up()
    from callward.web.calls.ingesting import publish
    from callward.web.feeds import running, shown
    from callward.web.feeds.models import Feed

    owner = chosen(controller)
    sentences = []
    found = [_feed(owner, slug)] if slug else list(Feed.objects.for_controller(owner).filter(is_on=True))
    told, wanting = [], False
    for feed in found:
        done = running.run(feed, most=sys.maxsize)
        wanting = wanting or bool(feed.fault or done.refused or done.later)
        sentences.append((feed.slug, shown.told_of(feed, done)))
        told.append(
            {
                "name": feed.slug, "taken_in": done.taken, "duplicates": done.duplicates,
                "notes_renewed": done.renewed, "refused": done.refused,
                "later": done.later, "originals_deleted": done.removed, "fault": feed.fault or None,
            }
        )  # fmt: skip
    publish(owner)
    if as_json:
        sys.stdout.write(json.dumps({"feeds": told}) + "\n")
    else:
        for slug_of, sentence in sentences:
            Console().print(f"[bold]{escape(slug_of)}[/]: {escape(sentence)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if wanting else 0)


def _feed(owner: Controller, slug: str) -> Feed:
    from callward.web.feeds.errors import FeedError
    from callward.web.feeds.models import Feed

    found = Feed.objects.for_controller(owner).select_related("line", "controller").filter(slug=slug).first()
    if found is None:
        raise FeedError("feed_unknown", "the controller has no feed of that short name")
    return found


def _line(owner: Controller, name: str) -> object:
    from callward.engine.errors import Error
    from callward.web.calls.arrivals import lines_of

    found = lines_of(owner).get(name)
    if found is None:
        raise Error("line_unknown", "the controller has no such line in use")
    return found.pk


def _read(file: str) -> str:
    from pathlib import Path

    from callward.web.feeds.errors import FeedError

    if not file:
        return ""
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise FeedError("secret_file", "the file of the secret cannot be read") from None


def _refuse_errors(errors: dict[str, list[dict[str, str]]], unknown: list[str]) -> None:
    from callward.web.feeds.errors import FeedError

    if unknown:
        raise FeedError("option_unknown", f"the kind has no option {', '.join(sorted(unknown))}")
    if errors:
        field, [first, *_rest] = next(iter(errors.items()))
        raise FeedError("feed_refused", f"{field.removeprefix('option_')}: {first['message']}")
