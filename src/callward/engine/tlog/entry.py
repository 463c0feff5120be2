"""The ledger entry: what happened, by whom, on what, what for and by which decision, without any content.

An entry is canonical JSON (RFC 8785) of a fixed shape. Every string in it has a narrow grammar, so
that no sentence, name, number or address of a person fits in; docs/formats/ledger.md gives the grammars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Final

import orjson

from callward.engine.tlog.errors import LogError

VERSION = 1
NONCE_BYTES = 16
SALT_BYTES = 16
MAX_ENTRY_BYTES = 65_535
MAX_POLICIES = 64
MAX_FACTS = 32
MAX_INTEGER = 2**53 - 1
_MAX_KNOWN = 1024  # words that a grammar remembers

Fact = int | str | bool


def _vocabulary(pattern: str) -> Callable[[str], bool]:
    """Make the question whether a text fits a pattern. What fits is remembered: the product's words are few.

    What does not fit is forgotten, since it may be anything.
    """
    fits, known = re.compile(pattern).fullmatch, set[str]()

    def is_known(text: str) -> bool:
        if text in known:
            return True
        if not fits(text):
            return False
        if len(known) < _MAX_KNOWN:
            known.add(text)
        return True

    return is_known


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WORD = r"[a-z](?:[a-z_]{0,62}[a-z])?"
_SEGMENT = rf"(?:{_UUID}|[0-9a-f]{{64}}|{_WORD}|[0-9]{{1,6}})"
# An id is random, a digest, a word of the product or a short counter: too narrow for a phone or card number.
_ID: Final = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,3}}").fullmatch
_TOKEN: Final = _vocabulary(_WORD)
_ACTION: Final = _vocabulary(rf"{_WORD}(?:\.{_WORD}){{1,3}}")
# A code is an id or a short printable word; a longer run of digits fits only inside a random id or a digest.
_CODE: Final = re.compile(
    rf"{_UUID}|[0-9a-f]{{64}}|(?!.*[0-9]{{7}})[A-Za-z0-9](?:[A-Za-z0-9._:/-]{{0,126}}[A-Za-z0-9])?"
).fullmatch
_UUID_ONLY: Final = re.compile(_UUID).fullmatch
_NONCE: Final = re.compile(r"[0-9a-f]{32}").fullmatch
_DIGEST: Final = re.compile(r"[0-9a-f]{64}").fullmatch
_NO_OFFSET = timedelta(0)


class Effect(StrEnum):
    """What a decision said."""

    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Reference:
    """An actor or a resource: its kind (a word, such as ``staff`` or ``call``) and its id, random or a digest."""

    kind: str
    id: str

    def __post_init__(self) -> None:
        if not (_TOKEN(self.kind) and _ID(self.id)):
            raise LogError("entry_reference", "kind or id outside its grammar")


@dataclass(frozen=True, slots=True)
class Decision:
    """The effect, the ids of the policies that determined it, and the SHA-256 of the policy set in hex."""

    effect: Effect
    policies: tuple[str, ...]
    digest: str

    def __post_init__(self) -> None:
        if len(self.policies) > MAX_POLICIES or not all(map(_CODE, self.policies)) or not _DIGEST(self.digest):
            raise LogError("entry_decision", "policies or digest outside their grammar")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``at`` is aware UTC; ``id`` a random UUID; ``nonce`` 16 random bytes, drawn anew for each entry.

    ``detail`` is ``commit_detail`` of what is sealed elsewhere; ``facts`` are counts and codes, never content.
    Construction raises ``LogError`` for whatever is outside its grammar.
    """

    id: str
    at: datetime
    nonce: bytes
    actor: Reference
    action: str
    resource: Reference
    outcome: str
    purpose: str | None = None
    decision: Decision | None = None
    detail: bytes | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.utcoffset() != _NO_OFFSET:
            raise LogError("entry_time", "the time of an entry is UTC")
        if len(self.nonce) != NONCE_BYTES or not _UUID_ONLY(self.id):
            raise LogError("entry_id", "an id is a UUID, a nonce 16 bytes")
        if self.detail is not None and len(self.detail) != 32:
            raise LogError("entry_detail", "a commitment is 32 bytes")
        if not (_ACTION(self.action) and _TOKEN(self.outcome) and (self.purpose is None or _TOKEN(self.purpose))):
            raise LogError("entry_action", "action, outcome or purpose outside its grammar")
        if self.facts:
            _check_facts(self.facts)


