"""``callward seal`` and ``callward open``: sealed streams on the command line."""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from callward.engine import envelope
from callward.engine.errors import Error
from callward.keyfile import read_key_file

_STANDARD = Path("-")
# A clean "no": what was given is not a stream that this key and associated data open.
_DOES_NOT_OPEN = frozenset({"sealed_truncated", "sealed_header", "sealed_tampered"})
_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})?", re.ASCII)

_KeyFile = Annotated[
    Path, typer.Option("--key-file", help="32 raw bytes, or their hexadecimal or base64 text; mode 0600.")
]
_Aad = Annotated[str, typer.Option("--aad", help="Associated data: a text that opening must repeat.")]
_In = Annotated[Path, typer.Argument(metavar="IN", help="A file, or - for standard input.")]
_Out = Annotated[Path, typer.Argument(metavar="OUT", help="A file, or - for standard output.")]


def seal(source: _In, target: _Out, *, key_file: _KeyFile, aad: _Aad = "") -> None:
    """Seal a file under a 32-byte key.

    OUT appears under its name only when it is complete; an existing file is replaced then and not before.
    """

    def work() -> None:
        key = read_key_file(key_file)
        with _reading(source) as plain, _writing(target) as sealed:
            envelope.seal_stream(key, cast("io.BufferedReader", plain), sealed, aad.encode())

    _run(source, work)


def open_(
    source: _In,
    target: _Out,
    *,
    key_file: _KeyFile,
    aad: _Aad = "",
    span: Annotated[
        str,
        typer.Option("--range", metavar="A-B", help="Only plaintext bytes A up to, not including, B (A-: to the end)."),
    ] = "",
) -> None:
    """Open a sealed file; nothing is left behind when it does not open.

    OUT appears under its name only when it is complete.
    To standard output nothing is written before everything asked for has been opened once and found whole.
    Exit 1: the file does not open (changed, cut, wrong key or associated data). Exit 2: it could not be tried.
    """

    def work() -> None:
        start, stop = _parse_range(span)
        key = read_key_file(key_file)
        with _sealed(source) as sealed:
            if target == _STANDARD:
                _copy(key, sealed, aad.encode(), _NOWHERE, start, stop)
            with _writing(target) as plain:
                _copy(key, sealed, aad.encode(), plain, start, stop)

    _run(source, work)


class _Nowhere(io.RawIOBase):
    """Takes plaintext that was opened only to see that it opens."""

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        return len(memoryview(cast("bytes", data)))


_NOWHERE = cast("BinaryIO", _Nowhere())


def _copy(key: bytes, sealed: BinaryIO, aad: bytes, target: BinaryIO, start: int, stop: int | None) -> None:
    source = envelope.FileSource(sealed)
    if (start, stop) == (0, None):
        envelope.open_stream(key, source, target, aad)
        return
    with envelope.SealedReader(key, source, aad) as reader:
        target.writelines(reader.read_range(start, reader.size if stop is None else stop))


def _parse_range(text: str) -> tuple[int, int | None]:
    if not text:
        return 0, None
    found = _RANGE.fullmatch(text)
    if not found:
        raise envelope.EnvelopeError("sealed_range", "a range is two byte positions: A-B, or A- to the end")
    return int(found[1]), int(found[2]) if found[2] else None


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    if path == _STANDARD:
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield file


@contextmanager
def _sealed(path: Path) -> Iterator[BinaryIO]:
    """Open a sealed file for random access; sealed bytes from a pipe are kept, still sealed, in an unnamed file."""
    with ExitStack() as stack:
        file = stack.enter_context(_reading(path))
        if not file.seekable():
            kept = cast("BinaryIO", stack.enter_context(tempfile.TemporaryFile()))
            shutil.copyfileobj(file, kept, 1 << 20)
            kept.flush()
            file = kept
        yield file


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    """Write to a new file beside ``path`` that takes its name when all is written, and is removed otherwise."""
    if path == _STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _run(source: Path, work: Callable[[], None]) -> None:
    try:
        work()
    except Error as refused:
        typer.echo(f"{source}: {refused}", err=True)
        raise typer.Exit(1 if refused.code in _DOES_NOT_OPEN else 2) from None
    except OSError as failed:
        typer.echo(f"{failed.filename or source}: {failed.strerror or 'cannot be read or written'}", err=True)
        raise typer.Exit(2) from None
