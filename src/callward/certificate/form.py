"""A certificate as a signed note: a heading and one line of canonical JSON (RFC 8785), in its one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import orjson
import rfc8785

from callward.certificate.model import Certificate, KnownBackup, ProvenEntry, Shares
from callward.engine.tlog import (
    MAX_NOTE_BYTES,
    LogError,
    SigningKey,
    format_note,
    format_proof_lines,
    parse_note,
    parse_proof_lines,
    sign_note,
)

MAX_CERTIFICATE_BYTES = MAX_NOTE_BYTES
_HEADING = "Callward certificate of erasure, version 1"  # spaces: never the origin of a checkpoint
_VERSION = 1
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_SNAPSHOT: Final = re.compile(r"[0-9a-z](?:[0-9a-z-]{0,62}[0-9a-z])?").fullmatch
_MOST = 2**53 - 1
_Value = TypeVar("_Value")


def sign_certificate(certificate: Certificate, key: SigningKey) -> bytes:
    """The certificate under the ledger's signature: the same bytes for the same certificate and key.

    Raises LogError: ``origin_mismatch``, ``note_too_large``.
    """
    if key.name != certificate.origin:
        raise LogError("origin_mismatch", "the key is named for another log")
    body = rfc8785.dumps(_members(certificate)).decode()
    signed = format_note(sign_note(f"{_HEADING}\n{body}\n", key))
    if len(signed) > MAX_CERTIFICATE_BYTES:
        raise LogError("note_too_large", f"a certificate is at most {MAX_CERTIFICATE_BYTES} bytes")
    return signed


def signer_of(data: bytes) -> str:
    """The name of the ledger that claims to have signed; worth nothing before ``verify_certificate``."""
    return parse_note(data).signatures[0].name


def _members(certificate: Certificate) -> dict[str, rfc8785._impl._Value]:
    return {
        "asked_at": _time(certificate.asked_at),
        "backups": [{"id": one.id, "made_at": _time(one.made_at)} for one in certificate.backups],
        "checkpoint": certificate.checkpoint,
        "controller": certificate.controller,
        "effective_at": _time(certificate.effective_at),
        "entries": [
            {
                "entry": one.entry.decode("ascii"),
                "index": one.index,
                "proof": format_proof_lines(one.proof).decode().split(),
            }
            for one in certificate.entries
        ],
        "epoch": {"number": certificate.epoch, "root_destroyed_at": _time(certificate.root_destroyed_at)},
        "final_at": _time(certificate.final_at),
        "final_by": _time(certificate.final_by),
        "not_covered": {
            "escrow": [_members_of(one) for one in certificate.escrow],
            "held_items": certificate.held_items,
            "roots_in_files": list(certificate.roots_in_files),
            "suppressed_until": _time(certificate.suppressed_until),
        },
        "origin": certificate.origin,
        "person": certificate.person,
        "v": _VERSION,
    }


def _members_of(one: Shares) -> dict[str, rfc8785._impl._Value]:
    told: dict[str, rfc8785._impl._Value] = {"epoch": one.epoch, "shares": one.shares, "threshold": one.threshold}
    return told if one.destroyed is None else told | {"destroyed": one.destroyed}


def decode_text(text: str) -> Certificate:
    """Read the text of a certificate's note. Raises LogError ``certificate_malformed``; its claims are not checked."""
    heading, _, body = text.partition("\n")
    if heading != _HEADING:
        raise LogError("certificate_malformed", "not a certificate of erasure of version 1")
    try:
        certificate = _read(orjson.loads(body))
        same = rfc8785.dumps(_members(certificate)).decode() + "\n" == body
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        # The shape is fixed: whatever cannot be read as it is malformed, however it fails.
        raise LogError("certificate_malformed", "not a certificate of erasure of version 1") from None
    if not same:
        raise LogError("certificate_malformed", "not the canonical form of the certificate")
    return certificate


def _read(value: Mapping[str, object]) -> Certificate:
    epoch, limits = _object(value["epoch"]), _object(value["not_covered"])
    return Certificate(
        origin=_text(value["origin"]),
        controller=_uuid(value["controller"]),
        person=_uuid(value["person"]),
        asked_at=_moment(value["asked_at"]),
        effective_at=_moment(value["effective_at"]),
        final_by=_or_none(value["final_by"], _moment),
        final_at=_or_none(value["final_at"], _moment),
        epoch=_count(epoch["number"]),
        root_destroyed_at=_or_none(epoch["root_destroyed_at"], _moment),
        held_items=_count(limits["held_items"]),
        roots_in_files=tuple(_count(one) for one in _list(limits["roots_in_files"])),
        escrow=tuple(_shares(_object(one)) for one in _list(limits["escrow"])),
        suppressed_until=_or_none(limits["suppressed_until"], _moment),
        backups=tuple(_backup(_object(one)) for one in _list(value["backups"])),
        entries=tuple(_entry(_object(one)) for one in _list(value["entries"])),
        checkpoint=_text(value["checkpoint"]),
    )


def _shares(value: Mapping[str, object]) -> Shares:
    destroyed = _count(value["destroyed"]) if "destroyed" in value else None
    return Shares(_count(value["epoch"]), _count(value["shares"]), _count(value["threshold"]), destroyed)


def _backup(value: Mapping[str, object]) -> KnownBackup:
    identity = _text(value["id"])
    if not _SNAPSHOT(identity):
        raise ValueError
    return KnownBackup(identity, _moment(value["made_at"]))


def _entry(value: Mapping[str, object]) -> ProvenEntry:
    hashes = "".join(f"{_text(one)}\n" for one in _list(value["proof"]))
    return ProvenEntry(
        _text(value["entry"]).encode("ascii"), _count(value["index"]), parse_proof_lines(hashes.encode())
    )


def _time(moment: datetime | None) -> str | None:
    """UTC as entries write it, always with six decimals."""
    if moment is None:
        return None
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(_text(value))


def _or_none(value: object, read: Callable[[object], _Value]) -> _Value | None:
    return None if value is None else read(value)


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _uuid(value: object) -> str:
    text = _text(value)
    if not _UUID(text):
        raise ValueError
    return text


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _MOST:
        raise TypeError
    return value
