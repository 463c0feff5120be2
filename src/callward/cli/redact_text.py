"""``callward redact text``: text or calls in, the same with personal data replaced out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from callward.cli.detect import BrokenLineError, lines, open_input, parse_call, plain_call, report_broken
from callward.engine.pii import PiiError, detect, redact


def text(
    file: Annotated[
        Path | None, typer.Argument(help="A text file, one turn a line; standard input without it.")
    ] = None,
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one call a line as JSON, answer with a line each.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help="The language where the input names none (ISO 639-1).")] = None,
) -> None:
    """Replace personal data: ``[EMAIL]``, ``[PAYMENT_CARD ****1111]``. Everything else stays as it is.

    Exits with 1 where a line could not be read.
    """
    try:
        with open_input(file) as stream:
            broken = _redact_lines(stream, lang) if jsonl else _redact_text(stream, lang)
    except OSError as error:
        typer.echo(f"callward redact text: cannot read the input: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    if broken:
        raise typer.Exit(1)


def _redact_text(stream: BinaryIO, lang: str | None) -> int:
    raw = stream.read()
    call = plain_call(raw, lang)
    redacted = "\n".join(redact(call, detect(call)).texts)
    sys.stdout.buffer.write(redacted.encode() + (b"\n" if raw.endswith(b"\n") else b""))
    sys.stdout.buffer.flush()
    return 0


def _redact_lines(stream: BinaryIO, lang: str | None) -> int:
    """Answer each call with itself, its texts replaced; all other fields stay."""
    broken = 0
    for number, line in lines(stream):
        try:
            conversation = parse_call(line, lang)
            call = orjson.loads(line)
            for turn, said in zip(call["turns"], redact(conversation, detect(conversation)).texts, strict=True):
                turn["text"] = said
            answer = orjson.dumps(call)
        except (BrokenLineError, PiiError) as error:
            broken += 1
            answer = report_broken(number, str(error))
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
    return broken
