"""``callward detect``: personal data in text, or in calls given one a line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from callward.engine.pii import About, Conversation, Finding, PiiError, Turn
from callward.engine.pii import detect as find

SPEAKERS = {
    "agent": About.AGENT,
    "caller": About.CALLER,
    "customer": About.CALLER,
    "client": About.CALLER,
    "other": About.OTHER,
}
"""What transcripts call the speakers; any other name is an unknown speaker."""

_LONGEST_LINE = 64 << 20


class BrokenLineError(Exception):
    """A line that is no call; the message says why without quoting it."""


def detect(
    file: Annotated[
        Path | None, typer.Argument(help="A text file, one turn a line; standard input without it.")
    ] = None,
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one call a line as JSON, answer with a line each.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help="The language where the input names none (ISO 639-1).")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say for each finding what spoke for it.")] = False,
) -> None:
    """Find personal data: cards and accounts, identifiers, contacts, names and addresses, birth dates, conditions.

    Exits with 1 where a line could not be read; the other lines are answered all the same.
    """
    gc.disable()  # until the first answer: what it loads and builds stays
    try:
        with open_input(file) as stream:
            broken = _answer_lines(stream, lang, explain=explain) if jsonl else _show(stream, lang, explain=explain)
    except OSError as error:
        typer.echo(f"callward detect: cannot read the input: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    finally:
        gc.enable()
    if broken:
        raise typer.Exit(1)


def open_input(file: Path | None) -> BinaryIO:
    """Open ``file``, or a second handle on standard input, so that closing it harms nobody."""
    return open(sys.stdin.fileno(), "rb", closefd=False) if file is None else file.open("rb")


def parse_call(line: bytes, lang: str | None) -> Conversation:
    """Read one call: ``{"lang", "countries", "turns": [{"speaker", "text", "start", "end"}]}``.

    Only ``turns`` with their ``text`` are needed. Raises BrokenLineError, whose message quotes nothing.
    """
    if len(line) > _LONGEST_LINE:
        raise BrokenLineError("longer than 64 MiB")
    try:
        call = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BrokenLineError("not valid JSON") from error
    if not isinstance(call, dict) or not isinstance(call.get("turns"), list):
        raise BrokenLineError("a call needs a list of turns")
    language = call.get("lang", lang)
    countries = call.get("countries", [])
    if not (language is None or isinstance(language, str)):
        raise BrokenLineError("lang is not a string")
    if not isinstance(countries, list) or not all(isinstance(country, str) for country in countries):
        raise BrokenLineError("countries is not a list of strings")
    turns = tuple(_turn(turn) for turn in call["turns"])
    return Conversation(turns, language or lang, tuple(country.upper() for country in countries))


def _turn(turn: object) -> Turn:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise BrokenLineError("a turn needs a text")
    speaker = turn.get("speaker")
    about = SPEAKERS.get(speaker.lower(), About.UNKNOWN) if isinstance(speaker, str) else About.UNKNOWN
    return Turn(about, turn["text"], _milliseconds(turn.get("start")), _milliseconds(turn.get("end")))


def _milliseconds(seconds: object) -> int | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e9:
        raise BrokenLineError("a time is not a number of seconds")
    return round(seconds * 1000)


def lines(stream: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield number, line


def report_broken(number: int, reason: str) -> bytes:
    """Say on standard error that a line was refused; return the line of output that stands for it."""
    typer.echo(f"line {number}: {reason}", err=True)
    return orjson.dumps({"error": {"line": number, "reason": reason}, "entities": []})


def _answer_lines(stream: BinaryIO, lang: str | None, *, explain: bool) -> int:
    broken = 0
    for number, line in lines(stream):
        try:
            entities = list(_entities(find(parse_call(line, lang)), explain=explain))
            answer = orjson.dumps({"entities": entities})
        except (BrokenLineError, PiiError) as error:
            broken += 1
            answer = report_broken(number, str(error))
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
        gc.enable()
    return broken


def _entities(findings: tuple[Finding, ...], *, explain: bool) -> Iterator[dict[str, object]]:
    """Yield one entity for each span; the spans of one finding share its number."""
    for number, finding in enumerate(findings):
        for span in finding.spans:
            entity: dict[str, object] = {
                "turn": span.turn,
                "start": span.start,
                "end": span.end,
                "type": finding.type.value,
                "score": finding.score,
                "spoken": finding.spoken,
                "rule": finding.rule,
                "finding": number,
                "about": finding.about.value,
            }
            if explain:
                entity["evidence"] = [
                    {"kind": one.kind, "detail": one.detail, "weight": one.weight} for one in finding.evidence
                ]
            yield entity


def plain_call(text: bytes, lang: str | None) -> Conversation:
    """Take plain text as a call with one turn a line; ``Agent:`` and the like at its beginning name the speaker."""
    turns = []
    for line in text.decode("utf-8", "replace").removesuffix("\n").split("\n"):
        name = line.split(":", 1)[0].strip().lower()
        turns.append(Turn(SPEAKERS.get(name, About.UNKNOWN) if ":" in line else About.UNKNOWN, line))
    return Conversation(tuple(turns), lang)


def _show(stream: BinaryIO, lang: str | None, *, explain: bool) -> int:
    """Print a table for a person who reads the file itself: it shows what was found."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    call = plain_call(stream.read(), lang)
    table = Table("line", "type", "text", "score", "rule", "about", *(["because"] if explain else []))
    findings = find(call)
    for finding in findings:
        for span in finding.spans:
            said = call.turns[span.turn].text[span.start : span.end]
            because = ", ".join(f"{one.kind} {one.detail} {one.weight:+.2f}" for one in finding.evidence)
            row = [
                str(span.turn + 1),
                finding.type.value,
                said,
                f"{finding.score:.2f}",
                finding.rule,
                finding.about.value,
            ]
            table.add_row(*(Text(cell) for cell in (*row, *([because] if explain else []))))
    Console().print(table if findings else "Nothing found.")
    return 0
