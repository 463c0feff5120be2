"""What a witness is asked and answers: c2sp.org/tlog-witness, without the network and without the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callward.engine.tlog._strict import decode_text, format_base64, parse_decimal, parse_hash
from callward.engine.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from callward.engine.tlog.cosignature import cosign
from callward.engine.tlog.errors import LogError, RefutedError
from callward.engine.tlog.merkle import EMPTY_ROOT, TreeHead
from callward.engine.tlog.note import MAX_NOTE_BYTES, NoteSignature, SigningKey, VerifierKey, format_note, parse_note
from callward.engine.tlog.proofs import MAX_PROOF_HASHES, verify_consistency

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 8 * 1024
SIZE_CONTENT_TYPE = "text/x.tlog.size"
NOTHING_SEEN = TreeHead(0, EMPTY_ROOT)
"""What a witness remembers of a log that it never cosigned."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The body of ``POST /add-checkpoint``: the size the witness is believed to hold, the proof, the checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A request granted: what to store, durably and before answering, and the line to answer with.

    ``note`` is the checkpoint with the log's own signature and the new cosignature and nothing else.
    """

    checkpoint: Checkpoint
    signature: NoteSignature
    note: bytes


class WitnessRefusedError(RefutedError):
    """A request that a witness refuses, with the HTTP status and body that the specification asks for."""

    def __init__(self, status: int, code: str, detail: str, body: bytes = b"") -> None:
        super().__init__(code, detail)
        self.status = status
        self.body = body


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Read a request body; raises ``LogError``."""
    decode_text(data, MAX_REQUEST_BYTES, "request")
    head, gap, checkpoint = data.partition(b"\n\n")
    old, *lines = head.decode().split("\n")
    if not gap or not old.startswith("old ") or len(lines) > MAX_PROOF_HASHES:
        raise LogError("request_malformed", "expected the old size, at most 63 hashes and a checkpoint")
    proof = tuple(parse_hash(line) for line in lines)
    return AddCheckpoint(parse_decimal(old.removeprefix("old ")), proof, checkpoint)


def format_add_checkpoint(request: AddCheckpoint) -> bytes:
    """The dual of ``parse_add_checkpoint``."""
    lines = (f"old {request.old_size}", *(format_base64(item) for item in request.proof))
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + request.checkpoint


def parse_size_answer(data: bytes) -> int:
    """The size in the body of a 409 answer."""
    text = decode_text(data, 32, "answer")
    return parse_decimal(text[:-1])


def decide_cosigning(
    data: bytes,
    logs: Mapping[str, VerifierKey],
    latest: Callable[[str], TreeHead],
    key: SigningKey,
    time: int,
) -> Cosigned:
    """Decide one request: the checkpoint cosigned at ``time`` (POSIX seconds), or ``WitnessRefusedError``.

    ``logs`` names the trusted keys by origin; ``latest`` gives what was last cosigned for an origin,
    ``NOTHING_SEEN`` where nothing was. Caller's duty: from asking ``latest`` until the result is stored
    no other request for the same log is decided, else two of them race and one is rolled back.
    """
    try:
        request = parse_add_checkpoint(data)
        origin = parse_checkpoint(parse_note(request.checkpoint).text).origin
    except LogError as refused:
        raise WitnessRefusedError(400, refused.code, refused.detail) from None
    log = logs.get(origin)
    if log is None:
        raise WitnessRefusedError(404, "origin_unknown", "no such log here")
    try:
        checkpoint, note = open_checkpoint(request.checkpoint, log)
    except LogError as refused:
        raise WitnessRefusedError(403, refused.code, refused.detail) from None
    _check_growth(request, checkpoint, latest(origin))
    signature = cosign(note.text, key, time)
    kept = tuple(item for item in note.signatures if log.matches(item))
    return Cosigned(checkpoint, signature, format_note(type(note)(note.text, (*kept, signature))))


def _check_growth(request: AddCheckpoint, checkpoint: Checkpoint, latest: TreeHead) -> None:
    if request.old_size > checkpoint.head.size:
        raise WitnessRefusedError(400, "size_out_of_range", "the old size is larger than the checkpoint's")
    if request.old_size != latest.size:
        body = f"{latest.size}\n".encode()
        raise WitnessRefusedError(409, "old_size_mismatch", "another checkpoint was cosigned last", body)
    try:
        verify_consistency(latest, checkpoint.head, request.proof)
    except LogError as refused:
        raise WitnessRefusedError(422, refused.code, refused.detail) from None
