"""A proof that one entry stands in the log, as one text file: c2sp.org/tlog-proof@v1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callward.engine.tlog._strict import MAX_SIZE, decode_text, format_base64, parse_base64, parse_decimal, parse_hash
from callward.engine.tlog.checkpoint import Checkpoint, open_checkpoint
from callward.engine.tlog.errors import LogError
from callward.engine.tlog.merkle import leaf_hash
from callward.engine.tlog.note import MAX_NOTE_BYTES, Note, VerifierKey
from callward.engine.tlog.proofs import MAX_PROOF_HASHES, verify_inclusion
from callward.engine.tlog.tiles import MAX_ENTRY_BYTES

MAX_PROOF_FILE_BYTES = MAX_NOTE_BYTES + 96 * 1024
_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """An inclusion proof with the checkpoint it leads to, verbatim.

    ``extra`` is opaque and vouched for by nobody; Callward puts the entry's own bytes there, so that
    the file stands alone: only the proof makes them worth something.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_SIZE or len(self.proof) > MAX_PROOF_HASHES:
            raise LogError("proof_malformed", "index or number of hashes out of range")
        if len(self.checkpoint) > MAX_NOTE_BYTES or len(self.extra or b"") > MAX_ENTRY_BYTES:
            raise LogError("proof_too_large", "checkpoint or extra data too large")


def parse_proof_file(data: bytes) -> ProofFile:
    """Read a ``.tlog-proof`` file; raises ``LogError``. Nothing is verified yet."""
    decode_text(data, MAX_PROOF_FILE_BYTES, "proof")
    head, gap, checkpoint = data.partition(b"\n\n")
    header, *lines = head.decode().split("\n")
    if not gap or header != _HEADER:
        raise LogError("proof_malformed", "not a proof file of version 1")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = parse_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index ") or len(lines) > MAX_PROOF_HASHES + 1:
        raise LogError("proof_malformed", "no index, or too many hashes")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    return ProofFile(index, tuple(parse_hash(line) for line in lines), checkpoint, extra)


def format_proof_file(proof: ProofFile) -> bytes:
    """The dual of ``parse_proof_file``."""
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(f"extra {format_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += (format_base64(item) for item in proof.proof)
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + proof.checkpoint


def parse_proof_lines(data: bytes) -> tuple[bytes, ...]:
    """A bare proof: one hash in base64 a line, as the witness protocol writes them; no line for an empty proof."""
    if not data:
        return ()
    lines = decode_text(data, MAX_PROOF_FILE_BYTES, "proof")[:-1].split("\n")
    if len(lines) > MAX_PROOF_HASHES:
        raise LogError("proof_malformed", "at most 63 hashes")
    return tuple(parse_hash(line) for line in lines)


def format_proof_lines(proof: Sequence[bytes]) -> bytes:
    """The dual of ``parse_proof_lines``."""
    return "".join(f"{format_base64(item)}\n" for item in proof).encode()


def verify_proof_file(proof: ProofFile, entry: bytes, log: VerifierKey) -> tuple[Checkpoint, Note]:
    """The signed checkpoint that holds the entry at the proof's index, or ``RefutedError``.

    The note is handed back for ``verify_cosignatures``; how many witnesses are enough is the caller's policy.
    """
    checkpoint, note = open_checkpoint(proof.checkpoint, log)
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.head, proof.proof)
    return checkpoint, note
