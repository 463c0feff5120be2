"""Which files hold call records, told by what is in them, and the records of one file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

import orjson

from callward.intake.errors import IntakeError, refused_row
from callward.intake.records import amazon, asterisk, freeswitch, genesys, twilio
from callward.intake.records.fields import JsonObject, JsonValue
from callward.intake.records.markup import load_xml
from callward.intake.records.model import CallRecord

HEAD: Final = 64 * 1024
MAX_BYTES: Final = 256 * 1024 * 1024
MAX_RECORDS: Final = 1_000_000
_MAX_VALUES: Final = 6_000_000  # in JSON: each takes many times its bytes in memory
_MAX_XML: Final = 16 * 1024 * 1024
_TABLES: Final = (".csv", ".tsv")
_JSONS: Final = (".json", ".jsonl", ".ndjson", "")
_TOKENS: Final = (
    *(b'"callflow"', b'"AWSContactTraceRecordFormatVersion"', b'"InitiationMethod"', b'"mediaType"'),
    *(b'"account_sid"', b'"call_sid"', b'"CallSid"', b'"eventtime"', b'"EventTime"', b'"core-uuid"', b'"ContactId"'),
)
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True, repr=False)
class RecordFile:
    """The records of one file, in its order; a row that cannot be read stands as its refusal."""

    path: Path
    records: tuple[CallRecord | IntakeError, ...]


def looks_like_records(path: Path, head: bytes) -> bool:
    """Whether a file may hold call records, by its ending and its first 64 KiB; ``read_records`` then decides."""
    ending = path.suffix.lower()
    if ending in _TABLES:
        return True
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    if ending == ".xml":
        return b"<cdr" in head
    return ending in _JSONS and start[:1] in (b"{", b"[") and any(token in head for token in _TOKENS)


def read_records(path: Path, data: bytes, columns: str | None = None) -> RecordFile | None:
    """The call records of a file, or None where it holds something else.

    ``columns`` is the text of the ``.columns`` file beside a table: the names of its columns in their order. Raises
    IntakeError ``record_too_large`` (over 256 MiB, 16 MiB of XML, six million values or a million records),
    ``record_csv``, ``record_columns`` or ``record_xml``.
    """
    if len(data) > MAX_BYTES:
        raise IntakeError("record_too_large", "the file of call records is over 256 MiB")
    ending = path.suffix.lower()
    if ending in _TABLES:
        found = _table(data, "\t" if ending == ".tsv" else ",", columns)
    elif ending == ".xml":
        if len(data) > _MAX_XML:
            raise IntakeError("record_too_large", "the call record in XML is over 16 MiB")
        name, value = load_xml(data)
        found = _records([value], path) if name == "cdr" else None
    else:
        found = _records(_values(data), path)
    if found is None:
        return None
    records = tuple(islice(found, MAX_RECORDS + 1))
    if len(records) > MAX_RECORDS:
        raise IntakeError("record_too_large", "the file holds over a million call records")
    return RecordFile(path, records) if records else None


def _table(data: bytes, delimiter: str, columns: str | None) -> Iterator[CallRecord | IntakeError] | None:
    # Asterisk writes names of callers as they came; what is no UTF-8 in them must not cost the whole file.
    lines = io.StringIO(data.decode("utf-8", "replace").removeprefix(_BOM), newline="")
    rows = _counted(csv.reader(lines, delimiter=delimiter))
    first = next(rows, None)
    if first is None:
        return None
    told = _named(columns) if columns is not None else None
    found = asterisk.cdr_columns(first, told)
    if found is not None:
        names, heads = found
        return asterisk.cdr(_dicts(names, rows if heads else chain([first], rows)), 2 if heads else 1)
    events = asterisk.cel_columns(first)
    if events is not None:
        return asterisk.cel(dict(row) for row in _dicts(events, chain([first], rows)))
    return None


def _named(columns: str) -> tuple[str, ...]:
    """The columns that a ``.columns`` file names; ``-`` stands for one that is not read."""
    told = tuple(name.strip().lower() for name in columns.replace("\n", ",").split(",") if name.strip())
    if not {"src", "dst", "start"} <= set(told) or len(told) > 100:
        raise IntakeError("record_columns", "the file of column names lacks src, dst or start")
    return told


def _counted(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (row for row in rows if any(row))
    except csv.Error:
        raise IntakeError("record_csv", "the call records are no CSV") from None


def _dicts(names: Sequence[str], rows: Iterable[list[str]]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {name: cell for name, cell in zip(names, row, strict=False) if name not in ("", "-")}


def _records(values: Iterable[JsonValue], path: Path) -> Iterator[CallRecord | IntakeError] | None:
    """The records of a list of JSON values, all of one system; None where the first is no record."""
    every = iter(values)
    first = next(every, None)
    if asterisk.is_event(first):
        return asterisk.cel(value for value in chain([first], every) if isinstance(value, dict))
    if not isinstance(first, dict) or not _is_record(first, path):
        return None
    return _one_each(chain([first], every), path)


def _one_each(values: Iterable[JsonValue], path: Path) -> Iterator[CallRecord | IntakeError]:
    for number, value in enumerate(values, 1):
        if isinstance(value, dict) and _is_record(value, path):
            found = _record(value, path)
            if found is not None:
                yield found
        else:
            yield refused_row(number, "something among the call records is none")


def _is_record(value: JsonObject, path: Path) -> bool:
    return freeswitch.reads(value) or amazon.reads(value) or genesys.reads(value, path) or twilio.reads(value)


def _record(value: JsonObject, path: Path) -> CallRecord | None:
    if freeswitch.reads(value):
        return freeswitch.record(value)
    if amazon.reads(value):
        return amazon.record(value)
    return genesys.record(value, path) if genesys.reads(value, path) else twilio.record(value)


def _values(data: bytes) -> Iterator[JsonValue]:
    """The JSON values of a file: one, a list of them, or many behind each other, as streams deliver them."""
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > _MAX_VALUES:
        raise IntakeError("record_too_large", "the file of call records holds over six million values")
    try:
        whole: JsonValue = orjson.loads(data)
    except orjson.JSONDecodeError:
        yield from _concatenated(data)
        return
    yield from whole if isinstance(whole, list) else [whole]


def _concatenated(data: bytes) -> Iterator[JsonValue]:
    """Values with or without space between them; what cannot be read ends them as one refused row."""
    text = data.decode("utf-8", "replace").removeprefix(_BOM)
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield None
            return
        yield value
