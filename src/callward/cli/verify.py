"""``callward verify``: what a log signed, checked offline by anybody who holds its public key.

Exit 0: it holds. Exit 1: it was checked and does not hold. Exit 2: it could not be checked.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from callward.anchor import MAX_RESPONSE_BYTES, load_certificates, verify_anchor
from callward.cli.answering import Facts, Json, Needed, PolicyFile, Trust, Vkey, Witness, answer, read_input
from callward.cli.verify_certificate import verify_certificate
from callward.engine.tlog import (
    MAX_ENTRY_BYTES,
    MAX_NOTE_BYTES,
    MAX_PROOF_FILE_BYTES,
    LogError,
    TileHashes,
    audit_log,
    decode_entry,
    leaf_hash,
    parse_proof_file,
    parse_proof_lines,
    prove_consistency,
    verify_consistency,
    verify_inclusion,
)
from callward.logfolder import LogFolder

_MAX_PEM_BYTES = 262_144
_MAX_PROOF_BYTES = 8_192

verify = typer.Typer(
    name="verify",
    help="Check what a ledger signed, offline: exit 0 it holds, 1 it does not, 2 could not tell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
verify.command("certificate")(verify_certificate)


@verify.command("checkpoint")
def verify_checkpoint(
    file: Annotated[Path, typer.Argument(help="The checkpoint, or - for standard input.")],
    *,
    vkey: Vkey = "",
    witness_vkey: Witness = None,
    witnesses: Needed = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Check that the log signed this checkpoint and that the witnesses cosigned it."""
    trust = Trust(vkey, witness_vkey or (), witnesses, policy)
    answer(lambda: trust.open(read_input(file, MAX_NOTE_BYTES))[1], as_json=as_json)


@verify.command("inclusion")
def verify_inclusion_(
    *,
    checkpoint: Annotated[Path, typer.Option(help="The signed checkpoint.")],
    vkey: Vkey,
    index: Annotated[int, typer.Option(min=0, help="The entry's place in the log, from 0.")],
    entry: Annotated[Path, typer.Option(help="The entry's bytes.")],
    proof: Annotated[Path, typer.Option(help="The proof: one base64 hash a line, leaf side first.")],
    as_json: Json = False,
) -> None:
    """Check that this entry stands at this place of the log."""

    def check() -> Facts:
        opened, facts = Trust(vkey).open(read_input(checkpoint, MAX_NOTE_BYTES))
        leaf = leaf_hash(read_input(entry, MAX_ENTRY_BYTES))
        verify_inclusion(leaf, index, opened.head, parse_proof_lines(read_input(proof, _MAX_PROOF_BYTES)))
        return facts | {"index": index}

    answer(check, as_json=as_json)


@verify.command("consistency")
def verify_consistency_(
    *,
    old: Annotated[Path, typer.Option(help="The older checkpoint, the one that is held.")],
    new: Annotated[Path, typer.Option(help="The newer checkpoint.")],
    vkey: Vkey,
    proof: Annotated[Path | None, typer.Option(help="The proof: one base64 hash a line.")] = None,
    tiles: Annotated[Path | None, typer.Option(help="The folder of the log's tiles instead of a proof.")] = None,
    as_json: Json = False,
) -> None:
    """Check that the older tree is the beginning of the newer one."""

    def check() -> Facts:
        before, _ = Trust(vkey).open(read_input(old, MAX_NOTE_BYTES))
        after, facts = Trust(vkey).open(read_input(new, MAX_NOTE_BYTES))
        hashes: tuple[bytes, ...] = ()
        if proof is not None:
            hashes = parse_proof_lines(read_input(proof, _MAX_PROOF_BYTES))
        elif 0 < before.head.size < after.head.size:
            if tiles is None:
                raise LogError("proof_missing", "give --proof or --tiles")
            hashes = prove_consistency(TileHashes(LogFolder(tiles), after.head), before.head.size, after.head.size)
        verify_consistency(before.head, after.head, hashes)
        return facts | {"old_size": before.head.size}

    answer(check, as_json=as_json)


@verify.command("proof")
def verify_proof(
    file: Annotated[Path, typer.Argument(help="A .tlog-proof file, or - for standard input.")],
    *,
    vkey: Vkey = "",
    entry: Annotated[
        Path | None, typer.Option(help="The entry's bytes; by default those that the file carries.")
    ] = None,
    witness_vkey: Witness = None,
    witnesses: Needed = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Check a saved proof: entry, place, checkpoint, signatures."""
    trust = Trust(vkey, witness_vkey or (), witnesses, policy)

    def check() -> Facts:
        saved = parse_proof_file(read_input(file, MAX_PROOF_FILE_BYTES))
        leaf = saved.extra if entry is None else read_input(entry, MAX_ENTRY_BYTES)
        if leaf is None:
            raise LogError("entry_missing", "the file carries no entry; give --entry")
        checkpoint, facts = trust.open(saved.checkpoint)
        verify_inclusion(leaf_hash(leaf), saved.index, checkpoint.head, saved.proof)
        return facts | {"index": saved.index} | _describe_entry(leaf)

    answer(check, as_json=as_json)


@verify.command("log")
def verify_log(
    folder: Annotated[Path, typer.Argument(help="The log: checkpoint, tile/, tile/entries/.")],
    *,
    vkey: Vkey = "",
    held: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that you saved before; may be repeated.")
    ] = None,
    witness_vkey: Witness = None,
    witnesses: Needed = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Check that all entries hash to the checkpoint and continue the checkpoints that are held."""
    trust = Trust(vkey, witness_vkey or (), witnesses, policy)

    def check() -> Facts:
        store = LogFolder(folder)
        checkpoint, facts = trust.open(store.read("checkpoint", MAX_NOTE_BYTES))
        saved = [trust.open_held(read_input(path, MAX_NOTE_BYTES)) for path in held or ()]
        audit_log(store, checkpoint.head, [item.head for item in saved])
        return facts | {"held": len(saved)}

    answer(check, as_json=as_json)


@verify.command("anchor")
def verify_anchor_(
    file: Annotated[Path, typer.Argument(help="The time-stamp response (RFC 3161), or - for standard input.")],
    *,
    checkpoint: Annotated[Path, typer.Option(help="The checkpoint that was stamped.")],
    vkey: Vkey,
    root: Annotated[Path, typer.Option(help="PEM file with the roots of the time-stamping service.")],
    as_json: Json = False,
) -> None:
    """Check that a time-stamping service saw this checkpoint, and say when."""

    def check() -> Facts:
        opened, facts = Trust(vkey).open(read_input(checkpoint, MAX_NOTE_BYTES))
        roots = load_certificates(read_input(root, _MAX_PEM_BYTES))
        stamped = verify_anchor(read_input(file, MAX_RESPONSE_BYTES), opened.text, roots)
        return facts | {"stamped_at": stamped.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}

    answer(check, as_json=as_json)


def _describe_entry(data: bytes) -> Facts:
    """What the entry says, where it is one of Callward's; another log's entries are opaque."""
    with suppress(LogError):
        entry = decode_entry(data)
        return {"at": entry.at.isoformat(), "action": entry.action, "outcome": entry.outcome}
    return {}
