"""What the verbs that verify share: whose signatures count, how an answer is said, and the exit code that says it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callward.anchor import AnchorRefutedError
from callward.engine.errors import Error
from callward.engine.tlog import (
    Checkpoint,
    LogError,
    Note,
    Policy,
    RefutedError,
    VerifierKey,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    parse_policy,
    parse_vkey,
    verify_cosignatures,
)
from callward.logfolder import read_file

Facts = dict[str, str | int | list[str]]
Show = Callable[[Facts], None]

_MAX_POLICY_BYTES = 262_144
_STANDARD = Path("-")

Vkey = Annotated[str, typer.Option("--vkey", help="The log's public key: name+id+key.")]
Witness = Annotated[
    list[str] | None, typer.Option("--witness-vkey", help="A witness that must have cosigned; may be repeated.")
]
Needed = Annotated[
    int | None, typer.Option("--witnesses", min=0, help="How many of the witnesses are enough; all by default.")
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="A trust policy (c2sp.org/tlog-policy) instead of the keys.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(frozen=True, slots=True)
class Trust:
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

    def key_of(self, origin: str) -> VerifierKey:
        """The key of the ledger of that name, as the options have it."""
        return self._key(self._read_policy(), lambda: origin)

    def _log(self, data: bytes, policy: Policy | None) -> VerifierKey:
        return self._key(policy, lambda: parse_checkpoint(parse_note(data).text).origin)

    def _key(self, policy: Policy | None, origin: Callable[[], str]) -> VerifierKey:
        if policy is not None:
            return policy.log(origin())
        if not self.vkey:
            raise LogError("key_missing", "give --vkey or --policy")
        return parse_vkey(self.vkey)

    def _read_policy(self) -> Policy | None:
        return None if self.policy is None else parse_policy(read_input(self.policy, _MAX_POLICY_BYTES))

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


def read_input(path: Path, limit: int) -> bytes:
    """Read a file, or standard input for ``-``; at most ``limit`` bytes."""
    if path != _STANDARD:
        return read_file(path, limit)
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        raise LogError("file_too_large", f"at most {limit} bytes are read")
    return data


def _describe(checkpoint: Checkpoint) -> Facts:
    return {"origin": checkpoint.origin, "size": checkpoint.head.size, "root": checkpoint.head.root.hex()}


def _time(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def answer(check: Callable[[], Facts], *, as_json: bool, show: Show | None = None) -> NoReturn:
    """Print what a check found and leave with the exit code that says it. ``show`` prints what holds, for people."""
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
        _print(verified, facts, show if verified and show else _print_table)
    raise typer.Exit({True: 0, False: 1, None: 2}[verified])


def _print(verified: bool | None, facts: Facts, show: Show) -> None:
    words = {True: ("Holds", "green"), False: ("Does not hold", "red"), None: ("Could not tell", "yellow")}
    word, style = words[verified]
    Console(stderr=verified is not True).print(Text(word, style=f"bold {style}"))
    show(facts)


def _print_table(facts: Facts) -> None:
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        # Text, not markup: an origin is what a stranger wrote.
        table.add_row(Text(name.replace("_", " "), style="dim"), Text(str(value), overflow="fold"))
    Console(stderr="code" in facts).print(table)
