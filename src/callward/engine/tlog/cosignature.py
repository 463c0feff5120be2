"""Witness cosignatures on checkpoints: c2sp.org/tlog-cosignature, the Ed25519 form (type 0x04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callward.engine.tlog._strict import MAX_SIZE
from callward.engine.tlog.errors import LogError, RefutedError
from callward.engine.tlog.note import KeyKind, Note, NoteSignature, SigningKey, VerifierKey

_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified statement: at ``time`` (POSIX seconds) this was the largest consistent tree ``key`` had seen."""

    key: VerifierKey
    time: int


def cosign(text: str, key: SigningKey, time: int) -> NoteSignature:
    """Cosign the note text of a checkpoint at ``time`` (POSIX seconds, above 0).

    Caller's duty: consistency with everything cosigned before was verified and the new state stored.
    """
    if key.kind is not KeyKind.COSIGNATURE:
        raise LogError("key_kind", "a log's key does not cosign")
    if not 0 < time <= MAX_SIZE:
        raise LogError("time_out_of_range", "a cosignature states its time")
    signature = time.to_bytes(_TIME_BYTES, "big") + key.sign(_message(text, time))
    return NoteSignature(key.name, key.verifier.key_id, signature)


def verify_cosignatures(note: Note, witnesses: Sequence[VerifierKey]) -> tuple[Cosignature, ...]:
    """The cosignatures of these witnesses on the note, in its order; ``RefutedError`` if one of them is wrong.

    May be empty: how many are enough is the caller's policy (``Policy``).
    """
    if any(key.kind is not KeyKind.COSIGNATURE for key in witnesses):
        raise LogError("key_kind", "a log's key does not cosign")
    return tuple(
        Cosignature(key, _verify(note.text, item.signature, key))
        for item in note.signatures
        for key in witnesses
        if key.matches(item)
    )


def _verify(text: str, signature: bytes, key: VerifierKey) -> int:
    time = int.from_bytes(signature[:_TIME_BYTES], "big")
    if not 0 < time <= MAX_SIZE:
        raise RefutedError("signature_invalid", "a cosignature without a time")
    key.verify(signature[_TIME_BYTES:], _message(text, time))
    return time


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
