"""``callward verify``: what a log signed, checked offline by anybody who holds its public key.

Exit 0: it holds. Exit 1: it was checked and does not hold. Exit 2: it could not be checked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callward.anchor import MAX_RESPONSE_BYTES, AnchorRefutedError, load_certificates, verify_anchor
from callward.engine.errors import Error
from callward.engine.tlog import (
    MAX_ENTRY_BYTES,
    MAX_NOTE_BYTES,
    MAX_PROOF_FILE_BYTES,
    Checkpoint,
    LogError,
    Note,
    Policy,
    RefutedError,
    TileHashes,
    VerifierKey,
    audit_log,
    decode_entry,
    leaf_hash,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    parse_policy,
    parse_proof_file,
    parse_proof_lines,
    parse_vkey,
    prove_consistency,
    verify_consistency,
    verify_cosignatures,
    verify_inclusion,
)
from callward.logfolder import LogFolder, read_file

Facts = dict[str, str | int]

_MAX_POLICY_BYTES = 262_144
_MAX_PEM_BYTES = 262_144
_MAX_PROOF_BYTES = 8_192
_STANDARD = Path("-")

verify = typer.Typer(
    name="verify",
    help="Check what a ledger signed, offline: exit 0 it holds, 1 it does not, 2 could not tell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_Vkey = Annotated[str, typer.Option("--vkey", help="The log's public key: name+id+key.")]
_Witness = Annotated[
    list[str] | None, typer.Option("--witness-vkey", help="A witness that must have cosigned; may be repeated.")
]
_Needed = Annotated[
    int | None, typer.Option("--witnesses", min=0, help="How many of the witnesses are enough; all by default.")
]
_PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="A trust policy (c2sp.org/tlog-policy) instead of the keys.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(frozen=True, slots=True)
class _Trust:
    """Whose signatures count, as the options name it."""

    vkey: str
    witness_vkeys: Sequence[str] = ()
    needed: int | None = None
    policy: Path | None = None

    def open(self, data: bytes) -> tuple[Checkpoint, Facts]:
        """The checkpoint that these keys vouch for, and what to say about it."""
        policy = self._read_policy()
        checkpoint, note = open_checkpoint(data, self._log(data, policy))
        return checkpoint, _describe(checkpoint) | self._check_witnesses(note, policy)

    def open_held(self, data: bytes) -> Checkpoint:
        """A checkpoint from before: the log's own signature on it is what binds the log, whoever cosigned it."""
        return open_checkpoint(data, self._log(data, self._read_policy()))[0]

    def _read_policy(self) -> Policy | None:
        return None if self.policy is None else parse_policy(_read(self.policy, _MAX_POLICY_BYTES))

    def _log(self, data: bytes, policy: Policy | None) -> VerifierKey:
        if policy is not None:
            return policy.log(parse_checkpoint(parse_note(data).text).origin)
        if not self.vkey:
            raise LogError("key_missing", "give --vkey or --policy")
        return parse_vkey(self.vkey)

    def _check_witnesses(self, note: Note, policy: Policy | None) -> Facts:
        keys = [parse_vkey(text) for text in self.witness_vkeys] if policy is None else [*policy.witnesses.values()]
        cosigned = {item.key: item.time for item in verify_cosignatures(note, keys)}
        if policy is not None:
            policy.check_quorum(cosigned)
        elif len(cosigned) < (len(set(keys)) if self.needed is None else self.needed):
            raise RefutedError("quorum_not_met", "too few of the witnesses cosigned")
        facts: Facts = {"witnesses": len(cosigned)}
        if cosigned:
            facts["cosigned_at"] = _time(max(cosigned.values()))
        return facts


@verify.command("checkpoint")
def verify_checkpoint(
    file: Annotated[Path, typer.Argument(help="The checkpoint, or - for standard input.")],
    *,
    vkey: _Vkey = "",
    witness_vkey: _Witness = None,
    witnesses: _Needed = None,
    policy: _PolicyFile = None,
    as_json: _Json = False,
) -> None:
    """Check that the log signed this checkpoint and that the witnesses cosigned it."""
    trust = _Trust(vkey, witness_vkey or (), witnesses, policy)
    _answer(lambda: trust.open(_read(file, MAX_NOTE_BYTES))[1], as_json=as_json)


@verify.command("inclusion")
def verify_inclusion_(
    *,
    checkpoint: Annotated[Path, typer.Option(help="The signed checkpoint.")],
    vkey: _Vkey,
    index: Annotated[int, typer.Option(min=0, help="The entry's place in the log, from 0.")],
    entry: Annotated[Path, typer.Option(help="The entry's bytes.")],
    proof: Annotated[Path, typer.Option(help="The proof: one base64 hash a line, leaf side first.")],
    as_json: _Json = False,
) -> None:
    """Check that this entry stands at this place of the log."""

    def check() -> Facts:
        opened, facts = _Trust(vkey).open(_read(checkpoint, MAX_NOTE_BYTES))
        leaf = leaf_hash(_read(entry, MAX_ENTRY_BYTES))
        verify_inclusion(leaf, index, opened.head, parse_proof_lines(_read(proof, _MAX_PROOF_BYTES)))
        return facts | {"index": index}

    _answer(check, as_json=as_json)


