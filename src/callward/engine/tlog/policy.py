"""Whom to trust and how many witnesses are enough: c2sp.org/tlog-policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from callward.engine.tlog._strict import parse_decimal
from callward.engine.tlog.errors import LogError, RefutedError
from callward.engine.tlog.note import KeyKind, VerifierKey, parse_vkey

MAX_POLICY_BYTES = 262_144
_MAX_ITEMS = 256
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """``threshold`` of these members, each a witness or a group defined before."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs and witnesses by key, and the name of the witness or group that must have cosigned (None: nobody)."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str | None

    def log(self, origin: str) -> VerifierKey:
        """The key of the log with this origin; ``RefutedError`` where the policy lists none."""
        for key in self.logs:
            if key.name == origin:
                return key
        raise RefutedError("origin_unknown", "the policy lists no such log")

    def check_quorum(self, cosigned: Collection[VerifierKey]) -> None:
        """Nothing if the witnesses whose cosignatures were verified meet the quorum, else ``RefutedError``."""
        if self.quorum is None:
            return
        met = {name: key in cosigned for name, key in self.witnesses.items()}
        # A group names only what stands before it, so one pass in file order settles them all.
        for name, group in self.groups.items():
            met[name] = sum(met[member] for member in group.members) >= group.threshold
        if not met[self.quorum]:
            raise RefutedError("quorum_not_met", "too few trusted witnesses cosigned")


class _Draft:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        self.quorum: list[str | None] = []

    def add_log(self, words: list[str]) -> None:
        if len(words) not in {1, 2}:
            raise _malformed("a log is a key and perhaps an address")
        key = _parse_key(words[0], KeyKind.ED25519)
        if any(key.public == known.public or key.name == known.name for known in self.logs):
            raise _malformed("the same log twice")
        self.logs.append(key)

    def add_witness(self, words: list[str]) -> None:
        if len(words) not in {2, 3}:
            raise _malformed("a witness is a name, a key and perhaps an address")
        key = _parse_key(words[1], KeyKind.COSIGNATURE)
        if any(key.public == known.public for known in self.witnesses.values()):
            raise _malformed("the same witness twice")
        self.witnesses[self._new_name(words[0])] = key

    def add_group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise _malformed("a group is a name, a number and members")
        name, number, *members = words
        for member in members:
            self._known(member)
            if member in self.used:
                raise _malformed("a member of two groups")
            self.used.add(member)
        threshold = {"any": 1, "all": len(members)}.get(number)
        if threshold is None:
            threshold = parse_decimal(number)
        if not 1 <= threshold <= len(members):
            raise _malformed("a group needs more members than it has")
        self.groups[self._new_name(name)] = Group(threshold, tuple(members))

    def set_quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum:
            raise _malformed("one quorum of one name")
        if words[0] != _NONE:
            self._known(words[0])
        self.quorum.append(None if words[0] == _NONE else words[0])

    def _new_name(self, name: str) -> str:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise _malformed("a name given twice")
        return name

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _malformed("a name that no line before defines")


def parse_policy(data: bytes) -> Policy:
    """Read a policy file; raises ``LogError``. Names are opaque octets, held here one character an octet."""
    if len(data) > MAX_POLICY_BYTES:
        raise LogError("policy_too_large", "the policy file is too large")
    if any(byte == 0x7F or (byte < 0x20 and byte not in {0x09, 0x0A}) for byte in set(data)):
        raise _malformed("a control character")
    if data and not data.endswith(b"\n"):
        raise _malformed("the last line does not end")
    draft = _Draft()
    verbs = {
        "log": draft.add_log,
        "witness": draft.add_witness,
        "group": draft.add_group,
        "quorum": draft.set_quorum,
    }
    for raw in data.decode("latin-1").split("\n"):
        words = [word for word in raw.replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            continue
        if words[0] not in verbs:
            raise _malformed("a line of an unknown kind")
        verbs[words[0]](words[1:])
        if len(draft.logs) + len(draft.witnesses) + len(draft.groups) > _MAX_ITEMS:
            raise LogError("policy_too_large", "too many logs, witnesses and groups")
    if not draft.quorum:
        raise _malformed("no quorum")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum[0])


def _parse_key(word: str, kind: KeyKind) -> VerifierKey:
    try:
        key = parse_vkey(word.encode("latin-1").decode())
    except UnicodeDecodeError:
        raise _malformed("a key that is not UTF-8") from None
    if key.kind is not kind:
        raise LogError("key_kind", "the key is of a kind for another use")
    return key


def _malformed(detail: str) -> LogError:
    return LogError("policy_malformed", detail)
