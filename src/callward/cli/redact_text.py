"""``callward redact text``: text or calls in, the same with personal data replaced out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn

import orjson
import typer

from callward.cli.detect import BrokenLineError, lines, open_input, parse_call, plain_call, report_broken
from callward.engine.errors import Error
from callward.engine.pii import (
    DEFAULT_OPERATORS,
    Conversation,
    Generalise,
    Hash,
    Mask,
    Operator,
    PiiError,
    Pseudonym,
    Redacted,
    Replace,
    Type,
    detect,
    redact,
)
from callward.keyfile import read_key_file


class Choice(StrEnum):
    """The operators by name."""

    MASK = "mask"
    REPLACE = "replace"
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    HASH = "hash"
    KEEP = "keep"


_CALL_FIELDS = frozenset({"id", "lang", "countries"})
_TURN_FIELDS = frozenset({"speaker", "start", "end"})
_KEYED = frozenset({Choice.PSEUDONYM, Choice.HASH})


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the user asked for: an operator for all types, others for some, and the key that some need."""

    general: Choice | None
    special: Mapping[Type, Choice]
    key: bytes | None

    def chosen(self, kind: Type) -> Choice | None:
        return self.special.get(kind, self.general)

    def redact(self, call: Conversation) -> Redacted:
        found = tuple(one for one in detect(call) if self.chosen(one.type) is not Choice.KEEP)
        operators = {kind: _operator(self.chosen(kind), kind, call.language) for kind in Type}
        return redact(call, found, operators, key=self.key)


def _operator(choice: Choice | None, kind: Type, language: str | None) -> Operator:
    if choice is Choice.MASK:
        # The last digits help to tell a card; those of anything else would help to tell a person.
        return Mask(last=4 if kind is Type.PAYMENT_CARD else 0)
    if choice is Choice.PSEUDONYM:
        return Pseudonym(language)
    if choice is Choice.GENERALISE:
        return Generalise()
    if choice is Choice.HASH:
        return Hash()
    return Replace() if choice is Choice.REPLACE else DEFAULT_OPERATORS[kind]


def text(
    file: Annotated[
        Path | None, typer.Argument(help="A text file, one turn a line; standard input without it.")
    ] = None,
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one call a line as JSON, answer with a line each.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help="The language where the input names none (ISO 639-1).")] = None,
    operator: Annotated[Choice | None, typer.Option(help="What takes the place of every type.")] = None,
    for_type: Annotated[
        list[str] | None, typer.Option("--for", metavar="TYPE=OPERATOR", help="Another operator for one type.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file of 32 bytes, for pseudonym and hash.")
    ] = None,
) -> None:
    """Replace personal data: ``[EMAIL]``, ``[PAYMENT_CARD ****1111]``. Everything else stays as it is.

    Exits with 1 where a line could not be read.
    """
    wish = _wish(operator, for_type or [], key)
    try:
        with open_input(file) as stream:
            broken = _redact_lines(stream, lang, wish) if jsonl else _redact_text(stream, lang, wish)
    except OSError as error:
        typer.echo(f"callward redact text: cannot read the input: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    if broken:
        raise typer.Exit(1)


def _wish(general: Choice | None, special: list[str], key: Path | None) -> _Wish:
    """Read the options; exits with 2 where they say nothing that can be done."""
    chosen: dict[Type, Choice] = {}
    for pair in special:
        kind, _, name = pair.partition("=")
        try:
            chosen[Type(kind.upper())] = Choice(name)
        except ValueError:
            _refuse(f"--for {pair!r}: give a type and one of {', '.join(Choice)}, such as PERSON=pseudonym")
    if key is None and _KEYED & {general, *chosen.values()}:
        _refuse("pseudonym and hash need --key FILE, 32 random bytes that only you can read")
    try:
        return _Wish(general, chosen, None if key is None else read_key_file(key))
    except Error as error:
        _refuse(str(error))


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"callward redact text: {reason}", err=True)
    raise typer.Exit(2)


def _redact_text(stream: BinaryIO, lang: str | None, wish: _Wish) -> int:
    raw = stream.read()
    redacted = "\n".join(wish.redact(plain_call(raw, lang)).texts)
    sys.stdout.buffer.write(redacted.encode() + (b"\n" if raw.endswith(b"\n") else b""))
    sys.stdout.buffer.flush()
    return 0


def _known(given: Mapping[str, object], fields: frozenset[str]) -> dict[str, object]:
    return {
        name: value for name, value in given.items() if name in fields and isinstance(value, str | int | float | list)
    }


def _redact_lines(stream: BinaryIO, lang: str | None, wish: _Wish) -> int:
    """Answer each call with its texts replaced. Fields that may hold words of their own are left out of the answer."""
    broken = 0
    for number, line in lines(stream):
        try:
            conversation = parse_call(line, lang)
            call = orjson.loads(line)
            turns = [
                {**_known(turn, _TURN_FIELDS), "text": said}
                for turn, said in zip(call["turns"], wish.redact(conversation).texts, strict=True)
            ]
            answer = orjson.dumps({**_known(call, _CALL_FIELDS), "turns": turns})
        except (BrokenLineError, PiiError) as error:
            broken += 1
            answer = report_broken(number, str(error))
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
    return broken