@verify.command("consistency")
def verify_consistency_(
    *,
    old: Annotated[Path, typer.Option(help="The older checkpoint, the one that is held.")],
    new: Annotated[Path, typer.Option(help="The newer checkpoint.")],
    vkey: _Vkey,
    proof: Annotated[Path | None, typer.Option(help="The proof: one base64 hash a line.")] = None,
    tiles: Annotated[Path | None, typer.Option(help="The folder of the log's tiles instead of a proof.")] = None,
    as_json: _Json = False,
) -> None:
    """Check that the older tree is the beginning of the newer one."""

    def check() -> Facts:
        before, _ = _Trust(vkey).open(_read(old, MAX_NOTE_BYTES))
        after, facts = _Trust(vkey).open(_read(new, MAX_NOTE_BYTES))
        hashes: tuple[bytes, ...] = ()
        if proof is not None:
            hashes = parse_proof_lines(_read(proof, _MAX_PROOF_BYTES))
        elif 0 < before.head.size < after.head.size:
            if tiles is None:
                raise LogError("proof_missing", "give --proof or --tiles")
            hashes = prove_consistency(TileHashes(LogFolder(tiles), after.head), before.head.size, after.head.size)
        verify_consistency(before.head, after.head, hashes)
        return facts | {"old_size": before.head.size}

    _answer(check, as_json=as_json)


@verify.command("proof")
def verify_proof(
    file: Annotated[Path, typer.Argument(help="A .tlog-proof file, or - for standard input.")],
    *,
    vkey: _Vkey = "",
    entry: Annotated[
        Path | None, typer.Option(help="The entry's bytes; by default those that the file carries.")
    ] = None,
    witness_vkey: _Witness = None,
    witnesses: _Needed = None,
    policy: _PolicyFile = None,
    as_json: _Json = False,
) -> None:
    """Check a saved proof: entry, place, checkpoint, signatures."""
    trust = _Trust(vkey, witness_vkey or (), witnesses, policy)

    def check() -> Facts:
        saved = parse_proof_file(_read(file, MAX_PROOF_FILE_BYTES))
        leaf = saved.extra if entry is None else _read(entry, MAX_ENTRY_BYTES)
        if leaf is None:
            raise LogError("entry_missing", "the file carries no entry; give --entry")
        checkpoint, facts = trust.open(saved.checkpoint)
        verify_inclusion(leaf_hash(leaf), saved.index, checkpoint.head, saved.proof)
        return facts | {"index": saved.index} | _describe_entry(leaf)

    _answer(check, as_json=as_json)


@verify.command("log")
def verify_log(
    folder: Annotated[Path, typer.Argument(help="The log: checkpoint, tile/, tile/entries/.")],
    *,
    vkey: _Vkey = "",
    held: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that you saved before; may be repeated.")
    ] = None,
    witness_vkey: _Witness = None,
    witnesses: _Needed = None,
    policy: _PolicyFile = None,
    as_json: _Json = False,
) -> None:
    """Check that all entries hash to the checkpoint and continue the checkpoints that are held."""
    trust = _Trust(vkey, witness_vkey or (), witnesses, policy)

    def check() -> Facts:
        store = LogFolder(folder)
        checkpoint, facts = trust.open(store.read("checkpoint", MAX_NOTE_BYTES))
        saved = [trust.open_held(_read(path, MAX_NOTE_BYTES)) for path in held or ()]
        audit_log(store, checkpoint.head, [item.head for item in saved])
        return facts | {"held": len(saved)}

    _answer(check, as_json=as_json)


@verify.command("anchor")
def verify_anchor_(
    file: Annotated[Path, typer.Argument(help="The time-stamp response (RFC 3161), or - for standard input.")],
    *,
    checkpoint: Annotated[Path, typer.Option(help="The checkpoint that was stamped.")],
    vkey: _Vkey,
    root: Annotated[Path, typer.Option(help="PEM file with the roots of the time-stamping service.")],
    as_json: _Json = False,
) -> None:
    """Check that a time-stamping service saw this checkpoint, and say when."""

    def check() -> Facts:
        opened, facts = _Trust(vkey).open(_read(checkpoint, MAX_NOTE_BYTES))
        roots = load_certificates(_read(root, _MAX_PEM_BYTES))
        stamped = verify_anchor(_read(file, MAX_RESPONSE_BYTES), opened.text, roots)
        return facts | {"stamped_at": stamped.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}

    _answer(check, as_json=as_json)


def _read(path: Path, limit: int) -> bytes:
    if path != _STANDARD:
        return read_file(path, limit)
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        raise LogError("file_too_large", f"at most {limit} bytes are read")
    return data


def _describe(checkpoint: Checkpoint) -> Facts:
    return {"origin": checkpoint.origin, "size": checkpoint.head.size, "root": checkpoint.head.root.hex()}


def _describe_entry(data: bytes) -> Facts:
    """What the entry says, where it is one of Callward's; another log's entries are opaque."""
    with suppress(LogError):
        entry = decode_entry(data)
        return {"at": entry.at.isoformat(), "action": entry.action, "outcome": entry.outcome}
    return {}


def _time(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _answer(check: Callable[[], Facts], *, as_json: bool) -> NoReturn:
    """Print what a check found and leave with the exit code that says it."""
    facts: Facts = {}
    verified: bool | None = True
    try:
        facts = check()
    except (RefutedError, AnchorRefutedError) as refused:
        verified, facts = False, {"code": refused.code, "detail": refused.detail}
    except Error as refused:
        verified, facts = None, {"code": refused.code, "detail": refused.detail}
    if as_json:
        typer.echo(json.dumps({"verified": verified} | facts, ensure_ascii=False))
    else:
        _print(verified, facts)
    raise typer.Exit({True: 0, False: 1, None: 2}[verified])


def _print(verified: bool | None, facts: Facts) -> None:
    words = {True: ("Holds", "green"), False: ("Does not hold", "red"), None: ("Could not tell", "yellow")}
    word, style = words[verified]
    console = Console(stderr=verified is not True)
    console.print(Text(word, style=f"bold {style}"))
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        # Text, not markup: an origin is what a stranger wrote.
        table.add_row(Text(name.replace("_", " "), style="dim"), Text(str(value), overflow="fold"))
    console.print(table)
