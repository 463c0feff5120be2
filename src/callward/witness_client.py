"""Asking a witness for its cosignature over HTTP: the client side of c2sp.org/tlog-witness."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from callward.engine.errors import Error
from callward.engine.tlog import (
    MAX_NOTE_BYTES,
    AddCheckpoint,
    HashReader,
    LogError,
    Note,
    VerifierKey,
    format_add_checkpoint,
    format_note,
    open_checkpoint,
    parse_signatures,
    parse_size_answer,
    prove_consistency,
    verify_cosignatures,
)

_ATTEMPTS = 3
_OK, _CONFLICT = 200, 409
_REFUSED = {
    400: "witness_bad_request",
    403: "witness_key_unknown",
    404: "witness_log_unknown",
    422: "witness_inconsistent",
}


class WitnessError(Error):
    """A witness was not reached, refused, or answered what it may not."""


def submit_checkpoint(
    client: httpx.Client,
    url: str,
    checkpoint: bytes,
    log: VerifierKey,
    witness: VerifierKey,
    hashes: Callable[[], HashReader],
    *,
    old_size: int = 0,
) -> bytes:
    """The checkpoint with the witness's verified cosignature added to its signatures.

    ``old_size`` is the size that this witness cosigned last, 0 where unknown: the witness then names it
    and is asked again. ``hashes`` opens the tree of the checkpoint, once a proof is needed. The client
    brings its own timeouts. Raises ``LogError`` for a checkpoint that is not the log's, ``WitnessError``
    for the rest; code ``witness_ahead`` or ``witness_inconsistent`` means that the witness holds another history.
    """
    opened, note = open_checkpoint(checkpoint, log)
    size = opened.head.size
    for _ in range(_ATTEMPTS):
        proof = prove_consistency(hashes(), old_size, size) if 0 < old_size < size else ()
        request = format_add_checkpoint(AddCheckpoint(old_size, proof, checkpoint))
        status, body = _post(client, f"{url.rstrip('/')}/add-checkpoint", request)
        if status == _OK:
            return _add_cosignatures(note, body, witness)
        if status != _CONFLICT:
            raise WitnessError(_REFUSED.get(status, "witness_refused"), f"the witness answered {status}")
        old_size = _size_held(body)
        if old_size > size:
            raise WitnessError("witness_ahead", "the witness cosigned a larger tree before")
    raise WitnessError("witness_busy", "the witness named another size each time")


def _size_held(body: bytes) -> int:
    try:
        return parse_size_answer(body)
    except LogError:
        raise WitnessError("witness_answer_malformed", "a conflict without a size") from None


def _add_cosignatures(note: Note, body: bytes, witness: VerifierKey) -> bytes:
    try:
        answered = parse_signatures(body.decode())
        mine = [signature for signature in answered if witness.matches(signature)]
        cosigned = note.with_signatures(mine)
        verify_cosignatures(cosigned, [witness])
    except (LogError, UnicodeDecodeError):
        raise WitnessError("witness_answer_malformed", "the answer is no valid cosignature") from None
    if not mine:
        raise WitnessError("witness_answer_foreign", "the answer is not signed by the expected witness")
    return format_note(cosigned)


def _post(client: httpx.Client, url: str, body: bytes) -> tuple[int, bytes]:
    try:
        with client.stream("POST", url, content=body, headers={"Content-Type": "text/plain; charset=utf-8"}) as answer:
            received = bytearray()
            for part in answer.iter_bytes():
                received += part
                if len(received) > MAX_NOTE_BYTES:
                    raise WitnessError("witness_answer_too_large", "the answer is too large")
            return answer.status_code, bytes(received)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise WitnessError("witness_unreachable", "no answer from the witness") from None
