"""``callward witness``: be a witness for other people's logs, and ask one for its cosignature."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import httpx
import typer

from callward.engine.errors import Error
from callward.engine.tlog import (
    MAX_NOTE_BYTES,
    KeyKind,
    LogError,
    SigningKey,
    TileHashes,
    format_signing_key,
    format_vkey,
    open_checkpoint,
    parse_signing_key,
    parse_vkey,
)
from callward.keyfile import check_key_file
from callward.logfolder import LogFolder, read_file
from callward.witness_client import WitnessError, submit_checkpoint
from callward.witness_server import Witness, WitnessServer

_MAX_KEY_BYTES = 1_024
_SECONDS = 20.0
# A clean no: the witness holds another history, or what it answered is not its signature.
_NO = frozenset({"witness_ahead", "witness_inconsistent", "witness_answer_foreign", "witness_answer_malformed"})

app = typer.Typer(
    name="witness",
    help="Run a witness, or ask one to cosign a checkpoint (c2sp.org/tlog-witness).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_KeyFile = Annotated[Path, typer.Option("--key-file", help="The witness's private key; mode 0600.")]


@app.command("key")
def make_key(
    name: Annotated[str, typer.Argument(help="The witness's name, an address without scheme: witness.example/w1.")],
    *,
    key_file: _KeyFile,
) -> None:
    """Make a witness key; prints its public vkey. An existing file is left alone."""
    with _reporting():
        key = SigningKey(name, KeyKind.COSIGNATURE, secrets.token_bytes(32))
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{format_signing_key(key)}\n")
            file.flush()
            os.fsync(handle)
        typer.echo(format_vkey(key.verifier))


@app.command("serve")
def serve(
    *,
    key_file: _KeyFile,
    state: Annotated[Path, typer.Option(help="The folder that remembers what was cosigned.")],
    log: Annotated[list[str], typer.Option(help="The vkey of a log to witness; may be repeated.")],
    listen: Annotated[str, typer.Option(help="Address and port.")] = "127.0.0.1:7380",
) -> None:
    """Serve add-checkpoint and the newest cosigned checkpoints until interrupted."""
    with _reporting():
        key = _read_key(key_file)
        logs = {vkey.name: vkey for vkey in map(parse_vkey, log)}
        if any(vkey.kind is not KeyKind.ED25519 for vkey in logs.values()) or len(logs) != len(log):
            raise LogError("key_kind", "each log has one Ed25519 key and its own name")
        witness = Witness(key, logs, state, lambda: int(time.time()))
        server = WitnessServer(_parse_address(listen), witness)
        host, port = server.server_address[:2]
        typer.echo(format_vkey(key.verifier))
        typer.echo(f"http://{host!s}:{port}/", err=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()
        server.server_close()
        witness.close()


@app.command("submit")
def submit(
    *,
    url: Annotated[str, typer.Option(help="The witness's submission prefix.")],
    checkpoint: Annotated[Path, typer.Option(help="The checkpoint to have cosigned.")],
    vkey: Annotated[str, typer.Option(help="The log's public key.")],
    witness_vkey: Annotated[str, typer.Option(help="The witness's public key.")],
    tiles: Annotated[Path, typer.Option(help="The folder of the log's tiles, for the consistency proof.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the cosigned checkpoint; else it is printed.")
    ] = None,
    old_size: Annotated[int, typer.Option(min=0, help="What the witness cosigned last, where known.")] = 0,
) -> None:
    """Have a witness cosign a checkpoint. Exit 1: it holds another history. Exit 2: it could not be asked."""
    with _reporting():
        data = read_file(checkpoint, MAX_NOTE_BYTES)
        log, witness = parse_vkey(vkey), parse_vkey(witness_vkey)
        head = open_checkpoint(data, log)[0].head
        with httpx.Client(timeout=_SECONDS) as client:
            cosigned = submit_checkpoint(
                client, url, data, log, witness, lambda: TileHashes(LogFolder(tiles), head), old_size=old_size
            )
        if out is None:
            typer.echo(cosigned.decode(), nl=False)
        else:
            _replace(out, cosigned)


@contextmanager
def _reporting() -> Iterator[None]:
    """One line for whatever is refused, and its exit code."""
    try:
        yield
    except Error as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1 if isinstance(refused, WitnessError) and refused.code in _NO else 2) from None
    except OSError as failed:
        typer.echo(f"file_or_address: {failed.strerror or 'could not be used'}", err=True)
        raise typer.Exit(2) from None


def _read_key(path: Path) -> SigningKey:
    check_key_file(path)
    try:
        text = read_file(path, _MAX_KEY_BYTES).decode("ascii")
    except UnicodeDecodeError:
        raise LogError("key_malformed", "not a key file of a witness") from None
    key = parse_signing_key(text.removesuffix("\n"))
    if key.kind is not KeyKind.COSIGNATURE:
        raise LogError("key_kind", "a log's key does not cosign")
    return key


def _parse_address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise LogError("address_malformed", "expected address:port")
    return host, int(port)


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