def commit_detail(salt: bytes, sealed: bytes) -> bytes:
    """SHA-256(salt ‖ sealed detail); the salt is 16 random bytes and is kept with the sealed detail."""
    if len(salt) != SALT_BYTES:
        raise LogError("entry_detail", "a salt is 16 bytes")
    return sha256(salt + sealed).digest()


def encode_entry(entry: Entry) -> bytes:
    """The entry as RFC 8785 canonical JSON, at most 65,535 bytes by its grammars.

    The members stand in their sorted order and no value needs escaping, which makes a plain template canonical.
    """
    decision = entry.decision
    if decision is None:
        decided = "null"
    else:
        policies = ",".join(f'"{policy}"' for policy in decision.policies)
        decided = f'{{"digest":"{decision.digest}","effect":"{decision.effect.value}","policies":[{policies}]}}'
    detail = "null" if entry.detail is None else f'"{entry.detail.hex()}"'
    purpose = "null" if entry.purpose is None else f'"{entry.purpose}"'
    facts = ",".join([f'"{name}":{_encode_fact(entry.facts[name])}' for name in sorted(entry.facts)])
    return (
        f'{{"action":"{entry.action}","actor":{{"id":"{entry.actor.id}","kind":"{entry.actor.kind}"}},'
        f'"at":"{_instant(entry.at)}","decision":{decided},"detail":{detail},"facts":{{{facts}}},"id":"{entry.id}",'
        f'"nonce":"{entry.nonce.hex()}","outcome":"{entry.outcome}","purpose":{purpose},'
        f'"resource":{{"id":"{entry.resource.id}","kind":"{entry.resource.kind}"}},"v":{VERSION}}}'
    ).encode("ascii")


@lru_cache(8)
def _instant(at: datetime) -> str:
    """RFC 3339 in UTC; the entries of one transaction share it."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def decode_entry(data: bytes) -> Entry:
    """The dual of ``encode_entry``; raises ``LogError`` for any bytes that it would not have written."""
    if len(data) > MAX_ENTRY_BYTES:
        raise LogError("entry_too_large", "an entry is at most 65,535 bytes")
    try:
        entry = _read(orjson.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError):
        # The shape is fixed: whatever cannot be read as it is malformed, however it fails.
        raise LogError("entry_malformed", "not an entry of version 1") from None
    if encode_entry(entry) != data:
        raise LogError("entry_malformed", "not the canonical form of the entry")
    return entry


def _read(value: dict[str, object]) -> Entry:
    decision = value["decision"]
    return Entry(
        id=_text(value["id"]),
        at=datetime.fromisoformat(_text(value["at"])),
        nonce=_hex(value["nonce"]),
        actor=_reference(value["actor"]),
        action=_text(value["action"]),
        resource=_reference(value["resource"]),
        outcome=_text(value["outcome"]),
        purpose=None if value["purpose"] is None else _text(value["purpose"]),
        decision=None if decision is None else _decision(decision),
        detail=None if value["detail"] is None else _hex(value["detail"]),
        facts=_members(value["facts"]),
    )


def _reference(value: object) -> Reference:
    members = _members(value)
    return Reference(_text(members["kind"]), _text(members["id"]))


def _decision(value: object) -> Decision:
    members = _members(value)
    policies = members["policies"]
    if not isinstance(policies, list):
        raise TypeError
    return Decision(
        Effect(_text(members["effect"])), tuple(_text(policy) for policy in policies), _text(members["digest"])
    )


def _members(value: object) -> dict[str, Fact]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _hex(value: object) -> bytes:
    return bytes.fromhex(_text(value))


def _check_facts(facts: Mapping[str, Fact]) -> None:
    if len(facts) > MAX_FACTS:
        raise LogError("entry_facts", "too many facts")
    for name, value in facts.items():
        if not _TOKEN(name):
            raise LogError("entry_facts", "the name of a fact is a word")
        kind = type(value)
        if kind is str:
            fits = bool(_CODE(str(value)))
        else:
            fits = kind is bool or (kind is int and -MAX_INTEGER <= int(value) <= MAX_INTEGER)
        if not fits:
            raise LogError("entry_facts", "a fact is a code, a number or a truth value")


def _encode_fact(value: Fact) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
